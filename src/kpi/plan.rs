//! Plans: what a request asks for, merged before anything is counted.
//!
//! Whatever the number of fields, aliases and owners, what has the same scope
//! and the same grouping is counted in one [`Pass`].

use std::{collections::HashMap, hash::Hash, sync::Arc};

use super::{
    answer::Answer,
    entries::Entries,
    fold::Fold,
    grain::Grain,
    interval::{Interval, joined},
    measure::Measure,
    measures::Measures,
    pairs::Pairing,
    scope::{Axis, Key, KeyPart, Scope},
};

/// What to count over each group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Count {
    /// Measures.
    Measures(Measures),
    /// Customers by the bucket of their first order ever, and the buckets they came back in.
    Cohorts(Grain),
    /// Orders by the distance that they travel.
    Distances,
    /// Pairs of products by the orders that hold both.
    Pairs(Pairing),
    /// Customers one by one, by what they bought.
    Customers,
}

/// One group of a grouping, by its value on each axis: a breakdown's row, one product, a bucket.
pub type Slice = Vec<(Axis, KeyPart)>;

/// One thing that a request asks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// The lines it looks at.
    pub scope: Arc<Scope>,
    /// The group of the scope that it stays within; empty for the whole scope.
    pub slice: Slice,
    /// What it groups by, within the slice.
    pub axes: Vec<Axis>,
    /// What it counts.
    pub count: Count,
}

/// One walk over the orders, for all the requests that it can serve.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pass {
    /// What it walks over.
    pub entries: Entries,
    /// The lines it looks at.
    pub scope: Arc<Scope>,
    /// What it groups by: the axes of the slices first.
    pub axes: Vec<Axis>,
    /// The slices that are wanted, as keys on the first axes; `None` for the whole scope.
    pub slices: Option<Vec<Key>>,
    /// What it counts.
    pub count: Count,
    /// What is made of the measures of finer groups, where they do not add up over parts.
    pub fold: Option<Fold>,
}

/// A pass and the requests that it serves, by their place in the list that was merged.
#[derive(Debug)]
pub struct Merged {
    /// The pass.
    pub pass: Pass,
    /// Which requests.
    pub serves: Vec<usize>,
}

/// What requests must have in common to be served by one pass.
#[derive(PartialEq, Eq, Hash)]
struct Common<'a> {
    scope: &'a Scope,
    within: Vec<Axis>,
    axes: &'a [Axis],
    count: Option<Count>,
}

impl Request {
    /// The same request in the form that every engine can serve.
    ///
    /// Buckets of time within a bucket of time are counted over that bucket as a
    /// period of its own: what "new" and "the period before" mean depends on it.
    #[must_use]
    pub fn narrowed(mut self) -> Self {
        let is_bucket = |axis: &Axis| matches!(axis, Axis::Bucket(_));
        let by_period = matches!(self.count, Count::Cohorts(_)) || self.axes.iter().any(is_bucket);
        if !by_period {
            return self;
        }
        while let Some(at) = self.slice.iter().position(|(axis, _)| is_bucket(axis)) {
            if let (Axis::Bucket(grain), KeyPart::Time(start)) = self.slice.remove(at) {
                let bucket = grain.bucket(start, self.scope.calendar);
                let period = self.scope.period.intersection(bucket);
                self.scope = Arc::new(self.scope.over(period));
            }
        }
        self
    }

    fn common(&self) -> Common<'_> {
        Common {
            scope: &self.scope,
            within: self.slice.iter().map(|(axis, _)| *axis).collect(),
            axes: &self.axes,
            count: match self.count {
                Count::Measures(_) => None,
                other => Some(other),
            },
        }
    }

    /// The key of its slice.
    pub(super) fn slice_key(&self) -> Key {
        self.slice.iter().map(|(_, part)| part.clone()).collect()
    }

    fn pass(&self) -> Pass {
        let within = self.slice.iter().map(|(axis, _)| *axis);
        Pass {
            entries: Entries::Orders,
            scope: Arc::clone(&self.scope),
            axes: within.chain(self.axes.iter().copied()).collect(),
            slices: (!self.slice.is_empty()).then(Vec::new),
            count: self.count,
            fold: None,
        }
    }
}

impl Pass {
    /// Takes one more request in.
    fn serve(&mut self, request: &Request) {
        if let (Count::Measures(mine), Count::Measures(more)) = (&mut self.count, request.count) {
            *mine = mine.union(more);
        }
        if let Some(slices) = &mut self.slices {
            slices.push(request.slice_key());
        }
    }

    /// What it folds, and the pass whose groups those are: one that groups by one more axis.
    #[must_use]
    pub fn finer(&self) -> Option<(Fold, Self)> {
        let fold = self.fold?;
        let mut finer = Self {
            fold: None,
            ..self.clone()
        };
        finer.axes.push(fold.axis());
        Some((fold, finer))
    }

    /// Whether its rows are the scope, or the slices, themselves.
    #[must_use]
    pub fn is_of_slices(&self) -> bool {
        let depth = self.slices.as_ref().and_then(|slices| slices.first());
        depth.map_or(0, Vec::len) == self.axes.len()
    }

    /// The rows that are groups: a scope or slice always is, any other group when it has an
    /// order or a return record, a bucket also when somebody ordered in the one before.
    #[must_use]
    pub fn with_groups(&self, answer: Arc<Answer>) -> Arc<Answer> {
        let Answer::Measures(rows) = &*answer else {
            return answer;
        };
        let mut some = vec![Measure::Orders, Measure::Records];
        if let (Some(_), Count::Measures(measures)) = (self.bucket(), self.count) {
            some.push(Measure::PreviousCustomers);
            some.extend(measures.conditional().map(Measure::Conditional));
        }
        if self.is_of_slices() || rows.iter().all(|(_, values)| values.has_any(&some)) {
            return answer;
        }
        let groups = rows.iter().filter(|(_, values)| values.has_any(&some));
        Arc::new(Answer::Measures(groups.cloned().collect()))
    }

    /// The grain of the time buckets among the axes, with the bucket axis's place.
    #[must_use]
    pub fn bucket(&self) -> Option<(usize, Grain)> {
        self.axes
            .iter()
            .enumerate()
            .find_map(|(at, axis)| match axis {
                Axis::Bucket(grain) => Some((at, *grain)),
                _ => None,
            })
    }

    /// The stretches of time that the pass looks at, in order and apart from each other.
    #[must_use]
    pub fn periods(&self) -> Vec<Interval> {
        let (Some((at, grain)), Some(slices)) = (self.bucket(), &self.slices) else {
            return vec![self.scope.period];
        };
        if slices.first().is_some_and(|key| key.len() <= at) {
            return vec![self.scope.period];
        }
        let mut starts: Vec<_> = slices.iter().filter_map(|key| key[at].time()).collect();
        starts.sort_unstable();
        starts.dedup();
        let buckets = starts.into_iter().map(|start| {
            let bucket = grain.bucket(start, self.scope.calendar);
            self.scope.period.intersection(bucket)
        });
        joined(buckets)
    }
}

/// The fewest passes that serve all the requests, in the order of their first request.
#[must_use]
pub fn merge(requests: &[Request]) -> Vec<Merged> {
    let mut merged: Vec<Merged> = Vec::new();
    let mut places: HashMap<Common<'_>, usize> = HashMap::new();
    for (at, request) in requests.iter().enumerate() {
        let place = *places.entry(request.common()).or_insert_with(|| {
            merged.push(Merged {
                pass: request.pass(),
                serves: Vec::new(),
            });
            merged.len() - 1
        });
        merged[place].pass.serve(request);
        merged[place].serves.push(at);
    }
    for Merged { pass, .. } in &mut merged {
        if let Some(slices) = &mut pass.slices {
            slices.sort_unstable();
            slices.dedup();
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use chrono_tz::UTC;
    use rust_decimal_macros::dec;

    use super::*;
    use crate::kpi::{
        dimension::Dimension,
        entries::ReturnsOn,
        measure::Measure::{Orders, Revenue},
        measures::Values,
    };

    const REGION: Axis = Axis::Dimension(Dimension::REGION);

    fn scope() -> Arc<Scope> {
        Arc::new(Scope {
            period: Interval::default(),
            returns_on: ReturnsOn::default(),
            calendar: UTC.into(),
            uncounted: Arc::default(),
            predicates: Vec::new(),
        })
    }

    fn request(slice: Slice, axes: &[Axis], measures: impl Into<Measures>) -> Request {
        Request {
            scope: scope(),
            slice,
            axes: axes.to_vec(),
            count: Count::Measures(measures.into()),
        }
    }

    #[test]
    fn fields_of_one_scope_are_one_pass() {
        let merged = merge(&[
            request(vec![], &[], [Revenue]),
            request(vec![], &[REGION], [Revenue]),
            request(vec![], &[], [Orders]),
        ]);
        assert_eq!(merged.len(), 2);
        assert_eq!(merged[0].serves, [0, 2]);
        let both = Count::Measures([Revenue, Orders].into());
        assert_eq!(merged[0].pass.count, both);
        assert_eq!(merged[0].pass.slices, None);
    }

    #[test]
    fn rows_of_a_breakdown_are_slices_of_one_pass() {
        let row = |name: &str| vec![(REGION, KeyPart::from(name))];
        let month = [Axis::Bucket(Grain::Month)];
        let requests = [
            request(row("West"), &month, [Revenue]),
            request(row("East"), &month, [Revenue]),
        ];
        let merged = merge(&requests);
        assert_eq!(merged.len(), 1);
        assert_eq!(merged[0].pass.axes, [REGION, month[0]]);
        let slices = vec![vec!["East".into()], vec!["West".into()]];
        assert_eq!(merged[0].pass.slices, Some(slices));

        let january = KeyPart::Time("2024-01-01T00:00:00Z".parse().unwrap());
        let values = Values::new([Revenue].into(), |_| Some(dec!(7)));
        let rows = vec![(vec!["East".into(), january.clone()], values.clone())];
        let answer = Arc::new(Answer::Measures(rows));
        let parts = answer.split(&[&requests[0], &requests[1]]);
        assert_eq!(*parts[0], Answer::Measures(vec![]));
        assert_eq!(*parts[1], Answer::Measures(vec![(vec![january], values)]));
    }

    #[test]
    fn days_of_a_month_are_counted_over_that_month() {
        let march = "2024-03-01T00:00:00Z".parse().unwrap();
        let slice = vec![(Axis::Bucket(Grain::Month), KeyPart::Time(march))];
        let days = request(slice.clone(), &[Axis::Bucket(Grain::Day)], [Revenue]).narrowed();
        assert!(days.slice.is_empty());
        assert_eq!(days.scope.period, Grain::Month.bucket(march, UTC.into()));
        let regions = request(slice, &[REGION], [Revenue]);
        assert_eq!(regions.clone().narrowed(), regions);
    }

    #[test]
    fn a_pass_over_some_buckets_reads_only_those() {
        let month = |text: &str| {
            let start = format!("{text}-01T00:00:00Z").parse().unwrap();
            (Axis::Bucket(Grain::Month), KeyPart::Time(start))
        };
        let requests = ["2024-02", "2024-01", "2024-05"]
            .map(|it| request(vec![month(it)], &[REGION], [Revenue]));
        let periods = merge(&requests)[0].pass.periods();
        let ends = |at: usize| (periods[at].from.unwrap(), periods[at].to.unwrap());
        let utc = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        assert_eq!(periods.len(), 2);
        assert_eq!(
            ends(0),
            (utc("2024-01-01T00:00:00Z"), utc("2024-03-01T00:00:00Z"))
        );
        assert_eq!(
            ends(1),
            (utc("2024-05-01T00:00:00Z"), utc("2024-06-01T00:00:00Z"))
        );
    }
}
