//! Semi-joins: what orders and customers are like by other lines and orders.
//!
//! A snapshot holds all that a request may see, so what is looked up here stays within it.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::{
    dictionary::MISSING,
    history::FirstOrders,
    pieces::{Piece, pieces},
    select::Selection,
    snapshot::Snapshot,
    spans::stretch,
};
use crate::{
    engine::allotment::Hold,
    kpi::{Dimension, Entries, Ordered, Predicate},
};

/// What semi-joins of the predicates on entries look at.
#[derive(Debug)]
pub struct SemiJoins<'a> {
    pub snapshot: &'a Snapshot,
    /// The statuses whose orders nobody has placed.
    pub uncounted: &'a Arc<[String]>,
    /// What the predicates are tested on.
    pub of: Entries,
    /// Who waits for what is looked up; what is found once nobody does is nothing.
    pub hold: Option<&'a Hold>,
}

impl<'a> SemiJoins<'a> {
    /// Of predicates on orders, for whoever waits for something else.
    pub fn of_orders(snapshot: &'a Snapshot, uncounted: &'a Arc<[String]>) -> Self {
        Self {
            snapshot,
            uncounted,
            of: Entries::Orders,
            hold: None,
        }
    }

    fn is_in_vain(&self) -> bool {
        self.hold.is_some_and(|hold| hold.check().is_err())
    }

    /// Which order of each customer was the first.
    pub fn first_orders(&self) -> FirstOrders {
        self.snapshot.history(self.uncounted).first_orders()
    }

    /// Whether an entry is an order, with all of its lines at hand.
    pub fn is_of_orders(&self) -> bool {
        self.of == Entries::Orders
    }

    /// The ids of the orders with a line of which all of these hold, among those of which
    /// something came back.
    pub fn orders_that_hold(&self, predicates: &[Predicate]) -> FxHashSet<u64> {
        let [orders, records, _] = self.snapshot.blocks();
        let asked: FxHashSet<u64> = records.iter().flat_map(|it| &it.id).copied().collect();
        let selection = Selection::new(&Self::of_orders(self.snapshot, self.uncounted), predicates);
        let awaited = orders.par_iter().filter(|_| !self.is_in_vain());
        let of_block = awaited.flat_map_iter(|block| {
            let mut matching = Vec::new();
            selection.select_orders(block, 0..block.len(), &mut matching);
            let ids = matching.into_iter().map(|order| order as usize);
            let ids = ids.filter(|order| asked.contains(&block.id[*order]));
            let ids = ids.filter(|order| selection.keeps_a_line(block, *order));
            ids.map(|order| block.id[order]).collect::<Vec<u64>>()
        });
        of_block.collect()
    }

    /// Whether each customer, by code, has ordered so; nobody has not.
    pub fn who_ordered(&self, ordered: &Ordered) -> Vec<bool> {
        let of_orders = Self::of_orders(self.snapshot, self.uncounted);
        let selection = Selection::new(&of_orders, &ordered.predicates);
        let pieces = pieces(&self.snapshot.orders, &[stretch(ordered.period)], None);
        let codes = self.snapshot.codes(Dimension::CUSTOMER);
        let nobody = || vec![false; codes];
        let found = |mut who: Vec<bool>, piece: &Piece<'_>| {
            let (block, mut orders) = (piece.block, Vec::new());
            selection.select_orders(block, piece.orders.clone(), &mut orders);
            for order in orders {
                let customer = &mut who[block.customer[order as usize] as usize];
                *customer = *customer || selection.keeps_a_line(block, order as usize);
            }
            who
        };
        let either = |mut one: Vec<bool>, two: Vec<bool>| {
            one.iter_mut().zip(two).for_each(|(one, two)| *one |= two);
            one
        };
        let awaited = pieces.par_iter().filter(|_| !self.is_in_vain());
        let mut who = awaited.fold(nobody, found).reduce(nobody, either);
        if let Some(nobody) = who.get_mut(MISSING as usize) {
            *nobody = false;
        }
        who
    }
}
