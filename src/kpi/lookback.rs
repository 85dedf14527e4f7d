//! What a pass must read beside its own period, and what is new in it.

use chrono::{DateTime, Utc};

use super::{
    grain::{self, Grain},
    interval::Interval,
    measure::Measure,
    measures::Measures,
    plan::Pass,
    scope::{Axis, Key, Predicate},
};

/// How customers of the period before are told from those of this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookback {
    /// Nobody asks, or there is no period before.
    Nowhere,
    /// Orders from before this instant are of the period before.
    Until(DateTime<Utc>),
    /// The period before a bucket is the bucket just before; the bucket's axis has this place.
    Bucket(usize, Grain),
}

impl Pass {
    /// What has to be counted for these measures: they and what they need.
    #[must_use]
    pub fn counting(&self, measures: Measures) -> Measures {
        // Whether there is such a group at all.
        let measures = measures.union([Measure::Orders].into());
        if measures.contains(Measure::PreviousCustomers) {
            // A bucket's customers are the next bucket's previous customers.
            return measures.union([Measure::Customers].into());
        }
        measures
    }

    /// How customers of the period before are told, where the measures ask for it.
    #[must_use]
    pub fn lookback(&self, measures: Measures) -> Lookback {
        let retention = [Measure::PreviousCustomers, Measure::RetainedCustomers];
        if !measures.contains_any(&retention) {
            return Lookback::Nowhere;
        }
        match (self.bucket(), self.scope.period.bounds()) {
            (Some((at, grain)), _) => Lookback::Bucket(at, grain),
            (None, Some((from, _))) => Lookback::Until(from),
            (None, None) => Lookback::Nowhere,
        }
    }

    /// Whether its groups, or what is in them, follow from when else customers have ordered.
    #[must_use]
    pub fn looks_at_history(&self) -> bool {
        let by = self.axes.iter().any(|it| it.looks_at_history());
        let tested = &self.scope.predicates;
        by || tested.iter().any(Predicate::looks_at_history)
    }

    /// The periods to read: the wanted ones, and those before where retention looks back.
    #[must_use]
    pub fn read_periods(&self, measures: Measures) -> Vec<Interval> {
        let scope = &self.scope;
        let wanted = self.periods();
        match self.lookback(measures) {
            Lookback::Nowhere => wanted,
            Lookback::Until(_) => {
                let from = scope.period.previous(scope.calendar).and_then(|it| it.from);
                vec![Interval {
                    from,
                    to: scope.period.to,
                }]
            }
            Lookback::Bucket(_, grain) => {
                grain::with_buckets_before(&wanted, grain, scope.period, scope.calendar)
            }
        }
    }

    /// The scope's predicates, and that the wanted slices' dimensions are among their keys.
    #[must_use]
    pub fn predicates(&self) -> Vec<Predicate> {
        let scope = self.scope.predicates.iter().cloned();
        scope.chain(self.wanted_slices()).collect()
    }

    fn wanted_slices(&self) -> Option<Predicate> {
        let slices = self.slices.as_ref()?;
        let depth = slices.first()?.len().min(self.line_axes().len());
        let axes = self.axes[..depth].iter().enumerate();
        let dimension = |(at, axis): (usize, &Axis)| Some((at, axis.dimension()?));
        let (places, dimensions): (Vec<usize>, Vec<_>) = axes.filter_map(dimension).unzip();
        if places.is_empty() {
            return None;
        }
        let wanted = |key: &Key| -> Key { places.iter().map(|at| key[*at].clone()).collect() };
        let mut keys: Vec<Key> = slices.iter().map(wanted).collect();
        keys.sort_unstable();
        keys.dedup();
        Some(Predicate::Among(dimensions, keys))
    }
}
