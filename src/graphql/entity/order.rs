//! Orders as nodes.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::{
    customer::Customer,
    id::NodeKind,
    loader::{Documents, Entities},
    location::Location,
    node::{GraphNode, by_optional_code},
    product::Product,
};
use crate::{
    graphql::{float::float, request::State, scalars::Decimal},
    store,
};

/// An order with its lines, of any status.
pub struct Order(Arc<store::Order>);

impl From<Arc<store::Order>> for Order {
    fn from(document: Arc<store::Order>) -> Self {
        Self(document)
    }
}

impl GraphNode for Order {
    type Document = store::Order;
    const KIND: NodeKind = NodeKind::Order;

    fn documents(entities: &Entities) -> &Documents<store::Order> {
        &entities.orders
    }
}

/// An order with its lines, of any status: an order that is not counted is in no KPI, and yet an order.
#[Object]
impl Order {
    /// The global id, opaque: what `node` takes.
    pub async fn id(&self) -> ID {
        Self::KIND.global_id(&self.0.id)
    }

    /// The order's id in the shop.
    async fn code(&self) -> &str {
        &self.0.id
    }

    /// When it was placed.
    async fn ordered_at(&self) -> DateTime<Utc> {
        self.0.ordered_at
    }

    /// When it left the warehouse; null while it has not.
    async fn shipped_at(&self) -> Option<DateTime<Utc>> {
        self.0.shipped_at
    }

    /// Where it is in its life, such as `completed` or `cancelled`.
    async fn status(&self) -> &str {
        &self.0.status
    }

    /// Whether KPIs count it: its status is one that the shop counts, and it has lines.
    async fn is_counted(&self, ctx: &Context<'_>) -> Result<bool> {
        let settings = State::of(ctx).settings().await?;
        Ok(!self.0.lines.is_empty() && !settings.uncounted.contains(&self.0.status))
    }

    /// How it travels, such as `Second Class`; null where that is unknown.
    async fn ship_mode(&self) -> Option<&str> {
        self.0.ship_mode.as_deref()
    }

    /// Who ordered; null for an anonymous sale, or where the customer is gone.
    async fn customer(&self, ctx: &Context<'_>) -> Result<Option<Customer>> {
        by_optional_code(ctx, self.0.customer_id.as_ref()).await
    }

    /// Where it is delivered; null where that is unknown.
    async fn ship_to(&self, ctx: &Context<'_>) -> Result<Option<Location>> {
        by_optional_code(ctx, self.0.ship_to_id.as_ref()).await
    }

    /// Where it ships from; null where that is unknown.
    async fn ship_from(&self, ctx: &Context<'_>) -> Result<Option<Location>> {
        by_optional_code(ctx, self.0.ship_from_id.as_ref()).await
    }

    /// What was ordered, line by line; never null.
    ///
    /// SQL over GraphQL cannot read a node with a list that is declared non-null.
    async fn lines(&self, ctx: &Context<'_>) -> Result<Option<Vec<OrderLine>>> {
        let lines = self.0.lines.len();
        State::of(ctx).allowance.take_list(ctx, lines)?;
        let line = |at| OrderLine {
            order: Arc::clone(&self.0),
            at,
        };
        Ok(Some((0..lines).map(line).collect()))
    }

    /// What the lines add up to.
    async fn totals(&self) -> OrderTotals {
        OrderTotals::of(&self.0.lines)
    }

    /// The totals as doubles, for clients that know no `Decimal`, such as SQL over GraphQL.
    async fn rounded(&self) -> RoundedTotals {
        OrderTotals::of(&self.0.lines).into()
    }
}

/// What an order's lines add up to.
#[derive(SimpleObject)]
pub struct OrderTotals {
    /// Sum of the lines' revenue, after discounts, before shipping and tax. Unit: the shop's currency.
    sales: Decimal,
    /// Sum of the lines' profit; null when no line has one. Unit: the shop's currency.
    profit: Option<Decimal>,
    /// Sum of the quantities; a return lowers it. Unit: units of a product.
    units: Decimal,
    /// Number of lines.
    line_count: usize,
}

impl OrderTotals {
    fn of(lines: &[store::OrderLine]) -> Self {
        let profits = || lines.iter().filter_map(|line| line.profit);
        let profit = profits().next().map(|_| profits().sum());
        Self {
            sales: Decimal(lines.iter().map(|line| line.revenue).sum()),
            profit: profit.map(Decimal),
            units: Decimal(lines.iter().map(|line| line.quantity).sum()),
            line_count: lines.len(),
        }
    }
}

/// What an order's lines add up to, each amount as the double nearest to it.
#[derive(SimpleObject)]
pub struct RoundedTotals {
    /// Sum of the lines' revenue, after discounts, before shipping and tax. Unit: the shop's currency.
    sales: f64,
    /// Sum of the lines' profit; null when no line has one. Unit: the shop's currency.
    profit: Option<f64>,
    /// Sum of the quantities; a return lowers it. Unit: units of a product.
    units: f64,
    /// Number of lines.
    line_count: usize,
}

impl From<OrderTotals> for RoundedTotals {
    fn from(exact: OrderTotals) -> Self {
        Self {
            sales: float(exact.sales.0),
            profit: exact.profit.map(|profit| float(profit.0)),
            units: float(exact.units.0),
            line_count: exact.line_count,
        }
    }
}

/// One product on one order.
pub struct OrderLine {
    order: Arc<store::Order>,
    at: usize,
}

impl OrderLine {
    fn stored(&self) -> &store::OrderLine {
        &self.order.lines[self.at]
    }
}

/// One product on one order.
#[Object]
impl OrderLine {
    /// The line's place on the order, from 1.
    async fn position(&self) -> usize {
        self.at + 1
    }

    /// The product's id in the shop, whether the shop still has it or not; null where the line names none.
    async fn product_code(&self) -> Option<&str> {
        self.stored().product_id.as_deref()
    }

    /// What was sold; null where the line names no product or the product is gone.
    async fn product(&self, ctx: &Context<'_>) -> Result<Option<Product>> {
        by_optional_code(ctx, self.stored().product_id.as_ref()).await
    }

    /// How much of it, and what for.
    async fn amounts(&self) -> OrderLineAmounts {
        let line = self.stored();
        OrderLineAmounts {
            quantity: Decimal(line.quantity),
            revenue: Decimal(line.revenue),
            profit: line.profit.map(Decimal),
            discount: line.discount.map(Decimal),
        }
    }
}

/// The exact numbers of an order line.
#[derive(SimpleObject)]
pub struct OrderLineAmounts {
    /// How many; negative for a return. Unit: units of the product.
    quantity: Decimal,
    /// What the line earned, after discounts, before shipping and tax; negative for a return. Unit: the shop's currency.
    revenue: Decimal,
    /// What is left of the revenue after costs; null where the shop does not know. Unit: the shop's currency.
    profit: Option<Decimal>,
    /// The discount as a share of the list price, 0.2 for 20 %; null where the shop does not know. Unit: ratio.
    discount: Option<Decimal>,
}
