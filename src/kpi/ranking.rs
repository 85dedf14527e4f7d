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

/// Puts the first few rows by a KPI first, in order, and the rest after them, in none.
///
/// Rows where the KPI is null come last either way, ties go by key, ascending. A
/// breakdown by customer has hundreds of thousands of rows of which ten are shown.
pub fn rank(rows: &mut Vec<(Key, Values)>, by: Kpi, direction: Direction, first: usize) {
    let place = |(at, (_, values)): (usize, &(Key, Values))| {
        let value = by.finish(values).map(|value| Ranked { value, direction });
        (Reverse(value.is_some()), value, at)
    };
    let mut places: Vec<_> = rows.iter().enumerate().map(place).collect();
    let order = |one: &Place, two: &Place| {
        let by_value = (&one.0, &one.1).cmp(&(&two.0, &two.1));
        by_value.then_with(|| rows[one.2].0.cmp(&rows[two.2].0))
    };
    if first < places.len() {
        places.select_nth_unstable_by(first, order);
        places[..first].sort_unstable_by(order);
    } else {
        places.sort_unstable_by(order);
    }
    let mut unranked: Vec<_> = std::mem::take(rows).into_iter().map(Some).collect();
    rows.extend(
        places
            .into_iter()
            .filter_map(|(.., at)| unranked[at].take()),
    );
}

/// Whether a row has a value, which, and where the row stands.
type Place = (Reverse<bool>, Option<Ranked>, usize);

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
        rank(&mut rows, Kpi::TotalProfit, direction, 4);
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

    #[test]
    fn the_first_few_are_the_same_as_of_all() {
        let mut rows: Vec<_> = (0..9)
            .map(|at| row(&at.to_string(), Some((at * 7 % 9).into())))
            .collect();
        rank(&mut rows, Kpi::TotalProfit, Direction::Descending, 3);
        let profits: Vec<_> = rows
            .iter()
            .map(|(_, it)| it.value(Measure::Profit))
            .collect();
        assert_eq!(profits[..3], [Some(dec!(8)), Some(dec!(7)), Some(dec!(6))]);
        assert_eq!(rows.len(), 9);
    }
}
