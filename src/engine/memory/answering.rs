//! What a pass answers, once everything has been counted.

use super::{
    customers::Customers,
    grouping::Grouping,
    tally::{Counting, Counts, Plan, Tally, counts_medians, grouped_by},
    totals::Totals,
};
use crate::{
    engine::rows,
    kpi::{Answer, Key, Level, Lookback, Measure, Measures, Values},
};

impl Plan<'_> {
    /// How much memory the answer takes, roughly.
    pub fn answer_bytes(&self, tally: &Tally) -> usize {
        let measures = match self.counting {
            Counting::Measures(measures, _) => measures,
            Counting::Cohorts(_)
            | Counting::Distances
            | Counting::Pairs(..)
            | Counting::Customers(_) => Measures::NONE,
        };
        rows::bytes(tally.rows(), grouped_by(self.pass).len(), measures)
    }

    /// What the pass answers, once everything has been counted.
    pub fn answer(&self, tally: &Tally) -> Answer {
        let (snapshot, grouping) = (self.snapshot, &tally.grouping);
        match (&tally.counts, &self.counting) {
            (Counts::Measures(totals, customers), Counting::Measures(measures, _)) => {
                let groups = match self.finer {
                    Some(_) => {
                        let (grouping, totals) = self.coarsened(grouping, totals);
                        self.measures(&grouping, &totals, customers, *measures)
                    }
                    None => self.measures(grouping, totals, customers, *measures),
                };
                Answer::Measures(match self.pass.fold {
                    Some(fold) if !counts_medians(fold) => fold.folded(&groups),
                    _ => groups,
                })
            }
            (Counts::Measures(totals, _), Counting::Customers(_)) => {
                Answer::Customers(totals.buyers(snapshot, grouping))
            }
            (Counts::Cohorts(cohorts), _) => {
                Answer::Cohorts(cohorts.rows(snapshot, grouping, self.pass))
            }
            (Counts::Distances(distances), _) => {
                Answer::Distances(distances.rows(snapshot, grouping))
            }
            (Counts::Pairs(pairs), Counting::Pairs(asked, _)) => {
                let (counted, products) = pairs.baskets(snapshot, grouping, *asked);
                Answer::Pairs(self.pass.pairs(*asked, &counted, &products))
            }
            (Counts::Measures(..) | Counts::Pairs(_), _) => Answer::Measures(Vec::new()),
        }
    }

    /// The sums of the groups that are asked for, from those of a finer grouping.
    fn coarsened(&self, finer: &Grouping, totals: &Totals) -> (Grouping, Totals) {
        let (grouping, places) = self.grouping.coarsened(finer);
        let mut coarse = totals.emptied();
        coarse.grow(grouping.len());
        coarse.merge(totals, |group| places[group]);
        (grouping, coarse)
    }

    fn measures(
        &self,
        grouping: &Grouping,
        totals: &Totals,
        customers: &Customers,
        measures: Measures,
    ) -> Vec<(Key, Values)> {
        let is_met = |group: &usize| {
            let is_met = totals.orders(*group) > 0 || customers.previous(*group) > 0;
            is_met && *group != grouping.left_out()
        };
        let groups: Vec<usize> = (0..totals.groups()).filter(is_met).collect();
        let has_period_before = self.pass.lookback(measures) != Lookback::Nowhere;
        let value = |measure: Measure, group| {
            if measure.level() != Level::Customer {
                return totals.value(measure, group);
            }
            let looks_back = matches!(
                measure,
                Measure::PreviousCustomers | Measure::RetainedCustomers
            );
            let is_known = has_period_before || !looks_back;
            let value = || customers.value(measure, group, totals.customer_orders(group));
            is_known.then(value).flatten()
        };
        let keys = grouping.keys(self.snapshot, &groups);
        let values = groups
            .into_iter()
            .map(|group| Values::new(measures, |measure| value(measure, group)));
        let counted = keys.into_iter().zip(values).collect();
        rows::wanted(counted, self.pass, measures)
    }
}
