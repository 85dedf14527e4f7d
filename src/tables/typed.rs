//! Cells as columns of one type have them, in Parquet and in Arrow.

use chrono::{Datelike, NaiveDate};
use rust_decimal::{Decimal, RoundingStrategy};

use super::form::Cell;

/// Digits of a decimal, and those of them after the point: the same in every file, so that
/// files can be read as one. SQL has as many.
pub const PRECISION: u8 = 38;
pub const SCALE: u8 = 15;

/// `None`, as everywhere here, where the cell holds something else.
pub fn text(cell: &Cell) -> Option<&str> {
    match cell {
        Cell::Text(text) => Some(text),
        _ => None,
    }
}

/// Days since 1970.
pub fn day(cell: &Cell) -> Option<i32> {
    match cell {
        Cell::Day(day) => Some(day.num_days_from_ce() - NaiveDate::default().num_days_from_ce()),
        _ => None,
    }
}

/// Microseconds since 1970.
pub fn instant(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Instant(instant) => Some(instant.timestamp_micros()),
        _ => None,
    }
}

pub fn whole(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Whole(whole) => Some(*whole),
        _ => None,
    }
}

pub fn double(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Double(double) => Some(*double),
        _ => None,
    }
}

pub fn truth(cell: &Cell) -> Option<bool> {
    match cell {
        Cell::Truth(truth) => Some(*truth),
        _ => None,
    }
}

/// In units of the column's last decimal, rounded half to even where it has more of them;
/// `None` also where it has too many digits.
pub fn decimal(cell: &Cell) -> Option<i128> {
    match cell {
        Cell::Decimal(decimal) => units(*decimal),
        _ => None,
    }
}

fn units(decimal: Decimal) -> Option<i128> {
    let scale = u32::from(SCALE);
    let decimal = decimal.round_dp_with_strategy(scale, RoundingStrategy::MidpointNearestEven);
    let factor = 10_i128.checked_pow(scale.checked_sub(decimal.scale())?)?;
    let units = decimal.mantissa().checked_mul(factor)?;
    (units.unsigned_abs() < 10_u128.pow(PRECISION.into())).then_some(units)
}
