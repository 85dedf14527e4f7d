//! Customers by the bucket of their first order ever, and the buckets they came back in.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use chrono_tz::Tz;
use rustc_hash::FxHashMap;

use super::{
    amount::row,
    block::Block,
    dictionary::MISSING,
    grouping::{Grouped, Grouping},
    snapshot::Snapshot,
    spans::{Spans, Stretch},
    visits::{Pairs, touch},
};
use crate::kpi::{CohortCount, Grain, Key, Pass};

/// All of time.
const ALWAYS: Stretch = (i64::MIN, i64::MAX);

/// The calendar that cohorts are told by.
#[derive(Debug)]
pub struct Calendar {
    /// The buckets that orders of the pass fall into.
    buckets: Arc<Spans>,
    members: Arc<Members>,
}

/// The cohort of every customer.
#[derive(Debug)]
pub struct Members {
    /// The buckets that anybody's first order falls into.
    cohorts: Spans,
    /// By the code of the customer.
    cohort_of: Vec<u32>,
    /// How many customers each cohort has, whatever the scope.
    sizes: Vec<u64>,
}

/// The members of a snapshot's cohorts, by which statuses do not count and how time is cut;
/// found when first asked for.
#[derive(Debug, Default)]
pub struct AllMembers(Mutex<HashMap<Cut, Arc<Members>>>);

type Cut = (Arc<[String]>, Grain, Tz);

/// The cohort of who never ordered.
const NOBODY: u32 = u32::MAX;

impl AllMembers {
    fn of(
        &self,
        snapshot: &Snapshot,
        uncounted: &Arc<[String]>,
        grain: Grain,
        zone: Tz,
    ) -> Arc<Members> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let cut = (Arc::clone(uncounted), grain, zone);
        let found = || {
            let first_ever = snapshot.first_ever(uncounted);
            Arc::new(Members::new(snapshot, &first_ever, grain, zone))
        };
        Arc::clone(known.entry(cut).or_insert_with(found))
    }
}

impl Members {
    fn new(snapshot: &Snapshot, first_ever: &[i64], grain: Grain, zone: Tz) -> Self {
        let cohorts = Spans::buckets(snapshot, &[ALWAYS], grain, zone);
        let cohort_of: Vec<u32> = first_ever
            .iter()
            .map(|time| cohorts.code_at(*time).unwrap_or(NOBODY))
            .collect();
        let mut sizes = vec![0; cohorts.parts.len()];
        for cohort in cohort_of.iter().filter(|it| **it != NOBODY) {
            sizes[*cohort as usize] += 1;
        }
        Self {
            cohorts,
            cohort_of,
            sizes,
        }
    }
}

impl Calendar {
    /// The calendar of a pass whose orders fall into these buckets of the grain.
    pub fn new(snapshot: &Snapshot, pass: &Pass, grain: Grain, buckets: Arc<Spans>) -> Self {
        let scope = &pass.scope;
        let members = snapshot
            .members
            .of(snapshot, &scope.uncounted, grain, scope.zone);
        Self { buckets, members }
    }

    /// One number for a group, a cohort and a bucket.
    fn cell(&self, group: u32, cohort: u32, bucket: u32) -> u64 {
        let (cohorts, buckets) = self.sizes();
        (u64::from(group) * cohorts + u64::from(cohort)) * buckets + u64::from(bucket)
    }

    fn of_cell(&self, cell: u64) -> (usize, u32, u32) {
        let (cohorts, buckets) = self.sizes();
        let code = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let group = usize::try_from(cell / buckets / cohorts).unwrap_or(usize::MAX);
        (group, code(cell / buckets % cohorts), code(cell % buckets))
    }

    fn sizes(&self) -> (u64, u64) {
        let size = |spans: &Spans| spans.parts.len().max(1) as u64;
        (size(&self.members.cohorts), size(&self.buckets))
    }
}

/// The customers of a share, and the buckets that they ordered in.
#[derive(Clone, Debug)]
pub struct Cohorts {
    calendar: Arc<Calendar>,
    share: Range<u32>,
    pairs: Pairs,
    /// By place: the bucket of the last visit plus one.
    marks: Vec<u32>,
    rests: Vec<u64>,
    bucket_of: Vec<u32>,
    found: Vec<Found>,
    /// Customers by group, cohort and bucket, as [`Calendar::cell`] numbers them.
    active: FxHashMap<u64, u64>,
}

/// A customer's order in a bucket, and the customer's place.
#[derive(Clone, Copy, Debug)]
struct Found {
    group: u32,
    customer: u32,
    bucket: u32,
    place: u32,
}

impl Cohorts {
    pub fn new(
        calendar: Arc<Calendar>,
        grouping: &Grouping,
        share: Range<u32>,
        orders: usize,
    ) -> Self {
        let pairs = Pairs::new(grouping.rests(), share.clone(), orders);
        Self {
            marks: vec![0; pairs.len()],
            calendar,
            share,
            pairs,
            rests: Vec::new(),
            bucket_of: Vec::new(),
            found: Vec::new(),
            active: FxHashMap::default(),
        }
    }

    /// The same customers, to go on with by the calendar of a later version of the shop.
    pub fn resumed(&self, calendar: &Arc<Calendar>, share: &Range<u32>) -> Option<Self> {
        let is_alike = self.share == *share && self.calendar.sizes() == calendar.sizes();
        is_alike.then(|| Self {
            calendar: Arc::clone(calendar),
            ..self.clone()
        })
    }

    pub fn bytes(&self) -> usize {
        let active = self.active.capacity() * size_of::<(u64, u64)>();
        self.pairs.bytes() + size_of_val(&*self.marks) + active
    }

    /// Meets the customers of a block's orders.
    pub fn absorb(&mut self, block: &Block, grouping: &Grouping, grouped: &Grouped) {
        for group in self.rests.len()..grouping.len() {
            self.rests.push(grouping.rest(group));
        }
        self.bucket_of.resize(grouped.orders.len(), 0);
        let Self {
            calendar,
            bucket_of,
            ..
        } = self;
        calendar
            .buckets
            .codes(block, &grouped.orders, |place, code| {
                bucket_of[place] = code;
            });
        self.find(block, grouped);
        touch(&self.marks, self.found.iter().map(|it| it.place));
        touch(
            &self.calendar.members.cohort_of,
            self.found.iter().map(|it| it.customer),
        );
        for found in std::mem::take(&mut self.found) {
            self.meet(&found);
        }
    }

    /// Finds the places of the customers of this share, and makes room for them.
    fn find(&mut self, block: &Block, grouped: &Grouped) {
        let cells = grouped.orders.iter().zip(&grouped.groups);
        for ((order, group), bucket) in cells.zip(&self.bucket_of) {
            let customer = block.customer[*order as usize];
            if customer != MISSING && self.share.contains(&customer) {
                let place = self.pairs.place(self.rests[*group as usize], customer);
                self.found.push(Found {
                    group: *group,
                    customer,
                    bucket: *bucket,
                    place: row(place),
                });
            }
        }
        self.marks.resize(self.pairs.len().max(self.marks.len()), 0);
    }

    fn meet(&mut self, found: &Found) {
        let mark = &mut self.marks[found.place as usize];
        if *mark == found.bucket + 1 {
            return;
        }
        *mark = found.bucket + 1;
        let cohort = self.calendar.members.cohort_of[found.customer as usize];
        if cohort != NOBODY {
            let cell = self.calendar.cell(found.group, cohort, found.bucket);
            *self.active.entry(cell).or_default() += 1;
        }
    }

    /// Adds another share of the customers; `place` says which group its groups are.
    pub fn merge(&mut self, other: Self, place: impl Fn(usize) -> usize) {
        for (cell, customers) in other.active {
            let (group, cohort, bucket) = self.calendar.of_cell(cell);
            let cell = self.calendar.cell(row(place(group)), cohort, bucket);
            *self.active.entry(cell).or_default() += customers;
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
        let groups = self
            .active
            .keys()
            .map(|cell| self.calendar.of_cell(*cell).0);
        let keys = grouping.keys(snapshot, &groups.collect::<Vec<_>>());
        let active = self.active.iter().zip(keys);
        let active = active.filter_map(|((cell, customers), key)| {
            let (_, cohort, bucket) = self.calendar.of_cell(*cell);
            let count = CohortCount {
                cohort: start(&members.cohorts, cohort)?,
                bucket: Some(start(&self.calendar.buckets, bucket)?),
                customers: *customers,
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
