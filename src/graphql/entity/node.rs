//! What every node is: an object over one document.

use std::sync::Arc;

use async_graphql::{Context, ID, Interface, OutputType, Result};
use futures::future::try_join_all;

use super::{
    customer::Customer,
    id::{NodeKind, parsed},
    loader::{Documents, Entities},
    location::Location,
    order::Order,
    product::Product,
};
use crate::{
    graphql::{
        filter::KpiFilter,
        group::{Group, selected_with_comparisons},
        kpis::{Kpis, RoundedKpis},
        permit::allowed_dimension,
        request::State,
    },
    kpi::{Axis, Dimension, KeyPart},
    store::Entity,
};

/// Something with an id of its own.
#[derive(Interface)]
#[graphql(field(
    name = "id",
    ty = "ID",
    desc = "The global id, opaque: what `node` takes."
))]
pub enum Node {
    /// An order.
    Order(Order),
    /// A customer.
    Customer(Customer),
    /// A product.
    Product(Product),
    /// A location.
    Location(Location),
}

/// An object over one document.
pub trait GraphNode: OutputType + From<Arc<Self::Document>> + 'static {
    /// The document.
    type Document: Entity;
    /// What the node is.
    const KIND: NodeKind;

    /// The loader of the documents.
    fn documents(entities: &Entities) -> &Documents<Self::Document>;
}

/// A node whose orders can be counted.
pub trait CountedNode: GraphNode {
    /// The dimension whose values are the nodes' ids in the shop.
    const DIMENSION: Dimension;
}

/// The KPIs of the order lines that belong to a node.
pub async fn kpis<N: CountedNode>(
    ctx: &Context<'_>,
    code: &str,
    filter: Option<KpiFilter>,
) -> Result<Kpis> {
    group::<N>(ctx, code, filter).await.map(Kpis::of)
}

/// As [`kpis`], without exact decimals.
pub async fn rounded<N: CountedNode>(
    ctx: &Context<'_>,
    code: &str,
    filter: Option<KpiFilter>,
) -> Result<RoundedKpis> {
    group::<N>(ctx, code, filter).await.map(RoundedKpis::of)
}

/// The order lines that belong to a node.
pub async fn group<N: CountedNode>(
    ctx: &Context<'_>,
    code: &str,
    filter: Option<KpiFilter>,
) -> Result<Group> {
    let state = State::of(ctx);
    let scope = filter.unwrap_or_default().scope(state).await?;
    let wanted = selected_with_comparisons(state.vocabulary(), &ctx.look_ahead());
    let all = Group::new(scope, wanted);
    let axis = Axis::Dimension(N::DIMENSION);
    Ok(all.within(&[axis], &[KeyPart::from(code)]))
}

/// The node over the document with this id in the shop, if there is one.
pub async fn by_code<N: GraphNode>(ctx: &Context<'_>, code: &str) -> Result<Option<N>> {
    let documents = N::documents(&State::of(ctx).entities);
    Ok(documents.one(code).await?.map(N::from))
}

/// As [`by_code`], where there is a code at all.
pub async fn by_optional_code<N: GraphNode>(
    ctx: &Context<'_>,
    code: Option<&String>,
) -> Result<Option<N>> {
    match code {
        Some(code) => by_code(ctx, code).await,
        None => Ok(None),
    }
}

/// The node of one type with this global id, if there is one.
pub async fn by_id<N: GraphNode>(ctx: &Context<'_>, id: &ID) -> Result<Option<N>> {
    by_code(ctx, &N::KIND.code(id)?).await
}

impl Node {
    /// The node of this kind with this id in the shop, if there is one.
    pub async fn find(ctx: &Context<'_>, kind: NodeKind, code: &str) -> Result<Option<Self>> {
        if let Some(dimension) = kind.dimension() {
            allowed_dimension(&State::of(ctx).scope, dimension)?;
        }
        Ok(match kind {
            NodeKind::Order => by_code(ctx, code).await?.map(Self::Order),
            NodeKind::Customer => by_code(ctx, code).await?.map(Self::Customer),
            NodeKind::Product => by_code(ctx, code).await?.map(Self::Product),
            NodeKind::Location => by_code(ctx, code).await?.map(Self::Location),
        })
    }

    /// The nodes with these global ids, in their order.
    pub async fn find_all(ctx: &Context<'_>, ids: &[ID]) -> Result<Vec<Option<Self>>> {
        let ids: Vec<_> = ids.iter().map(parsed).collect::<Result<_>>()?;
        let found = ids.iter().map(|(kind, code)| Self::find(ctx, *kind, code));
        try_join_all(found).await
    }
}
