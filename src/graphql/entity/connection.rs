//! Connections: pages of nodes as the Relay specification has them.
//!
//! `edges` and `node` are nullable, which the specification allows and
//! clients that turn SQL into GraphQL ask for.

use std::sync::Arc;

use async_graphql::{Context, Object, OutputType, Result, SimpleObject};

use super::{
    cursor::Fingerprint, customer::Customer, location::Location, node::GraphNode, order::Order,
    product::Product,
};
use crate::{
    graphql::{error::failed, group::Group, kpis::Kpis, request::State},
    store::{Condition, Position, Relation},
};

/// Where a page stands in its list.
#[derive(Clone, Debug, Default, SimpleObject)]
pub struct PageInfo {
    /// Whether there are nodes after this page.
    pub has_next_page: bool,
    /// Whether there are nodes before this page.
    pub has_previous_page: bool,
    /// The cursor of the page's first node, for `before`; null on an empty page.
    pub start_cursor: Option<String>,
    /// The cursor of the page's last node, for `after`; null on an empty page.
    pub end_cursor: Option<String>,
}

/// One page of a list, in its order.
pub struct Connection<N: GraphNode> {
    pub edges: Vec<Edge<N>>,
    pub page_info: PageInfo,
    pub total: Total,
}

/// A node on a page, and its place in the list.
pub struct Edge<N: GraphNode> {
    pub document: Arc<N::Document>,
    pub cursor: Cursor,
}

/// One page of what belongs to a node by its orders, ranked by a KPI.
pub struct RankedConnection<N: GraphNode> {
    pub edges: Vec<RankedEdge<N>>,
    pub page_info: PageInfo,
    pub total: usize,
}

/// What belongs to a node by its orders, and the KPIs of the orders that they share.
pub struct RankedEdge<N: GraphNode> {
    /// None where the shop's orders name what the shop no longer has.
    pub document: Option<Arc<N::Document>>,
    pub cursor: Cursor,
    pub shared: Group,
}

/// A place in a list, written out when asked for.
pub struct Cursor {
    pub list: Arc<Fingerprint>,
    pub position: Position,
}

/// How many nodes a list has, counted when asked for.
pub enum Total {
    /// That is known.
    Known(usize),
    /// As many as match.
    Of(Condition),
    /// As many of one parent's as match.
    OfParent(Relation, String, Condition),
}

impl Cursor {
    pub fn text(&self) -> String {
        self.list.cursor(&self.position)
    }
}

impl Total {
    async fn count<N: GraphNode>(&self, ctx: &Context<'_>) -> Result<u64> {
        let state = State::of(ctx);
        match self {
            Self::Known(count) => Ok(u64::try_from(*count).unwrap_or(u64::MAX)),
            Self::Of(condition) => {
                let count = state.store().count::<N::Document>(condition).await;
                count.map_err(|error| failed(&error))
            }
            Self::OfParent(relation, parent, condition) => {
                let (parent, condition) = (parent.as_str(), condition.clone());
                let entities = &state.entities;
                match relation {
                    Relation::SiblingsOfProduct => {
                        let lists = &entities.product_lists;
                        lists.count(*relation, parent, condition).await
                    }
                    Relation::OrdersOfCustomer
                    | Relation::OrdersOfProduct
                    | Relation::OrdersToLocation => {
                        let lists = &entities.order_lists;
                        lists.count(*relation, parent, condition).await
                    }
                }
            }
        }
    }
}

/// One page of a list, in its order.
#[Object(
    concrete(name = "OrderConnection", params(Order)),
    concrete(name = "CustomerConnection", params(Customer)),
    concrete(name = "ProductConnection", params(Product)),
    concrete(name = "LocationConnection", params(Location))
)]
impl<N: GraphNode> Connection<N>
where
    Edge<N>: OutputType,
{
    /// The nodes of the page, each with its place; never null.
    async fn edges(&self, ctx: &Context<'_>) -> Result<Option<Vec<Option<&Edge<N>>>>> {
        State::of(ctx).allowance.take_list(ctx, self.edges.len())?;
        Ok(Some(self.edges.iter().map(Some).collect()))
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }

    /// How many nodes the whole list has, on every page together; it is counted when asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<u64> {
        self.total.count::<N>(ctx).await
    }
}

/// A node on a page, and its place in the list.
#[Object(
    concrete(name = "OrderEdge", params(Order)),
    concrete(name = "CustomerEdge", params(Customer)),
    concrete(name = "ProductEdge", params(Product)),
    concrete(name = "LocationEdge", params(Location))
)]
impl<N: GraphNode> Edge<N> {
    /// The node; never null.
    async fn node(&self) -> Option<N> {
        Some(N::from(Arc::clone(&self.document)))
    }

    /// The node's place in the list, opaque, for `after` and `before` with the same sort.
    async fn cursor(&self) -> String {
        self.cursor.text()
    }
}

/// One page of what belongs to a node by its orders, ranked by a KPI.
#[Object(
    concrete(name = "RankedCustomerConnection", params(Customer)),
    concrete(name = "RankedProductConnection", params(Product)),
    concrete(name = "RankedLocationConnection", params(Location))
)]
impl<N: GraphNode> RankedConnection<N>
where
    RankedEdge<N>: OutputType,
{
    /// The nodes of the page, each with its place; never null.
    async fn edges(&self, ctx: &Context<'_>) -> Result<Option<Vec<Option<&RankedEdge<N>>>>> {
        State::of(ctx).allowance.take_list(ctx, self.edges.len())?;
        Ok(Some(self.edges.iter().map(Some).collect()))
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }

    /// How many nodes the whole list has, on every page together.
    async fn total_count(&self) -> usize {
        self.total
    }
}

/// What belongs to a node by its orders, its place in the list, and the KPIs of what the two share.
#[Object(
    concrete(name = "RankedCustomerEdge", params(Customer)),
    concrete(name = "RankedProductEdge", params(Product)),
    concrete(name = "RankedLocationEdge", params(Location))
)]
impl<N: GraphNode> RankedEdge<N> {
    /// The node; null where orders name one that the shop no longer has.
    async fn node(&self) -> Option<N> {
        self.document.as_ref().map(|it| N::from(Arc::clone(it)))
    }

    /// The node's place in the list, opaque, for `after` and `before` with the same order.
    async fn cursor(&self) -> String {
        self.cursor.text()
    }

    /// The KPIs of the order lines that the two nodes share: of one product on one customer's orders, say.
    async fn kpis(&self) -> Kpis {
        Kpis::of(self.shared.clone())
    }
}
