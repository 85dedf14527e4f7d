//! The axis of a shop's own number: its values as codes.

use super::{
    amount::{MISSING_WIDE, decimal},
    columns::Columns,
    own_numbers::{OwnRange, OwnScales},
    snapshot::room,
};
use crate::kpi::{KeyPart, Level, OwnField};

/// A number's values: how far each is above the least of them, plus one; missing ones are 0.
///
/// What is far apart has large codes and no place in a table for each, so groups are found by
/// hash; a dictionary of the values would have to be sorted first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAxis {
    field: OwnField,
    scale: u32,
    least: i64,
    codes: u64,
}

impl OwnAxis {
    pub fn new(field: OwnField, scales: &OwnScales) -> Self {
        let OwnRange {
            scale,
            least,
            greatest,
        } = scales.of_field(field);
        let codes = greatest.abs_diff(least).saturating_add(2);
        Self {
            field,
            scale,
            least,
            // Most new numbers are within the room, and leave what is counted as it is.
            codes: usize::try_from(codes).map_or(codes, |it| room(it) as u64),
        }
    }

    /// Whether lines have it.
    pub fn is_of_lines(&self) -> bool {
        self.field.level() == Level::Line
    }

    /// One more than the greatest code.
    pub fn codes(&self) -> u64 {
        self.codes
    }

    /// The code of each order, or of each line.
    pub fn code(&self, columns: &Columns<'_>) -> impl Iterator<Item = u64> {
        let place = self.field.place();
        let numbers = if self.is_of_lines() {
            columns.own_of_lines(place, self.scale)
        } else {
            columns.own_of_orders(place, self.scale)
        };
        let least = self.least;
        numbers.into_iter().map(move |number| match number {
            MISSING_WIDE => 0,
            number => number.abs_diff(least) + 1,
        })
    }

    /// The number of a code.
    pub fn part(&self, code: u64) -> KeyPart {
        let above = code.checked_sub(1);
        let units = above.and_then(|above| self.least.checked_add_unsigned(above));
        let number = units.and_then(|units| decimal(units, self.scale));
        number.map_or(KeyPart::Missing, KeyPart::Decimal)
    }
}
