//! Rows in the order of a KPI.

use std::cmp::{Ordering, Reverse};

use rust_decimal::Decimal;

use super::{catalogue::Kpi, measure::Values, scope::Key};

/// Which rows come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The smallest.
    Ascending,
    /// The greatest.
    #[default]
    Descending,
}

/// Sorts rows by a KPI; those where it is null come last either way, ties by key, ascending.
pub fn rank(rows: &mut [(Key, Values)], by: Kpi, direction: Direction) {
    rows.sort_by_cached_key(|(key, values)| {
        let value = by.finish(values).map(|value| Ranked { value, direction });
        (Reverse(value.is_some()), value, key.clone())
    });
}

#[derive(PartialEq, Eq)]
struct Ranked {
    value: Decimal,
    direction: Direction,
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        let ascending = self.value.cmp(&other.value);
        match self.direction {
            Direction::Ascending => ascending,
            Direction::Descending => ascending.reverse(),
        }
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal_macros::dec;

    use super::*;
    use crate::kpi::measure::Measure;

    fn row(name: &str, profit: Option<Decimal>) -> (Key, Values) {
        let values = Values::new(Kpi::TotalProfit.measures(), |measure| {
            assert_eq!(measure, Measure::Profit);
            profit
        });
        (vec![name.into()], values)
    }

    fn ranked(direction: Direction) -> Vec<String> {
        let mut rows = vec![
            row("unknown", None),
            row("tied b", Some(dec!(2))),
            row("loss", Some(dec!(-3))),
            row("tied a", Some(dec!(2.0))),
        ];
        rank(&mut rows, Kpi::TotalProfit, direction);
        let name = |(key, _): &(Key, Values)| key[0].text().unwrap().to_owned();
        rows.iter().map(name).collect()
    }

    #[test]
    fn ties_go_by_key_and_nulls_come_last_either_way() {
        let down = ["tied a", "tied b", "loss", "unknown"];
        assert_eq!(ranked(Direction::Descending), down);
        let up = ["loss", "tied a", "tied b", "unknown"];
        assert_eq!(ranked(Direction::Ascending), up);
    }
}
