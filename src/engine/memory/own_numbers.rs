//! A shop's own numbers as columns, and what they add up to by group.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{
    Unheld,
    amount::{Amount, Amounts, MISSING_WIDE, common_scale, decimal, factor},
    block::Block,
    columns::Columns,
    grouped::Grouped,
};
use crate::kpi::{Aggregate, Level, Measures, OwnField};

/// The numbers of a block's orders or lines, a column each.
#[derive(Debug, Default)]
pub struct OwnNumbers(Vec<OwnColumn>);

#[derive(Debug)]
struct OwnColumn {
    amounts: Amounts,
    /// The least and the greatest, at the column's scale; `None` where all are missing.
    range: Option<(i64, i64)>,
}

impl OwnNumbers {
    /// The columns of these rows.
    ///
    /// # Errors
    /// When the numbers of one column have no scale in common.
    pub fn of<'a>(
        rows: &(impl Iterator<Item = &'a [Option<Amount>]> + Clone),
    ) -> Result<Self, Unheld> {
        let many = rows.clone().next().map_or(0, <[_]>::len);
        let column = |at: usize| {
            let numbers: Vec<Option<Amount>> = rows.clone().map(|row| row[at]).collect();
            let amounts = Amounts::new(&numbers)?;
            let present = || amounts.values.present();
            let range = present().min().zip(present().max());
            Ok(OwnColumn { amounts, range })
        };
        Ok(Self((0..many).map(column).collect::<Result<_, _>>()?))
    }

    pub fn row(&self, at: usize) -> Box<[Option<Amount>]> {
        self.0.iter().map(|it| it.amounts.amount(at)).collect()
    }

    /// A column by its place; `None` where the block has no rows.
    pub fn column(&self, place: usize) -> Option<&Amounts> {
        self.0.get(place).map(|it| &it.amounts)
    }

    pub fn bytes(&self) -> usize {
        self.0.iter().map(|it| it.amounts.bytes()).sum()
    }
}

/// How each number is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnScales {
    of_orders: Arc<[OwnRange]>,
    of_lines: Arc<[OwnRange]>,
}

/// The decimals that a number is counted in, and how far it goes in units of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnRange {
    pub scale: u32,
    pub least: i64,
    pub greatest: i64,
}

impl OwnScales {
    /// # Errors
    /// When a sum could leave 63 bits.
    pub fn of(blocks: &[Arc<Block>]) -> Result<Self, Unheld> {
        Ok(Self {
            of_orders: scales(blocks, |it| &it.numbers_of_orders)?,
            of_lines: scales(blocks, |it| &it.numbers_of_lines)?,
        })
    }

    pub fn of_field(&self, field: OwnField) -> OwnRange {
        let scales = match field.level() {
            Level::Line => &self.of_lines,
            Level::Order | Level::Customer => &self.of_orders,
        };
        scales.get(field.place()).copied().unwrap_or_default()
    }
}

fn scales(
    blocks: &[Arc<Block>],
    numbers: fn(&Block) -> &OwnNumbers,
) -> Result<Arc<[OwnRange]>, Unheld> {
    let columns = || blocks.iter().map(|it| numbers(it));
    let many = columns().map(|it| it.0.len()).max().unwrap_or_default();
    let range = |place: usize| {
        let columns = columns().filter_map(move |it| it.0.get(place));
        let scale = common_scale(columns.clone().map(|it| &it.amounts))?;
        let ranges = columns.filter_map(|it| {
            let (least, greatest) = it.range?;
            let factor = factor(it.amounts.scale, scale);
            Some((least * factor, greatest * factor))
        });
        let all = ranges.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)));
        let (least, greatest) = all.unwrap_or_default();
        Ok(OwnRange {
            scale,
            least,
            greatest,
        })
    };
    (0..many).map(range).collect()
}

/// What a shop's own numbers come to in each group.
#[derive(Clone, Debug)]
pub struct OwnTotals(Vec<OwnTotal>);

#[derive(Clone, Debug)]
struct OwnTotal {
    field: OwnField,
    scale: u32,
    /// Whether lines are counted one by one.
    is_by_lines: bool,
    /// For each group; missing as long as no number has been met.
    of_groups: Vec<i64>,
}

impl OwnTotals {
    /// Nothing counted yet; lines are counted one by one where those of an order can have
    /// different groups.
    pub fn new(measures: Measures, scales: &OwnScales, is_by_lines: bool) -> Self {
        let total = |field: OwnField| OwnTotal {
            field,
            scale: scales.of_field(field).scale,
            is_by_lines: is_by_lines && field.level() == Level::Line,
            of_groups: Vec::new(),
        };
        Self(measures.fields().map(total).collect())
    }

    /// Makes room for so many groups.
    pub fn grow(&mut self, groups: usize) {
        for OwnTotal { of_groups, .. } in &mut self.0 {
            of_groups.resize(groups.max(of_groups.len()), MISSING_WIDE);
        }
    }

    /// Counts what is selected of a block.
    pub fn absorb(&mut self, columns: &Columns<'_>, grouped: &Grouped) {
        for total in &mut self.0 {
            let (groups, numbers) = if total.is_by_lines {
                (grouped.of_lines(), total.of_lines(columns))
            } else {
                (grouped.of_orders(), total.of_orders(columns))
            };
            let aggregate = total.field.aggregate();
            let of_groups = total.of_groups.as_mut_slice();
            groups.for_each(|row, group| {
                of_groups[group] = together(aggregate, of_groups[group], numbers[row]);
            });
        }
    }

    /// Adds another part of the same pass; `place` says which group its groups are.
    pub fn merge(&mut self, other: &Self, place: impl Fn(usize) -> usize) {
        for (total, more) in self.0.iter_mut().zip(&other.0) {
            let aggregate = total.field.aggregate();
            for (group, number) in more.of_groups.iter().enumerate() {
                let to = &mut total.of_groups[place(group)];
                *to = together(aggregate, *to, *number);
            }
        }
    }

    /// What a number comes to in a group.
    pub fn value(&self, field: OwnField, group: usize) -> Option<Decimal> {
        let total = self.0.iter().find(|it| it.field == field)?;
        let units = total.of_groups.get(group).copied();
        let units = units.filter(|it| *it != MISSING_WIDE);
        match field.aggregate() {
            Aggregate::Count => Some(units.unwrap_or_default().into()),
            Aggregate::Sum | Aggregate::Minimum | Aggregate::Maximum => {
                decimal(units?, total.scale)
            }
        }
    }
}

impl OwnTotal {
    /// What each order comes to.
    fn of_orders(&self, columns: &Columns<'_>) -> Vec<i64> {
        if self.field.level() != Level::Line {
            return self.counted(columns.own_of_orders(self.field.place(), self.scale));
        }
        let aggregate = self.field.aggregate();
        let mut of_orders = vec![MISSING_WIDE; columns.len()];
        for (owner, number) in columns.owners().iter().zip(self.of_lines(columns)) {
            let of_order = &mut of_orders[*owner as usize];
            *of_order = together(aggregate, *of_order, number);
        }
        of_orders
    }

    /// What each line comes to.
    fn of_lines(&self, columns: &Columns<'_>) -> Vec<i64> {
        self.counted(columns.own_of_lines(self.field.place(), self.scale))
    }

    /// One in place of each number, where that is what is asked for.
    fn counted(&self, mut numbers: Vec<i64>) -> Vec<i64> {
        if self.field.aggregate() == Aggregate::Count {
            let there = numbers.iter_mut().filter(|it| **it != MISSING_WIDE);
            there.for_each(|it| *it = 1);
        }
        numbers
    }
}

/// Two numbers, or groups of them, as one; either may be missing.
fn together(aggregate: Aggregate, one: i64, other: i64) -> i64 {
    if one == MISSING_WIDE || other == MISSING_WIDE {
        // Every number is greater than what stands for a missing one.
        return one.max(other);
    }
    match aggregate {
        Aggregate::Sum | Aggregate::Count => one + other,
        Aggregate::Minimum => one.min(other),
        Aggregate::Maximum => one.max(other),
    }
}
