//! How often something was met, by a number for each kind of it.

use rustc_hash::FxHashMap;

/// Counts by number.
#[derive(Clone, Debug)]
pub enum Cells {
    /// A place for every number.
    Places(Vec<u32>),
    /// Those that have been met are found by hash.
    Hashed(FxHashMap<u64, u32>),
}

impl Cells {
    /// Nothing met yet of so many numbers, in a table with a place for each where those are
    /// at most so many.
    pub fn new(numbers: u64, most_places: u64) -> Self {
        match usize::try_from(numbers) {
            Ok(places) if numbers <= most_places => Self::Places(vec![0; places]),
            _ => Self::Hashed(FxHashMap::default()),
        }
    }

    pub fn add(&mut self, number: u64, more: u32) {
        match self {
            Self::Places(counts) => {
                counts[usize::try_from(number).unwrap_or(usize::MAX)] += more;
            }
            Self::Hashed(counts) => *counts.entry(number).or_default() += more,
        }
    }

    /// The numbers that were met, and how often each was.
    pub fn counts(&self) -> Vec<(u64, u32)> {
        match self {
            Self::Places(counts) => {
                let counts = (0..).zip(counts.iter().copied());
                counts.filter(|(_, count)| *count > 0).collect()
            }
            Self::Hashed(counts) => counts.iter().map(|(number, it)| (*number, *it)).collect(),
        }
    }

    /// How many numbers were met.
    pub fn len(&self) -> usize {
        match self {
            Self::Places(counts) => counts.iter().filter(|it| **it > 0).count(),
            Self::Hashed(counts) => counts.len(),
        }
    }

    pub fn bytes(&self) -> usize {
        match self {
            Self::Places(counts) => size_of_val(counts.as_slice()),
            Self::Hashed(counts) => counts.capacity() * size_of::<(u64, u32)>(),
        }
    }
}
