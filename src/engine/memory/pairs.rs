//! Products by the orders that they are on, alone and two by two.

use std::{collections::HashMap, sync::Arc};

use rustc_hash::FxHashMap;

use super::{
    amount::{fitting, row},
    attributes::Base,
    cells::Cells,
    columns::Columns,
    dictionary::MISSING,
    grouped::Grouped,
    grouping::Grouping,
    snapshot::Snapshot,
};
use crate::{
    engine::allotment::{Hold, Stopped},
    kpi::{Baskets, Dimension, Key, Pairing, Pass, Products},
};

/// Pairs that are counted in a table with a place for each: those of 2,000 products.
const MOST_PLACES: u64 = 1 << 22;
/// So many places for each order to come are worth their table.
const PLACES_PER_ORDER: u64 = 32;
/// So many products on one order are worth a look at what their pairs take.
const LARGE: usize = 64;

/// Which products make pairs.
#[derive(Debug)]
pub struct Paired {
    /// One more than the greatest code of a product.
    products: u64,
    /// Those of which one must be in a pair, by code; `None` where it need not.
    wanted: Option<Vec<bool>>,
}

impl Paired {
    /// Those that a pass asks for.
    pub fn of(snapshot: &Snapshot, pass: &Pass) -> Self {
        let room = snapshot.room(Dimension::PRODUCT).max(1);
        let dictionary = snapshot.dictionaries.of(Dimension::PRODUCT);
        let wanted = |ids: Vec<&str>| {
            let mut wanted = vec![false; room];
            let codes = ids.into_iter().filter_map(|id| dictionary.code(id));
            for code in codes.filter(|code| (*code as usize) < room) {
                wanted[code as usize] = true;
            }
            wanted
        };
        Self {
            products: room as u64,
            wanted: pass.paired_products().map(wanted),
        }
    }

    /// One number for a group and two products; for one product and for none, where nothing
    /// is the missing ones' code.
    fn number(&self, group: u32, one: u32, other: u32) -> u64 {
        (u64::from(group) * self.products + u64::from(one)) * self.products + u64::from(other)
    }

    fn of_number(&self, number: u64) -> (usize, u32, u32) {
        let (one, other) = (number / self.products, number % self.products);
        let group = usize::try_from(one / self.products).unwrap_or(usize::MAX);
        (group, fitting(one % self.products), fitting(other))
    }

    fn makes_pair(&self, one: u32, other: u32) -> bool {
        let is_wanted = |wanted: &Vec<bool>| wanted[one as usize] || wanted[other as usize];
        self.wanted.as_ref().is_none_or(is_wanted)
    }
}

/// How many orders of a share hold which products of a group.
#[derive(Clone, Debug)]
pub struct PairCounts {
    paired: Arc<Paired>,
    /// As [`Paired::number`] numbers them.
    orders: Cells,
    /// The products of one order, each with its group before it.
    basket: Vec<u64>,
}

impl PairCounts {
    pub fn new(paired: Arc<Paired>, grouping: &Grouping, orders: usize) -> Self {
        let pairs = paired.products * paired.products;
        // The last group is that of what is left out.
        let numbers = (grouping.numbers() - 1).saturating_mul(pairs);
        let worth = PLACES_PER_ORDER.saturating_mul(orders as u64);
        Self {
            orders: Cells::new(numbers, worth.min(MOST_PLACES)),
            paired,
            basket: Vec::new(),
        }
    }

    /// The same counts, to go on with in a later version of the shop.
    pub fn resumed(&self, paired: &Arc<Paired>) -> Option<Self> {
        (self.paired.products == paired.products).then(|| Self {
            paired: Arc::clone(paired),
            ..self.clone()
        })
    }

    pub fn bytes(&self) -> usize {
        self.orders.bytes()
    }

    /// Counts a block's orders.
    ///
    /// # Errors
    /// When they hold more different pairs than may be held, or nobody waits any more: an
    /// order of a thousand products has half a million.
    pub fn absorb(
        &mut self,
        columns: &Columns<'_>,
        grouping: &Grouping,
        grouped: &Grouped,
        hold: &Hold,
    ) -> Result<(), Stopped> {
        let (owners, products) = (columns.owners(), columns.codes(Base::Product));
        let of_orders = grouped.of_orders().of_rows;
        let of_lines = grouping.is_of_lines().then_some(&grouped.line_groups);
        let left_out = row(grouping.left_out());
        let mut start = 0;
        while let Some(owner) = owners.get(start) {
            let rest = &owners[start..];
            let lines = rest.iter().take_while(|it| *it == owner).count();
            self.basket.clear();
            for line in start..start + lines {
                let group = of_lines.map_or_else(|| of_orders[*owner as usize], |it| it[line]);
                if group != left_out {
                    let product = u64::from(products[line]);
                    self.basket.push(u64::from(group) << 32 | product);
                }
            }
            start += lines;
            self.add_basket(hold)?;
        }
        Ok(())
    }

    /// Counts the products of one order, each once in each group.
    fn add_basket(&mut self, hold: &Hold) -> Result<(), Stopped> {
        let mut basket = std::mem::take(&mut self.basket);
        basket.sort_unstable();
        basket.dedup();
        let group_of = |it: &u64| it >> 32;
        for of_group in basket.chunk_by(|one, other| group_of(one) == group_of(other)) {
            let group = fitting(group_of(&of_group[0]));
            self.add(group, MISSING, MISSING);
            let product = |it: &u64| fitting(it & u64::from(u32::MAX));
            let named = of_group.iter().map(product).skip_while(|it| *it == MISSING);
            for (at, other) in named.clone().enumerate() {
                self.add(group, MISSING, other);
                for one in named.clone().take(at) {
                    if self.paired.makes_pair(one, other) {
                        self.add(group, one, other);
                    }
                }
            }
        }
        let is_large = basket.len() >= LARGE;
        self.basket = basket;
        if is_large {
            hold.check()?;
            hold.check_room(self.bytes())?;
        }
        Ok(())
    }

    fn add(&mut self, group: u32, one: u32, other: u32) {
        self.orders.add(self.paired.number(group, one, other), 1);
    }

    /// Adds another share; `place` says which group its groups are.
    pub fn merge(&mut self, other: &Self, place: impl Fn(usize) -> usize) {
        for (number, orders) in other.orders.counts() {
            let (group, one, two) = self.paired.of_number(number);
            let number = self.paired.number(row(place(group)), one, two);
            self.orders.add(number, orders);
        }
    }

    /// What was counted of each group, and the products by their codes.
    pub fn baskets(
        &self,
        snapshot: &Snapshot,
        grouping: &Grouping,
        asked: Pairing,
    ) -> (HashMap<Key, Baskets>, Products) {
        let mut groups: FxHashMap<usize, Baskets> = FxHashMap::default();
        let mut ids = vec![None; usize::try_from(self.paired.products).unwrap_or_default()];
        let dictionary = snapshot.dictionaries.of(Dimension::PRODUCT);
        let texts = dictionary.translator();
        for (number, orders) in self.orders.counts() {
            let (group, one, other) = self.paired.of_number(number);
            if one == MISSING && other != MISSING && ids[other as usize].is_none() {
                ids[other as usize] = texts.text(other).cloned();
            }
            if one == MISSING || u64::from(orders) >= asked.min_orders {
                let baskets = groups.entry(group).or_default();
                baskets.add(one, other, orders.into());
            }
        }
        drop(texts);
        let (numbers, baskets): (Vec<_>, Vec<_>) = groups.into_iter().unzip();
        let keys = grouping.keys(snapshot, &numbers);
        let counted = keys.into_iter().zip(baskets).collect();
        (counted, Products::new(ids))
    }
}
