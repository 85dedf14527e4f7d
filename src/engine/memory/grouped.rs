//! The groups of what is selected of a block.

use std::ops::Range;

/// The groups of rows: of orders, or of lines.
#[derive(Clone, Copy, Debug)]
pub struct Groups<'a> {
    /// A group for each of the rows.
    pub of_rows: &'a [u32],
    /// Which rows, each as often as it has different groups; all of them where there is `None`.
    pub rows: Option<&'a [u32]>,
    /// The same in runs, where consecutive rows are known to have one group.
    pub runs: Option<&'a [Run]>,
}

/// Consecutive rows of one group; at least one.
#[derive(Clone, Debug)]
pub struct Run {
    pub rows: Range<usize>,
    pub group: u32,
}

impl Groups<'_> {
    /// Tells every row and its group, row by row.
    pub fn for_each(self, mut each: impl FnMut(usize, usize)) {
        // One loop for all, so that what is done for each is made part of it.
        for (at, group) in self.of_rows.iter().enumerate() {
            let row = self.rows.map_or(at, |rows| rows[at] as usize);
            each(row, *group as usize);
        }
    }
}

/// Room for the groups of one block, used for one after the other.
#[derive(Debug, Default)]
pub struct Grouped {
    pub shape: Shape,
    runs: Vec<Run>,
    /// Of each order, or of each of `orders`.
    pub groups: Vec<u32>,
    pub orders: Vec<u32>,
    pub line_groups: Vec<u32>,
    /// Codes that groups are looked up by.
    pub codes: Vec<u64>,
}

/// How the groups of orders are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    #[default]
    Runs,
    Each,
    /// As their lines have different ones.
    ByLines,
}

impl Grouped {
    /// Sets runs of orders, by where each ends, and its group.
    pub fn set_runs(&mut self, runs: impl IntoIterator<Item = (usize, u32)>) {
        self.shape = Shape::Runs;
        self.runs.clear();
        self.groups.clear();
        for (end, group) in runs {
            let rows = self.groups.len()..end;
            if rows.is_empty() {
                continue;
            }
            self.groups.resize(end, group);
            self.runs.push(Run { rows, group });
        }
    }

    /// Gives these orders a group of their own.
    pub fn leave_out(&mut self, orders: &[u32], group: u32) {
        for order in orders {
            self.groups[*order as usize] = group;
        }
        if self.shape != Shape::Runs || orders.is_empty() {
            return;
        }
        let mut left_out = orders.iter().map(|it| *it as usize).peekable();
        let mut runs = Vec::with_capacity(self.runs.len() + 2 * orders.len());
        for mut run in self.runs.drain(..) {
            while let Some(order) = left_out.next_if(|it| *it < run.rows.end) {
                if run.rows.start < order {
                    let rows = run.rows.start..order;
                    runs.push(Run { rows, ..run });
                }
                let rows = order..order + 1;
                runs.push(Run { rows, group });
                run.rows.start = order + 1;
            }
            if !run.rows.is_empty() {
                runs.push(run);
            }
        }
        self.runs = runs;
    }

    /// The groups of the orders.
    pub fn of_orders(&self) -> Groups<'_> {
        Groups {
            of_rows: &self.groups,
            rows: (self.shape == Shape::ByLines).then_some(&self.orders),
            runs: (self.shape == Shape::Runs).then_some(&self.runs),
        }
    }

    /// The groups of the lines, where those of an order can have different ones.
    pub fn of_lines(&self) -> Groups<'_> {
        Groups {
            of_rows: &self.line_groups,
            rows: None,
            runs: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEFT_OUT: u32 = 9;

    fn without(orders: &[u32]) -> Vec<(Range<usize>, u32)> {
        let mut grouped = Grouped::default();
        grouped.set_runs([(3, 1), (4, 2), (8, 1)]);
        grouped.leave_out(orders, LEFT_OUT);
        let runs = grouped.runs.iter().map(|it| (it.rows.clone(), it.group));
        let runs: Vec<_> = runs.collect();
        let of_rows = runs
            .iter()
            .flat_map(|(rows, group)| rows.clone().map(|_| *group));
        assert_eq!(grouped.groups, of_rows.collect::<Vec<_>>());
        runs
    }

    #[test]
    fn orders_that_are_left_out_part_the_runs_they_are_in() {
        assert_eq!(without(&[]), [(0..3, 1), (3..4, 2), (4..8, 1)]);
        assert_eq!(
            without(&[1, 7]),
            [
                (0..1, 1),
                (1..2, LEFT_OUT),
                (2..3, 1),
                (3..4, 2),
                (4..7, 1),
                (7..8, LEFT_OUT)
            ]
        );
        assert_eq!(
            without(&[0, 3, 4]),
            [
                (0..1, LEFT_OUT),
                (1..3, 1),
                (3..4, LEFT_OUT),
                (4..5, LEFT_OUT),
                (5..8, 1)
            ]
        );
    }
}
