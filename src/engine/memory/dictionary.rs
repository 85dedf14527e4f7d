//! Texts as codes.

use std::{
    hash::BuildHasher,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use hashbrown::{DefaultHashBuilder, HashTable};

use super::names::Names;
use crate::kpi::{Dimension, KeyPart, Vocabulary};

/// The code of a missing value.
pub const MISSING: u32 = 0;

#[derive(Debug, Default)]
struct Texts {
    by_code: Vec<Arc<str>>,
    /// The places of the texts, by their hash: a set of texts in order would keep each
    /// text's hash, too, in a third more memory.
    places: HashTable<u32>,
    /// Seeded anew in every process: nobody outside knows which texts share a place.
    hasher: DefaultHashBuilder,
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
        self.read().code(text)
    }

    /// The codes of those texts that are known, of very many.
    pub fn codes_of<'t>(&self, texts: impl Iterator<Item = &'t str>) -> Vec<u32> {
        let known = self.read();
        texts.filter_map(|text| known.code(text)).collect()
    }

    /// The code of a group's key; no row has it where the text is unknown.
    pub fn code_of_part(&self, part: &KeyPart) -> Option<u32> {
        match part {
            KeyPart::Missing => Some(MISSING),
            KeyPart::Text(text) => self.code(text),
            KeyPart::Number(_) | KeyPart::Time(_) | KeyPart::Decimal(_) => None,
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
    fn code(&self, text: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(text);
        let is_at = |place: &u32| *self.by_code[*place as usize] == *text;
        Some(self.places.find(hash, is_at)? + 1)
    }

    fn insert(&mut self, text: &str) -> u32 {
        /// Two pointers, its place, and the counts before the text, with room to grow.
        const PER_TEXT: usize = 48;
        if let Some(code) = self.code(text) {
            return code;
        }
        let place = u32::try_from(self.by_code.len()).expect("4 billion texts fit no memory");
        self.by_code.push(text.into());
        self.bytes += text.len() + PER_TEXT;
        let (texts, hasher) = (&self.by_code, &self.hasher);
        let hash = |place: &u32| hasher.hash_one(&*texts[*place as usize]);
        self.places.insert_unique(hash(&place), place, hash);
        place + 1
    }
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
        self.0.by_code.get((code as usize).checked_sub(1)?)
    }
}

/// The dictionaries of all dimensions, and what their values are called.
#[derive(Clone, Debug)]
pub struct Dictionaries {
    vocabulary: &'static Vocabulary,
    by_dimension: Vec<Dictionary>,
    pub names: Names,
}

impl Dictionaries {
    /// Those of a shop that knows these dimensions, with what every shop has values of.
    pub fn new(vocabulary: &'static Vocabulary) -> Self {
        let dictionary = |of: &Dimension| {
            let dictionary = Dictionary::default();
            for value in of.values().unwrap_or_default() {
                dictionary.intern(value);
            }
            dictionary
        };
        Self {
            vocabulary,
            by_dimension: vocabulary.dimensions().iter().map(dictionary).collect(),
            names: Names::default(),
        }
    }

    /// The dimensions that they are of.
    pub fn vocabulary(&self) -> &'static Vocabulary {
        self.vocabulary
    }

    pub fn of(&self, dimension: Dimension) -> &Dictionary {
        &self.by_dimension[dimension.position()]
    }

    /// What the product or customer with this id is called.
    pub fn name(&self, dimension: Dimension, id: &str) -> Option<String> {
        self.names.name(dimension, self.of(dimension).code(id)?)
    }

    pub fn bytes(&self) -> usize {
        let texts = self.by_dimension.iter().map(Dictionary::bytes);
        texts.sum::<usize>() + self.names.bytes()
    }
}
