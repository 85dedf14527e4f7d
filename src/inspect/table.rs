//! Documents as tables: those of a collection, and the elements of their arrays.

use std::collections::BTreeMap;

use bson::{Bson, Document};

use super::profile::Profile;

/// Rows of a table that are looked at; arrays can be long.
const MOST_ROWS: usize = 20_000;
/// Fields of a table that are looked at: where ids are names of fields, there are many.
const MOST_FIELDS: usize = 300;
/// Levels of documents within documents that are looked at.
const DEEPEST: usize = 5;

/// Documents of one place: a collection, an array, or an array in an array.
#[derive(Debug, Default)]
pub struct Table<'s> {
    /// The arrays that lead here, each from the element of the one before.
    pub each: Vec<String>,
    /// The number of the table around, of the same collection.
    pub around: Option<usize>,
    pub rows: Vec<Row<'s>>,
    pub columns: BTreeMap<String, Column<'s>>,
}

/// One document, and the number of the row that it is an element of.
#[derive(Clone, Copy, Debug)]
pub struct Row<'s> {
    pub around: usize,
    document: &'s Document,
}

/// The values of one field, one for each row; `None` where it is missing.
#[derive(Debug, Default)]
pub struct Column<'s> {
    pub values: Vec<Option<&'s Bson>>,
    pub profile: Profile,
}

impl<'s> Table<'s> {
    /// A collection's documents, then the elements of their arrays.
    pub fn all(documents: &'s [Document]) -> Vec<Self> {
        let rows = documents.iter().zip(0..);
        let rows = rows.map(|(document, around)| Row { around, document });
        let mut tables = vec![Self {
            rows: rows.take(MOST_ROWS).collect(),
            ..Self::default()
        }];
        let mut next = 0;
        while next < tables.len() {
            let arrays = tables[next].read();
            let each = tables[next].each.clone();
            // Deeper ones cannot be told of in a model.
            if each.len() < 2 {
                tables.extend(arrays.into_iter().map(|(path, rows)| Self {
                    each: each.iter().cloned().chain([path]).collect(),
                    around: Some(next),
                    rows,
                    ..Self::default()
                }));
            }
            next += 1;
        }
        tables
    }

    /// Takes the rows apart into columns, and hands out the arrays of documents in them.
    fn read(&mut self) -> BTreeMap<String, Vec<Row<'s>>> {
        let mut arrays = BTreeMap::new();
        for number in 0..self.rows.len() {
            let document = self.rows[number].document;
            self.walk(document, "", number, 1, &mut arrays);
        }
        for column in self.columns.values_mut() {
            column.values.resize(self.rows.len(), None);
            column.profile = Profile::of(column.values.iter().copied());
        }
        arrays
    }

    fn walk(
        &mut self,
        document: &'s Document,
        prefix: &str,
        row: usize,
        depth: usize,
        arrays: &mut BTreeMap<String, Vec<Row<'s>>>,
    ) {
        for (key, value) in document {
            // No path leads to such a name.
            if key.is_empty() || key.contains('.') || key.starts_with('$') {
                continue;
            }
            let path = format!("{prefix}{key}");
            match value {
                Bson::Document(inner) if depth < DEEPEST => {
                    self.walk(inner, &format!("{path}."), row, depth + 1, arrays);
                }
                Bson::Array(elements) if elements.iter().any(|it| it.as_document().is_some()) => {
                    let rows = arrays.entry(path).or_default();
                    let elements = elements.iter().filter_map(Bson::as_document);
                    let room = MOST_ROWS - rows.len();
                    rows.extend(elements.take(room).map(|document| Row {
                        around: row,
                        document,
                    }));
                }
                Bson::Array(elements) => {
                    if let Some(first) = elements.first() {
                        self.put(format!("{path}.0"), row, first);
                    }
                }
                value => self.put(path, row, value),
            }
        }
    }

    fn put(&mut self, path: String, row: usize, value: &'s Bson) {
        if !self.columns.contains_key(&path) && self.columns.len() >= MOST_FIELDS {
            return;
        }
        let values = &mut self.columns.entry(path).or_default().values;
        values.resize(row, None);
        values.push(Some(value));
    }
}
