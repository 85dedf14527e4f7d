//! Breakdowns: a row for each value of one or more dimensions.

use std::collections::BTreeSet;

use async_graphql::{
    Context, ContextSelectionSet, Object, Result, SimpleObject, parser::types::Field,
};
use rust_decimal::Decimal;

use super::{
    at_hand::{AtHand, Ready, Rows, has_all},
    entity::{Fingerprint, Node, NodeKind},
    enums,
    error::client_error,
    group::{Group, selected_with_comparisons},
    having::{self, KpiCondition},
    kpis::Kpis,
    request::State,
};
use crate::{
    kpi::{
        self, AbcClass, Axis, Having, Key, KeyPart, Measure, Measures, Predicate, RankedPlace,
        Ranking, Row, float, quotient,
    },
    store::{Position, Value},
};

/// Rows that one query may ask for.
const MOST_ROWS: i32 = 1000;

/// The first few rows of a grouping, and the rest.
#[derive(SimpleObject)]
pub struct Breakdown {
    /// The rows asked for, in order.
    rows: Rows<BreakdownRow>,
    /// How many groups there are in all, of those that meet `having`.
    group_count: usize,
    /// The place of the last row, opaque, for `after` with the same dimensions and order; null when no group comes after it.
    end_cursor: Option<String>,
    /// All the other groups together, on other pages or kept out by `having`, counted as one, so that distinct orders and customers are right; null when the rows are all there is.
    others: Option<BreakdownRow>,
}

/// The KPIs of one group.
#[derive(SimpleObject)]
pub struct BreakdownRow {
    /// The group's value on each dimension, in the order asked for; empty on `others`.
    key: Rows<DimensionValue>,
    /// The group's KPIs.
    kpis: Ready<Kpis>,
    /// The group's share of the scope's total sales, a ratio; null when those are 0.
    share: Option<f64>,
    /// The share of the scope's total sales that this group and those that sell more make together, ties by value, a ratio; null on `others`, and when the sales are not above 0.
    cumulative_share: Option<f64>,
    /// Its class after Pareto, by `cumulativeShare`; null where that is.
    class: Option<enums::AbcClass>,
}

/// A value of a dimension.
pub struct DimensionValue {
    dimension: kpi::Dimension,
    value: Option<String>,
}

impl DimensionValue {
    pub(super) fn new(dimension: kpi::Dimension, value: Option<String>) -> Self {
        Self { dimension, value }
    }
}

/// A value of a dimension.
#[Object]
impl DimensionValue {
    /// The dimension.
    async fn dimension(&self) -> enums::Dimension {
        self.dimension.into()
    }

    /// The value, as filters take it: an id for products and customers; null where it is missing.
    async fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// What to show: the name of a product or customer as far as it is known, else the value; null where it is missing.
    async fn label(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        match &self.value {
            Some(value) => {
                let name = State::of(ctx).names.name(self.dimension, value).await?;
                Ok(Some(name))
            }
            None => Ok(None),
        }
    }

    /// The product, customer or location that the value is the id of; null for any other dimension, and where it is gone.
    async fn node(&self, ctx: &Context<'_>) -> Result<Option<Node>> {
        match (&self.value, NodeKind::of(self.dimension)) {
            (Some(code), Some(kind)) => Node::find(ctx, kind, code).await,
            _ => Ok(None),
        }
    }
}

impl AtHand for BreakdownRow {
    fn has(&self, ctx: &ContextSelectionSet<'_>, field: &Field) -> bool {
        let within = ctx.with_selection_set(&field.selection_set);
        match field.name.node.as_str() {
            "key" => self.key.0.iter().all(|value| has_all(value, &within)),
            "kpis" => has_all(&self.kpis.0, &within),
            _ => true,
        }
    }
}

impl AtHand for DimensionValue {
    fn has(&self, ctx: &ContextSelectionSet<'_>, field: &Field) -> bool {
        match field.name.node.as_str() {
            "label" => State::of(ctx).names.are_at_hand(self.dimension),
            "node" => false,
            _ => true,
        }
    }
}

/// What to break down by, and which rows to give.
pub(super) struct Asked {
    pub by: Vec<kpi::Dimension>,
    pub having: Vec<KpiCondition>,
    pub ranking: Ranking,
    pub after: Option<String>,
    pub first: i32,
}

/// The groups of a breakdown.
struct Groups<'a> {
    group: &'a Group,
    by: &'a [kpi::Dimension],
    all: &'a [Row],
    /// Those on the page.
    shown: Vec<&'a Row>,
}

impl Breakdown {
    pub(super) async fn of(ctx: &Context<'_>, group: &Group, asked: Asked) -> Result<Self> {
        let first = row_limit(asked.first)?;
        each_once(&asked.by)?;
        let list = asked.list();
        let after = asked.after(&list)?;
        let vocabulary = State::of(ctx).vocabulary();
        let having = having::meant(&asked.having, vocabulary)?;
        let wanted = Wanted::of(ctx);
        let axes: Vec<Axis> = asked.by.iter().copied().map(Axis::Dimension).collect();
        let measures = wanted.measures(&asked.ranking, &having);
        let all = group.groups(ctx, axes, measures).await?;
        let is_kept = |row: &&Row| having.iter().all(|it| it.is_met(&row.1));
        let kept: Vec<&Row> = all.iter().filter(is_kept).collect();
        let ranking = asked.ranking;
        let (shown, has_more) = ranking.first(kept.iter().copied(), after.as_ref(), first);
        State::of(ctx).allowance.take_list(ctx, shown.len())?;
        let end = shown.last().filter(|_| has_more);
        let end_cursor = end.map(|row| list.cursor(&position(&ranking.place_of(row))));
        let groups = Groups {
            group,
            by: &asked.by,
            all: &all,
            shown,
        };
        Ok(Self {
            group_count: kept.len(),
            end_cursor,
            others: groups.others(&wanted),
            rows: Rows(groups.rows(&wanted)),
        })
    }
}

impl Asked {
    /// Which list a cursor is of.
    fn list(&self) -> Fingerprint {
        Fingerprint::of("breakdown", &format!("{:?} {:?}", self.by, self.ranking))
    }

    fn after(&self, list: &Fingerprint) -> Result<Option<RankedPlace>> {
        let Some(cursor) = &self.after else {
            return Ok(None);
        };
        let count = self.by.len();
        let position = list.position(cursor, |it| place(it, count).is_some())?;
        Ok(place(&position, count))
    }
}

/// A place in a ranking as a cursor has it: the KPI's value, then the key.
fn position(place: &RankedPlace) -> Position {
    let value = place.value.map(Value::Number);
    let text = |part: &KeyPart| part.text().map(|it| Value::Text(it.to_owned()));
    Position(
        [value]
            .into_iter()
            .chain(place.key.iter().map(text))
            .collect(),
    )
}

/// The place that a position is of, in a ranking by so many dimensions.
fn place(position: &Position, dimensions: usize) -> Option<RankedPlace> {
    let (value, key) = position.0.split_first()?;
    let value = match value {
        Some(Value::Number(value)) => Some(*value),
        None => None,
        Some(_) => return None,
    };
    let part = |part: &Option<Value>| match part {
        Some(Value::Text(text)) => Some(KeyPart::from(text.as_str())),
        None => Some(KeyPart::Missing),
        Some(_) => None,
    };
    let key: Key = key.iter().map(part).collect::<Option<_>>()?;
    (key.len() == dimensions).then_some(RankedPlace { value, key })
}

/// What a query selects of a breakdown.
struct Wanted {
    /// Of each row's KPIs.
    rows: Measures,
    /// Of the others' KPIs.
    others: Measures,
    has_shares: bool,
    has_cumulative_shares: bool,
}

impl Wanted {
    fn of(ctx: &Context<'_>) -> Self {
        let vocabulary = State::of(ctx).vocabulary();
        let look_ahead = ctx.look_ahead();
        let of =
            |field| selected_with_comparisons(vocabulary, &look_ahead.field(field).field("kpis"));
        let selects = |field| {
            let rows = ["rows", "others"].map(|it| look_ahead.field(it));
            rows.iter().any(|row| row.field(field).exists())
        };
        Self {
            rows: of("rows"),
            others: of("others"),
            has_shares: selects("share"),
            has_cumulative_shares: selects("cumulativeShare") || selects("class"),
        }
    }

    /// What to count of every group.
    fn measures(&self, ranking: &Ranking, having: &[Having]) -> Measures {
        let tested = having.iter().map(|it| it.kpi.measures());
        let mut measures = tested.fold(self.rows, Measures::union);
        measures = measures.union(ranking.by.measures());
        if self.has_shares || self.has_cumulative_shares {
            measures = measures.union([Measure::Revenue].into());
        }
        measures
    }
}

impl Groups<'_> {
    fn rows(&self, wanted: &Wanted) -> Vec<BreakdownRow> {
        let cumulative = if wanted.has_cumulative_shares {
            kpi::cumulative_shares(self.all, &self.shown)
        } else {
            vec![None; self.shown.len()]
        };
        let axes: Vec<Axis> = self.by.iter().copied().map(Axis::Dimension).collect();
        let all_sales = sales(self.all);
        let row = |((key, values), cumulative): (&&Row, Option<Decimal>)| {
            let within = self.group.within(&axes, key).wanting(wanted.rows);
            BreakdownRow {
                key: Rows(named(self.by, key)),
                kpis: Ready(Kpis::of(within.counted(values.clone()))),
                share: share(values.value(Measure::Revenue), all_sales),
                cumulative_share: cumulative.map(float),
                class: cumulative.map(|it| AbcClass::of(it).into()),
            }
        };
        self.shown.iter().zip(cumulative).map(row).collect()
    }

    /// All groups that are not shown, as one.
    fn others(&self, wanted: &Wanted) -> Option<BreakdownRow> {
        if self.shown.len() == self.all.len() {
            return None;
        }
        let (all, shown) = (sales(self.all), sales(self.shown.iter().copied()));
        let rest = all.zip(shown).map(|(all, shown)| all - shown);
        let keys = self.shown.iter().map(|(key, _)| key.clone()).collect();
        let rest_of_scope = self.group.and(Predicate::NotAmong(self.by.to_vec(), keys));
        Some(BreakdownRow {
            key: Rows(Vec::new()),
            kpis: Ready(Kpis::of(rest_of_scope.wanting(wanted.others))),
            share: share(rest, all),
            cumulative_share: None,
            class: None,
        })
    }
}

fn share(part: Option<Decimal>, all: Option<Decimal>) -> Option<f64> {
    quotient(part?, all?).map(float)
}

/// The sales of these groups together.
fn sales<'a>(groups: impl IntoIterator<Item = &'a Row>) -> Option<Decimal> {
    kpi::sum(
        groups
            .into_iter()
            .filter_map(|(_, it)| it.value(Measure::Revenue)),
    )
}

/// A group's values on its dimensions.
pub(super) fn named(by: &[kpi::Dimension], key: &[KeyPart]) -> Vec<DimensionValue> {
    let value = |part: &KeyPart| part.text().map(str::to_owned);
    by.iter()
        .zip(key)
        .map(|(dimension, part)| DimensionValue::new(*dimension, value(part)))
        .collect()
}

/// Refuses no dimension, and one that is given twice.
pub(super) fn each_once(by: &[kpi::Dimension]) -> Result<()> {
    let distinct: BTreeSet<_> = by.iter().collect();
    if by.is_empty() || distinct.len() < by.len() {
        return Err(client_error("give by one or more dimensions, each once"));
    }
    Ok(())
}

/// How many rows, if that many may be asked for.
pub(super) fn row_limit(first: i32) -> Result<usize> {
    if !(1..=MOST_ROWS).contains(&first) {
        return Err(client_error(format!(
            "first must be between 1 and {MOST_ROWS}"
        )));
    }
    usize::try_from(first).map_err(|_| client_error("first must be positive"))
}
