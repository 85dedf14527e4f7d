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

/// The first few rows by a KPI, in order.
///
/// Rows where the KPI is null come last either way, ties go by key, ascending. A
/// breakdown by customer has hundreds of thousands of rows of which ten are shown.
#[must_use]
pub fn first_by<'r>(
    rows: impl IntoIterator<Item = &'r (Key, Values)>,
    by: Kpi,
    direction: Direction,
    first: usize,
) -> Vec<&'r (Key, Values)> {
    let place = |row: &'r (Key, Values)| {
        let (_, values) = row;
        let value = by.finish(values).map(|value| Ranked { value, direction });
        (Reverse(value.is_some()), value, row)
    };
    let mut places: Vec<Place<'_>> = rows.into_iter().map(place).collect();
    let order = |one: &Place, two: &Place| {
        let by_value = (&one.0, &one.1).cmp(&(&two.0, &two.1));
        by_value.then_with(|| one.2.0.cmp(&two.2.0))
    };
    if first < places.len() {
        places.select_nth_unstable_by(first, order);
        places.truncate(first);
    }
    places.sort_unstable_by(order);
    places.into_iter().map(|(.., row)| row).collect()
}

/// Whether a row has a value, which, and the row.
type Place<'a> = (Reverse<bool>, Option<Ranked>, &'a (Key, Values));

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
        let values = Values::new(Kpi::TOTAL_PROFIT.measures(), |measure| {
            assert_eq!(measure, Measure::Profit);
            profit
        });
        (vec![name.into()], values)
    }

    fn ranked(direction: Direction) -> Vec<String> {
        let rows = [
            row("unknown", None),
            row("tied b", Some(dec!(2))),
            row("loss", Some(dec!(-3))),
            row("tied a", Some(dec!(2.0))),
        ];
        let ranked = first_by(&rows, Kpi::TOTAL_PROFIT, direction, 4);
        let name = |(key, _): &&(Key, Values)| key[0].text().unwrap().to_owned();
        ranked.iter().map(name).collect()
    }

    #[test]
    fn ties_go_by_key_and_nulls_come_last_either_way() {
        let down = ["tied a", "tied b", "loss", "unknown"];
        assert_eq!(ranked(Direction::Descending), down);
        let up = ["loss", "tied a", "tied b", "unknown"];
        assert_eq!(ranked(Direction::Ascending), up);
    }

    #[test]
    fn the_first_few_are_the_same_as_of_all() {
        let rows: Vec<_> = (0..9)
            .map(|at| row(&at.to_string(), Some((at * 7 % 9).into())))
            .collect();
        let ranked = first_by(&rows, Kpi::TOTAL_PROFIT, Direction::Descending, 3);
        let profits: Vec<_> = ranked
            .iter()
            .map(|(_, it)| it.value(Measure::Profit))
            .collect();
        assert_eq!(profits, [Some(dec!(8)), Some(dec!(7)), Some(dec!(6))]);
    }
}
