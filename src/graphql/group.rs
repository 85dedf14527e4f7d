//! A group of order lines that KPIs are asked of: a scope, or a slice of one.

use std::sync::Arc;

use async_graphql::{Context, Lookahead, Result};
use rust_decimal::Decimal;

use super::{loader::Groups, request::State};
use crate::kpi::{
    Axis, Bought, CohortCount, Count, DistanceCount, Grain, Interval, KeyPart, Kpi, Measures,
    Pairing, Pairs, Predicate, Request, Scope, Slice, Values, Vocabulary,
};

/// What every `Kpis` object stands for, with as much of it as has been counted.
#[derive(Clone, Debug)]
pub(super) struct Group {
    scope: Arc<Scope>,
    slice: Slice,
    /// What came along when the group was found.
    counted: Option<Values>,
    /// What the query asks of the group, to be counted together.
    wanted: Measures,
}

impl Group {
    pub fn new(scope: Scope, wanted: Measures) -> Self {
        Self {
            scope: Arc::new(scope),
            slice: Slice::new(),
            counted: None,
            wanted,
        }
    }

    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The same group, asked for something else.
    pub fn wanting(&self, wanted: Measures) -> Self {
        Self {
            wanted,
            ..self.clone()
        }
    }

    /// The same group, with what has been counted over it.
    pub fn counted(mut self, values: Values) -> Self {
        self.counted = Some(values);
        self
    }

    /// A smaller group: the one with this key on these axes, not counted yet.
    pub fn within(&self, axes: &[Axis], key: &[KeyPart]) -> Self {
        let mut inner = self.clone();
        inner.counted = None;
        if axes.iter().any(|axis| matches!(axis, Axis::Bucket(_))) {
            inner = inner.over(inner.period());
        }
        inner
            .slice
            .extend(axes.iter().copied().zip(key.iter().cloned()));
        inner
    }

    /// The same lines in another period, not counted yet.
    pub fn over(&self, period: Interval) -> Self {
        let mut other = self.clone();
        other.counted = None;
        if period != self.scope.period {
            other.scope = Arc::new(self.scope.over(period));
        }
        other
            .slice
            .retain(|(axis, _)| !matches!(axis, Axis::Bucket(_)));
        other
    }

    /// The lines that match one more condition, not counted yet.
    pub fn and(&self, predicate: Predicate) -> Self {
        let mut narrowed = self.clone();
        narrowed.counted = None;
        narrowed.scope = Arc::new(self.scope.and(predicate));
        narrowed
    }

    /// The group's period: that of its bucket, if it is of one.
    pub fn period(&self) -> Interval {
        let bucket = self
            .slice
            .iter()
            .find_map(|(axis, part)| match (axis, part) {
                (Axis::Bucket(grain), KeyPart::Time(start)) => Some((*grain, *start)),
                _ => None,
            });
        match bucket {
            Some((grain, start)) => {
                let bucket: Interval = Grain::bucket(grain, start, self.scope.calendar);
                self.scope.period.intersection(bucket)
            }
            None => self.scope.period,
        }
    }

    /// Whether the KPI has been counted already.
    pub fn has(&self, kpi: Kpi) -> bool {
        let counted = self.counted.as_ref().map(Values::measures);
        counted.is_some_and(|counted| counted.contains_all(kpi.measures()))
    }

    /// The KPI's value over the group.
    pub async fn kpi(&self, ctx: &Context<'_>, kpi: Kpi) -> Result<Option<Decimal>> {
        Ok(kpi.finish(&self.values(ctx, kpi.measures()).await?))
    }

    /// The measures' values over the group.
    pub async fn values(&self, ctx: &Context<'_>, measures: Measures) -> Result<Values> {
        if let Some(counted) = &self.counted
            && counted.measures().contains_all(measures)
        {
            return Ok(counted.clone());
        }
        let measures = self.wanted.union(measures);
        let rows = self.groups(ctx, Vec::new(), measures).await?;
        let only = rows.first().map(|(_, values)| values.clone());
        Ok(only.unwrap_or_else(|| Values::of_nothing(measures)))
    }

    /// The measures' values over each group within the group.
    pub async fn groups(
        &self,
        ctx: &Context<'_>,
        axes: Vec<Axis>,
        measures: Measures,
    ) -> Result<Groups> {
        let request = self.request(axes, Count::Measures(measures));
        State::of(ctx).counts.measures(request).await
    }

    /// The group's customers by cohort.
    pub async fn cohorts(&self, ctx: &Context<'_>, grain: Grain) -> Result<Vec<CohortCount>> {
        let request = self.request(Vec::new(), Count::Cohorts(grain));
        State::of(ctx).counts.cohorts(request).await
    }

    /// The group's orders by distance.
    pub async fn distances(&self, ctx: &Context<'_>) -> Result<Vec<DistanceCount>> {
        let request = self.request(Vec::new(), Count::Distances);
        State::of(ctx).counts.distances(request).await
    }

    /// The group's pairs of products.
    pub async fn pairs(&self, ctx: &Context<'_>, asked: Pairing) -> Result<Pairs> {
        let request = self.request(Vec::new(), Count::Pairs(asked));
        State::of(ctx).counts.pairs(request).await
    }

    /// The group's customers one by one.
    pub async fn customers(&self, ctx: &Context<'_>) -> Result<Arc<[Bought]>> {
        let request = self.request(Vec::new(), Count::Customers);
        State::of(ctx).counts.customers(request).await
    }

    fn request(&self, axes: Vec<Axis>, count: Count) -> Request {
        Request {
            scope: Arc::clone(&self.scope),
            slice: self.slice.clone(),
            axes,
            count,
        }
    }
}

/// What the KPI fields selected on some `Kpis`, or on its differences and changes, are finished from.
pub(super) fn selected(vocabulary: &Vocabulary, kpis: &Lookahead<'_>) -> Measures {
    let fields = kpis.selection_fields();
    let fields = fields
        .iter()
        .flat_map(async_graphql::SelectionField::selection_set);
    Measures::of(fields.filter_map(|field| vocabulary.kpi(field.name())))
}

/// As [`selected`], of both sides of the comparisons selected under this name.
pub(super) fn selected_to_compare(vocabulary: &Vocabulary, comparison: &Lookahead<'_>) -> Measures {
    ["kpis", "difference", "change"]
        .iter()
        .map(|side| selected(vocabulary, &comparison.field(side)))
        .fold(Measures::NONE, Measures::union)
}

/// As [`selected`], with what comparisons among those KPIs need of them.
pub(super) fn selected_with_comparisons(vocabulary: &Vocabulary, kpis: &Lookahead<'_>) -> Measures {
    let compared = selected_to_compare(vocabulary, &kpis.field("compareTo"));
    selected(vocabulary, kpis).union(compared)
}
