//! Which rows of a block are wanted, and their values.

use std::{borrow::Cow, ops::Range};

use super::amount::{Amounts, Integer, Integers, MISSING_WIDE, factor, row};

/// Rows of a block.
#[derive(Debug)]
pub enum Picks<'a> {
    /// Consecutive ones, which are copied many at a time.
    Runs(Vec<Range<usize>>),
    /// Scattered ones.
    Each(Cow<'a, [u32]>),
}

/// Runs of fewer rows than this, on the average, take longer than row by row.
const WORTH_A_RUN: usize = 4;

impl<'a> Picks<'a> {
    /// These rows, which are in order.
    pub fn new(rows: &'a [u32]) -> Self {
        let Some(first) = rows.first() else {
            return Self::Runs(Vec::new());
        };
        let most = rows.len() / WORTH_A_RUN;
        let mut runs = Vec::new();
        let mut run = *first..*first;
        for at in rows {
            if *at != run.end {
                if runs.len() > most {
                    return Self::Each(Cow::Borrowed(rows));
                }
                runs.push(run.start as usize..run.end as usize);
                run.start = *at;
            }
            run.end = at + 1;
        }
        runs.push(run.start as usize..run.end as usize);
        Self::Runs(runs)
    }

    /// All rows of a range.
    pub fn all(range: Range<usize>) -> Self {
        Self::Runs(vec![range])
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Runs(runs) => runs.iter().map(ExactSizeIterator::len).sum(),
            Self::Each(rows) => rows.len(),
        }
    }

    /// The rows that these orders have in a column of lines; `ends` says where each begins and ends.
    pub fn lines_of(&self, ends: &[u32]) -> Self {
        match self {
            Self::Runs(runs) => {
                let lines = |run: &Range<usize>| ends[run.start] as usize..ends[run.end] as usize;
                Self::Runs(runs.iter().map(lines).collect())
            }
            Self::Each(orders) => {
                let lines = |order: &u32| ends[*order as usize]..ends[*order as usize + 1];
                Self::Each(orders.iter().flat_map(lines).collect())
            }
        }
    }

    /// For each line of these orders, the place of its order among them.
    pub fn owners_of(&self, ends: &[u32]) -> Vec<u32> {
        // A mark where an order begins, and then how many there were: no branch for each.
        // That of an order without lines lies where the next one begins, if only there is one.
        let mut owners = vec![0];
        let mut mark = |orders: Range<usize>| {
            let base = ends[orders.start] as usize;
            let start = owners.len() - 1;
            owners.resize(start + ends[orders.end] as usize - base + 1, 0);
            for order in orders {
                owners[start + ends[order] as usize - base] += 1;
            }
        };
        match self {
            Self::Runs(runs) => runs.iter().cloned().for_each(mark),
            Self::Each(orders) => {
                let orders = orders.iter().map(|it| *it as usize);
                orders.for_each(|it| mark(it..it + 1));
            }
        }
        owners.pop();
        let mut order = row(0).wrapping_sub(1);
        for owner in &mut owners {
            order = order.wrapping_add(*owner);
            *owner = order;
        }
        owners
    }

    /// How many lines each of these orders has.
    pub fn line_counts(&self, ends: &[u32]) -> Vec<i64> {
        let count = |order: usize| i64::from(ends[order + 1] - ends[order]);
        match self {
            Self::Runs(runs) => runs.iter().cloned().flatten().map(count).collect(),
            Self::Each(rows) => rows.iter().map(|it| count(*it as usize)).collect(),
        }
    }

    /// The values of these rows as they are, where they lie if that is together.
    pub fn slice<'c, T: Copy>(&self, column: &'c [T]) -> Cow<'c, [T]> {
        match self {
            Self::Runs(runs) if runs.len() == 1 => Cow::Borrowed(&column[runs[0].clone()]),
            _ => Cow::Owned(self.of(column, |it| it)),
        }
    }

    /// The values of these rows.
    pub fn of<From: Copy, To>(&self, column: &[From], to: impl Fn(From) -> To) -> Vec<To> {
        match self {
            Self::Runs(runs) => {
                let mut values = Vec::with_capacity(self.len());
                for run in runs {
                    values.extend(column[run.clone()].iter().map(|it| to(*it)));
                }
                values
            }
            Self::Each(rows) => rows.iter().map(|at| to(column[*at as usize])).collect(),
        }
    }

    /// Amounts brought to a scale; nothing where one is missing.
    pub fn units(&self, column: &Amounts, scale: u32) -> Vec<i64> {
        let factor = factor(column.scale, scale);
        match &column.values {
            Integers::Missing => vec![0; self.len()],
            // Most columns have the scale already, and are copied many values at a time.
            Integers::Narrow(values) if factor == 1 => self.of(values, Integer::or_zero),
            Integers::Wide(values) if factor == 1 => self.of(values, Integer::or_zero),
            Integers::Narrow(values) => self.of(values, |it| it.or_zero() * factor),
            Integers::Wide(values) => self.of(values, |it| it.or_zero() * factor),
        }
    }

    /// Amounts brought to a scale, with [`MISSING_WIDE`] for those that are missing.
    pub fn units_or_missing(&self, column: &Amounts, scale: u32) -> Vec<i64> {
        fn units<I: Integer>(it: I, factor: i64) -> i64 {
            if it.is_missing() {
                MISSING_WIDE
            } else {
                it.value() * factor
            }
        }
        let factor = factor(column.scale, scale);
        match &column.values {
            Integers::Missing => vec![MISSING_WIDE; self.len()],
            Integers::Narrow(values) => self.of(values, |it| units(it, factor)),
            Integers::Wide(values) => self.of(values, |it| units(it, factor)),
        }
    }

    /// One for each amount that is not missing.
    pub fn presence(&self, column: &Amounts) -> Vec<i64> {
        match &column.values {
            Integers::Missing => vec![0; self.len()],
            Integers::Narrow(values) => self.of(values, |it| i64::from(!it.is_missing())),
            Integers::Wide(values) => self.of(values, |it| i64::from(!it.is_missing())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the lines of eight orders begin and end.
    const ENDS: [u32; 9] = [0, 2, 3, 6, 7, 9, 10, 14, 15];

    #[test]
    fn rows_in_runs_and_scattered_ones_have_the_same_values() {
        let together: Vec<u32> = (1..7).collect();
        let scattered = [0, 2, 4, 6];
        let column: Vec<u32> = (0..8).map(|it| it * 10).collect();
        for rows in [&together[..], &scattered[..]] {
            let picks = Picks::new(rows);
            let values: Vec<u32> = rows.iter().map(|it| it * 10).collect();
            assert_eq!(picks.of(&column, |it| it), values);
        }
        assert!(matches!(Picks::new(&together), Picks::Runs(_)));
        assert!(matches!(Picks::new(&scattered), Picks::Each(_)));
    }

    #[test]
    fn lines_know_their_orders() {
        let lines: Vec<u32> = (0..15).collect();
        let orders = Picks::new(&[2, 5, 6]);
        assert_eq!(
            orders.lines_of(&ENDS).of(&lines, |it| it),
            [3, 4, 5, 9, 10, 11, 12, 13]
        );
        assert_eq!(orders.owners_of(&ENDS), [0, 0, 0, 1, 2, 2, 2, 2]);
        let orders = Picks::new(&[1, 2, 3, 4]);
        assert_eq!(
            orders.lines_of(&ENDS).of(&lines, |it| it),
            [2, 3, 4, 5, 6, 7, 8]
        );
        assert_eq!(orders.owners_of(&ENDS), [0, 1, 1, 1, 2, 3, 3]);
    }

    #[test]
    fn orders_without_lines_own_none() {
        let ends = [0, 0, 2, 2, 3, 3];
        assert_eq!(Picks::all(0..5).owners_of(&ends), [1, 1, 3]);
        assert_eq!(Picks::all(2..5).owners_of(&ends), [1]);
        let apart = Picks::Runs(vec![0..3, 3..4]);
        assert_eq!(apart.owners_of(&ends), [1, 1, 3]);
        assert_eq!(Picks::all(0..5).line_counts(&ends), [0, 2, 0, 1, 0]);
    }
}
