//! Keys of one part or several, bound to the columns of one input.

use std::{borrow::Cow, cell::Cell};

use super::{
    bound::{Columns, Text},
    field::{OneOrMany, TextField},
    reader::Cells,
    rejects::Reject,
};
use crate::values::key::push_part;

/// A key of one or more parts, bound.
#[derive(Debug)]
pub(super) struct Key {
    pub name: &'static str,
    parts: Vec<Text>,
    /// Whether some parts may be blank, as long as one is not.
    sparse: bool,
    /// How often some parts that are needed were there and others were blank.
    incomplete: Cell<u64>,
}

impl Key {
    /// A key all of whose parts are needed.
    pub fn bind(
        name: &'static str,
        parts: &OneOrMany<TextField>,
        null: &[String],
        columns: &mut Columns<'_>,
    ) -> Self {
        let bind = |part| Text::bind(name, part, null, columns);
        Self {
            name,
            parts: parts.0.iter().map(bind).collect(),
            sparse: false,
            incomplete: Cell::new(0),
        }
    }

    /// An address: what is known of it tells it from others.
    pub fn of_address(name: &'static str, parts: Vec<Text>) -> Self {
        Self {
            name,
            parts,
            sparse: true,
            incomplete: Cell::new(0),
        }
    }

    /// The id, or `None` when a part that is needed is blank.
    ///
    /// One part is the id as it stands. Several are joined by `|`; a `|` or a
    /// `\` inside a part is preceded by `\`, so that no two keys read the same.
    pub fn read<'r>(&'r self, cells: Cells<'r>) -> Result<Option<Cow<'r, str>>, Reject> {
        if let [part] = self.parts.as_slice() {
            return part.read(cells);
        }
        let mut id = String::new();
        let (mut present, mut own) = (0, 0);
        for (index, part) in self.parts.iter().enumerate() {
            let text = part.read(cells)?;
            present += usize::from(text.is_some());
            own += usize::from(part.is_column() && text.is_some());
            push_part(&mut id, index, text.as_deref().unwrap_or(""));
        }
        let needed = if self.sparse { 1 } else { self.parts.len() };
        if present < needed && own > 0 {
            self.incomplete.set(self.incomplete.get() + 1);
        }
        Ok((present >= needed).then_some(id.into()))
    }

    /// How many rows had a part of it, and not all.
    pub fn incomplete(&self) -> u64 {
        self.incomplete.get()
    }
}
