//! The documents at hand while targets are built.

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
};

use bson::Document;

use super::{path::Path, value::text};

/// A way to find documents: by the text of one field of a source.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Join {
    /// The number of the source among [`super::Model::sources`].
    pub source: usize,
    /// The field.
    pub field: Path,
}

/// The number of a join among [`super::Model::joins`].
pub type JoinId = usize;

/// The documents that have been fetched, by the joins they were fetched by.
///
/// What is asked for and was never fetched is noted as missing: whoever builds fetches
/// that, and builds again.
#[derive(Debug, Default)]
pub struct Known {
    found: HashMap<JoinId, HashMap<String, Vec<Document>>>,
    missing: RefCell<BTreeSet<(JoinId, String)>>,
    read: RefCell<BTreeSet<(JoinId, String)>>,
}

impl Known {
    /// Takes note of a key that was fetched: these are all of its documents.
    pub fn insert(&mut self, join: JoinId, key: String, documents: Vec<Document>) {
        self.found.entry(join).or_default().insert(key, documents);
    }

    /// Adds one document to those of its key.
    pub fn push(&mut self, join: JoinId, key: String, document: Document) {
        let found = self.found.entry(join).or_default();
        found.entry(key).or_default().push(document);
    }

    /// Whether the documents of this key have been fetched.
    pub fn has(&self, join: JoinId, key: &str) -> bool {
        self.documents(join, key).is_some()
    }

    /// The documents of a key; none while they are missing.
    pub fn find(&self, join: JoinId, key: &str) -> &[Document] {
        let found = self.documents(join, key);
        if found.is_none() {
            self.missing.borrow_mut().insert((join, key.to_owned()));
        }
        self.read.borrow_mut().insert((join, key.to_owned()));
        found.unwrap_or_default()
    }

    /// The documents of a key, as far as they are known.
    pub(super) fn found(&self, join: JoinId, key: &str) -> &[Document] {
        self.documents(join, key).unwrap_or_default()
    }

    fn documents(&self, join: JoinId, key: &str) -> Option<&[Document]> {
        Some(self.found.get(&join)?.get(key)?.as_slice())
    }

    /// What has been asked for since and is missing.
    pub fn take_missing(&self) -> BTreeSet<(JoinId, String)> {
        self.missing.take()
    }

    /// What has been asked for since.
    pub(super) fn take_read(&self) -> BTreeSet<(JoinId, String)> {
        self.read.take()
    }
}

/// The text by which a join finds a document.
#[must_use]
pub fn key_of(join: &Join, document: &Document) -> Option<String> {
    join.field.get(document).and_then(text)
}
