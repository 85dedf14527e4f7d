//! An order under assembly.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{dates::Moment, intern::Symbol};

/// What rows say of an order; of each field the first that is said counts.
#[derive(Clone, Copy, Default)]
pub(super) struct Said {
    pub ordered_at: Option<DateTime<Utc>>,
    pub shipped_at: Option<Moment>,
    pub status: Option<Symbol>,
    pub ship_mode: Option<Symbol>,
    pub customer: Option<Symbol>,
    pub ship_to: Option<Symbol>,
    pub ship_from: Option<Symbol>,
    /// Money off the whole order.
    pub discount: Option<Decimal>,
    /// Money given back.
    pub refund: Option<Decimal>,
    /// The status where no row says one.
    pub fallback: Option<Symbol>,
}

/// The fields that an order's rows may disagree on, in the order of [`Said::settle`].
pub(super) const FIELDS: [&str; 9] = [
    "order.ordered_at",
    "order.shipped_at",
    "order.status",
    "order.ship_mode",
    "customer.id",
    "ship_to",
    "ship_from",
    "order.discount_amount",
    "order.refund_amount",
];

impl Said {
    /// Takes what it lacks; says for each field whether the other says otherwise.
    pub fn settle(&mut self, other: &Self) -> [bool; FIELDS.len()] {
        settle(&mut self.fallback, other.fallback);
        [
            settle(&mut self.ordered_at, other.ordered_at),
            settle(&mut self.shipped_at, other.shipped_at),
            settle(&mut self.status, other.status),
            settle(&mut self.ship_mode, other.ship_mode),
            settle(&mut self.customer, other.customer),
            settle(&mut self.ship_to, other.ship_to),
            settle(&mut self.ship_from, other.ship_from),
            settle(&mut self.discount, other.discount),
            settle(&mut self.refund, other.refund),
        ]
    }

    pub fn status(&self) -> Option<Symbol> {
        self.status.or(self.fallback)
    }
}

/// Takes the value where there is none yet; says whether it is another one.
fn settle<V: Copy + PartialEq>(held: &mut Option<V>, given: Option<V>) -> bool {
    let other = held.is_some() && given.is_some() && *held != given;
    *held = held.or(given);
    other
}

/// An order, and the chain of its lines; one without lines is not imported.
#[derive(Default)]
pub(super) struct Draft {
    pub said: Said,
    pub differs: [bool; FIELDS.len()],
    pub line_count: u32,
    pub first_line: Option<Symbol>,
    pub last_line: Option<Symbol>,
}

impl Draft {
    pub fn hear(&mut self, said: &Said) {
        let differs = self.said.settle(said);
        for (seen, differs) in self.differs.iter_mut().zip(differs) {
            *seen |= differs;
        }
    }

    pub fn is_imported(&self) -> bool {
        self.line_count > 0
    }
}

/// A line under assembly.
pub(super) struct Line {
    pub product: Option<Symbol>,
    pub next: Option<Symbol>,
    pub quantity: Decimal,
    pub revenue: Decimal,
    pub profit: Option<Decimal>,
    pub discount: Option<Decimal>,
}
