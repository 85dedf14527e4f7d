//! What is looked at of a shop: some documents of each collection.

use std::collections::BTreeSet;

use bson::{Bson, Document};

use super::{keys, table::Table};
use crate::model::values_of;

/// Some documents of a shop's collections.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// In the order of their names.
    pub collections: Vec<Sampled>,
    /// How many more there are, which were not looked at.
    pub left_out: usize,
}

/// Some documents of one collection, or all.
#[derive(Clone, Debug)]
pub struct Sampled {
    /// The collection's name.
    pub name: String,
    /// The documents, by their `_id`.
    pub documents: Vec<Document>,
    /// About how many the collection has.
    pub total: u64,
    /// Ids of other documents that are known to be there.
    pub others: BTreeSet<String>,
}

impl Sampled {
    /// Documents of a collection that has about `total` of them.
    #[must_use]
    pub fn new(name: String, documents: Vec<Document>, total: u64) -> Self {
        Self {
            name,
            documents,
            total,
            others: BTreeSet::new(),
        }
    }

    /// Whether these are all of its documents.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.documents.len() as u64 >= self.total
    }
}

impl Sample {
    /// Values that documents hold which may be the ids of others, outside the sample: look
    /// for them in the collections of these numbers, and add those that are there to
    /// [`Sampled::others`].
    #[must_use]
    pub fn ids_to_look_for(&self) -> Vec<(usize, Vec<Bson>)> {
        let parts = self.collections.iter().enumerate();
        let parts = parts.filter(|(_, it)| !it.is_whole());
        let parts: Vec<(usize, &Bson)> = parts
            .filter_map(|(number, it)| Some((number, it.documents.first()?.get("_id")?)))
            .collect();
        let mut wanted = vec![BTreeSet::new(); parts.len()];
        // All of them may be whole, as those of a small shop are.
        let others = self.collections.iter().filter(|_| !parts.is_empty());
        for (other, sampled) in others.enumerate() {
            for table in Table::all(&sampled.documents) {
                let columns = table.columns.iter().filter(|(path, _)| *path != "_id");
                for (_, column) in columns {
                    let values = || column.profile.distinct.keys().take(keys::LOOKED_FOR);
                    for ((number, id), wanted) in parts.iter().zip(&mut wanted) {
                        if *number != other && column.may_be(id) {
                            wanted.extend(values().cloned());
                        }
                    }
                }
            }
        }
        let numbers = parts.into_iter().map(|(number, _)| number);
        let values = |texts: BTreeSet<String>| texts.iter().flat_map(|it| values_of(it)).collect();
        numbers.zip(wanted.into_iter().map(values)).collect()
    }
}
