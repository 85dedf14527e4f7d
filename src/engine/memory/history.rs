//! Who had ordered before: what an order can know of its customer's orders until then, and
//! which was their first.

use std::sync::{Arc, Mutex, PoisonError};

use super::{
    block::Block, dictionary::MISSING, select::Selection, semi_join::SemiJoins, snapshot::Snapshot,
};
use crate::kpi::Dimension;

/// Long before anybody: the order before a customer's first, the first of who never ordered.
pub const NEVER: i64 = i64::MIN;
/// The order before that of nobody: of an order that names no customer, or does not count.
pub const NOBODY: i64 = i64::MAX;

/// The code of the kind of a customer's first order.
const NEW: u32 = 1;
/// The code of the kind of every later one.
const RETURNING: u32 = 2;

/// The first order of each customer, by code, as a hash of its id.
#[derive(Clone, Debug, Default)]
pub struct FirstOrders(Arc<Vec<u64>>);

impl FirstOrders {
    /// The code of the kind of this customer's order, or of what came back of it.
    pub fn kind(&self, customer: u32, order: u64) -> u32 {
        match customer {
            MISSING => MISSING,
            customer if self.0[customer as usize] == order => NEW,
            _ => RETURNING,
        }
    }
}

/// The orders of every customer one after the other, as far as they count. Times are in
/// milliseconds since 1970.
#[derive(Clone, Debug)]
pub struct History {
    version: u64,
    /// The statuses whose orders do not count.
    uncounted: Arc<[String]>,
    /// For each block, for each of its orders, when its customer ordered before; [`NEVER`]
    /// for a customer's first order, [`NOBODY`] where there is no customer.
    ///
    /// An order is its customer's first in a stretch of time when the one before it came
    /// before the stretch: those who came can be counted without remembering anybody.
    pub earlier: Vec<Arc<[i64]>>,
    so_far: SoFar,
    /// Where to go on from when the shop has changed after it.
    settled: Arc<(usize, SoFar)>,
}

/// What is known after some of the blocks, by the code of the customer.
#[derive(Clone, Debug, Default)]
struct SoFar {
    first: Arc<Vec<i64>>,
    last: Arc<Vec<i64>>,
    first_orders: FirstOrders,
}

/// The history that was asked for last; that of an earlier version of the shop is gone on with.
///
/// Which statuses do not count is a setting: until it changes, everybody asks for the same.
#[derive(Debug, Default)]
pub struct Histories(Mutex<Option<Arc<History>>>);

impl Histories {
    /// The history of a snapshot.
    pub fn of(&self, snapshot: &Snapshot, uncounted: &Arc<[String]>) -> Arc<History> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = known.as_ref().filter(|it| it.uncounted == *uncounted);
        let history = match last {
            Some(it) if it.version == snapshot.version => return Arc::clone(it),
            // Who asks looks at a shop that has changed since: that is soon over.
            Some(it) if it.version > snapshot.version => {
                return Arc::new(History::new(snapshot, uncounted));
            }
            Some(earlier) => earlier.in_later(snapshot),
            None => History::new(snapshot, uncounted),
        };
        let history = Arc::new(history);
        *known = Some(Arc::clone(&history));
        history
    }
}

impl History {
    fn new(snapshot: &Snapshot, uncounted: &Arc<[String]>) -> Self {
        let nothing = Self {
            version: snapshot.version,
            uncounted: Arc::clone(uncounted),
            earlier: Vec::new(),
            so_far: SoFar::default(),
            settled: Arc::default(),
        };
        nothing.gone_on(snapshot)
    }

    /// The same in a later version of the shop.
    fn in_later(&self, snapshot: &Snapshot) -> Self {
        let (blocks, so_far) = &*self.settled;
        if snapshot.orders.unchanged_since(self.version) < *blocks {
            return Self::new(snapshot, &self.uncounted);
        }
        let until_settled = Self {
            version: snapshot.version,
            uncounted: Arc::clone(&self.uncounted),
            earlier: self.earlier[..*blocks].to_vec(),
            so_far: so_far.clone(),
            settled: Arc::clone(&self.settled),
        };
        until_settled.gone_on(snapshot)
    }

    /// With the blocks that it does not have yet.
    fn gone_on(mut self, snapshot: &Snapshot) -> Self {
        let selection = Selection::new(&SemiJoins::of_orders(snapshot, &self.uncounted), &[]);
        let customers = snapshot.codes(Dimension::CUSTOMER);
        let settled = snapshot.orders.settled();
        for at in self.earlier.len()..snapshot.orders.blocks.len() {
            if at == settled {
                self.settled = Arc::new((at, self.so_far.clone()));
            }
            self.so_far.grow(customers);
            let earlier = self.so_far.absorb(&snapshot.orders.blocks[at], &selection);
            self.earlier.push(earlier);
        }
        self.so_far.grow(customers);
        self
    }

    /// How much memory one of so many orders and customers takes.
    pub fn bytes(orders: usize, customers: usize) -> usize {
        size_of::<i64>() * (orders + 2 * customers) + size_of::<u64>() * customers
    }

    /// When each customer first ordered, by code.
    pub fn first(&self) -> &[i64] {
        &self.so_far.first
    }

    /// Which order that was: of those of one instant, the one that its ledger has first.
    pub fn first_orders(&self) -> FirstOrders {
        self.so_far.first_orders.clone()
    }
}

impl SoFar {
    fn grow(&mut self, customers: usize) {
        for times in [&mut self.first, &mut self.last] {
            if times.len() < customers {
                Arc::make_mut(times).resize(customers, NEVER);
            }
        }
        let FirstOrders(ids) = &mut self.first_orders;
        if ids.len() < customers {
            Arc::make_mut(ids).resize(customers, 0);
        }
    }

    /// Takes a block in, and tells for each of its orders when its customer ordered before.
    fn absorb(&mut self, block: &Block, selection: &Selection) -> Arc<[i64]> {
        let mut counted = Vec::new();
        selection.select_orders(block, 0..block.len(), &mut counted);
        let mut earlier = vec![NOBODY; block.len()];
        let first = Arc::make_mut(&mut self.first).as_mut_slice();
        let last = Arc::make_mut(&mut self.last).as_mut_slice();
        let ids = Arc::make_mut(&mut self.first_orders.0).as_mut_slice();
        for order in counted {
            let order = order as usize;
            let customer = block.customer[order];
            if customer == MISSING {
                continue;
            }
            let (customer, time) = (customer as usize, block.time[order]);
            let before = std::mem::replace(&mut last[customer], time);
            if before == NEVER {
                first[customer] = time;
                ids[customer] = block.id[order];
            }
            earlier[order] = before;
        }
        earlier.into()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{
        super::sample::{NEXT, changed, settled},
        *,
    };

    /// What the history of a shop says, and how many of its blocks are what they were in `before`.
    fn told(shop: &Snapshot, before: &History) -> (Vec<i64>, Vec<i64>, usize) {
        let history = shop.history(&["cancelled".to_owned()].into());
        let blocks = history.earlier.iter().zip(&before.earlier);
        let same = blocks.take_while(|(one, two)| Arc::ptr_eq(one, two));
        (
            history.earlier.concat(),
            history.first().to_vec(),
            same.count(),
        )
    }

    /// The same, order by order.
    fn found(shop: &Snapshot) -> (Vec<i64>, Vec<i64>) {
        let cancelled = shop.dictionaries.of(Dimension::STATUS).code("cancelled");
        let mut orders: HashMap<u32, Vec<i64>> = HashMap::new();
        let mut earlier = Vec::new();
        for block in &shop.orders.blocks {
            for at in 0..block.len() {
                if Some(u32::from(block.status[at])) == cancelled || block.customer[at] == MISSING {
                    earlier.push(NOBODY);
                    continue;
                }
                let of_customer = orders.entry(block.customer[at]).or_default();
                earlier.push(of_customer.last().copied().unwrap_or(NEVER));
                of_customer.push(block.time[at]);
            }
        }
        let first = |customer| orders.get(&customer).map_or(NEVER, |times| times[0]);
        let customers = u32::try_from(shop.codes(Dimension::CUSTOMER)).unwrap();
        (earlier, (0..customers).map(first).collect())
    }

    #[test]
    fn a_changed_shop_has_the_history_that_it_would_have_anew() {
        let (mut shop, orders) = settled();
        let uncounted = ["cancelled".to_owned()].into();
        let edits = [
            // The last days go on changing, and orders keep coming in.
            (NEXT + 7, None, true),
            (NEXT + 50, Some(orders.order(NEXT + 50)), true),
            // An order of the first days goes: everybody's next order has another before it.
            (3, None, false),
            (NEXT + 51, Some(orders.order(NEXT + 51)), false),
        ];
        for (id, change, is_near_the_end) in edits {
            let before = shop.history(&uncounted);
            shop = changed(&shop, [(id, change)]);
            let (earlier, first, kept) = told(&shop, &before);
            // Not printed: they are long.
            assert!((earlier, first) == found(&shop), "after the change of {id}");
            assert_eq!(kept > 0, is_near_the_end, "after the change of {id}");
        }
    }
}
