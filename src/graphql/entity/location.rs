//! Locations as nodes.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};

use super::{
    connection::{Connection, RankedConnection},
    customer::Customer,
    filter::OrderFilter,
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
        enums::{Direction, KpiName},
        filter::KpiFilter,
        kpis::{Kpis, RoundedKpis},
        request::State,
    },
    kpi::{self, Dimension, Kpi},
    store::{self, Relation},
};

/// A place that orders ship to or from.
pub struct Location(Arc<store::Location>);

impl From<Arc<store::Location>> for Location {
    fn from(document: Arc<store::Location>) -> Self {
        Self(document)
    }
}

impl GraphNode for Location {
    type Document = store::Location;
    const KIND: NodeKind = NodeKind::Location;

    fn documents(entities: &Entities) -> &Documents<store::Location> {
        &entities.locations
    }
}

impl CountedNode for Location {
    const DIMENSION: Dimension = Dimension::LOCATION;
}

/// A place that orders ship to or from.
#[Object]
impl Location {
    /// The global id, opaque: what `node` takes.
    pub async fn id(&self) -> ID {
        Self::KIND.global_id(&self.0.id)
    }

    /// The location's id in the shop.
    async fn code(&self) -> &str {
        &self.0.id
    }

    /// The country's name; null where that is unknown.
    async fn country(&self) -> Option<&str> {
        self.0.country.as_deref()
    }

    /// The sales region, such as `West`; null where that is unknown.
    async fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// The state or province; null where that is unknown.
    async fn state(&self) -> Option<&str> {
        self.0.state.as_deref()
    }

    /// The city; null where that is unknown.
    async fn city(&self) -> Option<&str> {
        self.0.city.as_deref()
    }

    /// The postal code, as text: leading zeros matter; null where that is unknown.
    async fn postal_code(&self) -> Option<&str> {
        self.0.postal_code.as_deref()
    }

    /// How far north of the equator. Unit: degrees (WGS 84), south is negative; null where that is unknown.
    async fn latitude(&self) -> Option<f64> {
        self.0.point.map(|point| point.coordinates[1])
    }

    /// How far east of Greenwich. Unit: degrees (WGS 84), west is negative; null where that is unknown.
    async fn longitude(&self) -> Option<f64> {
        self.0.point.map(|point| point.coordinates[0])
    }

    /// Every KPI over the lines of the orders that ship to the location that match the filter; without one, over all of them.
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

    /// The orders that ship to the location, of any status; the newest first unless sorted otherwise.
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
        let of = (Relation::OrdersToLocation, self.0.id.as_str());
        page::of_parent(ctx, lists, of, condition, List::of_orders(sort), window).await
    }

    /// Whose orders ship to the location, who paid most first unless ranked otherwise; orders that are not counted are left out.
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
}
