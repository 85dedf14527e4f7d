//! Customers as nodes.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::{
    connection::{Connection, RankedConnection},
    filter::OrderFilter,
    id::NodeKind,
    loader::{Documents, Entities},
    location::Location,
    node::{self, CountedNode, GraphNode},
    order::Order,
    page,
    product::Product,
    related::{self, By},
    sort::{List, OrderSort},
    window::Window,
};
use crate::{
    graphql::{
        enums::{Direction, KpiName},
        filter::KpiFilter,
        kpis::{Kpis, RoundedKpis},
        request::State,
    },
    kpi::{self, Dimension, Kpi},
    store::{self, Relation},
};

/// A customer.
pub struct Customer(Arc<store::Customer>);

impl From<Arc<store::Customer>> for Customer {
    fn from(document: Arc<store::Customer>) -> Self {
        Self(document)
    }
}

impl GraphNode for Customer {
    type Document = store::Customer;
    const KIND: NodeKind = NodeKind::Customer;

    fn documents(entities: &Entities) -> &Documents<store::Customer> {
        &entities.customers
    }
}

impl CountedNode for Customer {
    const DIMENSION: Dimension = Dimension::CUSTOMER;
}

/// A customer.
#[Object]
impl Customer {
    /// The global id, opaque: what `node` takes.
    pub async fn id(&self) -> ID {
        Self::KIND.global_id(&self.0.id)
    }

    /// The customer's id in the shop.
    async fn code(&self) -> &str {
        &self.0.id
    }

    /// The customer's name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The kind of customer, such as `Consumer`; null where that is unknown.
    async fn segment(&self) -> Option<&str> {
        self.0.segment.as_deref()
    }

    /// When the customer first registered; null where that is unknown.
    async fn created_at(&self) -> Option<DateTime<Utc>> {
        self.0.created_at
    }

    /// Where the customer is at home; null where that is unknown.
    async fn location(&self, ctx: &Context<'_>) -> Result<Option<Location>> {
        node::by_optional_code(ctx, self.0.location_id.as_ref()).await
    }

    /// Every KPI over the lines of the customer's orders that match the filter; without one, over all of them.
    async fn kpis(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order lines to look at.")] filter: Option<KpiFilter>,
    ) -> Result<Kpis> {
        node::kpis::<Self>(ctx, &self.0.id, filter).await
    }

    /// The same KPIs as doubles, for clients that know no `Decimal`, such as SQL over GraphQL.
    async fn rounded(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order lines to look at.")] filter: Option<KpiFilter>,
    ) -> Result<RoundedKpis> {
        node::rounded::<Self>(ctx, &self.0.id, filter).await
    }

    /// The customer's orders, of any status; the newest first unless sorted otherwise.
    #[expect(clippy::too_many_arguments, reason = "a connection's arguments")]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them.")] filter: Option<OrderFilter>,
        #[graphql(desc = "In which order, by the first key, then the second.")] sort: Option<
            Vec<OrderSort>,
        >,
        #[graphql(desc = "How many from the start, 1 to 1,000; without first and last, 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 1,000; not together with first.")]
        last: Option<i32>,
        #[graphql(desc = "Only those in front of this cursor.")] before: Option<String>,
    ) -> Result<Connection<Order>> {
        let window = Window::new(first, after, last, before)?;
        let condition = filter.map_or(store::Condition::ALWAYS, Into::into);
        let lists = &State::of(ctx).entities.order_lists;
        let of = (Relation::OrdersOfCustomer, self.0.id.as_str());
        page::of_parent(ctx, lists, of, condition, List::of_orders(sort), window).await
    }

    /// Where the customer's orders ship to, each place once; orders that are not counted are left out.
    #[expect(clippy::too_many_arguments, reason = "a connection's arguments")]
    async fn locations(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The KPI of what the two share that ranks them; where it is null they come last.",
            default_with = "Kpi::ORDER_COUNT.into()"
        )]
        order_by: KpiName,
        #[graphql(
            desc = "Which come first.",
            default_with = "kpi::Direction::Descending.into()"
        )]
        direction: Direction,
        #[graphql(desc = "Which order lines to look at; without it, all of them.")] over: Option<
            KpiFilter,
        >,
        #[graphql(desc = "How many from the start, 1 to 1,000; without first and last, 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 1,000; not together with first.")]
        last: Option<i32>,
        #[graphql(desc = "Only those in front of this cursor.")] before: Option<String>,
    ) -> Result<RankedConnection<Location>> {
        let by = By {
            kpi: order_by,
            direction,
            over,
        };
        let window = Window::new(first, after, last, before)?;
        related::page::<Self, _>(ctx, &self.0.id, by, window).await
    }

    /// What the customer bought, the most bought product first unless ranked otherwise; orders that are not counted are left out.
    #[expect(clippy::too_many_arguments, reason = "a connection's arguments")]
    async fn most_bought_products(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The KPI of what the two share that ranks them; where it is null they come last.",
            default_with = "Kpi::UNITS_SOLD.into()"
        )]
        order_by: KpiName,
        #[graphql(
            desc = "Which come first.",
            default_with = "kpi::Direction::Descending.into()"
        )]
        direction: Direction,
        #[graphql(desc = "Which order lines to look at; without it, all of them.")] over: Option<
            KpiFilter,
        >,
        #[graphql(desc = "How many from the start, 1 to 1,000; without first and last, 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 1,000; not together with first.")]
        last: Option<i32>,
        #[graphql(desc = "Only those in front of this cursor.")] before: Option<String>,
    ) -> Result<RankedConnection<Product>> {
        let by = By {
            kpi: order_by,
            direction,
            over,
        };
        let window = Window::new(first, after, last, before)?;
        related::page::<Self, _>(ctx, &self.0.id, by, window).await
    }
}
