//! From a connection's arguments to a page.

use std::sync::Arc;

use async_graphql::{Context, Result};

use super::{
    connection::{Connection, Cursor, Edge, PageInfo, Total},
    loader::Lists,
    node::{CountedNode, GraphNode},
    ranking,
    sort::{List, Sort},
    window::Window,
};
use crate::{
    graphql::{error::failed, request::State},
    store::{Condition, Entity, PageQuery, Position, Relation, SortOrder},
};

/// A page of all nodes of a type, in an order that KPIs may have a say in.
pub async fn of_nodes<N: CountedNode>(
    ctx: &Context<'_>,
    condition: Condition,
    sort: Sort,
    window: Window,
) -> Result<Connection<N>> {
    match sort.stored() {
        Some(list) => of_all(ctx, condition, list, window).await,
        None => ranking::page(ctx, condition, sort, window).await,
    }
}

/// A page of all nodes of a type.
pub async fn of_all<N: GraphNode>(
    ctx: &Context<'_>,
    condition: Condition,
    list: List,
    window: Window,
) -> Result<Connection<N>> {
    let page = Page::new(list, &window)?;
    let query = page.query(condition.clone());
    let found = State::of(ctx).store().page(&query).await;
    let documents: Vec<N::Document> = found.map_err(|error| failed(&error))?;
    let documents: Vec<_> = documents.into_iter().map(Arc::new).collect();
    hold(ctx, &documents)?;
    Ok(page.connection(documents, Total::Of(condition)))
}

/// A page of what belongs to a parent.
pub async fn of_parent<N: GraphNode>(
    ctx: &Context<'_>,
    lists: &Lists<N::Document>,
    (relation, parent): (Relation, &str),
    condition: Condition,
    list: List,
    window: Window,
) -> Result<Connection<N>> {
    let page = Page::new(list, &window)?;
    // Under each of many parents: whether so many are there is not known before they are read.
    State::of(ctx).allowance.take_fields(page.limit)?;
    let query = page.query(condition.clone());
    let documents = lists.page(relation, parent, query).await?;
    hold(ctx, &documents)?;
    let total = Total::OfParent(relation, parent.to_owned(), condition);
    Ok(page.connection(documents, total))
}

/// Holds the documents of a page until the request is answered.
fn hold<T: Entity>(ctx: &Context<'_>, documents: &[Arc<T>]) -> Result<()> {
    let State {
        allowance, session, ..
    } = State::of(ctx);
    let bytes = documents.iter().map(|document| document.bytes()).sum();
    allowance.held(session.hold(bytes))
}

/// A part of a list that the database keeps in order.
struct Page {
    order: SortOrder,
    list: Arc<super::cursor::Fingerprint>,
    after: Option<Position>,
    before: Option<Position>,
    limit: usize,
    backward: bool,
}

impl Page {
    fn new(list: List, window: &Window) -> Result<Self> {
        let List { order, fingerprint } = list;
        let place = |cursor: &Option<String>| {
            let cursor = cursor.as_deref();
            let place = cursor.map(|it| fingerprint.position(it, |at| order.holds(at)));
            place.transpose()
        };
        Ok(Self {
            after: place(&window.after)?,
            before: place(&window.before)?,
            limit: window.limit,
            backward: window.backward,
            list: Arc::new(fingerprint),
            order,
        })
    }

    /// One more than the page holds, to know whether there are more.
    fn query(&self, condition: Condition) -> PageQuery {
        PageQuery {
            condition,
            order: self.order.clone(),
            after: self.after.clone(),
            before: self.before.clone(),
            limit: self.limit + 1,
            backward: self.backward,
        }
    }

    fn connection<N: GraphNode>(
        self,
        mut documents: Vec<Arc<N::Document>>,
        total: Total,
    ) -> Connection<N> {
        let has_more = documents.len() > self.limit;
        if has_more && self.backward {
            documents.remove(0);
        }
        documents.truncate(self.limit);
        let edge = |document: Arc<N::Document>| Edge {
            cursor: Cursor {
                list: Arc::clone(&self.list),
                position: self.order.position(&*document),
            },
            document,
        };
        let edges: Vec<Edge<N>> = documents.into_iter().map(edge).collect();
        // On the side that the page was not read towards, a cursor stands for what is behind it.
        let (has_next_page, has_previous_page) = if self.backward {
            (self.before.is_some(), has_more)
        } else {
            (has_more, self.after.is_some())
        };
        Connection {
            page_info: PageInfo {
                has_next_page,
                has_previous_page,
                start_cursor: edges.first().map(|it| it.cursor.text()),
                end_cursor: edges.last().map(|it| it.cursor.text()),
            },
            edges,
            total,
        }
    }
}
