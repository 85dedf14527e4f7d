//! What customers add to the groups that they order in.

use rust_decimal::Decimal;

use crate::kpi::Measure;

/// The counts of each group.
#[derive(Clone, Debug, Default)]
pub struct Loyalty(Vec<Cell>);

/// What customers add to one group.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cell {
    /// Who ordered.
    pub customers: u64,
    /// Who had never ordered before.
    pub new: u64,
    /// Who ordered twice or more.
    pub repeat: u64,
    /// Who ordered in the period before.
    pub previous: u64,
    /// Who ordered in the period before and in this one.
    pub retained: u64,
    /// From each order to the customer's next, in milliseconds, all together.
    pub span: i128,
}

impl Loyalty {
    /// Makes room for so many groups.
    pub fn grow(&mut self, groups: usize) {
        self.0.resize(groups.max(self.0.len()), Cell::default());
    }

    /// The counts of each group, to add to.
    pub fn cells(&mut self) -> &mut [Cell] {
        &mut self.0
    }

    /// Adds another share; `place` says which group its groups are.
    pub fn merge(&mut self, other: &Self, place: impl Fn(usize) -> usize) {
        for (group, more) in other.0.iter().enumerate() {
            let cell = &mut self.0[place(group)];
            cell.customers += more.customers;
            cell.new += more.new;
            cell.repeat += more.repeat;
            cell.previous += more.previous;
            cell.retained += more.retained;
            cell.span += more.span;
        }
    }

    /// How many customers of the period before a group has.
    pub fn previous(&self, group: usize) -> u64 {
        self.0[group].previous
    }

    /// The value of a measure of customers; `orders` are those that name one.
    pub fn value(&self, measure: Measure, group: usize, orders: u64) -> Option<Decimal> {
        let cell = &self.0[group];
        let count = match measure {
            Measure::Customers => cell.customers,
            Measure::NewCustomers => cell.new,
            Measure::RepeatCustomers => cell.repeat,
            Measure::PreviousCustomers => cell.previous,
            Measure::RetainedCustomers => cell.retained,
            // Each order but a customer's first ends a pair of consecutive ones.
            Measure::OrderPairs => orders - cell.customers,
            Measure::OrderSpan => return Some(Decimal::from_i128_with_scale(cell.span, 0)),
            _ => return None,
        };
        Some(count.into())
    }
}
