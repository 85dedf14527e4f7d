//! The shop as those see it who may see some of its rows only.
//!
//! A snapshot of these rows alone is made of the whole one, block by block, and counted from
//! like any other: who is new, who came back, what a cohort's size is follow from what it
//! holds, and nothing that counts has to know of scopes. It is kept for as long as the shop
//! does not change; when it does, only the blocks that have changed are gone through again.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use quick_cache::{Weighter, sync::Cache};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Unheld,
    block::{Block, Builder},
    cache::one_pot,
    dictionary::MISSING,
    kept::Kept,
    select::Selection,
    semi_join::SemiJoins,
    snapshot::Snapshot,
    view::View,
};
use crate::kpi::Predicate;

/// Scopes that are expected, for the table to start with.
const SCOPES: usize = 64;

/// The shops of recent scopes, by what their rows must match.
#[derive(Debug)]
pub struct Scopes {
    known: Cache<Vec<Predicate>, Arc<Scoped>, BySize>,
    /// Held while one is made, so that those who ask for it at once make it once.
    making: Mutex<()>,
}

/// The part of the shop that a scope holds.
#[derive(Debug)]
struct Scoped {
    /// Of which version of the shop, and of its attributes.
    version: u64,
    attributes: u64,
    /// Each block of the shop's orders and return records, and what is left of it.
    parts: [Vec<Part>; 3],
    snapshot: Arc<Snapshot>,
    kept: Arc<Kept>,
}

/// A block of the shop, which it does not keep alive, and what is left of it.
type Part = (Weak<Block>, Option<Arc<Block>>);

#[derive(Clone, Debug)]
struct BySize;

impl Weighter<Vec<Predicate>, Arc<Scoped>> for BySize {
    fn weight(&self, _: &Vec<Predicate>, scoped: &Arc<Scoped>) -> u64 {
        scoped.snapshot.bytes_of_orders() as u64
    }
}

impl Scopes {
    /// Room for shops of about so many bytes, beside the whole one.
    pub fn within(bytes: usize) -> Self {
        Self {
            known: one_pot(SCOPES, bytes as u64, BySize),
            making: Mutex::default(),
        }
    }

    /// What a scope sees of a view, where that has been made already.
    pub fn known(&self, view: &View, predicates: &[Predicate]) -> Option<View> {
        let scoped = self.known.get(predicates)?;
        (scoped.version == view.snapshot.version).then(|| scoped.of(view))
    }

    /// What a scope sees of a view; to make it may take as long as a walk over all orders.
    ///
    /// # Errors
    /// When the amounts of its blocks cannot be held exactly.
    pub fn view(&self, view: &View, predicates: &[Predicate]) -> Result<View, Unheld> {
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(view) = self.known(view, predicates) {
            return Ok(view);
        }
        let earlier = self.known.get(predicates);
        let scoped = Scoped::new(&view.snapshot, predicates, earlier.as_deref())?;
        let scoped = Arc::new(scoped);
        self.known.insert(predicates.to_vec(), Arc::clone(&scoped));
        Ok(scoped.of(view))
    }
}

impl Scoped {
    fn of(&self, view: &View) -> View {
        View {
            snapshot: Arc::clone(&self.snapshot),
            kept: Arc::clone(&self.kept),
            ..view.clone()
        }
    }

    fn new(
        shop: &Snapshot,
        predicates: &[Predicate],
        earlier: Option<&Self>,
    ) -> Result<Self, Unheld> {
        // What is counted of them is seen to later.
        let uncounted = Arc::default();
        let selection = Selection::new(&SemiJoins::of_orders(shop, &uncounted), predicates);
        let earlier = earlier.filter(|it| it.attributes == shop.attributes.revision);
        let known: FxHashMap<*const Block, &Option<Arc<Block>>> = earlier
            .iter()
            .flat_map(|it| it.parts.iter().flatten())
            .map(|(block, part)| (Weak::as_ptr(block), part))
            .collect();
        let parts = |blocks: &[Arc<Block>], keeps: &dyn Fn(&Block, usize, usize) -> bool| {
            let part = |block: &Arc<Block>| {
                let part = match known.get(&Arc::as_ptr(block)) {
                    Some(part) => Option::clone(part),
                    None => part(block, &selection, keeps)?,
                };
                Ok((Arc::downgrade(block), part))
            };
            blocks
                .iter()
                .map(part)
                .collect::<Result<Vec<Part>, Unheld>>()
        };
        let [orders, by_return_day, by_order_day] = shop.blocks();
        let orders = parts(orders, &|block, order, line| {
            selection.keeps_line(block, order, line)
        })?;
        let with_rows = with_rows(&orders, by_order_day);
        let keeps = |block: &Block, record: usize, line: usize| {
            selection.keeps_line(block, record, line)
                && (block.product[line] != MISSING || with_rows.contains(&block.id[record]))
        };
        let parts = [
            orders,
            parts(by_return_day, &keeps)?,
            parts(by_order_day, &keeps)?,
        ];
        let left = |it: &Vec<Part>| -> Vec<Arc<Block>> {
            it.iter().filter_map(|(_, part)| part.clone()).collect()
        };
        let blocks = parts.each_ref().map(left);
        Ok(Self {
            version: shop.version,
            attributes: shop.attributes.revision,
            snapshot: Arc::new(shop.with_blocks(blocks)?),
            parts,
            // A scope's part of the shop is soon counted anew.
            kept: Arc::new(Kept::within(0)),
        })
    }
}

/// The orders that keep a line, of those with a return record of no product: the record may
/// name no line, and what kept a line of its order cannot be told by itself then.
fn with_rows(orders: &[Part], records: &[Arc<Block>]) -> FxHashSet<u64> {
    // Each record has one line.
    let rows = records.iter().flat_map(|it| it.id.iter().zip(&it.product));
    let of_none = rows.filter(|(_, product)| **product == MISSING);
    let asked: FxHashSet<u64> = of_none.map(|(id, _)| *id).collect();
    if asked.is_empty() {
        return asked;
    }
    let kept = orders.iter().filter_map(|(_, part)| part.as_deref());
    let kept = kept.flat_map(|block| block.id.iter().copied());
    kept.filter(|id| asked.contains(id)).collect()
}

/// What a scope holds of a block, where a line of an order is kept if this says so.
fn part(
    block: &Block,
    selection: &Selection,
    keeps: &dyn Fn(&Block, usize, usize) -> bool,
) -> Result<Option<Arc<Block>>, Unheld> {
    let mut orders = Vec::new();
    selection.select_orders(block, 0..block.len(), &mut orders);
    let mut builder = Builder::new(block.len());
    for order in orders {
        let order = order as usize;
        let keeps = |line| keeps(block, order, line);
        if block.lines_of(order).any(keeps) {
            builder.copy_some(block, order, keeps)?;
        }
    }
    Ok(builder.finish()?.pop().map(Arc::new))
}
