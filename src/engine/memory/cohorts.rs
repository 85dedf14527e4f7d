//! Customers by the bucket of their first order ever, and the buckets they came back in.

use std::{ops::Range, sync::Arc};

use super::{
    amount::row,
    attributes::Base,
    cells::Cells,
    columns::Columns,
    grouped::Groups,
    grouping::Grouping,
    history::NEVER,
    members::{Members, NO_COHORT},
    snapshot::Snapshot,
    spans::{Spans, Stretch},
    visitors::Visitors,
};
use crate::kpi::{CohortCount, Grain, Key, Pass};

/// The calendar that cohorts are told by.
#[derive(Debug)]
pub struct Calendar {
    /// The buckets that orders of the pass fall into.
    buckets: Arc<Spans>,
    members: Arc<Members>,
    /// How many cohorts and buckets there can be.
    sizes: (u64, u64),
    /// When each bucket starts, as far as it is read, where everything that a customer
    /// ordered in it is.
    since: Option<Vec<i64>>,
}

impl Calendar {
    /// The calendar of a pass whose orders fall into these buckets of the grain; `whole` is
    /// the stretch of time that is read, where nothing tells the orders of a customer in a
    /// bucket apart.
    pub fn new(
        snapshot: &Snapshot,
        pass: &Pass,
        grain: Grain,
        buckets: Arc<Spans>,
        whole: Option<Stretch>,
    ) -> Self {
        let scope = &pass.scope;
        let since = |(from, _): Stretch| buckets.starts_since(from.max(NEVER + 1));
        let members = snapshot
            .members
            .of(snapshot, &scope.uncounted, grain, scope.calendar);
        let size = |spans: &Spans| spans.parts.len().max(1) as u64;
        Self {
            sizes: (size(&members.cohorts), size(&buckets)),
            since: whole.map(since),
            buckets,
            members,
        }
    }

    /// Whether it tells who came to a bucket first by when they ordered before.
    pub fn looks_back(&self) -> bool {
        self.since.is_some()
    }

    /// One number for a group, a cohort and a bucket.
    fn cell(&self, group: u32, cohort: u32, bucket: u32) -> u64 {
        let (cohorts, buckets) = self.sizes;
        (u64::from(group) * cohorts + u64::from(cohort)) * buckets + u64::from(bucket)
    }

    fn of_cell(&self, cell: u64) -> (usize, u32, u32) {
        let (cohorts, buckets) = self.sizes;
        let code = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let group = usize::try_from(cell / buckets / cohorts).unwrap_or(usize::MAX);
        (group, code(cell / buckets % cohorts), code(cell % buckets))
    }
}

/// The customers of a share, and the buckets that they ordered in.
#[derive(Clone, Debug)]
pub struct Cohorts {
    calendar: Arc<Calendar>,
    visitors: Visitors,
    /// By the visitor's place.
    states: Vec<State>,
    /// Of each order of the last block, its bucket and its customer's cohort.
    buckets: Vec<u32>,
    whose: Vec<u32>,
    /// Customers by group, cohort and bucket, as [`Calendar::cell`] numbers them.
    active: Cells,
}

/// What is known of a customer within a group.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// The bucket of the last visit plus one.
    mark: u32,
    /// The cohort, once there was a visit.
    cohort: u32,
}

/// Cells that are counted in a table with a place for each.
const MOST_CELLS: u64 = 1 << 16;

impl Cohorts {
    pub fn new(
        calendar: Arc<Calendar>,
        grouping: &Grouping,
        share: Range<u32>,
        orders: usize,
    ) -> Self {
        // Who need not be remembered takes no room.
        let orders = if calendar.looks_back() { 0 } else { orders };
        let visitors = Visitors::new(grouping, share, orders);
        let (cohorts, buckets) = calendar.sizes;
        let cells = grouping.numbers().saturating_mul(cohorts * buckets);
        Self {
            states: vec![State::default(); visitors.places()],
            visitors,
            active: Cells::new(cells, MOST_CELLS),
            calendar,
            buckets: Vec::new(),
            whose: Vec::new(),
        }
    }

    /// The same customers, to go on with by the calendar of a later version of the shop.
    pub fn resumed(&self, calendar: &Arc<Calendar>, share: &Range<u32>) -> Option<Self> {
        let is_alike = self.visitors.are_of(share)
            && self.calendar.sizes == calendar.sizes
            && self.calendar.looks_back() == calendar.looks_back();
        is_alike.then(|| Self {
            calendar: Arc::clone(calendar),
            ..self.clone()
        })
    }

    /// Whether a share of the customers has to see every order.
    pub fn need_every_order(&self) -> bool {
        !self.calendar.looks_back()
    }

    pub fn bytes(&self) -> usize {
        self.visitors.bytes() + size_of_val(&*self.states) + self.active.bytes()
    }

    /// How many cells of a group, a cohort and a bucket have a customer.
    pub fn cells(&self) -> usize {
        self.active.len()
    }

    /// Meets the customers of a block's orders.
    pub fn absorb(&mut self, columns: &Columns<'_>, grouping: &Grouping, groups: Groups<'_>) {
        self.buckets.clear();
        for (end, code) in self.calendar.buckets.runs(columns.time()) {
            self.buckets.resize(end, code);
        }
        let calendar = Arc::clone(&self.calendar);
        match &calendar.since {
            Some(since) => self.absorb_first(columns, groups, since),
            None => self.absorb_remembered(columns, grouping, groups),
        }
    }

    /// Counts the orders whose customers had not ordered since their bucket started.
    fn absorb_first(&mut self, columns: &Columns<'_>, groups: Groups<'_>, since: &[i64]) {
        let Calendar { members, .. } = &*self.calendar;
        let customers = columns.codes(Base::Customer).iter();
        // All are looked up before any is needed, so that none waits for the one before it.
        let cohorts = customers.map(|it| members.cohort_of[*it as usize]);
        self.whose.clear();
        self.whose.extend(cohorts);
        let earlier = columns.earlier();
        groups.for_each(|order, group| {
            let bucket = self.buckets[order];
            if earlier[order] < since[bucket as usize] {
                let cell = self.calendar.cell(row(group), self.whose[order], bucket);
                self.active.add(cell, 1);
            }
        });
    }

    /// Remembers every customer, and counts those that are new to a bucket.
    fn absorb_remembered(
        &mut self,
        columns: &Columns<'_>,
        grouping: &Grouping,
        groups: Groups<'_>,
    ) {
        self.visitors.grow(grouping);
        self.visitors.find(columns, groups);
        self.states.resize(self.visitors.places(), State::default());
        self.visitors.touch(&self.states, |state| state.mark);
        for visitor in &self.visitors.found {
            let bucket = self.buckets[visitor.order as usize];
            let state = &mut self.states[visitor.place as usize];
            if state.mark == bucket + 1 {
                continue;
            }
            if state.mark == 0 {
                state.cohort = self.calendar.members.cohort_of[visitor.customer as usize];
            }
            state.mark = bucket + 1;
            if state.cohort != NO_COHORT {
                let cell = self.calendar.cell(visitor.group, state.cohort, bucket);
                self.active.add(cell, 1);
            }
        }
    }

    /// Adds another share of the customers; `place` says which group its groups are.
    pub fn merge(&mut self, other: &Self, place: impl Fn(usize) -> usize) {
        for (cell, customers) in other.active.counts() {
            let (group, cohort, bucket) = self.calendar.of_cell(cell);
            let cell = self.calendar.cell(row(place(group)), cohort, bucket);
            self.active.add(cell, customers);
        }
    }

    /// A row for each cohort and bucket, and for each cohort's size.
    pub fn rows(
        &self,
        snapshot: &Snapshot,
        grouping: &Grouping,
        pass: &Pass,
    ) -> Vec<(Key, CohortCount)> {
        let members = &self.calendar.members;
        let start = |spans: &Spans, code: u32| spans.parts[code as usize].time();
        let active = self.active.counts();
        let groups = active
            .iter()
            .map(|(cell, _)| self.calendar.of_cell(*cell).0);
        let keys = grouping.keys(snapshot, &groups.collect::<Vec<_>>());
        let active = active.iter().zip(keys);
        let active = active.filter_map(|((cell, customers), key)| {
            let (_, cohort, bucket) = self.calendar.of_cell(*cell);
            let count = CohortCount {
                cohort: start(&members.cohorts, cohort)?,
                bucket: Some(start(&self.calendar.buckets, bucket)?),
                customers: (*customers).into(),
            };
            Some((key, count))
        });
        let mut rows: Vec<_> = active.collect();
        let keys = pass.slices.clone().unwrap_or_else(|| vec![Key::new()]);
        for (part, customers) in members.cohorts.parts.iter().zip(&members.sizes) {
            let customers = *customers;
            if let Some(cohort) = part.time().filter(|_| customers > 0) {
                let count = CohortCount {
                    cohort,
                    bucket: None,
                    customers,
                };
                rows.extend(keys.iter().map(|key| (key.clone(), count)));
            }
        }
        rows
    }
}
