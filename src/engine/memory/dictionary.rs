//! Texts as codes.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use indexmap::IndexSet;

use crate::kpi::{Dimension, KeyPart};

/// The code of a missing value.
pub const MISSING: u32 = 0;

#[derive(Debug, Default)]
struct Texts {
    by_code: IndexSet<Arc<str>>,
    /// How much memory they take: asked at every change of the shop, too often to add it up.
    bytes: usize,
}

/// The values of one dimension, by code.
///
/// It only ever grows, so a code means the same in every snapshot; a snapshot that
/// is older than a text has no row with its code. Readers take the lock to translate
/// what a query names and what it answers, never while they count.
#[derive(Clone, Debug, Default)]
pub struct Dictionary(Arc<RwLock<Texts>>);

impl Dictionary {
    /// The code of a text, a new one where it has none.
    pub fn intern(&self, text: &str) -> u32 {
        if let Some(code) = self.code(text) {
            return code;
        }
        self.write().insert(text)
    }

    /// The code of a text that is known.
    pub fn code(&self, text: &str) -> Option<u32> {
        self.read().by_code.get_index_of(text).map(code_of)
    }

    /// The code of a group's key; no row has it where the text is unknown.
    pub fn code_of_part(&self, part: &KeyPart) -> Option<u32> {
        match part {
            KeyPart::Missing => Some(MISSING),
            KeyPart::Text(text) => self.code(text),
            KeyPart::Number(_) | KeyPart::Time(_) => None,
        }
    }

    /// One more than the greatest code.
    pub fn codes(&self) -> usize {
        self.read().by_code.len() + 1
    }

    /// A view that translates many codes.
    pub fn translator(&self) -> Translator<'_> {
        Translator(self.read())
    }

    pub fn bytes(&self) -> usize {
        self.read().bytes
    }

    fn read(&self) -> RwLockReadGuard<'_, Texts> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Texts> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Texts {
    fn insert(&mut self, text: &str) -> u32 {
        /// Two pointers, their hash and place, and the counts before the text.
        const PER_TEXT: usize = 64;
        let (index, is_new) = self.by_code.insert_full(text.into());
        if is_new {
            self.bytes += text.len() + PER_TEXT;
        }
        code_of(index)
    }
}

fn code_of(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// A dictionary that is held open.
pub struct Translator<'a>(RwLockReadGuard<'a, Texts>);

impl Translator<'_> {
    pub fn part(&self, code: u32) -> KeyPart {
        match self.text(code) {
            Some(text) => KeyPart::Text(Arc::clone(text)),
            None => KeyPart::Missing,
        }
    }

    pub fn text(&self, code: u32) -> Option<&Arc<str>> {
        self.0.by_code.get_index((code as usize).checked_sub(1)?)
    }
}

/// The dictionaries of all dimensions.
#[derive(Clone, Debug, Default)]
pub struct Dictionaries([Dictionary; Dimension::ALL.len()]);

impl Dictionaries {
    pub fn of(&self, dimension: Dimension) -> &Dictionary {
        &self.0[dimension as usize]
    }

    pub fn bytes(&self) -> usize {
        self.0.iter().map(Dictionary::bytes).sum()
    }
}
