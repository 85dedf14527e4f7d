//! Rows in the order of a KPI.

use std::cmp::{Ordering, Reverse};

use rust_decimal::Decimal;

use super::{catalogue::Kpi, measures::Values, scope::Key};

/// A row: a group, and what was counted of it.
pub type Row = (Key, Values);

/// Which rows come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The smallest.
    Ascending,
    /// The greatest.
    #[default]
    Descending,
}

/// The order of rows by a KPI.
///
/// Rows where the KPI is null come last either way, ties go by key, ascending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranking {
    /// The KPI.
    pub by: Kpi,
    /// Which of its values come first.
    pub direction: Direction,
}

/// A place in a ranking: that of a row, whether or not it is still there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankedPlace {
    /// The KPI's value.
    pub value: Option<Decimal>,
    /// The row's key.
    pub key: Key,
}

impl Ranking {
    /// The first few rows after a place, in order, and whether any are left behind them.
    ///
    /// A breakdown by customer has hundreds of thousands of rows of which ten are shown.
    #[must_use]
    pub fn first<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r Row>,
        after: Option<&RankedPlace>,
        first: usize,
    ) -> (Vec<&'r Row>, bool) {
        let after = after.map(|it| self.place(it.value, &it.key));
        let place = |row: &'r Row| (self.place(self.by.finish(&row.1), &row.0), row);
        let places = rows.into_iter().map(place);
        let is_wanted = |(it, _): &(Place<'_>, _)| after.as_ref().is_none_or(|after| it > after);
        let mut places: Vec<(Place<'_>, &Row)> = places.filter(is_wanted).collect();
        let has_more = first < places.len();
        if has_more {
            places.select_nth_unstable_by(first, |one, two| one.0.cmp(&two.0));
            places.truncate(first);
        }
        places.sort_unstable_by(|one, two| one.0.cmp(&two.0));
        (places.into_iter().map(|(_, row)| row).collect(), has_more)
    }

    /// Which of two rows comes first.
    #[must_use]
    pub fn compare(&self, one: &Row, two: &Row) -> Ordering {
        let (one, two) = (
            (self.by.finish(&one.1), &one.0),
            (self.by.finish(&two.1), &two.0),
        );
        self.place(one.0, one.1).cmp(&self.place(two.0, two.1))
    }

    /// Where a row stands.
    #[must_use]
    pub fn place_of(&self, (key, values): &Row) -> RankedPlace {
        RankedPlace {
            value: self.by.finish(values),
            key: key.clone(),
        }
    }

    fn place<'k>(&self, value: Option<Decimal>, key: &'k Key) -> Place<'k> {
        let direction = self.direction;
        let ranked = value.map(|value| Ranked { value, direction });
        (Reverse(value.is_some()), ranked, key)
    }
}

/// Whether a row has a value, which, and its key.
type Place<'a> = (Reverse<bool>, Option<Ranked>, &'a Key);

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

    fn names(rows: &[&Row]) -> Vec<String> {
        let name = |(key, _): &&Row| key[0].text().unwrap().to_owned();
        rows.iter().map(name).collect()
    }

    fn by_profit(direction: Direction) -> Ranking {
        Ranking {
            by: Kpi::TOTAL_PROFIT,
            direction,
        }
    }

    fn ranked(direction: Direction) -> Vec<String> {
        let rows = [
            row("unknown", None),
            row("tied b", Some(dec!(2))),
            row("loss", Some(dec!(-3))),
            row("tied a", Some(dec!(2.0))),
        ];
        let (ranked, has_more) = by_profit(direction).first(&rows, None, 4);
        assert!(!has_more);
        names(&ranked)
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
        let (ranked, has_more) = by_profit(Direction::Descending).first(&rows, None, 3);
        assert!(has_more);
        let profits: Vec<_> = ranked
            .iter()
            .map(|(_, it)| it.value(Measure::Profit))
            .collect();
        assert_eq!(profits, [Some(dec!(8)), Some(dec!(7)), Some(dec!(6))]);
    }

    #[test]
    fn pages_follow_each_other_without_a_gap() {
        let profit = |at: i32| (at % 4 > 0).then(|| (at % 3).into());
        let rows: Vec<_> = (0..23).map(|at| row(&at.to_string(), profit(at))).collect();
        for direction in [Direction::Ascending, Direction::Descending] {
            let ranking = by_profit(direction);
            let (all, _) = ranking.first(&rows, None, 100);
            let (mut pages, mut after, mut has_more) = (Vec::new(), None, true);
            while has_more {
                let (page, more) = ranking.first(&rows, after.as_ref(), 5);
                after = page.last().map(|row| ranking.place_of(row));
                pages.extend(page);
                has_more = more;
            }
            assert_eq!(names(&pages), names(&all));
        }
    }
}
