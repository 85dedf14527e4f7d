//! Pairs of products that are bought together: how often, and how much more often than by
//! chance.
//!
//! The measures are those of association rules (Agrawal, Imieliński and Swami, 1993; *lift*
//! after Brin, Motwani, Ullman and Tsur, 1997): of all orders of a scope, *support* is the
//! share of those with both, *confidence* the share of those with one that hold the other
//! too, *lift* the confidence over the share of all orders that hold the other.
//!
//! A product is on an order when a line in scope says so, as often as it may stand there,
//! and returned or not: as distinct orders by product are counted. Engines say of how many
//! orders a product is on, and of how many both are; what is made of that is made here.

use std::{
    cmp::{Ordering, Reverse},
    collections::HashMap,
    sync::Arc,
};

use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

use super::{
    plan::{Count, Pass},
    quotient::quotient,
    scope::{Axis, Key, KeyPart},
};

/// Which pairs are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pairing {
    /// Of which products.
    pub of: PairsOf,
    /// Which come first.
    pub order: PairOrder,
    /// Pairs on fewer orders are left out.
    pub min_orders: u64,
    /// How many of those that come first.
    pub first: usize,
}

/// Of which products pairs are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PairsOf {
    /// All of them, each pair once.
    All,
    /// Those of single products: the last axis of the pass is the product, its slices say
    /// which. What the product is sold with is on other lines, so that it is no group of lines.
    Each,
}

/// Which pairs come first; ties go by the products' ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PairOrder {
    /// Those on the most orders.
    Orders,
    /// Those with the greatest lift.
    Lift,
    /// Those with the greatest confidence: among all pairs the greater of a pair's two, of
    /// one product that of its own orders.
    Confidence,
}

/// The pairs of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// How many orders the group has, whatever is on them.
    pub orders: u64,
    /// How many pairs there are on as many orders as asked for.
    pub total: usize,
    /// Those that come first.
    pub first: Vec<Pair>,
}

/// Two products, and how many orders they are on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Their ids: the lesser first, or the one that was asked for.
    pub products: [Arc<str>; 2],
    /// How many orders hold the one and the other, each whatever else they hold.
    pub with: [u64; 2],
    /// How many orders hold both.
    pub orders: u64,
}

impl Pair {
    /// The share of so many orders that hold both.
    #[must_use]
    pub fn support(&self, all: u64) -> Option<Decimal> {
        quotient(self.orders.into(), all.into())
    }

    /// The share of the orders with one of the two, by its place, that hold both.
    #[must_use]
    pub fn confidence(&self, of: usize) -> Option<Decimal> {
        quotient(self.orders.into(), self.with[of].into())
    }

    /// How many times as many of so many orders hold both as would by chance.
    #[must_use]
    pub fn lift(&self, all: u64) -> Option<Decimal> {
        let [one, other] = self.with.map(Decimal::from);
        let both = Decimal::from(self.orders);
        quotient(both.checked_mul(all.into())?, one.checked_mul(other)?)
    }
}

/// What an engine has counted of one group, its products by number.
#[derive(Clone, Debug, Default)]
pub struct Baskets {
    orders: u64,
    with: FxHashMap<u32, u64>,
    together: Vec<(u32, u32, u64)>,
}

impl Baskets {
    /// The number of no product.
    pub const NOTHING: u32 = 0;

    /// Takes so many orders in on which both are: where the first is nothing, those with the
    /// other; where both are, all there are. Each is told once.
    pub fn add(&mut self, one: u32, other: u32, orders: u64) {
        match (one, other) {
            (Self::NOTHING, Self::NOTHING) => self.orders = orders,
            (Self::NOTHING, product) => drop(self.with.insert(product, orders)),
            both => self.together.push((both.0, both.1, orders)),
        }
    }

    /// All pairs, of which those are told that come first.
    fn pairs(&self, asked: Pairing, products: &Products) -> Pairs {
        let pairs = self.together.iter().map(|(one, other, orders)| {
            let is_in_order = products.ranks[*one as usize] < products.ranks[*other as usize];
            let both = if is_in_order {
                [*one, *other]
            } else {
                [*other, *one]
            };
            (both, *orders)
        });
        self.ranked(asked, products, pairs)
    }

    /// What each product is together with, and on how many orders.
    fn companions(&self) -> FxHashMap<u32, Vec<(u32, u64)>> {
        let mut companions: FxHashMap<u32, Vec<(u32, u64)>> = FxHashMap::default();
        for (one, other, orders) in &self.together {
            companions.entry(*one).or_default().push((*other, *orders));
            companions.entry(*other).or_default().push((*one, *orders));
        }
        companions
    }

    fn ranked(
        &self,
        asked: Pairing,
        products: &Products,
        pairs: impl Iterator<Item = ([u32; 2], u64)>,
    ) -> Pairs {
        let frequent = pairs.filter(|(_, orders)| *orders >= asked.min_orders);
        let place = |(both, orders): ([u32; 2], u64)| {
            let share = Share {
                of: u128::from(orders),
                by: self.divisor(asked, both),
            };
            let ranks = both.map(|it| products.ranks[it as usize]);
            (Reverse(share), ranks, orders)
        };
        let mut places: Vec<_> = frequent.map(place).collect();
        let total = places.len();
        if asked.first < total {
            places.select_nth_unstable(asked.first);
            places.truncate(asked.first);
        }
        places.sort_unstable();
        let first = places.into_iter().map(|(_, ranks, orders)| {
            let both = ranks.map(|rank| products.in_order[rank as usize]);
            Pair {
                products: both.map(|it| products.id(it)),
                with: both.map(|it| self.with(it)),
                orders,
            }
        });
        Pairs {
            orders: self.orders,
            total,
            first: first.collect(),
        }
    }

    fn with(&self, product: u32) -> u64 {
        self.with.get(&product).copied().unwrap_or_default()
    }

    /// What the orders of a pair are divided by to rank it; what is the same for all pairs is
    /// left out.
    fn divisor(&self, asked: Pairing, both: [u32; 2]) -> u128 {
        let with = || both.map(|it| u128::from(self.with(it)));
        match (asked.order, asked.of) {
            (PairOrder::Orders, _) | (PairOrder::Confidence, PairsOf::Each) => 1,
            (PairOrder::Lift, _) => with()[0] * with()[1],
            (PairOrder::Confidence, PairsOf::All) => with()[0].min(with()[1]),
        }
    }
}

/// A quotient of counts, compared without dividing. Counts have 32 bits, so that three of
/// them multiplied fit.
#[derive(Clone, Copy, Debug)]
struct Share {
    of: u128,
    by: u128,
}

impl PartialEq for Share {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Share {}

impl Ord for Share {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.of * other.by).cmp(&(other.of * self.by))
    }
}

impl PartialOrd for Share {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The products that baskets know by number, in the order of their ids.
#[derive(Clone, Debug, Default)]
pub struct Products {
    ids: Vec<Option<Arc<str>>>,
    in_order: Vec<u32>,
    ranks: Vec<u32>,
}

impl Products {
    /// Those with these ids, by number; numbers that no basket has need none.
    #[must_use]
    pub fn new(ids: Vec<Option<Arc<str>>>) -> Self {
        let mut in_order: Vec<u32> = (0..).zip(&ids).map(|(number, _)| number).collect();
        in_order.sort_by(|one, two| ids[*one as usize].cmp(&ids[*two as usize]));
        let mut ranks = vec![0; ids.len()];
        for (rank, number) in (0..).zip(&in_order) {
            ranks[*number as usize] = rank;
        }
        Self {
            ids,
            in_order,
            ranks,
        }
    }

    fn id(&self, number: u32) -> Arc<str> {
        let id = self.ids[number as usize].as_ref();
        Arc::clone(id.unwrap_or_else(|| unreachable!("a basket's product has an id")))
    }

    /// Numbers by id.
    fn numbers(&self) -> HashMap<&str, u32> {
        let numbered = (0..).zip(&self.ids);
        let numbered = numbered.filter_map(|(number, id)| Some((id.as_deref()?, number)));
        numbered.collect()
    }
}

impl Pass {
    /// The axes that lines are grouped by: not the product whose pairs are asked for.
    #[must_use]
    pub fn line_axes(&self) -> &[Axis] {
        match (self.count, self.axes.split_last()) {
            (
                Count::Pairs(Pairing {
                    of: PairsOf::Each, ..
                }),
                Some((_, rest)),
            ) => rest,
            _ => &self.axes,
        }
    }

    /// The ids of the products whose pairs alone are asked for; `None` where those of all are.
    #[must_use]
    pub fn paired_products(&self) -> Option<Vec<&str>> {
        let is_of_each = self.line_axes().len() < self.axes.len();
        let slices = self.slices.iter().flatten();
        is_of_each.then(|| slices.filter_map(|key| key.last()?.text()).collect())
    }

    /// The pairs of each group that is asked for, from what was counted of each group of lines.
    #[must_use]
    pub fn pairs(
        &self,
        asked: Pairing,
        counted: &HashMap<Key, Baskets>,
        products: &Products,
    ) -> Vec<(Key, Pairs)> {
        if asked.of == PairsOf::All {
            let of_group =
                |(key, baskets): (&Key, &Baskets)| (key.clone(), baskets.pairs(asked, products));
            return counted.iter().map(of_group).collect();
        }
        let numbers = products.numbers();
        let groups = counted.iter();
        // Made once: a page of products would look through all pairs for each of them.
        let groups = groups.map(|(key, it)| (key.as_slice(), (it, it.companions())));
        let groups: HashMap<&[KeyPart], _> = groups.collect();
        let of_slice = |slice: &Key| {
            let (product, group) = slice.split_last()?;
            let (baskets, companions) = groups.get(group)?;
            let number = product.text().and_then(|id| numbers.get(id));
            let number = number.copied().unwrap_or(Baskets::NOTHING);
            let companions = companions.get(&number).into_iter().flatten();
            let pairs = companions.map(|(other, orders)| ([number, *other], *orders));
            Some((slice.clone(), baskets.ranked(asked, products, pairs)))
        };
        let slices = self.slices.iter().flatten();
        slices.filter_map(of_slice).collect()
    }
}
