//! Which products are bought together.

use async_graphql::{Context, ContextSelectionSet, Result, SimpleObject, parser::types::Field};
use rust_decimal::Decimal;

use super::{
    at_hand::{AtHand, Ready, Rows, has_all},
    breakdown::{DimensionValue, row_limit},
    enums,
    error::client_error,
    group::Group,
    request::State,
};
use crate::kpi::{Dimension, Pair, Pairing, PairsOf, float};

/// Pairs of products that are on the same orders.
#[derive(SimpleObject)]
pub struct ProductPairs {
    /// The pairs asked for, in order.
    pairs: Rows<ProductPair>,
    /// How many pairs there are in all on at least `minOrders` orders.
    total_count: usize,
    /// How many orders there are in scope, whatever is on them: what `support` is a share of.
    order_count: u64,
}

/// Two products that are on the same orders. Each counts once for an order, however many lines it has there.
#[derive(SimpleObject)]
pub struct ProductPair {
    /// The one: that of the lesser id, or the product that is asked.
    product: Ready<DimensionValue>,
    /// The other.
    other_product: Ready<DimensionValue>,
    /// How many orders in scope hold both.
    order_count: u64,
    /// The share of all orders in scope that hold both, a ratio.
    support: f64,
    /// The share of the orders with `product` that hold `otherProduct` too, a ratio.
    confidence: f64,
    /// The share of the orders with `otherProduct` that hold `product` too, a ratio.
    confidence_of_other: f64,
    /// How many times as many orders hold both as would if neither had to do with the other: `confidence` over the share of all orders that hold `otherProduct`. Above 1 they attract each other.
    lift: f64,
}

/// Which pairs are asked for.
pub(super) struct Asked {
    pub of: PairsOf,
    pub order_by: enums::PairOrder,
    pub min_orders: i32,
    pub first: i32,
}

impl Asked {
    fn pairing(&self) -> Result<Pairing> {
        let min_orders = u64::try_from(self.min_orders).ok().filter(|it| *it > 0);
        Ok(Pairing {
            of: self.of,
            order: self.order_by.into(),
            min_orders: min_orders.ok_or_else(|| client_error("minOrders must be at least 1"))?,
            first: row_limit(self.first)?,
        })
    }
}

impl ProductPairs {
    /// The pairs of a group of order lines.
    pub(super) async fn of(ctx: &Context<'_>, group: &Group, asked: &Asked) -> Result<Self> {
        let counted = group.pairs(ctx, asked.pairing()?).await?;
        let pairs = counted.first.iter();
        let pairs = pairs.map(|it| ProductPair::new(it, counted.orders));
        let pairs: Vec<ProductPair> = pairs.collect();
        State::of(ctx).allowance.take_list(ctx, pairs.len())?;
        Ok(Self {
            pairs: Rows(pairs),
            total_count: counted.total,
            order_count: counted.orders,
        })
    }
}

impl ProductPair {
    fn new(pair: &Pair, all: u64) -> Self {
        let product = |at: usize| {
            let id = pair.products[at].to_string();
            Ready(DimensionValue::new(Dimension::PRODUCT, Some(id)))
        };
        // There is an order with both.
        let ratio = |of: Option<Decimal>| of.map_or(0.0, float);
        Self {
            product: product(0),
            other_product: product(1),
            order_count: pair.orders,
            support: ratio(pair.support(all)),
            confidence: ratio(pair.confidence(0)),
            confidence_of_other: ratio(pair.confidence(1)),
            lift: ratio(pair.lift(all)),
        }
    }
}

impl AtHand for ProductPair {
    fn has(&self, ctx: &ContextSelectionSet<'_>, field: &Field) -> bool {
        let within = ctx.with_selection_set(&field.selection_set);
        match field.name.node.as_str() {
            "product" => has_all(&self.product.0, &within),
            "otherProduct" => has_all(&self.other_product.0, &within),
            _ => true,
        }
    }
}
