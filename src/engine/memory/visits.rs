//! Measures of customers: each counts once in a group, however often they order.

use std::{ops::Range, sync::Arc};

use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

use super::{
    amount::row,
    block::Block,
    dictionary::MISSING,
    grouping::{Grouped, Grouping},
};
use crate::kpi::{Measure, Measures};

/// Customers within groups that are kept in a table with a place for each; more are found by hash.
const MOST_PLACES: u64 = 1 << 21;
/// So many places for each order to come are worth their table.
const PLACES_PER_ORDER: usize = 8;

/// The places of customers within groups.
#[derive(Clone, Debug)]
pub enum Pairs {
    /// A place for every customer of the share in every group.
    Places {
        customers: Range<u32>,
        places: usize,
    },
    Hashed(FxHashMap<(u64, u32), u32>),
}

impl Pairs {
    /// Places for a share of the customers in so many groups, of whom so many orders are to come.
    pub fn new(groups: u64, customers: Range<u32>, orders: usize) -> Self {
        let places = groups.saturating_mul(customers.len() as u64);
        let most = MOST_PLACES.min(orders.saturating_mul(PLACES_PER_ORDER) as u64);
        if places <= most {
            let places = usize::try_from(places).unwrap_or(usize::MAX);
            Self::Places { customers, places }
        } else {
            Self::Hashed(FxHashMap::default())
        }
    }

    /// How many places there are so far.
    pub fn len(&self) -> usize {
        match self {
            Self::Places { places, .. } => *places,
            Self::Hashed(places) => places.len(),
        }
    }

    pub fn bytes(&self) -> usize {
        match self {
            Self::Places { .. } => 0,
            Self::Hashed(places) => places.capacity() * size_of::<((u64, u32), u32)>(),
        }
    }

    /// The place of a customer in a group.
    pub fn place(&mut self, group: u64, customer: u32) -> usize {
        match self {
            Self::Places { customers, .. } => {
                let group = usize::try_from(group).unwrap_or(0);
                group * customers.len() + (customer - customers.start) as usize
            }
            Self::Hashed(places) => {
                let next = row(places.len());
                *places.entry((group, customer)).or_insert(next) as usize
            }
        }
    }
}

/// Reads scattered places of a table before they are needed one by one.
///
/// Reads that do not depend on each other are under way side by side, and what they
/// bring stays near for as long as a block takes; met one after the other, each
/// customer would cost a journey to main memory (a third of a dashboard's time).
pub fn touch(table: &[u32], places: impl Iterator<Item = u32>) {
    let read = places.fold(0, |all, place| all ^ table[place as usize]);
    std::hint::black_box(read);
}

/// What every part of a pass must know to count customers.
#[derive(Clone, Debug)]
pub struct Rules {
    pub measures: Measures,
    /// Each customer's first order ever, in milliseconds since 1970, by code.
    pub first_ever: Arc<Vec<i64>>,
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
    share: Range<u32>,
    pairs: Pairs,
    /// By place: the bucket of the last visit plus one, whether it was the second or
    /// later there, whether there was one in the period before.
    marks: Vec<u32>,
    /// By place: the time of the last visit.
    times: Vec<i64>,
    /// For each group: what it is beside its bucket, and the bucket.
    of_group: Vec<(u64, u32)>,
    found: Vec<Found>,
    pub counts: Counts,
}

/// A customer's order within a group, and the customer's place.
#[derive(Clone, Copy, Debug)]
struct Found {
    order: u32,
    group: u32,
    place: u32,
}

/// What customers add to each group.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    customers: Vec<u64>,
    new: Vec<u64>,
    repeat: Vec<u64>,
    previous: Vec<u64>,
    retained: Vec<u64>,
    span: Vec<i128>,
}

const REPEATED: u32 = 1;
const BEFORE: u32 = 2;
const BUCKET_SHIFT: u32 = 2;

impl Visits {
    /// Nobody met yet, of this share of the customers.
    pub fn new(rules: Arc<Rules>, grouping: &Grouping, share: Range<u32>, orders: usize) -> Self {
        let pairs = Pairs::new(grouping.rests(), share.clone(), orders);
        Self {
            marks: vec![0; pairs.len()],
            times: Vec::new(),
            rules,
            share,
            pairs,
            of_group: Vec::new(),
            found: Vec::new(),
            counts: Counts::default(),
        }
    }

    /// The same visits, to go on with by the rules of a later version of the shop.
    pub fn resumed(&self, rules: &Arc<Rules>, share: &Range<u32>) -> Option<Self> {
        (self.share == *share).then(|| Self {
            rules: Arc::clone(rules),
            ..self.clone()
        })
    }

    pub fn bytes(&self) -> usize {
        self.pairs.bytes() + size_of_val(&*self.marks) + size_of_val(&*self.times)
    }

    /// Makes room for the groups that there are.
    pub fn grow(&mut self, grouping: &Grouping) {
        for group in self.of_group.len()..grouping.len() {
            let bucket = self
                .rules
                .bucket
                .map_or(0, |at| grouping.axis_code(group, at));
            let bucket = u32::try_from(bucket).unwrap_or(u32::MAX);
            self.of_group.push((grouping.rest(group), bucket));
        }
        self.counts.grow(grouping.len());
    }

    /// Meets the customers of a block's orders.
    pub fn absorb(&mut self, block: &Block, grouped: &Grouped, is_before: bool) {
        self.find(block, grouped);
        touch(&self.marks, self.found.iter().map(|it| it.place));
        for at in 0..self.found.len() {
            let Found {
                order,
                group,
                place,
            } = self.found[at];
            let (place, group) = (place as usize, group as usize);
            if is_before {
                self.meet_before(place, group);
            } else {
                let order = order as usize;
                self.meet(place, group, block.customer[order], block.time[order]);
            }
        }
    }

    /// Finds the places of the customers of this share, and makes room for them.
    fn find(&mut self, block: &Block, grouped: &Grouped) {
        self.found.clear();
        for (order, group) in grouped.orders.iter().zip(&grouped.groups) {
            let customer = block.customer[*order as usize];
            if customer != MISSING && self.share.contains(&customer) {
                let (rest, _) = self.of_group[*group as usize];
                self.found.push(Found {
                    order: *order,
                    group: *group,
                    place: row(self.pairs.place(rest, customer)),
                });
            }
        }
        let places = self.pairs.len().max(self.marks.len());
        self.marks.resize(places, 0);
        if self.rules.measures.contains(Measure::OrderSpan) {
            self.times.resize(places, 0);
        }
    }

    fn meet_before(&mut self, place: usize, group: usize) {
        let mark = &mut self.marks[place];
        self.counts.previous[group] += u64::from(*mark & BEFORE == 0);
        *mark |= BEFORE;
    }

    fn meet(&mut self, place: usize, group: usize, customer: u32, time: i64) {
        let mark = self.marks[place];
        let (_, bucket) = self.of_group[group];
        let (counts, asked) = (&mut self.counts, self.rules.measures);
        let last = mark >> BUCKET_SHIFT;
        if last == bucket + 1 {
            if mark & REPEATED == 0 {
                counts.repeat[group] += 1;
                self.marks[place] = mark | REPEATED;
            }
            if asked.contains(Measure::OrderSpan) {
                counts.span[group] += i128::from(time - self.times[place]);
            }
        } else {
            counts.customers[group] += 1;
            self.marks[place] = ((bucket + 1) << BUCKET_SHIFT) | (mark & BEFORE);
            if asked.contains(Measure::NewCustomers) {
                let new_since = self.rules.new_since[bucket as usize];
                let first_ever = self.rules.first_ever[customer as usize];
                counts.new[group] += u64::from(first_ever >= new_since);
            }
            if asked.contains(Measure::RetainedCustomers) {
                let was_there = mark & BEFORE != 0
                    || (last == bucket && last > 0 && self.rules.follows[bucket as usize]);
                counts.retained[group] += u64::from(was_there);
            }
        }
        if asked.contains(Measure::OrderSpan) {
            self.times[place] = time;
        }
    }
}

impl Counts {
    pub fn grow(&mut self, groups: usize) {
        for column in [
            &mut self.customers,
            &mut self.new,
            &mut self.repeat,
            &mut self.previous,
            &mut self.retained,
        ] {
            column.resize(groups.max(column.len()), 0);
        }
        self.span.resize(groups.max(self.span.len()), 0);
    }

    /// Adds another share of the customers; `place` says which group its groups are.
    pub fn merge(&mut self, other: &Self, place: impl Fn(usize) -> usize) {
        let columns = [
            (&mut self.customers, &other.customers),
            (&mut self.new, &other.new),
            (&mut self.repeat, &other.repeat),
            (&mut self.previous, &other.previous),
            (&mut self.retained, &other.retained),
        ];
        for (to, from) in columns {
            (0..from.len()).for_each(|group| to[place(group)] += from[group]);
        }
        for (group, span) in other.span.iter().enumerate() {
            self.span[place(group)] += span;
        }
    }

    /// How many customers of the period before a group has.
    pub fn previous(&self, group: usize) -> u64 {
        self.previous[group]
    }

    /// The value of a measure of customers; `orders` are those that name one.
    pub fn value(&self, measure: Measure, group: usize, orders: u64) -> Option<Decimal> {
        let count = match measure {
            Measure::Customers => self.customers[group],
            Measure::NewCustomers => self.new[group],
            Measure::RepeatCustomers => self.repeat[group],
            Measure::PreviousCustomers => self.previous[group],
            Measure::RetainedCustomers => self.retained[group],
            // Each order but a customer's first ends a pair of consecutive ones.
            Measure::OrderPairs => orders - self.customers[group],
            Measure::OrderSpan => {
                return Some(Decimal::from_i128_with_scale(self.span[group], 0));
            }
            _ => return None,
        };
        Some(count.into())
    }
}
