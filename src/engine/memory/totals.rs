//! Measures that lines and orders add up to.

use rust_decimal::Decimal;

use super::{
    amount::{Amounts, Integer, Integers, decimal, factor},
    block::{Block, Numbers},
    dictionary::MISSING,
    grouping::Grouped,
    select::Selected,
    snapshot::Scales,
};
use crate::kpi::{Level, Measure, Measures};

/// The sums of each group. A column that nobody asks for stays empty.
#[derive(Clone, Debug)]
pub struct Totals {
    measures: Measures,
    scales: Scales,
    revenue: Vec<i64>,
    profit: Vec<i64>,
    has_profit: Vec<bool>,
    units: Vec<i64>,
    lines: Vec<u64>,
    orders: Vec<u64>,
    customer_orders: Vec<u64>,
    shipping: Vec<i128>,
    shipped: Vec<u64>,
    first: Vec<i64>,
    last: Vec<i64>,
}

/// No time is later, none earlier.
const NEVER: (i64, i64) = (i64::MAX, i64::MIN);

impl Totals {
    pub fn new(measures: Measures, scales: Scales) -> Self {
        Self {
            measures,
            scales,
            revenue: Vec::new(),
            profit: Vec::new(),
            has_profit: Vec::new(),
            units: Vec::new(),
            lines: Vec::new(),
            orders: Vec::new(),
            customer_orders: Vec::new(),
            shipping: Vec::new(),
            shipped: Vec::new(),
            first: Vec::new(),
            last: Vec::new(),
        }
    }

    /// Whether any of the sums is over lines.
    pub fn has_sums_of_lines(&self) -> bool {
        self.measures.iter().any(|it| it.level() == Level::Line)
    }

    /// Makes room for so many groups.
    pub fn grow(&mut self, groups: usize) {
        let has = |measure| self.measures.contains(measure);
        let pairs = has(Measure::OrderPairs);
        resize(&mut self.revenue, has(Measure::Revenue), groups, 0);
        resize(&mut self.profit, has(Measure::Profit), groups, 0);
        resize(&mut self.has_profit, has(Measure::Profit), groups, false);
        resize(&mut self.units, has(Measure::Units), groups, 0);
        resize(&mut self.lines, has(Measure::Lines), groups, 0);
        resize(&mut self.orders, true, groups, 0);
        let named = has(Measure::CustomerOrders) || pairs;
        resize(&mut self.customer_orders, named, groups, 0);
        resize(&mut self.shipping, has(Measure::ShippingTime), groups, 0);
        resize(&mut self.shipped, has(Measure::ShippedOrders), groups, 0);
        resize(&mut self.first, has(Measure::FirstOrder), groups, NEVER.0);
        resize(&mut self.last, has(Measure::LastOrder), groups, NEVER.1);
    }

    /// Counts what is selected of a block, by lines or by whole orders.
    pub fn absorb(&mut self, block: &Block, selected: &Selected, grouped: &Grouped, by: By) {
        // One group needs no look at who belongs where.
        let is_one_group = self.orders.len() == 1;
        match by {
            By::Lines => {
                let lines = Rows {
                    numbers: &selected.lines,
                    groups: &grouped.line_groups,
                    is_one_group,
                };
                self.absorb_numbers(&block.of_lines, &lines);
                lines.count(&mut self.lines);
            }
            By::Orders => {
                let orders = Rows {
                    numbers: &grouped.orders,
                    groups: &grouped.groups,
                    is_one_group,
                };
                self.absorb_numbers(&block.of_orders, &orders);
                orders.count_lines(block, &mut self.lines);
            }
        }
        self.absorb_orders(block, grouped);
    }

    fn absorb_numbers(&mut self, numbers: &Numbers, rows: &Rows<'_>) {
        rows.add(&numbers.revenue, self.scales.revenue, &mut self.revenue);
        rows.add(&numbers.quantity, self.scales.quantity, &mut self.units);
        if !self.profit.is_empty() {
            rows.add_present(
                &numbers.profit,
                self.scales.profit,
                &mut self.profit,
                &mut self.has_profit,
            );
        }
    }

    fn absorb_orders(&mut self, block: &Block, grouped: &Grouped) {
        let cells = || {
            let groups = grouped.groups.iter().map(|it| *it as usize);
            grouped.orders.iter().map(|it| *it as usize).zip(groups)
        };
        for (_, group) in cells() {
            self.orders[group] += 1;
        }
        if !self.customer_orders.is_empty() {
            for (order, group) in cells() {
                self.customer_orders[group] += u64::from(block.customer[order] != MISSING);
            }
        }
        if !self.shipping.is_empty() {
            for (order, group) in cells() {
                self.shipping[group] += i128::from(block.shipping.value(order).unwrap_or(0));
            }
        }
        if !self.shipped.is_empty() {
            for (order, group) in cells() {
                self.shipped[group] += u64::from(block.shipping.value(order).is_some());
            }
        }
        if !self.first.is_empty() {
            for (order, group) in cells() {
                self.first[group] = self.first[group].min(block.time[order]);
            }
        }
        if !self.last.is_empty() {
            for (order, group) in cells() {
                self.last[group] = self.last[group].max(block.time[order]);
            }
        }
    }

    /// Adds another part of the same pass; `place` says which group its groups are.
    pub fn merge(&mut self, other: &Self, place: impl Fn(usize) -> usize) {
        let add = |to: &mut [i64], from: &[i64]| {
            (0..from.len()).for_each(|group| to[place(group)] += from[group]);
        };
        let count = |to: &mut [u64], from: &[u64]| {
            (0..from.len()).for_each(|group| to[place(group)] += from[group]);
        };
        add(&mut self.revenue, &other.revenue);
        add(&mut self.profit, &other.profit);
        add(&mut self.units, &other.units);
        count(&mut self.lines, &other.lines);
        count(&mut self.orders, &other.orders);
        count(&mut self.customer_orders, &other.customer_orders);
        count(&mut self.shipped, &other.shipped);
        for (group, time) in other.shipping.iter().enumerate() {
            self.shipping[place(group)] += time;
        }
        for (group, any) in other.has_profit.iter().enumerate() {
            self.has_profit[place(group)] |= any;
        }
        for (group, time) in other.first.iter().enumerate() {
            let first = &mut self.first[place(group)];
            *first = (*first).min(*time);
        }
        for (group, time) in other.last.iter().enumerate() {
            let last = &mut self.last[place(group)];
            *last = (*last).max(*time);
        }
    }

    /// How many groups there is room for.
    pub fn groups(&self) -> usize {
        self.orders.len()
    }

    /// How many orders a group has.
    pub fn orders(&self, group: usize) -> u64 {
        self.orders[group]
    }

    /// How many orders of a group name a customer, where that is counted.
    pub fn customer_orders(&self, group: usize) -> u64 {
        self.customer_orders.get(group).copied().unwrap_or_default()
    }

    /// The value of a measure of lines or orders.
    pub fn value(&self, measure: Measure, group: usize) -> Option<Decimal> {
        match measure {
            Measure::Revenue => decimal(self.revenue[group], self.scales.revenue),
            Measure::Profit if !self.has_profit[group] => None,
            Measure::Profit => decimal(self.profit[group], self.scales.profit),
            Measure::Units => decimal(self.units[group], self.scales.quantity),
            Measure::Lines => Some(self.lines[group].into()),
            Measure::Orders => Some(self.orders[group].into()),
            Measure::CustomerOrders => Some(self.customer_orders[group].into()),
            Measure::ShippingTime => Decimal::from_i128_with_scale(self.shipping[group], 0).into(),
            Measure::ShippedOrders => Some(self.shipped[group].into()),
            Measure::FirstOrder => (self.orders[group] > 0).then(|| self.first[group].into()),
            Measure::LastOrder => (self.orders[group] > 0).then(|| self.last[group].into()),
            _ => None,
        }
    }
}

fn resize<T: Clone>(column: &mut Vec<T>, is_wanted: bool, groups: usize, nothing: T) {
    if is_wanted && column.len() < groups {
        column.resize(groups, nothing);
    }
}

/// What the sums of a block are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Single lines: some of an order are in scope, or they belong to different groups.
    Lines,
    /// Orders, each with all of its lines.
    Orders,
}

/// The selected lines or orders of a block with their groups.
struct Rows<'a> {
    numbers: &'a [u32],
    groups: &'a [u32],
    is_one_group: bool,
}

impl Rows<'_> {
    /// Adds a column to the sums, brought to their scale.
    fn add(&self, column: &Amounts, scale: u32, sums: &mut [i64]) {
        if sums.is_empty() {
            return;
        }
        let factor = factor(column.scale, scale);
        match &column.values {
            Integers::Narrow(values) => self.add_values(values, factor, sums),
            Integers::Wide(values) => self.add_values(values, factor, sums),
        }
    }

    fn add_values<T: Integer>(&self, values: &[T], factor: i64, sums: &mut [i64]) {
        if self.is_one_group {
            let values = self.numbers.iter().map(|row| values[*row as usize].value());
            sums[0] += values.sum::<i64>() * factor;
            return;
        }
        for (row, group) in self.numbers.iter().zip(self.groups) {
            sums[*group as usize] += values[*row as usize].value() * factor;
        }
    }

    /// As [`Rows::add`], for a column whose numbers may be missing.
    fn add_present(&self, column: &Amounts, scale: u32, sums: &mut [i64], any: &mut [bool]) {
        let factor = factor(column.scale, scale);
        match &column.values {
            Integers::Narrow(values) => self.add_present_values(values, factor, sums, any),
            Integers::Wide(values) => self.add_present_values(values, factor, sums, any),
        }
    }

    fn add_present_values<T: Integer>(
        &self,
        values: &[T],
        factor: i64,
        sums: &mut [i64],
        any: &mut [bool],
    ) {
        for (row, group) in self.numbers.iter().zip(self.groups) {
            let value = values[*row as usize];
            if !value.is_missing() {
                sums[*group as usize] += value.value() * factor;
                any[*group as usize] = true;
            }
        }
    }

    fn count(&self, counts: &mut [u64]) {
        if counts.is_empty() {
            return;
        }
        for group in self.groups {
            counts[*group as usize] += 1;
        }
    }

    /// Counts the lines of orders.
    fn count_lines(&self, block: &Block, counts: &mut [u64]) {
        if counts.is_empty() {
            return;
        }
        for (order, group) in self.numbers.iter().zip(self.groups) {
            counts[*group as usize] += block.lines_of(*order as usize).len() as u64;
        }
    }
}
