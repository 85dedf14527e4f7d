//! The fields of a table that a meaning fits.

use rust_decimal::Decimal;

use super::{
    names::Meaning,
    table::{Column, Table},
};
use crate::model::number;

/// A field that fits.
#[derive(Clone, Copy, Debug)]
pub struct Pick<'t> {
    pub path: &'t str,
    pub column: &'t Column<'t>,
    pub fit: u32,
}

impl Pick<'_> {
    /// The number in a row.
    pub fn number(&self, row: usize) -> Option<Decimal> {
        number(self.column.values[row]?, None)
    }
}

/// The fields that fit and are acceptable, the best first.
pub fn picks<'t>(
    table: &'t Table<'t>,
    meaning: Meaning,
    is_acceptable: impl Fn(&Column) -> bool,
) -> Vec<Pick<'t>> {
    let columns = table.columns.iter();
    let fits = columns.map(|(path, column)| Pick {
        path,
        column,
        fit: meaning.fit(path),
    });
    let acceptable = fits.filter(|it| it.fit > 0 && it.column.profile.filled > 0);
    let mut picks: Vec<_> = acceptable.filter(|it| is_acceptable(it.column)).collect();
    picks.sort_by_key(|it| (std::cmp::Reverse(it.fit), it.path));
    picks
}

/// The field that fits best.
pub fn pick<'t>(
    table: &'t Table<'t>,
    meaning: Meaning,
    is_acceptable: impl Fn(&Column) -> bool,
) -> Option<Pick<'t>> {
    picks(table, meaning, is_acceptable).into_iter().next()
}

/// The fields that are called as a key, not only begin as one: `customerAge` is none.
pub fn keys<'t>(table: &'t Table<'t>, meaning: Meaning) -> Vec<Pick<'t>> {
    const LEAST: u32 = 550;
    let mut keys = picks(table, meaning, is_name_or_key);
    keys.retain(|it| it.fit >= LEAST && it.path != "_id");
    keys
}

/// A column of amounts that are not all 0.
pub fn is_amount(column: &Column) -> bool {
    column.profile.is_amount()
}

/// A column of dates in most rows.
pub fn is_usual_date(column: &Column) -> bool {
    column.profile.is_date() && column.profile.percent_filled() >= 50
}

/// A column of texts, numbers or ids, but no dates or flags.
pub fn is_name_or_key(column: &Column) -> bool {
    let profile = &column.profile;
    profile.dates == 0 && !profile.is_flag()
}
