//! A folder of files as tables: read once, then asked by key as a database is.

use std::{collections::BTreeMap, path::Path, sync::Weak};

use bson::{Bson, Document};

use super::{Error, Result};
use crate::{
    files::{self, Folder, Index, Input, Item, Spool, Spooling, Stamp},
    model::{JoinId, Model, ROW, key_of},
};

/// The files that a model names.
#[derive(Debug)]
pub struct Tables {
    /// One for each source of the model.
    pub of: Vec<Table>,
}

/// The files of one source.
#[derive(Debug)]
pub struct Table {
    documents: Spool,
    by_key: BTreeMap<JoinId, Index>,
    /// Rows that cannot be read: file and line, and why.
    pub broken: Vec<(String, String)>,
}

impl Tables {
    /// Tells the files of a model from others, and from what they were before.
    pub fn address(folder: &Folder, model: &Model) -> String {
        let sources = model.sources().iter().enumerate();
        let paths = sources.flat_map(|(number, source)| {
            let found = folder.find(&source.collection, &model.file(number));
            found.unwrap_or_default()
        });
        Stamp::of(paths).text()
    }

    /// Reads all of them, for as long as somebody waits for it.
    pub fn read(folder: &Folder, model: &Model, caller: &Weak<()>) -> Result<Self> {
        let sources = model.sources().iter().enumerate();
        let of = sources.map(|(number, source)| {
            let read = Table::read(folder, model, number, caller);
            read.map_err(|error| Error::Files {
                place: source.place.clone(),
                error,
            })
        });
        let of = of.collect::<Result<_>>()?;
        Ok(Self { of })
    }
}

impl Table {
    fn read(
        folder: &Folder,
        model: &Model,
        number: usize,
        caller: &Weak<()>,
    ) -> files::Result<Self> {
        let source = &model.sources()[number];
        let format = model.file(number);
        let mut reading = Reading {
            model,
            documents: Spooling::new().map_err(files::Error::Spool)?,
            by_key: model
                .joins_of(number)
                .map(|it| (it, Index::default()))
                .collect(),
            broken: Vec::new(),
            lines_before: 0,
            lines: 0,
        };
        for path in folder.find(&source.collection, &format)? {
            let name = shown(&path);
            let input = Input {
                path,
                format: &format,
                wanted: &source.fields,
            };
            input.read(&mut |line, item| {
                if caller.strong_count() == 0 {
                    return Err(files::Error::Stopped);
                }
                reading.take(&name, line, item)
            })?;
            reading.lines_before += reading.lines;
        }
        reading.finish()
    }

    pub fn count(&self) -> u64 {
        self.documents.count() as u64
    }

    /// The numbers of all documents, those of one key one after the other.
    pub fn order(&self, by: Option<JoinId>) -> Vec<usize> {
        let count = self.documents.count();
        match by.and_then(|join| self.by_key.get(&join)) {
            Some(index) => index.grouped(count),
            None => (0..count).collect(),
        }
    }

    pub fn documents(&self, numbers: &[usize]) -> Result<Vec<Document>> {
        self.documents.get(numbers).map_err(Error::Kept)
    }

    /// The documents with one of these keys, and perhaps others.
    pub fn by_keys(&self, join: JoinId, keys: &[String]) -> Result<Vec<Document>> {
        let index = &self.by_key[&join];
        let mut numbers: Vec<usize> = keys.iter().flat_map(|key| index.numbers(key)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        self.documents(&numbers)
    }
}

/// Files that are being read into a table.
struct Reading<'m> {
    model: &'m Model,
    documents: Spooling,
    by_key: BTreeMap<JoinId, Index>,
    broken: Vec<(String, String)>,
    /// Of the files before this one, so that their documents sort before its.
    lines_before: u64,
    lines: u64,
}

impl Reading<'_> {
    fn take(&mut self, file: &str, line: u64, item: Item) -> files::Result<()> {
        self.lines = line;
        let place = format!("{file}:{line}");
        let mut document = match item {
            Item::Row(document) => document,
            Item::Broken(reason) => {
                self.broken.push((place, reason));
                return Ok(());
            }
        };
        if !document.contains_key("_id") {
            let id = i64::try_from(self.lines_before + line).unwrap_or(i64::MAX);
            document.insert("_id", Bson::Int64(id));
        }
        document.insert(ROW, place.clone());
        let Ok(bytes) = document.to_vec() else {
            self.broken.push((place, "a name with a NUL in it".into()));
            return Ok(());
        };
        let number = self.documents.count();
        for (join, index) in &mut self.by_key {
            if let Some(key) = key_of(&self.model.joins()[*join], &document) {
                index.push(&key, number);
            }
        }
        let pushed = self.documents.push(&bytes);
        pushed.map_err(files::Error::Spool)
    }

    fn finish(mut self) -> files::Result<Table> {
        self.by_key.values_mut().for_each(Index::sort);
        Ok(Table {
            documents: self.documents.finish().map_err(files::Error::Spool)?,
            by_key: self.by_key,
            broken: self.broken,
        })
    }
}

/// A file's name for a message.
fn shown(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
