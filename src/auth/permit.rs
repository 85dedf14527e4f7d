//! What of a request for something to count a scope allows.

use super::Scope;
use crate::kpi::{
    Axis, Count, Dimension, Entries, Kpi, Measures, Predicate, Request, Vocabulary, bought_measures,
};

/// What may not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// A KPI.
    #[error("you may not use the KPI `{name}`; ask whoever gave you access, or leave it out", name = .0.name())]
    Kpi(Kpi),
    /// A dimension.
    #[error("you may not use the dimension `{name}`; ask whoever gave you access, or leave it out", name = .0.name())]
    Dimension(Dimension),
    /// Everything: the shop cannot tell the scope's rows.
    #[error(
        "what you may see is told by a dimension that this shop does not have; ask whoever gave you access for another"
    )]
    Rows,
}

/// What cohorts tell of customers.
const TOLD_BY_COHORTS: &[Kpi] = &[Kpi::CUSTOMER_COUNT, Kpi::NEW_CUSTOMER_COUNT];

impl Scope {
    /// Whether a shop that knows these words can tell the rows that may be seen.
    ///
    /// # Errors
    /// That it cannot.
    pub fn permit_rows(&self, vocabulary: &Vocabulary) -> Result<(), Forbidden> {
        self.fits(vocabulary).then_some(()).ok_or(Forbidden::Rows)
    }

    /// Whether a KPI may be used.
    ///
    /// # Errors
    /// That it may not.
    pub fn permit_kpi(&self, vocabulary: &Vocabulary, kpi: Kpi) -> Result<(), Forbidden> {
        let is_allowed = self.allows_kpi(vocabulary, kpi);
        is_allowed.then_some(()).ok_or(Forbidden::Kpi(kpi))
    }

    /// Whether a dimension may be used.
    ///
    /// # Errors
    /// That it may not.
    pub fn permit_dimension(&self, dimension: Dimension) -> Result<(), Forbidden> {
        let is_allowed = self.allows_dimension(dimension);
        is_allowed
            .then_some(())
            .ok_or(Forbidden::Dimension(dimension))
    }

    /// Whether a request for something to count asks for nothing that may not be used: what
    /// follows from a KPI is no more to be had than the KPI itself.
    ///
    /// # Errors
    /// The first thing that may not.
    pub fn permit(&self, vocabulary: &Vocabulary, request: &Request) -> Result<(), Forbidden> {
        if self.allows_everything() {
            return Ok(());
        }
        let sliced = request.slice.iter().map(|(axis, _)| axis);
        let axes = || sliced.clone().chain(&request.axes);
        let grouped = axes().filter_map(|axis| axis.dimension());
        let tested = request.scope.predicates.iter();
        let tested = tested.flat_map(Predicate::dimensions);
        for dimension in grouped.chain(tested) {
            self.permit_dimension(dimension)?;
        }
        let (wanted, named) = match request.count {
            Count::Measures(measures) => (measures, &[][..]),
            Count::Cohorts(_) => (Measures::NONE, TOLD_BY_COHORTS),
            Count::Distances => (Measures::NONE, &[Kpi::ORDER_COUNT][..]),
            Count::Pairs(_) => {
                self.permit_dimension(Dimension::PRODUCT)?;
                (Measures::NONE, &[Kpi::ORDER_COUNT][..])
            }
            Count::Customers => {
                self.permit_dimension(Dimension::CUSTOMER)?;
                (bought_measures(Entries::Orders), &[][..])
            }
        };
        let by_cohorts = axes().any(|axis| matches!(axis, Axis::Cohort(_)));
        let by_cohorts = TOLD_BY_COHORTS.iter().filter(|_| by_cohorts);
        named
            .iter()
            .chain(by_cohorts)
            .try_for_each(|kpi| self.permit_kpi(vocabulary, *kpi))?;
        let kpis = || vocabulary.kpis().iter();
        let usable = kpis().filter(|kpi| self.allows_kpi(vocabulary, **kpi));
        let usable = Measures::of(usable.copied());
        for measure in wanted.iter().filter(|it| !usable.contains(*it)) {
            // What no KPI is finished from tells nothing: when the first order was placed, say.
            if let Some(kpi) = kpis().find(|kpi| kpi.measures().contains(measure)) {
                return Err(Forbidden::Kpi(*kpi));
            }
        }
        Ok(())
    }
}
