//! How the customers of a pass are counted: not at all, once each, or visit by visit.

use std::{ops::Range, sync::Arc};

use rust_decimal::Decimal;

use super::{
    columns::Columns,
    distinct::Distinct,
    grouped::Groups,
    grouping::Grouping,
    snapshot::Snapshot,
    spans::Spans,
    visits::{Rules, Visits},
};
use crate::kpi::{Dimension, Level, Measure, Measures, Pass};

/// What the measures of a pass want to know of customers.
#[derive(Debug)]
pub enum Asked {
    /// Nothing.
    Nothing,
    /// How many they are.
    HowMany,
    /// When they came and came back.
    Visits(Arc<Rules>),
}

/// The customers of a share, as far as they have been counted.
#[derive(Clone, Debug)]
pub enum Customers {
    Uncounted,
    Distinct(Distinct),
    Visits(Box<Visits>),
}

impl Asked {
    pub fn by(
        snapshot: &Snapshot,
        pass: &Pass,
        measures: Measures,
        grouping: &Grouping,
        buckets: Option<&Spans>,
    ) -> Self {
        let of_customers = |measure: &Measure| measure.level() == Level::Customer;
        let mut asked = measures.iter().filter(of_customers);
        match (asked.next(), asked.next()) {
            (None, _) => Self::Nothing,
            (Some(Measure::Customers), None)
                if Distinct::fits(grouping, snapshot.room(Dimension::Customer)) =>
            {
                Self::HowMany
            }
            _ => Self::Visits(Arc::new(rules(snapshot, pass, measures, buckets))),
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
        }
    }
}

/// How customers are told to be new, or to have been there before.
fn rules(snapshot: &Snapshot, pass: &Pass, measures: Measures, buckets: Option<&Spans>) -> Rules {
    let from = pass.scope.period.from;
    let from = from.map_or(i64::MIN, |it| it.timestamp_millis());
    let (new_since, follows) = match (pass.bucket(), buckets) {
        (Some((_, grain)), Some(buckets)) => (
            buckets.starts().map(|start| start.max(from)).collect(),
            buckets.follow_each_other(grain, pass.scope.zone),
        ),
        _ => (vec![from], vec![false]),
    };
    let first_ever = if measures.contains(Measure::NewCustomers) {
        snapshot.first_ever(&pass.scope.uncounted)
    } else {
        Arc::default()
    };
    Rules {
        measures,
        first_ever,
        new_since,
        follows,
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
            _ => None,
        }
    }

    pub fn bytes(&self) -> usize {
        match self {
            Self::Uncounted => 0,
            Self::Distinct(distinct) => distinct.bytes(),
            Self::Visits(visits) => visits.bytes(),
        }
    }

    pub fn are_counted(&self) -> bool {
        !matches!(self, Self::Uncounted)
    }

    /// Meets the customers of a block's orders.
    pub fn absorb(
        &mut self,
        columns: &Columns<'_>,
        grouping: &Grouping,
        groups: Groups<'_>,
        is_before: bool,
    ) {
        match self {
            Self::Uncounted => {}
            Self::Distinct(distinct) => {
                distinct.grow(grouping);
                distinct.absorb(columns, groups);
            }
            Self::Visits(visits) => {
                visits.grow(grouping);
                visits.absorb(columns, groups, is_before);
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
                visits.counts.grow(groups);
                visits.counts.merge(&more.counts, place);
            }
            _ => {}
        }
    }

    /// How many customers of the period before a group has.
    pub fn previous(&self, group: usize) -> u64 {
        match self {
            Self::Visits(visits) => visits.counts.previous(group),
            Self::Uncounted | Self::Distinct(_) => 0,
        }
    }

    /// The value of a measure of customers; `orders` are those that name one.
    pub fn value(&self, measure: Measure, group: usize, orders: u64) -> Option<Decimal> {
        match self {
            Self::Uncounted => None,
            Self::Distinct(distinct) => Some(distinct.customers(group).into()),
            Self::Visits(visits) => visits.counts.value(measure, group, orders),
        }
    }
}
