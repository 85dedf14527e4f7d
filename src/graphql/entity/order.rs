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
    graphql::{request::State, scalars::Decimal},
    kpi::float,
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

    /// What came back of it later, part by part; never null. A line with a negative quantity
    /// is a return, too, at the order's own time.
    async fn returns(&self, ctx: &Context<'_>) -> Result<Option<Vec<OrderReturn>>> {
        let records = self.0.returns.len();
        State::of(ctx).allowance.take_list(ctx, records)?;
        let record = |at| OrderReturn {
            order: Arc::clone(&self.0),
            at,
        };
        Ok(Some((0..records).map(record).collect()))
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
    /// Tax on the order; null where the shop does not know. Unit: the shop's currency.
    tax: Option<Decimal>,
    /// What the customer was charged for shipping; null where the shop does not know. Unit: the shop's currency.
    shipping: Option<Decimal>,
    /// Number of lines.
    line_count: usize,
}

impl OrderTotals {
    fn of(lines: &[store::OrderLine]) -> Self {
        let known = |amount: fn(&store::OrderLine) -> Option<rust_decimal::Decimal>| {
            let amounts = || lines.iter().filter_map(amount);
            amounts().next().map(|_| Decimal(amounts().sum()))
        };
        Self {
            sales: Decimal(lines.iter().map(|line| line.revenue).sum()),
            profit: known(|line| line.profit),
            tax: known(|line| line.tax),
            shipping: known(|line| line.shipping),
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
    /// Tax on the order; null where the shop does not know. Unit: the shop's currency.
    tax: Option<f64>,
    /// What the customer was charged for shipping; null where the shop does not know. Unit: the shop's currency.
    shipping: Option<f64>,
    /// Number of lines.
    line_count: usize,
}

impl From<OrderTotals> for RoundedTotals {
    fn from(exact: OrderTotals) -> Self {
        Self {
            sales: float(exact.sales.0),
            profit: exact.profit.map(|profit| float(profit.0)),
            units: float(exact.units.0),
            tax: exact.tax.map(|tax| float(tax.0)),
            shipping: exact.shipping.map(|shipping| float(shipping.0)),
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
            discount_amount: line.discount_amount.map(Decimal),
            list_amount: line.discount_amount.map(|off| Decimal(line.revenue + off)),
            cost: line.cost.map(Decimal),
            tax: line.tax.map(Decimal),
            shipping: line.shipping.map(Decimal),
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
    /// What the line would have cost at the list price; null where the shop does not know. Unit: the shop's currency.
    list_amount: Option<Decimal>,
    /// What was taken off the list amount, its part of the whole order's discount included; null where the shop does not know. Unit: the shop's currency.
    discount_amount: Option<Decimal>,
    /// What the goods cost the shop; null where it does not know. Unit: the shop's currency.
    cost: Option<Decimal>,
    /// Its part of the tax on the order; null where the shop does not know. Unit: the shop's currency.
    tax: Option<Decimal>,
    /// Its part of what the customer was charged for shipping; null where the shop does not know. Unit: the shop's currency.
    shipping: Option<Decimal>,
}

/// What came back of one line, later than it was ordered.
pub struct OrderReturn {
    order: Arc<store::Order>,
    at: usize,
}

/// What came back of one line, later than it was ordered.
#[Object]
impl OrderReturn {
    /// When it came back.
    async fn returned_at(&self) -> DateTime<Utc> {
        self.stored().returned_at
    }

    /// The line that it came back of; null where the order has no such line.
    async fn line(&self) -> Option<OrderLine> {
        let at = usize::try_from(self.stored().line).ok()?;
        let order = Arc::clone(&self.order);
        (at < order.lines.len()).then_some(OrderLine { order, at })
    }

    /// How much of it, and for what.
    async fn amounts(&self) -> OrderReturnAmounts {
        let record = self.stored();
        OrderReturnAmounts {
            quantity: record.quantity.map(Decimal),
            amount: Decimal(record.amount),
            profit: record.profit.map(Decimal),
            cost: record.cost.map(Decimal),
        }
    }
}

impl OrderReturn {
    fn stored(&self) -> &store::ReturnRecord {
        &self.order.returns[self.at]
    }
}

/// The exact numbers of a return.
#[derive(SimpleObject)]
pub struct OrderReturnAmounts {
    /// How many came back; null where the shop does not know. Unit: units of the product.
    quantity: Option<Decimal>,
    /// What was given back, without tax and shipping. Unit: the shop's currency.
    amount: Decimal,
    /// What of the line's profit is lost; null where the shop does not know. Unit: the shop's currency.
    profit: Option<Decimal>,
    /// What the goods that came back had cost the shop; null where it does not know. Unit: the shop's currency.
    cost: Option<Decimal>,
}
