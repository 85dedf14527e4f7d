//! Texts held once, so that a million lines in memory name them by four bytes.

use std::num::NonZeroU32;

use indexmap::IndexSet;

/// Stands for a text of one [`Interner`], or for a row of one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Symbol(NonZeroU32);

impl Symbol {
    /// The symbol of a table's row; counted from one, so that an `Option` is as small.
    pub fn new(index: usize) -> Self {
        let number = u32::try_from(index + 1).ok().and_then(NonZeroU32::new);
        Self(number.expect("memory ends before four billion rows"))
    }

    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// The texts, in order of appearance.
#[derive(Default)]
pub(super) struct Interner(IndexSet<Box<str>>);

impl Interner {
    pub fn intern(&mut self, text: &str) -> Symbol {
        Symbol::new(match self.0.get_index_of(text) {
            Some(index) => index,
            None => self.0.insert_full(text.into()).0,
        })
    }

    pub fn text(&self, symbol: Symbol) -> &str {
        &self.0[symbol.index()]
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(AsRef::as_ref)
    }
}
