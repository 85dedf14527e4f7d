//! What is looked at of a shop: some documents of each collection.

use std::collections::BTreeSet;

use bson::{Bson, Document};

use super::{keys, table::Table};

/// Some documents of a shop's collections.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// In the order of their names.
    pub collections: Vec<Sampled>,
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
    /// for them in the collection of this number, and add those that are there to
    /// [`Sampled::others`].
    #[must_use]
    pub fn ids_to_look_for(&self, collection: usize) -> Vec<Bson> {
        let sampled = &self.collections[collection];
        if sampled.is_whole() {
            return Vec::new();
        }
        let Some(own) = sampled.documents.first().and_then(|it| it.get("_id")) else {
            return Vec::new();
        };
        let others = self.collections.iter().enumerate();
        let others = others.filter(|(number, _)| *number != collection);
        let tables = others.flat_map(|(_, it)| Table::all(&it.documents));
        let mut wanted = BTreeSet::new();
        for table in tables {
            for (path, column) in &table.columns {
                let is_other = path != "_id";
                if is_other && column.may_be(own) {
                    wanted.extend(
                        column
                            .profile
                            .distinct
                            .keys()
                            .take(keys::LOOKED_FOR)
                            .cloned(),
                    );
                }
            }
        }
        let values = wanted.iter().flat_map(|text| crate::model::values_of(text));
        values.collect()
    }
}
