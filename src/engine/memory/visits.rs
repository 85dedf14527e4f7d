//! Measures of customers: each counts once in a group, however often they order.
//!
//! Each is remembered with the last visit, since a filter or an axis may leave out some
//! of their orders; where it does not, [`returns`](super::returns) have less to do.

use std::{ops::Range, sync::Arc};

use rust_decimal::Decimal;

use super::{
    amount::fitting,
    columns::Columns,
    grouped::Groups,
    grouping::Grouping,
    history::History,
    loyalty::Loyalty,
    medians::Medians,
    visitors::{Visitor, Visitors},
};
use crate::kpi::{Measure, Measures};

/// What every part of a pass must know to count customers.
#[derive(Clone, Debug)]
pub struct Rules {
    pub measures: Measures,
    /// When each customer first ordered, where that is asked for.
    pub history: Option<Arc<History>>,
    /// For each bucket, when a first order makes a customer new in it; one where there are none.
    pub new_since: Vec<i64>,
    /// For each bucket, whether its code follows that of the bucket before it in time.
    pub follows: Vec<bool>,
    /// The place of the bucket's axis.
    pub bucket: Option<usize>,
}

/// The customers of a share that were met, and what they add to each group.
#[derive(Clone, Debug)]
pub struct Visits {
    rules: Arc<Rules>,
    visitors: Visitors,
    /// By the visitor's place.
    states: Vec<State>,
    /// The bucket of each group.
    buckets: Vec<u32>,
    pub loyalty: Loyalty,
    /// The times to second orders, where they are asked for: their median is all that ever is.
    second_orders: Option<Medians>,
}

/// What is known of a customer within a group.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// The time of the last visit.
    time: i64,
    /// The bucket of the last visit plus one, whether it was the second or later there,
    /// whether there was one in the period before.
    mark: u32,
}

const REPEATED: u32 = 1;
const BEFORE: u32 = 2;
const BUCKET_SHIFT: u32 = 2;

impl Visits {
    /// Nobody met yet, of this share of the customers.
    pub fn new(rules: Arc<Rules>, grouping: &Grouping, share: Range<u32>, orders: usize) -> Self {
        let visitors = Visitors::new(grouping, share, orders);
        let asks_for_second_orders = rules.measures.contains(Measure::SecondOrderTime);
        Self {
            states: vec![State::default(); visitors.places()],
            second_orders: asks_for_second_orders.then(Medians::default),
            rules,
            visitors,
            buckets: Vec::new(),
            loyalty: Loyalty::default(),
        }
    }

    /// The same visits, to go on with by the rules of a later version of the shop.
    pub fn resumed(&self, rules: &Arc<Rules>, share: &Range<u32>) -> Option<Self> {
        self.visitors.are_of(share).then(|| Self {
            rules: Arc::clone(rules),
            ..self.clone()
        })
    }

    pub fn bytes(&self) -> usize {
        let second_orders = self.second_orders.as_ref();
        self.visitors.bytes() + size_of_val(&*self.states) + second_orders.map_or(0, Medians::bytes)
    }

    /// Makes room for the groups that there are.
    pub fn grow(&mut self, grouping: &Grouping) {
        self.visitors.grow(grouping);
        for group in self.buckets.len()..grouping.len() {
            let axis = self.rules.bucket;
            let bucket = axis.map_or(0, |at| grouping.axis_code(group, at));
            self.buckets.push(fitting(bucket));
        }
        self.loyalty.grow(grouping.len());
        if let Some(second_orders) = &mut self.second_orders {
            second_orders.grow(grouping.len());
        }
    }

    /// Adds another share, with room for so many groups; `place` says which group its groups are.
    pub fn merge(&mut self, other: &Self, groups: usize, place: impl Fn(usize) -> usize) {
        self.loyalty.grow(groups);
        self.loyalty.merge(&other.loyalty, &place);
        if let (Some(second_orders), Some(more)) = (&mut self.second_orders, &other.second_orders) {
            second_orders.grow(groups);
            second_orders.merge(more, place);
        }
    }

    /// The value of a measure of customers; `orders` are those that name one.
    pub fn value(&self, measure: Measure, group: usize, orders: u64) -> Option<Decimal> {
        match (measure, &self.second_orders) {
            (Measure::SecondOrderTime, Some(second_orders)) => second_orders.of(group),
            _ => self.loyalty.value(measure, group, orders),
        }
    }

    /// Meets the customers of a block's orders.
    pub fn absorb(&mut self, columns: &Columns<'_>, groups: Groups<'_>, is_before: bool) {
        self.visitors.find(columns, groups);
        self.states.resize(self.visitors.places(), State::default());
        self.visitors.touch(&self.states, |state| state.mark);
        let times = columns.time();
        for at in 0..self.visitors.found.len() {
            let visitor = self.visitors.found[at];
            if is_before {
                self.meet_before(visitor);
            } else {
                self.meet(visitor, times[visitor.order as usize]);
            }
        }
    }

    fn meet_before(&mut self, visitor: Visitor) {
        let mark = &mut self.states[visitor.place as usize].mark;
        let cell = &mut self.loyalty.cells()[visitor.group as usize];
        cell.previous += u64::from(*mark & BEFORE == 0);
        *mark |= BEFORE;
    }

    fn meet(&mut self, visitor: Visitor, time: i64) {
        let group = visitor.group as usize;
        let state = &mut self.states[visitor.place as usize];
        let bucket = self.buckets[group];
        let cell = &mut self.loyalty.cells()[group];
        let last = state.mark >> BUCKET_SHIFT;
        if last == bucket + 1 {
            let since_last = time - state.time;
            if state.mark & REPEATED == 0 {
                cell.repeat += 1;
                if let Some(second_orders) = &mut self.second_orders {
                    second_orders.push(group, since_last);
                }
            }
            state.mark |= REPEATED;
            cell.span += i128::from(since_last);
            state.time = time;
            return;
        }
        let mark = std::mem::replace(state, State::new(bucket, state.mark & BEFORE, time)).mark;
        cell.customers += 1;
        let asked = self.rules.measures;
        if let Some(history) = &self.rules.history {
            let new_since = self.rules.new_since[bucket as usize];
            let first_ever = history.first()[visitor.customer as usize];
            cell.new += u64::from(first_ever >= new_since);
        }
        if asked.contains(Measure::RetainedCustomers) {
            let was_there = mark & BEFORE != 0
                || (last == bucket && last > 0 && self.rules.follows[bucket as usize]);
            cell.retained += u64::from(was_there);
        }
    }
}

impl State {
    /// After the first visit in a bucket.
    fn new(bucket: u32, before: u32, time: i64) -> Self {
        let mark = ((bucket + 1) << BUCKET_SHIFT) | before;
        Self { time, mark }
    }
}
