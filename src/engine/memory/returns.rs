//! Measures of customers where all that they ordered in a stretch of time is in scope.
//!
//! Whether an order is its customer's first in a period then follows from when the
//! customer ordered [before](super::history): nobody has to be remembered on the way, as
//! [`visits`](super::visits) has to where a filter or an axis tells orders of one customer
//! apart.

use std::{ops::Range, sync::Arc};

use rust_decimal::Decimal;

use super::{
    amount::fitting,
    columns::Part,
    distinct::Distinct,
    grouped::{Groups, Run},
    grouping::Grouping,
    history::{NEVER, NOBODY},
    loyalty::{Cell, Loyalty},
};
use crate::kpi::{Measure, Measures};

/// The instants that tell what an order is, each of the customer's order before it.
#[derive(Clone, Debug)]
pub struct Rules {
    pub measures: Measures,
    /// For each bucket, when it starts, as far as it is read; one where there are none.
    /// After [`NEVER`], even where all of time is read.
    pub since: Vec<i64>,
    /// For each bucket, when what comes before it starts; [`NOBODY`] where that is nothing.
    pub back_since: Vec<i64>,
    /// When the period before starts; after [`NEVER`].
    pub before_since: i64,
    /// The place of the bucket's axis.
    pub bucket: Option<usize>,
}

/// What customers add to each group.
#[derive(Clone, Debug)]
pub struct Returns {
    rules: Arc<Rules>,
    /// Of each group, as the rules have it for its bucket.
    since: Vec<i64>,
    back_since: Vec<i64>,
    pub loyalty: Loyalty,
    /// Who ordered twice, of a share of the customers, where that is asked for.
    repeat: Option<Distinct>,
}

impl Returns {
    /// Nothing counted yet; who came twice is counted for a share of the customers.
    pub fn new(rules: Arc<Rules>, grouping: &Grouping, share: Range<u32>) -> Self {
        let is_repeat_asked = rules.measures.contains(Measure::RepeatCustomers);
        Self {
            since: Vec::new(),
            back_since: Vec::new(),
            loyalty: Loyalty::default(),
            repeat: is_repeat_asked.then(|| Distinct::new(grouping, share)),
            rules,
        }
    }

    /// The same, to go on with by the rules of a later version of the shop.
    pub fn resumed(&self, rules: &Arc<Rules>, share: &Range<u32>) -> Option<Self> {
        let repeat = match &self.repeat {
            Some(repeat) => Some(repeat.resumed(share)?),
            None => None,
        };
        // Groups that had a place already may be of buckets that only these rules know.
        Some(Self {
            rules: Arc::clone(rules),
            since: Vec::new(),
            back_since: Vec::new(),
            loyalty: self.loyalty.clone(),
            repeat,
        })
    }

    pub fn bytes(&self) -> usize {
        self.repeat.as_ref().map_or(0, Distinct::bytes)
    }

    /// Whether a share has to see every order.
    pub fn needs_every_order(&self) -> bool {
        self.repeat.is_some()
    }

    /// Makes room for the groups that there are.
    pub fn grow(&mut self, grouping: &Grouping) {
        for group in self.since.len()..grouping.len() {
            let axis = self.rules.bucket;
            let bucket = axis.map_or(0, |at| fitting(grouping.axis_code(group, at)) as usize);
            // Groups are given numbers for buckets to come, too.
            let of = |instants: &[i64]| instants.get(bucket).copied().unwrap_or(NOBODY);
            self.since.push(of(&self.rules.since));
            self.back_since.push(of(&self.rules.back_since));
        }
        self.loyalty.grow(grouping.len());
        if let Some(repeat) = &mut self.repeat {
            repeat.grow(grouping);
        }
    }

    /// Takes the orders of a block in.
    pub fn absorb(&mut self, part: &Part<'_>, groups: Groups<'_>) {
        let earlier = part.columns.earlier();
        let since = self.since.as_slice();
        if let (Some(repeat), false) = (&mut self.repeat, part.is_before) {
            let is_second = |order: usize, group: usize| earlier[order] >= since[group];
            repeat.absorb(&part.columns, groups, is_second);
        }
        if !part.is_mine {
            return;
        }
        let (cells, asked) = (self.loyalty.cells(), self.rules.measures);
        if part.is_before {
            let until = self.rules.before_since;
            add(
                cells,
                |it| &mut it.previous,
                earlier,
                groups,
                |_| NEVER..until,
            );
            return;
        }
        let first = |group: usize| NEVER..since[group];
        add(cells, |it| &mut it.customers, earlier, groups, first);
        if asked.contains(Measure::NewCustomers) {
            let first_ever = NEVER..NEVER + 1;
            add(
                cells,
                |it| &mut it.new,
                earlier,
                groups,
                |_| first_ever.clone(),
            );
        }
        if asked.contains(Measure::RetainedCustomers) {
            let back = |group: usize| self.back_since[group]..since[group];
            add(cells, |it| &mut it.retained, earlier, groups, back);
        }
        if asked.contains(Measure::OrderSpan) {
            add_spans(cells, earlier, part.columns.time(), groups, since);
        }
    }

    /// Adds another share, with room for so many groups; `place` says which group its groups are.
    pub fn merge(&mut self, other: &Self, groups: usize, place: impl Fn(usize) -> usize) {
        self.loyalty.grow(groups);
        self.loyalty.merge(&other.loyalty, &place);
        if let (Some(repeat), Some(more)) = (&mut self.repeat, &other.repeat) {
            repeat.merge(more, groups, place);
        }
    }

    /// The value of a measure of customers; `orders` are those that name one.
    pub fn value(&self, measure: Measure, group: usize, orders: u64) -> Option<Decimal> {
        match (measure, &self.repeat) {
            (Measure::RepeatCustomers, Some(repeat)) => Some(repeat.customers(group).into()),
            _ => self.loyalty.value(measure, group, orders),
        }
    }
}

/// Adds to a count of each group the orders whose customer's order before them was in a
/// stretch of time.
fn add(
    cells: &mut [Cell],
    count: impl Fn(&mut Cell) -> &mut u64,
    earlier: &[i64],
    groups: Groups<'_>,
    stretch: impl Fn(usize) -> Range<i64>,
) {
    let Some(runs) = groups.runs else {
        groups.for_each(|order, group| {
            let is_met = stretch(group).contains(&earlier[order]);
            *count(&mut cells[group]) += u64::from(is_met);
        });
        return;
    };
    for Run { rows, group } in runs {
        let group = *group as usize;
        let stretch = stretch(group);
        let met = earlier[rows.clone()].iter();
        let met = met.map(|it| u64::from(stretch.contains(it))).sum::<u64>();
        *count(&mut cells[group]) += met;
    }
}

/// Adds to each group how long ago its customers ordered before, where that was since an instant.
fn add_spans(
    cells: &mut [Cell],
    earlier: &[i64],
    times: &[i64],
    groups: Groups<'_>,
    since: &[i64],
) {
    let span = |order: usize, since: i64| {
        let is_met = (since..NOBODY).contains(&earlier[order]);
        let span = times[order].wrapping_sub(earlier[order]);
        i128::from(if is_met { span } else { 0 })
    };
    let Some(runs) = groups.runs else {
        groups.for_each(|order, group| cells[group].span += span(order, since[group]));
        return;
    };
    for Run { rows, group } in runs {
        let group = *group as usize;
        let spans = rows.clone().map(|order| span(order, since[group]));
        cells[group].span += spans.sum::<i128>();
    }
}
