//! What one pass counts: before, while and after its orders are walked through.

use std::{ops::Range, sync::Arc};

use super::{
    block::Block,
    cohorts::{Calendar, Cohorts},
    distances::Distances,
    grouping::{Grouped, Grouping},
    select::Selected,
    snapshot::Snapshot,
    spans::{Spans, Stretch},
    totals::Totals,
    visits::{Rules, Visits},
};
use crate::{
    engine::rows,
    kpi::{Answer, Axis, Count, Level, Lookback, Measure, Measures, Pass, Values},
};

/// A pass that is about to be counted, with what its shares have in common.
#[derive(Debug)]
pub struct Plan<'a> {
    pub snapshot: &'a Snapshot,
    pub pass: &'a Pass,
    grouping: Grouping,
    counting: Counting,
}

#[derive(Debug)]
enum Counting {
    Measures(Measures, Option<Arc<Rules>>),
    Cohorts(Arc<Calendar>),
    Distances,
}

/// A share of a pass, as far as it has been counted.
#[derive(Clone, Debug)]
pub struct Tally {
    grouping: Grouping,
    counts: Counts,
}

#[derive(Clone, Debug)]
enum Counts {
    Measures(Box<Totals>, Option<Box<Visits>>),
    Cohorts(Cohorts),
    Distances(Distances),
}

/// What is selected of a block.
#[derive(Debug)]
pub struct Part<'a> {
    pub block: &'a Block,
    pub selected: &'a Selected,
    /// Whether it is of the period before.
    pub is_before: bool,
    /// Whether its lines and orders count in this share; customers have shares of their own.
    pub is_mine: bool,
}

impl<'a> Plan<'a> {
    /// The plan of a pass over these stretches of time.
    pub fn new(snapshot: &'a Snapshot, pass: &'a Pass, stretches: &[Stretch]) -> Self {
        let zone = pass.scope.zone;
        let mut buckets = None;
        let grouping = Grouping::new(snapshot, &pass.axes, |axis| {
            let spans = Arc::new(match axis {
                Axis::Slot(cycle) => Spans::slots(snapshot, stretches, cycle, zone),
                Axis::Bucket(grain) => Spans::buckets(snapshot, stretches, grain, zone),
                Axis::Dimension(_) => Spans::default(),
            });
            if matches!(axis, Axis::Bucket(_)) {
                buckets = Some(Arc::clone(&spans));
            }
            spans
        });
        let counting = match pass.count {
            Count::Measures(measures) => {
                let measures = pass.counting(measures);
                let of_customers = measures.iter().any(|it| it.level() == Level::Customer);
                let rules = || Arc::new(rules(snapshot, pass, measures, buckets.as_deref()));
                Counting::Measures(measures, of_customers.then(rules))
            }
            Count::Cohorts(grain) => {
                let first_ever = snapshot.first_ever(&pass.scope.uncounted);
                let buckets = Arc::new(Spans::buckets(snapshot, stretches, grain, zone));
                let calendar = Calendar::new(snapshot, &first_ever, buckets, grain, zone);
                Counting::Cohorts(Arc::new(calendar))
            }
            Count::Distances => Counting::Distances,
        };
        Self {
            snapshot,
            pass,
            grouping,
            counting,
        }
    }

    /// How much there is to do for each order, in about the time that an order takes
    /// whose amounts are added up.
    pub fn effort(&self) -> usize {
        let cells = if self.grouping.is_of_lines() { 3 } else { 1 };
        match &self.counting {
            Counting::Measures(_, Some(_)) => 3 * cells,
            Counting::Measures(_, None) => cells,
            Counting::Cohorts(_) => 3,
            Counting::Distances => 1,
        }
    }

    /// Nothing counted yet, for a share of the customers.
    pub fn tally(&self, customers: Range<u32>) -> Tally {
        let grouping = self.grouping.clone();
        let counts = match &self.counting {
            Counting::Measures(measures, rules) => {
                let visits = |rules: &Arc<Rules>| {
                    Box::new(Visits::new(Arc::clone(rules), &grouping, customers.clone()))
                };
                let totals = Totals::new(*measures, self.snapshot.scales);
                Counts::Measures(Box::new(totals), rules.as_ref().map(visits))
            }
            Counting::Cohorts(calendar) => {
                Counts::Cohorts(Cohorts::new(Arc::clone(calendar), &grouping, customers))
            }
            Counting::Distances => Counts::Distances(Distances::default()),
        };
        Tally { grouping, counts }
    }

    /// What the pass answers, once everything has been counted.
    pub fn answer(&self, tally: &Tally) -> Answer {
        let (snapshot, grouping) = (self.snapshot, &tally.grouping);
        match (&tally.counts, &self.counting) {
            (Counts::Measures(totals, visits), Counting::Measures(measures, _)) => {
                self.measures(grouping, totals, visits.as_deref(), *measures)
            }
            (Counts::Cohorts(cohorts), _) => {
                Answer::Cohorts(cohorts.rows(snapshot, grouping, self.pass))
            }
            (Counts::Distances(distances), _) => {
                Answer::Distances(distances.rows(snapshot, grouping))
            }
            (Counts::Measures(..), _) => Answer::Measures(Vec::new()),
        }
    }

    fn measures(
        &self,
        grouping: &Grouping,
        totals: &Totals,
        visits: Option<&Visits>,
        measures: Measures,
    ) -> Answer {
        let counts = visits.map(|it| &it.counts);
        let is_met = |group: &usize| {
            totals.orders(*group) > 0 || counts.is_some_and(|it| it.previous(*group) > 0)
        };
        let groups: Vec<usize> = (0..totals.groups()).filter(is_met).collect();
        let has_period_before = self.pass.lookback(measures) != Lookback::Nowhere;
        let value = |measure: Measure, group| match (measure.level(), counts) {
            (Level::Customer, Some(counts)) => {
                let looks_back = matches!(
                    measure,
                    Measure::PreviousCustomers | Measure::RetainedCustomers
                );
                let is_known = has_period_before || !looks_back;
                let value = || counts.value(measure, group, totals.customer_orders(group));
                is_known.then(value).flatten()
            }
            _ => totals.value(measure, group),
        };
        let keys = grouping.keys(self.snapshot, &groups);
        let values = groups
            .into_iter()
            .map(|group| Values::new(measures, |measure| value(measure, group)));
        let counted = keys.into_iter().zip(values).collect();
        Answer::Measures(rows::wanted(counted, self.pass, measures))
    }
}

/// How customers are told to be new, or to have been there before.
fn rules(snapshot: &Snapshot, pass: &Pass, measures: Measures, buckets: Option<&Spans>) -> Rules {
    let from = pass.scope.period.from;
    let from = from.map_or(i64::MIN, |it| it.timestamp_millis());
    let (new_since, follows) = match (pass.bucket(), buckets) {
        (Some((_, grain)), Some(buckets)) => (
            buckets.starts().map(|start| start.max(from)).collect(),
            buckets.follow_each_other(grain, pass.scope.zone),
        ),
        _ => (vec![from], vec![false]),
    };
    let first_ever = if measures.contains(Measure::NewCustomers) {
        snapshot.first_ever(&pass.scope.uncounted)
    } else {
        Arc::default()
    };
    Rules {
        measures,
        first_ever,
        new_since,
        follows,
        bucket: pass.bucket().map(|(at, _)| at),
    }
}

impl Tally {
    /// The same tally as of a later version of the shop, to go on from; `None` where
    /// what it counts is laid out differently there.
    pub fn resumed(&self, plan: &Plan<'_>, customers: &Range<u32>) -> Option<Self> {
        let grouping = self.grouping.resumed(&plan.grouping)?;
        let counts = match (&self.counts, &plan.counting) {
            (Counts::Measures(totals, visits), Counting::Measures(_, rules)) => {
                let visits = match (visits, rules) {
                    (Some(visits), Some(rules)) => Some(visits.resumed(rules, customers)?),
                    _ => None,
                };
                Counts::Measures(totals.clone(), visits.map(Box::new))
            }
            (Counts::Cohorts(cohorts), Counting::Cohorts(calendar)) => {
                Counts::Cohorts(cohorts.resumed(calendar, customers)?)
            }
            (Counts::Distances(distances), Counting::Distances) => {
                Counts::Distances(distances.clone())
            }
            _ => return None,
        };
        Some(Self { grouping, counts })
    }

    /// How much memory it takes, roughly.
    pub fn bytes(&self) -> usize {
        /// Measures of a group: a dozen columns of eight bytes.
        const PER_GROUP: usize = 100;
        let groups = PER_GROUP * self.grouping.len();
        groups
            + match &self.counts {
                Counts::Measures(_, visits) => visits.as_ref().map_or(0, |it| it.bytes()),
                Counts::Cohorts(cohorts) => cohorts.bytes(),
                Counts::Distances(distances) => distances.bytes(),
            }
    }

    /// Whether customers are counted, whose shares need every order.
    pub fn is_of_customers(&self) -> bool {
        matches!(
            self.counts,
            Counts::Measures(_, Some(_)) | Counts::Cohorts(_)
        )
    }

    /// Whether single lines are looked at.
    pub fn wants_lines(&self) -> bool {
        let adds_lines = match &self.counts {
            Counts::Measures(totals, _) => totals.wants_lines(),
            Counts::Cohorts(_) | Counts::Distances(_) => false,
        };
        adds_lines || self.grouping.is_of_lines()
    }

    /// Counts what is selected of a block.
    pub fn absorb(&mut self, part: &Part<'_>, grouped: &mut Grouped) {
        if !part.is_mine && !self.is_of_customers() {
            return;
        }
        let Part {
            block, selected, ..
        } = part;
        let wants_lines = self.wants_lines();
        self.grouping.group(block, selected, wants_lines, grouped);
        match &mut self.counts {
            Counts::Measures(totals, visits) => {
                totals.grow(self.grouping.len());
                if part.is_mine && !part.is_before {
                    totals.absorb(block, selected, grouped);
                }
                if let Some(visits) = visits {
                    visits.grow(&self.grouping);
                    visits.absorb(block, grouped, part.is_before);
                }
            }
            Counts::Cohorts(cohorts) => cohorts.absorb(block, &self.grouping, grouped),
            Counts::Distances(distances) => distances.absorb(block, grouped),
        }
    }

    /// Adds another share.
    pub fn merge(&mut self, other: Self) {
        let Self { grouping, counts } = self;
        let groups = 0..other.grouping.len();
        let places: Vec<usize> = groups
            .map(|group| grouping.group_of(other.grouping.code_of(group)))
            .collect();
        let place = |group: usize| places[group];
        match (counts, other.counts) {
            (Counts::Measures(totals, visits), Counts::Measures(more, more_visits)) => {
                totals.grow(grouping.len());
                totals.merge(&more, place);
                if let (Some(visits), Some(more)) = (visits, more_visits) {
                    visits.counts.grow(grouping.len());
                    visits.counts.merge(&more.counts, place);
                }
            }
            (Counts::Cohorts(cohorts), Counts::Cohorts(more)) => cohorts.merge(more, place),
            (Counts::Distances(distances), Counts::Distances(more)) => distances.merge(more, place),
            _ => {}
        }
    }
}
