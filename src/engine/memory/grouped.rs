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
