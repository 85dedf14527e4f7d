//! Breakdowns: a row for each value of one or more dimensions.

use std::collections::BTreeSet;

use async_graphql::{
    Context, ContextSelectionSet, Lookahead, Object, Result, SimpleObject, parser::types::Field,
};
use rust_decimal::Decimal;

use super::{
    at_hand::{AtHand, Ready, Rows, has_all},
    entity::{Node, NodeKind},
    enums,
    error::client_error,
    float::float,
    group::{Group, selected_with_comparisons},
    kpis::Kpis,
    request::State,
};
use crate::kpi::{self, Axis, Direction, Key, KeyPart, Kpi, Measure, Predicate, Values, quotient};

/// Rows that one query may ask for.
const MOST_ROWS: i32 = 1000;

/// The first few rows of a grouping, and the rest.
#[derive(SimpleObject)]
pub struct Breakdown {
    /// The rows asked for, in order.
    rows: Rows<BreakdownRow>,
    /// How many groups there are in all.
    group_count: usize,
    /// All the other groups together, counted as one, so that distinct orders and customers are right; null when the rows are all there is.
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

/// Which rows to give.
pub(super) struct Order {
    pub by: Kpi,
    pub direction: Direction,
    pub first: i32,
}

impl Breakdown {
    pub(super) async fn of(
        ctx: &Context<'_>,
        group: &Group,
        by: Vec<kpi::Dimension>,
        order: Order,
    ) -> Result<Self> {
        let first = row_limit(order.first)?;
        let distinct: BTreeSet<_> = by.iter().collect();
        if by.is_empty() || distinct.len() < by.len() {
            return Err(client_error(
                "break down by one or more dimensions, each once",
            ));
        }
        let vocabulary = State::of(ctx).vocabulary();
        let look_ahead = ctx.look_ahead();
        let wanted = selected_with_comparisons(vocabulary, &look_ahead.field("rows").field("kpis"));
        let axes: Vec<Axis> = by.iter().copied().map(Axis::Dimension).collect();
        let mut measures = wanted.union(order.by.measures());
        let shares = ["rows", "others"].map(|it| look_ahead.field(it).field("share"));
        if shares.iter().any(Lookahead::exists) {
            measures = measures.union([Measure::Revenue].into());
        }
        let groups = group.groups(ctx, axes.clone(), measures).await?;
        let shown = kpi::first_by(groups.iter(), order.by, order.direction, first);
        State::of(ctx).allowance.take_list(ctx, shown.len())?;

        let all_sales = sales(groups.iter());
        let share = |part: Option<_>| quotient(part?, all_sales?).map(float);
        let others = (shown.len() < groups.len()).then(|| {
            let sales_shown = sales(shown.iter().copied());
            let sales_of_rest = all_sales.zip(sales_shown).map(|(all, shown)| all - shown);
            let keys = shown.iter().map(|(key, _)| key.clone()).collect();
            let wanted =
                selected_with_comparisons(vocabulary, &look_ahead.field("others").field("kpis"));
            BreakdownRow {
                key: Rows(Vec::new()),
                kpis: Ready(Kpis::of(
                    group
                        .and(Predicate::NotAmong(by.clone(), keys))
                        .wanting(wanted),
                )),
                share: share(sales_of_rest),
            }
        });
        let group_of = |key: &[KeyPart], values: &Values| {
            let within = group.within(&axes, key).wanting(wanted);
            within.counted(values.clone())
        };
        let row = |(key, values): &(Key, Values)| BreakdownRow {
            share: share(values.value(Measure::Revenue)),
            kpis: Ready(Kpis::of(group_of(key, values))),
            key: Rows(named(&by, key)),
        };
        Ok(Self {
            rows: Rows(shown.into_iter().map(row).collect()),
            group_count: groups.len(),
            others,
        })
    }
}

/// The sales of these groups together.
fn sales<'a>(groups: impl Iterator<Item = &'a (Key, Values)>) -> Option<Decimal> {
    kpi::sum(groups.filter_map(|(_, it)| it.value(Measure::Revenue)))
}

fn named(by: &[kpi::Dimension], key: &[KeyPart]) -> Vec<DimensionValue> {
    let value = |part: &KeyPart| part.text().map(str::to_owned);
    by.iter()
        .zip(key)
        .map(|(dimension, part)| DimensionValue::new(*dimension, value(part)))
        .collect()
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
