//! Sums of addends by group.

use std::array;

use super::{
    columns::Addend,
    grouped::{Groups, Run},
};

/// A sum of each addend for each group, those of one group side by side.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    addends: Vec<Addend>,
    cells: Vec<i64>,
}

impl Sums {
    pub fn new(addends: Vec<Addend>) -> Self {
        Self {
            addends,
            cells: Vec::new(),
        }
    }

    /// Makes room for so many groups.
    pub fn grow(&mut self, groups: usize) {
        let cells = groups * self.addends.len();
        self.cells.resize(cells.max(self.cells.len()), 0);
    }

    /// The sum of an addend in a group, where it is one of these.
    pub fn sum(&self, addend: Addend, group: usize) -> Option<i64> {
        let at = self.addends.iter().position(|it| *it == addend)?;
        Some(self.cells[group * self.addends.len() + at])
    }

    /// Adds rows in these groups, a column for each addend.
    pub fn add<'a>(&mut self, groups: Groups<'_>, column: impl Fn(Addend) -> &'a [i64]) {
        let column = |at: usize| column(self.addends[at]);
        match self.addends.len() {
            0 => {}
            1 => self.add_all::<1>(groups, array::from_fn(column)),
            2 => self.add_all::<2>(groups, array::from_fn(column)),
            3 => self.add_all::<3>(groups, array::from_fn(column)),
            4 => self.add_all::<4>(groups, array::from_fn(column)),
            5 => self.add_all::<5>(groups, array::from_fn(column)),
            6 => self.add_all::<6>(groups, array::from_fn(column)),
            7 => self.add_all::<7>(groups, array::from_fn(column)),
            8 => self.add_all::<8>(groups, array::from_fn(column)),
            9 => self.add_all::<9>(groups, array::from_fn(column)),
            many => {
                let columns: Vec<&[i64]> = (0..many).map(column).collect();
                self.add_many(groups, &columns);
            }
        }
    }

    /// Adds more columns than a dashboard's usual few.
    fn add_many(&mut self, groups: Groups<'_>, columns: &[&[i64]]) {
        let width = columns.len();
        groups.for_each(|row, group| {
            let sums = &mut self.cells[group * width..][..width];
            for (sum, column) in sums.iter_mut().zip(columns) {
                *sum += column[row];
            }
        });
    }

    /// Adds so many columns in one go.
    fn add_all<const COLUMNS: usize>(&mut self, groups: Groups<'_>, columns: [&[i64]; COLUMNS]) {
        let (cells, _) = self.cells.as_chunks_mut::<COLUMNS>();
        if let Some(runs) = groups.runs {
            for Run { rows, group } in runs {
                for (sum, column) in cells[*group as usize].iter_mut().zip(columns) {
                    *sum += column[rows.clone()].iter().sum::<i64>();
                }
            }
            return;
        }
        if let Some(rows) = groups.rows {
            for (row, group) in rows.iter().zip(groups.of_rows) {
                for (sum, column) in cells[*group as usize].iter_mut().zip(columns) {
                    *sum += column[*row as usize];
                }
            }
            return;
        }
        let columns = columns.map(|it| &it[..groups.of_rows.len()]);
        for (row, group) in groups.of_rows.iter().enumerate() {
            for (sum, column) in cells[*group as usize].iter_mut().zip(columns) {
                *sum += column[row];
            }
        }
    }

    /// Adds sums of the same addends; `place` says which group their groups are.
    pub fn merge(&mut self, other: &Self, place: impl Fn(usize) -> usize) {
        let width = self.addends.len().max(1);
        for (group, sums) in other.cells.chunks_exact(width).enumerate() {
            let to = &mut self.cells[place(group) * width..][..width];
            to.iter_mut().zip(sums).for_each(|(to, sum)| *to += sum);
        }
    }
}
