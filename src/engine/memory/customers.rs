//! How the customers of a pass are counted: not at all, once each, visit by visit, or by
//! what their orders know of each other.

use std::{ops::Range, sync::Arc};

use rust_decimal::Decimal;

use super::{
    columns::Part,
    distinct::Distinct,
    grouped::Groups,
    grouping::Grouping,
    history::{NEVER, NOBODY},
    returns::{self, Returns},
    snapshot::Snapshot,
    spans::{Spans, Stretch},
    visits::{self, Visits},
};
use crate::kpi::{Dimension, Level, Lookback, Measure, Measures, Pass};

/// What the measures of a pass want to know of customers.
#[derive(Debug)]
pub enum Asked {
    /// Nothing.
    Nothing,
    /// How many they are.
    HowMany,
    /// When they came and came back.
    Visits(Arc<visits::Rules>),
    /// The same, where everything that they ordered is read.
    Returns(Arc<returns::Rules>),
}

/// The customers of a share, as far as they have been counted.
#[derive(Clone, Debug)]
pub enum Customers {
    Uncounted,
    Distinct(Distinct),
    Visits(Box<Visits>),
    Returns(Box<Returns>),
}

impl Asked {
    /// What a pass wants to know by time axes with these buckets; `whole` is the one stretch
    /// of time that is read, where nothing tells the orders of a customer in a bucket apart.
    pub fn by(
        snapshot: &Snapshot,
        pass: &Pass,
        measures: Measures,
        grouping: &Grouping,
        buckets: Option<&Spans>,
        whole: Option<Stretch>,
    ) -> Self {
        let of_customers = |measure: &Measure| measure.level() == Level::Customer;
        let mut asked = measures.iter().filter(of_customers);
        let first = asked.next();
        if first.is_none() {
            return Self::Nothing;
        }
        let fits = || Distinct::fits(grouping, snapshot.room(Dimension::CUSTOMER));
        // What an order knows of the one before it does not tell the first from others.
        let is_simple = !measures.contains(Measure::SecondOrderTime)
            && (!measures.contains(Measure::RepeatCustomers) || fits());
        if let Some(read) = whole.filter(|_| is_simple) {
            return Self::Returns(Arc::new(returns_rules(pass, measures, buckets, read)));
        }
        match (first, asked.next()) {
            (Some(Measure::Customers), None) if fits() => Self::HowMany,
            _ => Self::Visits(Arc::new(visits_rules(snapshot, pass, measures, buckets))),
        }
    }

    /// Nobody counted yet, of a share of the customers; there are so many orders to come.
    pub fn start(&self, grouping: &Grouping, share: Range<u32>, orders: usize) -> Customers {
        match self {
            Self::Nothing => Customers::Uncounted,
            Self::HowMany => Customers::Distinct(Distinct::new(grouping, share)),
            Self::Visits(rules) => {
                let visits = Visits::new(Arc::clone(rules), grouping, share, orders);
                Customers::Visits(Box::new(visits))
            }
            Self::Returns(rules) => {
                let returns = Returns::new(Arc::clone(rules), grouping, share);
                Customers::Returns(Box::new(returns))
            }
        }
    }
}

/// How customers are told to be new, or to have been there before.
fn visits_rules(
    snapshot: &Snapshot,
    pass: &Pass,
    measures: Measures,
    buckets: Option<&Spans>,
) -> visits::Rules {
    let from = pass.scope.period.from;
    let from = from.map_or(i64::MIN, |it| it.timestamp_millis());
    let (new_since, follows) = match (pass.bucket(), buckets) {
        (Some((_, grain)), Some(buckets)) => (
            buckets.starts_since(from),
            buckets.follow_each_other(grain, pass.scope.calendar),
        ),
        _ => (vec![from], vec![false]),
    };
    let is_new_asked = measures.contains(Measure::NewCustomers);
    visits::Rules {
        measures,
        history: is_new_asked.then(|| snapshot.history(&pass.scope.uncounted)),
        new_since,
        follows,
        bucket: pass.bucket().map(|(at, _)| at),
    }
}

/// The same, by when they ordered before.
fn returns_rules(
    pass: &Pass,
    measures: Measures,
    buckets: Option<&Spans>,
    (from, _): Stretch,
) -> returns::Rules {
    let read_from = from.max(NEVER + 1);
    let (since, back_since) = match (pass.bucket(), buckets, pass.lookback(measures)) {
        (Some((_, grain)), Some(buckets), _) => {
            let since = buckets.starts_since(read_from);
            let follows = buckets.follow_each_other(grain, pass.scope.calendar);
            let back_since =
                (0..since.len()).map(|at| if follows[at] { since[at - 1] } else { NOBODY });
            let back_since = back_since.collect();
            (since, back_since)
        }
        (_, _, Lookback::Until(from)) => (vec![from.timestamp_millis()], vec![read_from]),
        _ => (vec![read_from], vec![NOBODY]),
    };
    returns::Rules {
        measures,
        since,
        back_since,
        before_since: read_from,
        bucket: pass.bucket().map(|(at, _)| at),
    }
}

impl Customers {
    /// The same customers, to go on with in a later version of the shop.
    pub fn resumed(&self, asked: &Asked, share: &Range<u32>) -> Option<Self> {
        match (self, asked) {
            (Self::Uncounted, Asked::Nothing) => Some(Self::Uncounted),
            (Self::Distinct(distinct), Asked::HowMany) => {
                distinct.resumed(share).map(Self::Distinct)
            }
            (Self::Visits(visits), Asked::Visits(rules)) => {
                let visits = visits.resumed(rules, share)?;
                Some(Self::Visits(Box::new(visits)))
            }
            (Self::Returns(returns), Asked::Returns(rules)) => {
                let returns = returns.resumed(rules, share)?;
                Some(Self::Returns(Box::new(returns)))
            }
            _ => None,
        }
    }

    pub fn bytes(&self) -> usize {
        match self {
            Self::Uncounted => 0,
            Self::Distinct(distinct) => distinct.bytes(),
            Self::Visits(visits) => visits.bytes(),
            Self::Returns(returns) => returns.bytes(),
        }
    }

    /// Whether a share of them has to see every order.
    pub fn need_every_order(&self) -> bool {
        match self {
            Self::Uncounted => false,
            Self::Distinct(_) | Self::Visits(_) => true,
            Self::Returns(returns) => returns.needs_every_order(),
        }
    }

    /// Meets the customers of a block's orders.
    pub fn absorb(&mut self, part: &Part<'_>, grouping: &Grouping, groups: Groups<'_>) {
        match self {
            Self::Uncounted => {}
            Self::Distinct(distinct) => {
                distinct.grow(grouping);
                distinct.absorb(&part.columns, groups, |_, _| true);
            }
            Self::Visits(visits) => {
                visits.grow(grouping);
                visits.absorb(&part.columns, groups, part.is_before);
            }
            Self::Returns(returns) => {
                returns.grow(grouping);
                returns.absorb(part, groups);
            }
        }
    }

    /// Adds another share of the customers, with room for so many groups; `place` says
    /// which group its groups are.
    pub fn merge(&mut self, other: &Self, groups: usize, place: impl Fn(usize) -> usize) {
        match (self, other) {
            (Self::Distinct(distinct), Self::Distinct(more)) => {
                distinct.merge(more, groups, place);
            }
            (Self::Visits(visits), Self::Visits(more)) => {
                visits.merge(more, groups, place);
            }
            (Self::Returns(returns), Self::Returns(more)) => returns.merge(more, groups, place),
            _ => {}
        }
    }

    /// How many customers of the period before a group has.
    pub fn previous(&self, group: usize) -> u64 {
        match self {
            Self::Visits(visits) => visits.loyalty.previous(group),
            Self::Returns(returns) => returns.loyalty.previous(group),
            Self::Uncounted | Self::Distinct(_) => 0,
        }
    }

    /// The value of a measure of customers; `orders` are those that name one.
    pub fn value(&self, measure: Measure, group: usize, orders: u64) -> Option<Decimal> {
        match self {
            Self::Uncounted => None,
            Self::Distinct(distinct) => Some(distinct.customers(group).into()),
            Self::Visits(visits) => visits.value(measure, group, orders),
            Self::Returns(returns) => returns.value(measure, group, orders),
        }
    }
}
