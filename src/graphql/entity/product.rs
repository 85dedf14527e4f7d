//! Products as nodes.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};

use super::{
    connection::{Connection, PageInfo, RankedConnection, Total},
    customer::Customer,
    filter::{OrderFilter, ProductFilter},
    id::NodeKind,
    loader::{Documents, Entities},
    node::{self, CountedNode, GraphNode},
    order::Order,
    page,
    related::{self, By},
    sort::{List, OrderSort},
    window::Window,
};
use crate::{
    graphql::{
        enums::{Direction, KpiName, PairOrder},
        filter::KpiFilter,
        kpis::{Kpis, RoundedKpis},
        pairs::{Asked, ProductPairs},
        request::State,
    },
    kpi::{self, Dimension, Kpi, PairsOf},
    store::{self, Relation},
};

/// A product.
pub struct Product(Arc<store::Product>);

impl From<Arc<store::Product>> for Product {
    fn from(document: Arc<store::Product>) -> Self {
        Self(document)
    }
}

impl GraphNode for Product {
    type Document = store::Product;
    const KIND: NodeKind = NodeKind::Product;

    fn documents(entities: &Entities) -> &Documents<store::Product> {
        &entities.products
    }
}

impl CountedNode for Product {
    const DIMENSION: Dimension = Dimension::PRODUCT;
}

/// A product.
#[Object]
impl Product {
    /// The global id, opaque: what `node` takes.
    pub async fn id(&self) -> ID {
        Self::KIND.global_id(&self.0.id)
    }

    /// The product's id in the shop.
    async fn code(&self) -> &str {
        &self.0.id
    }

    /// The product's current name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The wider group, such as `Furniture`; null where that is unknown.
    async fn category(&self) -> Option<&str> {
        self.0.category.as_deref()
    }

    /// The narrower group, such as `Chairs`; null where that is unknown.
    async fn sub_category(&self) -> Option<&str> {
        self.0.sub_category.as_deref()
    }

    /// Every KPI over the order lines of the product that match the filter; without one, over all of them.
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

    /// The orders that hold the product, of any status; the newest first unless sorted otherwise.
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
        let of = (Relation::OrdersOfProduct, self.0.id.as_str());
        page::of_parent(ctx, lists, of, condition, List::of_orders(sort), window).await
    }

    /// Who bought the product, who paid most first unless ranked otherwise; orders that are not counted are left out.
    #[expect(clippy::too_many_arguments, reason = "a connection's arguments")]
    async fn customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The KPI of what the two share that ranks them; where it is null they come last.",
            default_with = "Kpi::TOTAL_SALES.into()"
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
    ) -> Result<RankedConnection<Customer>> {
        let by = By {
            kpi: order_by,
            direction,
            over,
        };
        let window = Window::new(first, after, last, before)?;
        related::page::<Self, _>(ctx, &self.0.id, by, window).await
    }

    /// What else is on the orders that hold the product: how often, and how much more often than by chance. Counted over the order lines that match the filter, and for all products of a page at once.
    async fn bought_together(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order lines to look at; without it, all of them.")] filter: Option<
            KpiFilter,
        >,
        #[graphql(desc = "How many products, 1 to 1,000.", default = 10)] first: i32,
        #[graphql(
            desc = "Which products come first.",
            default_with = "kpi::PairOrder::Orders.into()"
        )]
        order_by: PairOrder,
        #[graphql(
            desc = "Only products that are on at least so many orders with this one.",
            default = 1
        )]
        min_orders: i32,
    ) -> Result<ProductPairs> {
        let group = node::group::<Self>(ctx, &self.0.id, filter).await?;
        let asked = Asked {
            of: PairsOf::Each,
            order_by,
            min_orders,
            first,
        };
        ProductPairs::of(ctx, &group, &asked).await
    }

    /// The other products of the same category, by name; none where the product has no category.
    async fn siblings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them.")] filter: Option<ProductFilter>,
        #[graphql(desc = "How many from the start, 1 to 1,000; without first and last, 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 1,000; not together with first.")]
        last: Option<i32>,
        #[graphql(desc = "Only those in front of this cursor.")] before: Option<String>,
    ) -> Result<Connection<Self>> {
        let window = Window::new(first, after, last, before)?;
        if self.0.category.is_none() {
            return Ok(Connection {
                edges: Vec::new(),
                page_info: PageInfo::default(),
                total: Total::Known(0),
            });
        }
        let condition = filter.map_or(store::Condition::ALWAYS, Into::into);
        let lists = &State::of(ctx).entities.product_lists;
        let of = (Relation::SiblingsOfProduct, self.0.id.as_str());
        page::of_parent(ctx, lists, of, condition, List::of_siblings(), window).await
    }
}
