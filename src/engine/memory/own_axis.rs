//! The axis of a shop's own number: its values as codes.

use std::sync::Arc;

use super::{
    amount::{MISSING_WIDE, decimal, factor},
    columns::Columns,
    ledger::Ledger,
    own_numbers::{OwnNumbers, OwnRange},
    snapshot::room,
};
use crate::kpi::{KeyPart, Level, OwnField};

/// A number's values, each with a code; missing ones have 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAxis {
    field: OwnField,
    scale: u32,
    values: Values,
}

/// Which value a code stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Values {
    /// The one that is so far above the least, less one. Most new values are within the room,
    /// and leave what is counted as it is.
    Above { least: i64, codes: u64 },
    /// The one at that place, less one: values that lie far apart would have codes that do not
    /// fit beside those of other axes.
    Listed(Arc<[i64]>),
}

impl OwnAxis {
    pub fn new(field: OwnField, ledger: &Ledger) -> Self {
        let range = ledger.scales.own.of_field(field);
        let OwnRange { scale, least, .. } = range;
        let values = if codes_above(range) <= most_listed(field, ledger) {
            Values::Above {
                least,
                codes: codes_above(range),
            }
        } else {
            Values::Listed(listed(field, scale, ledger))
        };
        Self {
            field,
            scale,
            values,
        }
    }

    /// The most codes that the axis of a number can have, without working them out.
    pub fn most_codes(field: OwnField, ledger: &Ledger) -> u64 {
        let range = ledger.scales.own.of_field(field);
        codes_above(range).min(most_listed(field, ledger))
    }

    /// Whether lines have it.
    pub fn is_of_lines(&self) -> bool {
        is_of_lines(self.field)
    }

    /// How many codes to make room for.
    pub fn codes(&self) -> u64 {
        match &self.values {
            Values::Above { codes, .. } => *codes,
            Values::Listed(values) => values.len() as u64 + 1,
        }
    }

    /// The code of each order, or of each line.
    pub fn code(&self, columns: &Columns<'_>) -> impl Iterator<Item = u64> {
        let place = self.field.place();
        let numbers = if self.is_of_lines() {
            columns.own_of_lines(place, self.scale)
        } else {
            columns.own_of_orders(place, self.scale)
        };
        numbers.into_iter().map(|number| match &self.values {
            _ if number == MISSING_WIDE => 0,
            Values::Above { least, .. } => number.abs_diff(*least) + 1,
            Values::Listed(values) => values.partition_point(|it| *it < number) as u64 + 1,
        })
    }

    /// The number of a code.
    pub fn part(&self, code: u64) -> KeyPart {
        let units = code.checked_sub(1).and_then(|above| match &self.values {
            Values::Above { least, .. } => least.checked_add_unsigned(above),
            Values::Listed(values) => values.get(usize::try_from(above).ok()?).copied(),
        });
        let number = units.and_then(|units| decimal(units, self.scale));
        number.map_or(KeyPart::Missing, KeyPart::Decimal)
    }
}

fn is_of_lines(field: OwnField) -> bool {
    field.level() == Level::Line
}

/// Codes for all values from the least to the greatest, and for a missing one.
fn codes_above(
    OwnRange {
        least, greatest, ..
    }: OwnRange,
) -> u64 {
    let codes = greatest.abs_diff(least).saturating_add(2);
    usize::try_from(codes).map_or(codes, |it| room(it) as u64)
}

/// Codes for as many values as there can be, and for a missing one.
fn most_listed(field: OwnField, ledger: &Ledger) -> u64 {
    let rows = if is_of_lines(field) {
        ledger.lines()
    } else {
        ledger.orders()
    };
    rows as u64 + 1
}

/// The values of all rows in units of a scale, in order, each once.
fn listed(field: OwnField, scale: u32, ledger: &Ledger) -> Arc<[i64]> {
    let numbers = |is_of_lines| {
        ledger.blocks.iter().map(move |it| -> &OwnNumbers {
            if is_of_lines {
                &it.numbers_of_lines
            } else {
                &it.numbers_of_orders
            }
        })
    };
    let columns = numbers(is_of_lines(field)).filter_map(|it| it.column(field.place()));
    let mut values: Vec<i64> = Vec::new();
    for column in columns {
        let factor = factor(column.scale, scale);
        values.extend(column.values.present().map(|units| units * factor));
    }
    values.sort_unstable();
    values.dedup();
    values.into()
}
