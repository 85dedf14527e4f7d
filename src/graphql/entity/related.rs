//! What belongs to a node by its orders: a product's customers, a customer's places.

use std::sync::Arc;

use async_graphql::{Context, Result};
use futures::future::try_join_all;

use super::{
    connection::{Cursor, RankedConnection, RankedEdge},
    cursor::Fingerprint,
    node::CountedNode,
    ranking::{RankKey, Ranking},
    window::Window,
};
use crate::{
    graphql::{
        enums,
        filter::KpiFilter,
        group::{Group, selected_with_comparisons},
        request::State,
    },
    kpi::{Axis, Direction, Key, KeyPart, Values},
    store::{Position, Value},
};

/// In which order, and over which lines.
pub struct By {
    pub kpi: enums::KpiName,
    pub direction: enums::Direction,
    pub over: Option<KpiFilter>,
}

/// A page of the nodes that share orders with a node.
pub async fn page<P: CountedNode, N: CountedNode>(
    ctx: &Context<'_>,
    parent: &str,
    by: By,
    window: Window,
) -> Result<RankedConnection<N>> {
    let vocabulary = State::of(ctx).vocabulary();
    let (kpi, direction) = (by.kpi.meant(vocabulary)?, Direction::from(by.direction));
    let over = by.over.unwrap_or_default();
    let names = (P::DIMENSION, N::DIMENSION);
    let list = Fingerprint::of(
        "related",
        &format!("{names:?} {kpi:?} {direction:?} {over:?}"),
    );
    let scope = over.scope(State::of(ctx)).await?;
    let wanted =
        selected_with_comparisons(vocabulary, &ctx.look_ahead().field("edges").field("kpis"));
    let all = Group::new(scope, wanted);
    let of_parent = all.within(&[Axis::Dimension(P::DIMENSION)], &[KeyPart::from(parent)]);
    let axes = vec![Axis::Dimension(N::DIMENSION)];
    let measures = wanted.union(kpi.measures());
    let groups = of_parent.groups(ctx, axes.clone(), measures).await?;
    let counted = groups.iter().filter_map(by_code).collect();
    let shared = Shared {
        of_parent,
        axes,
        counted,
    };

    let place = |(code, values): (&Arc<str>, &Values)| {
        let value = kpi.finish(values).map(Value::Number);
        Position(vec![value, Some(Value::Text(code.to_string()))])
    };
    let places = shared.counted.iter().map(place).collect();
    let ranking = Ranking::new([RankKey::of_kpi(direction)], list, places);
    let (cursors, page_info) = ranking.cut(&window)?;
    let edges = cursors.into_iter().map(|cursor| shared.edge(ctx, cursor));
    Ok(RankedConnection {
        edges: try_join_all(edges).await?,
        page_info,
        total: ranking.len(),
    })
}

/// Orders that name nobody and nothing are in no list.
fn by_code((key, values): &(Key, Values)) -> Option<(Arc<str>, Values)> {
    match key.first() {
        Some(KeyPart::Text(code)) => Some((Arc::clone(code), values.clone())),
        _ => None,
    }
}

/// What a parent shares with others.
struct Shared {
    of_parent: Group,
    axes: Vec<Axis>,
    counted: std::collections::HashMap<Arc<str>, Values>,
}

impl Shared {
    async fn edge<N: CountedNode>(
        &self,
        ctx: &Context<'_>,
        cursor: Cursor,
    ) -> Result<RankedEdge<N>> {
        let code = cursor.position.id();
        let mut group = self.of_parent.within(&self.axes, &[KeyPart::from(code)]);
        if let Some(values) = self.counted.get(code) {
            group = group.counted(values.clone());
        }
        let documents = N::documents(&State::of(ctx).entities);
        Ok(RankedEdge {
            document: documents.one(code).await?,
            shared: group,
            cursor,
        })
    }
}
