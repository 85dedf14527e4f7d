//! Which fields lead to documents of another collection, told by their values.

use std::collections::BTreeSet;

use bson::{Bson, spec::ElementType};

use super::{
    names::{Meaning, says},
    sample::{Sample, Sampled},
    table::{Column, Table},
};
use crate::model::text;

/// Values of a field that are looked for in another collection.
pub const LOOKED_FOR: usize = 100;
/// Of so many in a hundred that must be found there: others were deleted since.
const FOUND: usize = 50;

/// A shop's collections, taken apart.
#[derive(Debug)]
pub struct Shop<'s> {
    pub collections: Vec<Collection<'s>>,
}

/// A collection's documents as tables: its own, then those of its arrays.
#[derive(Debug)]
pub struct Collection<'s> {
    pub name: &'s str,
    pub sampled: &'s Sampled,
    pub tables: Vec<Table<'s>>,
}

/// A field of another collection, whose values those of a field are.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The other collection's number.
    pub collection: usize,
    /// The field that has the value there.
    pub id: String,
    pub found: usize,
    pub of: usize,
}

impl<'s> Shop<'s> {
    pub fn of(sample: &'s Sample) -> Self {
        let collections = sample.collections.iter().map(|sampled| Collection {
            name: &sampled.name,
            sampled,
            tables: Table::all(&sampled.documents),
        });
        Self {
            collections: collections.collect(),
        }
    }

    pub fn name(&self, collection: usize) -> &'s str {
        self.collections[collection].name
    }

    /// A collection's own documents.
    pub fn root(&self, collection: usize) -> &Table<'s> {
        &self.collections[collection].tables[0]
    }

    /// Where the values of a field are found, the best first: where most are, and among
    /// equals in a collection that means what is looked for, or is called as the field.
    pub fn references(
        &self,
        path: &str,
        column: &Column,
        meaning: Option<Meaning>,
    ) -> Vec<Reference> {
        let all = 0..self.collections.len();
        let mut found: Vec<_> = all
            .filter_map(|collection| self.found_in(collection, path, column))
            .map(|found| (self.likelihood(&found, path, meaning), found))
            .filter(|(likelihood, _)| *likelihood > 0)
            .collect();
        found.sort_by_key(|(likelihood, found)| (std::cmp::Reverse(*likelihood), found.collection));
        found.into_iter().map(|(_, found)| found).collect()
    }

    /// Where in a collection the values of a field are ids.
    fn found_in(&self, collection: usize, path: &str, column: &Column) -> Option<Reference> {
        let table = self.root(collection);
        let own = table.columns.get(path);
        if own.is_some_and(|own| std::ptr::eq(own, column)) {
            return None;
        }
        let leaf = path.rsplit('.').next().unwrap_or(path);
        let ids = table.columns.iter().filter(|(id, it)| {
            *id == "_id" || it.profile.is_unique() && (id.as_str() == leaf || is_key(id))
        });
        let found = ids.filter_map(|(id, it)| {
            let mut wanted = column.profile.distinct.keys();
            let others = &self.collections[collection].sampled.others;
            let is_there = |text: &&String| {
                it.profile.distinct.contains_key(*text) || id == "_id" && others.contains(*text)
            };
            let of = wanted.len().min(LOOKED_FOR);
            let found = wanted.by_ref().take(LOOKED_FOR).filter(is_there).count();
            (found > 0 && found * 100 >= of * FOUND).then(|| Reference {
                collection,
                id: id.clone(),
                found,
                of,
            })
        });
        // `_id` of two that have all of them.
        found.min_by_key(|it| (std::cmp::Reverse(it.found), it.id != "_id"))
    }

    /// How likely it is no coincidence: small numbers are found in many places.
    fn likelihood(&self, found: &Reference, path: &str, meaning: Option<Meaning>) -> u32 {
        let name = self.name(found.collection);
        let by_meaning = meaning.map_or(0, |it| it.fit(name));
        let by_name = if says(path, &super::names::words(name).join(", ")) {
            300
        } else {
            0
        };
        let named = by_meaning.max(by_name);
        let table = self.root(found.collection);
        let is_plain_number = table
            .columns
            .get(&found.id)
            .is_some_and(|it| it.profile.is_number());
        if named == 0 && is_plain_number {
            return 0;
        }
        let percent = u32::try_from(found.found * 100 / found.of).unwrap_or_default();
        named + percent
    }
}

/// Whether a field is called as one that tells documents apart.
fn is_key(path: &str) -> bool {
    const KEYS: &str = "id, key, code, sku, number, no, nr, nummer, numero, guid, uuid, ref, slug, email, isbn, ean, asin";
    super::names::words(path)
        .last()
        .is_some_and(|word| says(word, KEYS))
}

impl Column<'_> {
    /// Whether some of the values are of the same type and length as an id.
    pub fn may_be(&self, id: &Bson) -> bool {
        let like = |value: &Bson| {
            let is_number = |it: &Bson| {
                matches!(
                    it.element_type(),
                    ElementType::Int32 | ElementType::Int64 | ElementType::Double
                )
            };
            if is_number(value) && is_number(id) {
                return true;
            }
            let length = |it: &Bson| text(it).map(|it| it.len());
            length(value) == length(id)
        };
        let values = self.values.iter().flatten();
        let mut types = BTreeSet::new();
        // Two types of ids may stand in one field; a thousand values of one tell no more.
        values
            .filter(|it| types.insert(format!("{:?}", it.element_type())))
            .any(|value| like(value))
    }
}
