//! Which orders and lines of a block are in scope.

use std::ops::Range;

use super::{
    amount::{row, rows},
    attributes::Base,
    block::Block,
    condition::{Column, Test, set},
    selected::{Lines, Orders, Selected},
    semi_join::SemiJoins,
};
use crate::kpi::{Dimension, Predicate};

/// What orders and lines must match, as codes.
#[derive(Debug)]
pub struct Selection {
    /// By the code of the status.
    counted: Vec<bool>,
    orders: Vec<Test>,
    lines: Vec<Test>,
}

/// One of so many orders may be left out of those that are looked at nevertheless.
const FEW: usize = 8;

impl Selection {
    /// What entries must match, semi-joins looked up.
    pub fn new(semi_joins: &SemiJoins<'_>, predicates: &[Predicate]) -> Self {
        let SemiJoins {
            snapshot,
            uncounted,
            ..
        } = *semi_joins;
        let statuses = snapshot.dictionaries.of(Dimension::STATUS);
        let mut counted = vec![true; snapshot.codes(Dimension::STATUS)];
        let codes = uncounted.iter().filter_map(|it| statuses.code(it));
        codes.for_each(|code| set(&mut counted, code, false));
        let (lines, orders) = predicates
            .iter()
            .partition::<Vec<_>, _>(|it| it.is_of_lines());
        let tests = |predicates: Vec<&Predicate>| {
            let test = |it: &Predicate| Test::new(it, semi_joins);
            let tests = predicates.into_iter().map(test);
            tests.filter(|it| !it.keeps_everything()).collect()
        };
        Self {
            counted,
            orders: tests(orders),
            lines: tests(lines),
        }
    }

    /// Whether all counted orders of a customer are selected with all of their lines, or none.
    pub fn keeps_customers_whole(&self) -> bool {
        let is_of_customers = |test: &Test| {
            matches!(
                test,
                Test::Codes {
                    column: Column {
                        base: Base::Customer,
                        ..
                    },
                    ..
                }
            )
        };
        self.lines.is_empty() && self.orders.iter().all(is_of_customers)
    }

    /// How much memory it takes, roughly.
    pub fn bytes(&self) -> usize {
        let tests = self.orders.iter().chain(&self.lines);
        tests.map(Test::bytes).sum()
    }

    /// Selects among a range of a block's orders and their lines.
    pub fn select(&self, block: &Block, range: Range<usize>, selected: &mut Selected) {
        let Selected { orders, lines } = selected;
        let mut these = orders.take();
        if self.orders.is_empty() && self.lines.is_empty() {
            self.find_counted(block, range.clone(), false, &mut these);
            if these.len() * FEW <= range.len() {
                let start = row(range.start);
                for order in &mut these {
                    *order -= start;
                }
                let (all, but) = (range, these);
                *orders = Orders::Nearly { all, but };
                return;
            }
        }
        self.select_orders(block, range, &mut these);
        if !self.lines.is_empty() {
            self.select_lines(block, &mut these, lines.get_or_insert_default());
        }
        *orders = Orders::These(these);
    }

    /// Selects by what whole orders must match.
    pub fn select_orders(&self, block: &Block, range: Range<usize>, orders: &mut Vec<u32>) {
        self.find_counted(block, range, true, orders);
        self.orders.iter().for_each(|it| it.retain(block, orders));
    }

    /// Whether an order that is selected by what whole orders must match has a line that is.
    pub fn keeps_a_line(&self, block: &Block, order: usize) -> bool {
        self.lines.is_empty()
            || block
                .lines_of(order)
                .any(|line| self.keeps_line(block, order, line))
    }

    /// Whether a line of a selected order is selected.
    pub fn keeps_line(&self, block: &Block, order: usize, line: usize) -> bool {
        self.lines.iter().all(|test| test.keeps(block, order, line))
    }

    /// Finds the orders that count, or those that do not.
    fn find_counted(
        &self,
        block: &Block,
        range: Range<usize>,
        counted: bool,
        orders: &mut Vec<u32>,
    ) {
        let statuses = &block.status[range.clone()];
        let lines = block.first_line[range.start..=range.end].windows(2);
        orders.clear();
        orders.resize(range.len(), 0);
        let mut found = 0;
        for ((order, status), lines) in rows(range).zip(statuses).zip(lines) {
            // Written each time and kept only if wanted: a branch could not be foreseen.
            orders[found] = order;
            let has_lines = lines[0] < lines[1];
            let counts = has_lines & self.counted[*status as usize];
            found += usize::from(counts == counted);
        }
        orders.truncate(found);
    }

    /// Keeps the lines that match, and the orders that have one.
    fn select_lines(&self, block: &Block, orders: &mut Vec<u32>, lines: &mut Lines) {
        match self.lines.as_slice() {
            // By far the most.
            [
                Test::Codes {
                    column:
                        Column {
                            base: Base::Product,
                            ..
                        },
                    keep,
                },
            ] => lines.select(block, orders, |_, line| keep[block.product[line] as usize]),
            _ => lines.select(block, orders, |order, line| {
                self.keeps_line(block, order, line)
            }),
        }
    }
}
