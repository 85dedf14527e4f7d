//! Customers within groups: who placed the orders of a block.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::{
    amount::{fitting, row},
    attributes::Base,
    columns::Columns,
    dictionary::MISSING,
    grouped::Groups,
    grouping::Grouping,
};

/// Customers within groups that are kept in a table with a place for each; more are found by hash.
const MOST_PLACES: u64 = 1 << 21;
/// So many places for each order to come are worth their table.
const PLACES_PER_ORDER: usize = 8;

/// The customers of a share, each with a place within each group beside its bucket,
/// which customers go through one after the other.
#[derive(Clone, Debug)]
pub struct Visitors {
    share: Range<u32>,
    pairs: Pairs,
    /// What each group is beside its bucket.
    rests: Vec<u64>,
    /// The group of orders that are left out, whose customers are not remembered.
    left_out: usize,
    /// Those of the last block.
    pub found: Vec<Visitor>,
}

/// A customer's order within a group, and the customer's place.
#[derive(Clone, Copy, Debug, Default)]
pub struct Visitor {
    /// The order's place among those that are selected.
    pub order: u32,
    pub group: u32,
    pub customer: u32,
    pub place: u32,
}

/// The places of customers within groups.
#[derive(Clone, Debug)]
enum Pairs {
    /// A place for every customer of the share in every group.
    Places(usize),
    Hashed(FxHashMap<(u64, u32), u32>),
}

impl Visitors {
    /// Nobody yet, of this share of the customers; there are so many orders to come.
    pub fn new(grouping: &Grouping, share: Range<u32>, orders: usize) -> Self {
        let places = grouping.rests().saturating_mul(share.len() as u64);
        let most = MOST_PLACES.min(orders.saturating_mul(PLACES_PER_ORDER) as u64);
        let pairs = match usize::try_from(places) {
            Ok(count) if places <= most => Pairs::Places(count),
            _ => Pairs::Hashed(FxHashMap::default()),
        };
        Self {
            share,
            pairs,
            rests: Vec::new(),
            left_out: grouping.left_out(),
            found: Vec::new(),
        }
    }

    /// Whether they are of this share of the customers.
    pub fn are_of(&self, share: &Range<u32>) -> bool {
        self.share == *share
    }

    /// How many places there are so far.
    pub fn places(&self) -> usize {
        match &self.pairs {
            Pairs::Places(places) => *places,
            Pairs::Hashed(places) => places.len(),
        }
    }

    pub fn bytes(&self) -> usize {
        match &self.pairs {
            Pairs::Places(_) => 0,
            Pairs::Hashed(places) => places.capacity() * size_of::<((u64, u32), u32)>(),
        }
    }

    /// Takes in the groups that there are.
    pub fn grow(&mut self, grouping: &Grouping) {
        for group in self.rests.len()..grouping.len() {
            self.rests.push(grouping.rest(group));
        }
    }

    /// Finds the customers of this share who placed these orders, and their places.
    pub fn find(&mut self, columns: &Columns<'_>, groups: Groups<'_>) {
        let customers = columns.codes(Base::Customer);
        let Range { start, end } = named(&self.share);
        self.found.resize(groups.of_rows.len(), Visitor::default());
        let visitors = self.found.as_mut_slice();
        let left_out = self.left_out;
        let mut found = 0;
        // Written each time and kept only if of the share: a branch could not be foreseen.
        groups.for_each(|order, group| {
            let customer = customers[order];
            visitors[found] = Visitor {
                order: row(order),
                group: row(group),
                customer,
                place: 0,
            };
            let is_of_share = customer.wrapping_sub(start) < end - start;
            let is_counted = group != left_out;
            found += usize::from(is_of_share & is_counted);
        });
        self.found.truncate(found);
        match &mut self.pairs {
            Pairs::Places(_) => {
                for visitor in &mut self.found {
                    let rest = fitting(self.rests[visitor.group as usize]);
                    visitor.place = rest * (end - start) + (visitor.customer - start);
                }
            }
            Pairs::Hashed(places) => {
                for visitor in &mut self.found {
                    let pair = (self.rests[visitor.group as usize], visitor.customer);
                    let next = row(places.len());
                    visitor.place = *places.entry(pair).or_insert(next);
                }
            }
        }
    }

    /// Reads the visitors' places in a table before they are needed one by one.
    ///
    /// Reads that do not depend on each other are under way side by side, and what they
    /// bring stays near for as long as a block takes; met one after the other, each
    /// customer would cost a journey to main memory (a third of a dashboard's time).
    pub fn touch<T>(&self, table: &[T], value: impl Fn(&T) -> u32) {
        let places = self.found.iter().map(|it| it.place as usize);
        let read = places.fold(0, |all, place| all ^ value(&table[place]));
        std::hint::black_box(read);
    }
}

/// A share of the customers but for nobody, whom orders without a customer name.
pub fn named(share: &Range<u32>) -> Range<u32> {
    let start = share.start.max(MISSING + 1);
    start..share.end.max(start)
}
