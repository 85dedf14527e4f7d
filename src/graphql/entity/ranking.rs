//! Nodes in the order of a KPI.
//!
//! One pass counts the KPI of every node, grouped by the node's id. Nodes without
//! an order in scope are in no group and rank with what a KPI is over nothing. The
//! ranking is made anew for each page; a page then starts behind a cursor's value
//! and id, so that what is bought between two pages moves nothing else.

use std::{cmp::Ordering, collections::HashMap, sync::Arc};

use async_graphql::{Context, Result};
use futures::future::try_join_all;

use super::{
    connection::{Connection, Cursor, Edge, PageInfo, Total},
    cursor::Fingerprint,
    node::CountedNode,
    sort::{Key, KpiKey, Sort},
    window::Window,
};
use crate::{
    graphql::{error::failed, group::Group, request::State},
    kpi::{self, Axis, Dimension, Direction, KeyPart, Predicate, Values},
    store::{Condition, Field, Kind, Position, Value},
};

/// Filtered nodes up to which the pass looks at their orders only.
const FEW: usize = 1_000;

/// How places compare on one key.
#[derive(Clone, Copy, Debug)]
pub struct RankKey {
    kind: Kind,
    descending: bool,
    /// Whether a place without a value comes last either way; else it is the smallest.
    missing_last: bool,
}

/// Places in their order.
pub struct Ranking {
    keys: Vec<RankKey>,
    list: Arc<Fingerprint>,
    places: Vec<Position>,
}

impl RankKey {
    const ID: Self = Self {
        kind: Kind::Text,
        descending: false,
        missing_last: false,
    };

    /// As KPIs rank everywhere: null last.
    pub fn of_kpi(direction: Direction) -> Self {
        Self {
            kind: Kind::Number,
            descending: direction == Direction::Descending,
            missing_last: true,
        }
    }

    fn of(key: &Key) -> Self {
        match key {
            Key::Kpi(key) => Self::of_kpi(key.direction),
            Key::Field(key) => Self {
                kind: key.field.kind,
                descending: key.descending,
                missing_last: false,
            },
        }
    }

    fn compare(self, one: Option<&Value>, other: Option<&Value>) -> Ordering {
        if self.missing_last && one.is_some() != other.is_some() {
            return one.is_none().cmp(&other.is_none());
        }
        let ascending = one.cmp(&other);
        if self.descending {
            ascending.reverse()
        } else {
            ascending
        }
    }
}

impl Ranking {
    /// The places, sorted by these keys and by the id, which is their last value.
    pub fn new(
        keys: impl IntoIterator<Item = RankKey>,
        list: Fingerprint,
        places: Vec<Position>,
    ) -> Self {
        let keys = keys.into_iter().chain([RankKey::ID]).collect();
        let list = Arc::new(list);
        let mut ranking = Self { keys, list, places };
        let mut places = std::mem::take(&mut ranking.places);
        places.sort_unstable_by(|one, other| ranking.compare(one, other));
        ranking.places = places;
        ranking
    }

    /// How many places there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// The cursors of the places in a window, and where those stand.
    pub fn cut(&self, window: &Window) -> Result<(Vec<Cursor>, PageInfo)> {
        let place = |cursor: &Option<String>| {
            let cursor = cursor.as_deref();
            let place = cursor.map(|it| self.list.position(it, |at| self.holds(at)));
            place.transpose()
        };
        let start = place(&window.after)?.map_or(0, |after| {
            self.places
                .partition_point(|it| self.compare(it, &after).is_le())
        });
        let end = place(&window.before)?.map_or(self.len(), |before| {
            self.places
                .partition_point(|it| self.compare(it, &before).is_lt())
        });
        let end = end.max(start);
        let (start, end) = if window.backward {
            (start.max(end.saturating_sub(window.limit)), end)
        } else {
            (start, end.min(start + window.limit))
        };
        let cursor = |position: &Position| Cursor {
            list: Arc::clone(&self.list),
            position: position.clone(),
        };
        let cursors: Vec<Cursor> = self.places[start..end].iter().map(cursor).collect();
        let page_info = PageInfo {
            has_next_page: end < self.len(),
            has_previous_page: start > 0,
            start_cursor: cursors.first().map(Cursor::text),
            end_cursor: cursors.last().map(Cursor::text),
        };
        Ok((cursors, page_info))
    }

    fn compare(&self, one: &Position, other: &Position) -> Ordering {
        let values = one.0.iter().zip(&other.0);
        let keys = self.keys.iter().zip(values);
        keys.map(|(key, (one, other))| key.compare(one.as_ref(), other.as_ref()))
            .find(|it| it.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    fn holds(&self, place: &Position) -> bool {
        let fits = |(key, value): (&RankKey, &Option<Value>)| {
            value.as_ref().is_none_or(|value| value.kind() == key.kind)
        };
        place.0.len() == self.keys.len()
            && place.0.last().is_some_and(Option::is_some)
            && self.keys.iter().zip(&place.0).all(fits)
    }
}

/// A page of nodes in an order that a KPI has a say in.
pub async fn page<N: CountedNode>(
    ctx: &Context<'_>,
    condition: Condition,
    sort: Sort,
    window: Window,
) -> Result<Connection<N>> {
    let places = places::<N>(ctx, &condition, &sort.keys).await?;
    let keys = sort.keys.iter().map(RankKey::of);
    let ranking = Ranking::new(keys, sort.fingerprint, places);
    let (cursors, page_info) = ranking.cut(&window)?;
    let documents = N::documents(&State::of(ctx).entities);
    let edge = async |cursor: Cursor| {
        let document = documents.one(cursor.position.id()).await?;
        // Gone since the ranking was made, if there is none.
        Ok::<_, async_graphql::Error>(document.map(|document| Edge { document, cursor }))
    };
    let edges = try_join_all(cursors.into_iter().map(edge)).await?;
    Ok(Connection {
        edges: edges.into_iter().flatten().collect(),
        page_info,
        total: Total::Known(ranking.len()),
    })
}

/// The place of every node that matches.
async fn places<N: CountedNode>(
    ctx: &Context<'_>,
    condition: &Condition,
    keys: &[Key],
) -> Result<Vec<Position>> {
    let field = |key: &Key| match key {
        Key::Field(key) => Some(key.field),
        Key::Kpi(_) => None,
    };
    let fields: Vec<Field> = keys.iter().filter_map(field).chain([Field::ID]).collect();
    let store = State::of(ctx).store();
    let stored = store.positions::<N::Document>(condition, &fields).await;
    let stored = stored.map_err(|error| failed(&error))?;
    hold(ctx, stored.len(), fields.len() + keys.len())?;

    let is_few = !condition.is_always() && stored.len() <= FEW;
    let among = is_few.then(|| among(N::DIMENSION, &stored));
    let kpi = |key: &Key| match key {
        Key::Kpi(key) => Some(KpiKey::clone(key)),
        Key::Field(_) => None,
    };
    let counted = keys.iter().filter_map(kpi);
    let counted = counted.map(|key| Counted::over(ctx, N::DIMENSION, key, among.clone()));
    let counted = try_join_all(counted).await?;
    let place = |stored: Position| with_kpis(stored, keys, &counted);
    Ok(stored.into_iter().map(place).collect())
}

/// Holds so many places with a value for each of so many keys.
fn hold(ctx: &Context<'_>, places: usize, keys: usize) -> Result<()> {
    /// An id's text, and what an allocator adds.
    const PLACE: usize = 64;
    let State {
        allowance, session, ..
    } = State::of(ctx);
    let place = PLACE + keys * size_of::<Option<Value>>();
    allowance.held(session.hold(places.saturating_mul(place)))
}

fn among(dimension: Dimension, places: &[Position]) -> Predicate {
    let ids = places.iter().map(|it| vec![KeyPart::from(it.id())]);
    let mut ids: Vec<kpi::Key> = ids.collect();
    ids.sort_unstable();
    Predicate::Among(vec![dimension], ids)
}

/// A place by all keys, from one by the stored fields.
fn with_kpis(stored: Position, keys: &[Key], counted: &[Counted]) -> Position {
    let id = stored.id().to_owned();
    let mut fields = stored.0.into_iter();
    let mut counted = counted.iter();
    let mut place = Vec::with_capacity(keys.len() + 1);
    for key in keys {
        place.push(match key {
            Key::Field(_) => fields.next().flatten(),
            Key::Kpi(_) => counted.next().and_then(|it| it.value(&id)),
        });
    }
    place.push(Some(Value::Text(id)));
    Position(place)
}

/// A KPI of every node.
struct Counted {
    kpi: kpi::Kpi,
    values: HashMap<Arc<str>, Values>,
    nothing: Values,
}

impl Counted {
    async fn over(
        ctx: &Context<'_>,
        dimension: Dimension,
        key: KpiKey,
        among: Option<Predicate>,
    ) -> Result<Self> {
        let scope = key.over.scope(State::of(ctx)).await?;
        let measures = key.kpi.measures();
        let mut group = Group::new(scope, measures);
        if let Some(among) = among {
            group = group.and(among);
        }
        let axes = vec![Axis::Dimension(dimension)];
        let groups = group.groups(ctx, axes, measures).await?;
        hold(ctx, groups.len(), 1)?;
        let value = |(key, values): &(kpi::Key, Values)| match key.first() {
            Some(KeyPart::Text(id)) => Some((Arc::clone(id), values.clone())),
            _ => None,
        };
        Ok(Self {
            kpi: key.kpi,
            values: groups.iter().filter_map(value).collect(),
            nothing: Values::of_nothing(measures),
        })
    }

    fn value(&self, id: &str) -> Option<Value> {
        let values = self.values.get(id).unwrap_or(&self.nothing);
        self.kpi.finish(values).map(Value::Number)
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal_macros::dec;

    use super::*;

    fn place(value: Option<rust_decimal::Decimal>, id: &str) -> Position {
        Position(vec![value.map(Value::Number), Some(Value::Text(id.into()))])
    }

    fn ranking(direction: Direction) -> Ranking {
        let places = vec![
            place(None, "unknown"),
            place(Some(dec!(2)), "tied b"),
            place(Some(dec!(-3)), "loss"),
            place(Some(dec!(2.0)), "tied a"),
        ];
        let list = Fingerprint::of("products", "profit");
        Ranking::new([RankKey::of_kpi(direction)], list, places)
    }

    fn window(first: i32, after: Option<String>) -> Window {
        Window::new(Some(first), after, None, None).unwrap()
    }

    #[test]
    fn pages_follow_each_other_and_nulls_come_last_either_way() {
        for (direction, expected) in [
            (
                Direction::Descending,
                ["tied a", "tied b", "loss", "unknown"],
            ),
            (
                Direction::Ascending,
                ["loss", "tied a", "tied b", "unknown"],
            ),
        ] {
            let ranking = ranking(direction);
            let mut after = None;
            for name in expected {
                let (cursors, page_info) = ranking.cut(&window(1, after)).unwrap();
                assert_eq!(cursors[0].position.id(), name);
                assert_eq!(page_info.has_next_page, name != "unknown");
                after = page_info.end_cursor;
            }
        }
    }

    #[test]
    fn a_page_goes_on_behind_a_place_that_is_gone() {
        let ranking = ranking(Direction::Descending);
        let gone = ranking.list.cursor(&place(Some(dec!(1)), "gone"));
        let (cursors, _) = ranking.cut(&window(1, Some(gone))).unwrap();
        assert_eq!(cursors[0].position.id(), "loss");
    }
}
