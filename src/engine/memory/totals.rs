//! Measures that lines and orders add up to.

use rust_decimal::Decimal;

use super::{
    amount::decimal,
    columns::{Addend, Columns},
    grouped::{Grouped, Groups, Run},
    ledger::Scales,
    own_numbers::OwnTotals,
    sums::Sums,
};
use crate::kpi::{Measure, Measures};

/// The sums of each group. A column that nobody asks for stays empty.
#[derive(Clone, Debug)]
pub struct Totals {
    measures: Measures,
    scales: Scales,
    /// Of single lines, where those of an order can have different groups.
    of_lines: Sums,
    of_orders: Sums,
    own: OwnTotals,
    first: Times,
    last: Times,
    groups: usize,
}

/// A time for each group, where it is asked for.
#[derive(Clone, Debug)]
struct Times {
    is_wanted: bool,
    never: i64,
    of_groups: Vec<i64>,
}

impl Totals {
    /// Nothing counted yet; lines are counted one by one where those of an order can have
    /// different groups.
    pub fn new(measures: Measures, scales: Scales, is_by_lines: bool) -> Self {
        let addends = addends(measures, &scales);
        let (of_lines, of_orders) = addends
            .into_iter()
            .partition(|it| is_by_lines && it.is_of_lines());
        Self {
            measures,
            of_lines: Sums::new(of_lines),
            of_orders: Sums::new(of_orders),
            own: OwnTotals::new(measures, &scales.own, is_by_lines),
            scales,
            first: Times::new(measures.contains(Measure::Earliest), i64::MAX),
            last: Times::new(
                measures.contains_any(&[Measure::Latest, Measure::LastOrder]),
                i64::MIN,
            ),
            groups: 0,
        }
    }

    /// Sums of the same by order, with nothing counted yet.
    pub fn emptied(&self) -> Self {
        Self::new(self.measures, self.scales.clone(), false)
    }

    /// Makes room for so many groups.
    pub fn grow(&mut self, groups: usize) {
        self.groups = self.groups.max(groups);
        self.of_lines.grow(groups);
        self.of_orders.grow(groups);
        self.own.grow(groups);
        self.first.grow(groups);
        self.last.grow(groups);
    }

    /// Counts what is selected of a block.
    pub fn absorb(&mut self, columns: &Columns<'_>, grouped: &Grouped) {
        let of_orders = grouped.of_orders();
        self.of_lines
            .add(grouped.of_lines(), |it| columns.of_lines(it));
        self.of_orders.add(of_orders, |it| columns.of_orders(it));
        self.own.absorb(columns, grouped);
        self.first.absorb(columns, of_orders, i64::min);
        self.last.absorb(columns, of_orders, i64::max);
    }

    /// Adds another part of the same pass; `place` says which group its groups are.
    pub fn merge(&mut self, other: &Self, place: impl Fn(usize) -> usize) {
        self.of_lines.merge(&other.of_lines, &place);
        self.of_orders.merge(&other.of_orders, &place);
        self.own.merge(&other.own, &place);
        self.first.merge(&other.first, &place, i64::min);
        self.last.merge(&other.last, &place, i64::max);
    }

    /// How many groups there is room for.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// How many orders a group has.
    pub fn orders(&self, group: usize) -> u64 {
        self.count(Addend::Orders, group)
    }

    /// How many orders of a group name a customer, where that is counted.
    pub fn customer_orders(&self, group: usize) -> u64 {
        self.count(Addend::CustomerOrders, group)
    }

    /// When a group's last order was placed, where that is counted.
    pub fn last_order(&self, group: usize) -> i64 {
        self.last.of_groups.get(group).copied().unwrap_or_default()
    }

    /// The value of a measure of lines or orders.
    pub fn value(&self, measure: Measure, group: usize) -> Option<Decimal> {
        let sum = |addend, scale| decimal(self.sum(addend, group), scale);
        let has_any = |addend| self.sum(addend, group) > 0;
        let where_any = |known, addend, scale| has_any(known).then(|| sum(addend, scale)).flatten();
        let count = |addend| Some(self.sum(addend, group).into());
        let scales = &self.scales;
        match measure {
            Measure::Revenue => sum(Addend::Revenue, scales.revenue),
            Measure::Profit => where_any(scales.profits(), Addend::Profit, scales.profit),
            // Only return records may not say.
            Measure::Units if has_any(Addend::Orders) && !has_any(scales.quantities()) => None,
            Measure::Units => sum(Addend::Units, scales.quantity),
            Measure::Lines => count(Addend::Lines),
            Measure::Sold => sum(Addend::Sold, scales.revenue),
            Measure::SoldUnits => sum(Addend::SoldUnits, scales.quantity),
            Measure::Gross => sum(Addend::Gross, scales.revenue),
            Measure::Discount => where_any(Addend::Discounts, Addend::Discount, scales.revenue),
            Measure::ReturnedUnits => {
                let (sold, all) = (Addend::SoldUnits, Addend::Units);
                let returned = self.sum(sold, group) - self.sum(all, group);
                decimal(returned, scales.quantity)
            }
            Measure::Cost => where_any(Addend::Costs, Addend::Cost, scales.cost),
            Measure::CostedRevenue => sum(Addend::CostedRevenue, scales.revenue),
            Measure::Tax => where_any(Addend::Taxes, Addend::Tax, scales.tax),
            Measure::Shipping => where_any(Addend::Shippings, Addend::Shipping, scales.shipping),
            Measure::Orders => count(Addend::Orders),
            Measure::CustomerOrders => count(Addend::CustomerOrders),
            Measure::ShippingTime => count(Addend::ShippingTime),
            Measure::ShippedOrders => count(Addend::ShippedOrders),
            Measure::Earliest => has_any(Addend::Orders).then(|| self.first.of(group).into()),
            Measure::Latest | Measure::LastOrder => {
                has_any(Addend::Orders).then(|| self.last.of(group).into())
            }
            Measure::Field(own) => self.own.value(own, group),
            // Counted elsewhere, and put beside these.
            Measure::Records
            | Measure::Customers
            | Measure::NewCustomers
            | Measure::RepeatCustomers
            | Measure::OrderSpan
            | Measure::SecondOrderTime
            | Measure::OrderPairs
            | Measure::PreviousCustomers
            | Measure::RetainedCustomers
            | Measure::Conditional(_) => None,
        }
    }

    fn count(&self, addend: Addend, group: usize) -> u64 {
        self.sum(addend, group).unsigned_abs()
    }

    fn sum(&self, addend: Addend, group: usize) -> i64 {
        let of_orders = || self.of_orders.sum(addend, group);
        let sum = self.of_lines.sum(addend, group).or_else(of_orders);
        sum.unwrap_or_default()
    }
}

/// What must be added up for these measures; whether a group has an order always must.
fn addends(measures: Measures, scales: &Scales) -> Vec<Addend> {
    let has = |measure| measures.contains(measure);
    let units = has(Measure::Units);
    let addends = [
        (true, Addend::Orders),
        (has(Measure::Revenue), Addend::Revenue),
        (has(Measure::Profit), Addend::Profit),
        (
            has(Measure::Profit) && scales.profits() == Addend::Profits,
            Addend::Profits,
        ),
        (units || has(Measure::ReturnedUnits), Addend::Units),
        (
            units && scales.quantities() == Addend::Quantities,
            Addend::Quantities,
        ),
        (has(Measure::Lines), Addend::Lines),
        (has(Measure::Sold), Addend::Sold),
        (
            has(Measure::SoldUnits) || has(Measure::ReturnedUnits),
            Addend::SoldUnits,
        ),
        (has(Measure::Gross), Addend::Gross),
        (has(Measure::Discount), Addend::Discount),
        (has(Measure::Discount), Addend::Discounts),
        (has(Measure::Cost), Addend::Cost),
        (has(Measure::Cost), Addend::Costs),
        (has(Measure::CostedRevenue), Addend::CostedRevenue),
        (has(Measure::Tax), Addend::Tax),
        (has(Measure::Tax), Addend::Taxes),
        (has(Measure::Shipping), Addend::Shipping),
        (has(Measure::Shipping), Addend::Shippings),
        (
            has(Measure::CustomerOrders) || has(Measure::OrderPairs),
            Addend::CustomerOrders,
        ),
        (has(Measure::ShippingTime), Addend::ShippingTime),
        (has(Measure::ShippedOrders), Addend::ShippedOrders),
    ];
    let wanted = addends.into_iter().filter(|(is_wanted, _)| *is_wanted);
    wanted.map(|(_, addend)| addend).collect()
}

impl Times {
    fn new(is_wanted: bool, never: i64) -> Self {
        Self {
            is_wanted,
            never,
            of_groups: Vec::new(),
        }
    }

    fn grow(&mut self, groups: usize) {
        if self.is_wanted && self.of_groups.len() < groups {
            self.of_groups.resize(groups, self.never);
        }
    }

    fn absorb(
        &mut self,
        columns: &Columns<'_>,
        groups: Groups<'_>,
        which: impl Fn(i64, i64) -> i64,
    ) {
        if !self.is_wanted {
            return;
        }
        let times = columns.time();
        let of_groups = self.of_groups.as_mut_slice();
        let mut meet = |group: usize, time: i64| of_groups[group] = which(of_groups[group], time);
        match groups.runs {
            // Orders are in the order of time: a run's first and last are at its ends.
            Some(runs) => runs.iter().for_each(|Run { rows, group }| {
                meet(*group as usize, times[rows.start]);
                meet(*group as usize, times[rows.end - 1]);
            }),
            None => groups.for_each(|order, group| meet(group, times[order])),
        }
    }

    fn merge(
        &mut self,
        other: &Self,
        place: impl Fn(usize) -> usize,
        which: impl Fn(i64, i64) -> i64,
    ) {
        for (group, time) in other.of_groups.iter().enumerate() {
            let to = &mut self.of_groups[place(group)];
            *to = which(*to, *time);
        }
    }

    fn of(&self, group: usize) -> i64 {
        self.of_groups.get(group).copied().unwrap_or(self.never)
    }
}
