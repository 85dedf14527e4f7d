//! What one pass counts: before, while and after its orders are walked through.

use std::{borrow::Cow, ops::Range, sync::Arc};

use super::{
    axes::Source,
    cohorts::{Calendar, Cohorts},
    columns::Part,
    customers::{Asked, Customers},
    distances::Distances,
    grouped::Grouped,
    grouping::Grouping,
    ledger::Ledger,
    own_axis::OwnAxis,
    pairs::{PairCounts, Paired},
    reach::Reach,
    snapshot::Snapshot,
    spans::Spans,
    totals::Totals,
};
use crate::{
    engine::allotment::{Hold, Stopped},
    kpi::{Axis, Count, Dimension, Fold, Measures, Pairing, Pass, bought_measures},
};

/// A pass that is about to be counted, with what its shares have in common.
#[derive(Debug)]
pub struct Plan<'a> {
    pub snapshot: &'a Snapshot,
    pub pass: &'a Pass,
    pub(super) grouping: Grouping,
    /// What is counted by instead, to be put together at the end.
    pub(super) finer: Option<Grouping>,
    pub(super) counting: Counting,
    /// How many there are to walk through.
    orders: usize,
}

/// Whether medians are found without groups of their own: customers are met one by one anyway.
pub fn counts_medians(fold: Fold) -> bool {
    matches!(fold, Fold::MedianSecondOrder)
}

/// What the groups of a pass are told apart by while it is counted: by one axis more where
/// those are folded in the end.
pub fn grouped_by(pass: &Pass) -> Cow<'_, [Axis]> {
    match pass.fold {
        Some(fold) if !counts_medians(fold) => {
            Cow::Owned([&pass.axes[..], &[fold.axis()]].concat())
        }
        _ if pass.count == Count::Customers => Cow::Owned(pass.by_customer().axes),
        _ => Cow::Borrowed(pass.line_axes()),
    }
}

#[derive(Debug)]
pub(super) enum Counting {
    Measures(Measures, Asked),
    Cohorts(Arc<Calendar>),
    Distances,
    Pairs(Pairing, Arc<Paired>),
    /// By these measures of each.
    Customers(Measures),
}

/// A share of a pass, as far as it has been counted.
#[derive(Clone, Debug)]
pub struct Tally {
    pub(super) grouping: Grouping,
    pub(super) counts: Counts,
}

#[derive(Clone, Debug)]
pub(super) enum Counts {
    Measures(Box<Totals>, Customers),
    Cohorts(Cohorts),
    Distances(Distances),
    Pairs(PairCounts),
}

impl<'a> Plan<'a> {
    /// The plan of a pass.
    pub fn new(snapshot: &'a Snapshot, pass: &'a Pass, reach: &Reach<'_>) -> Self {
        let Reach {
            stretches, orders, ..
        } = *reach;
        let ledger = snapshot.ledger(pass);
        let calendar = pass.scope.calendar;
        let mut buckets = None;
        let axes = grouped_by(pass);
        let grouping = Grouping::new(snapshot, &axes, orders, |axis| {
            let spans = match axis {
                Axis::Slot(cycle) => Spans::slots(ledger, stretches, cycle, calendar.zone),
                Axis::Bucket(grain) => Spans::buckets(ledger, stretches, grain, calendar),
                Axis::Cohort(grain) => {
                    let uncounted = &pass.scope.uncounted;
                    let members = snapshot.members.of(snapshot, uncounted, grain, calendar);
                    return Source::of_cohorts(members);
                }
                Axis::Number(number) => {
                    return Source::Number(OwnAxis::new(number, ledger));
                }
                Axis::Dimension(of) => unreachable!("{of:?} is a column"),
            };
            let spans = Arc::new(spans);
            if matches!(axis, Axis::Bucket(_)) {
                buckets = Some(Arc::clone(&spans));
            }
            Source::Time(spans)
        });
        let counting = match pass.count {
            Count::Measures(measures) => {
                let measures = pass.counting(measures);
                let buckets = buckets.as_deref();
                let whole = reach.whole(&grouping);
                let asked = Asked::by(snapshot, pass, measures, &grouping, buckets, whole);
                Counting::Measures(measures, asked)
            }
            Count::Cohorts(grain) => {
                let buckets = Arc::new(Spans::buckets(ledger, stretches, grain, calendar));
                let whole = reach.whole(&grouping);
                let calendar = Calendar::new(snapshot, pass, grain, buckets, whole);
                Counting::Cohorts(Arc::new(calendar))
            }
            Count::Distances => Counting::Distances,
            Count::Pairs(asked) => Counting::Pairs(asked, Paired::of(snapshot, pass).into()),
            Count::Customers => Counting::Customers(bought_measures(pass.entries)),
        };
        let finer = match counting {
            Counting::Measures(_, Asked::Nothing) => Grouping::finer(snapshot, &axes),
            _ => None,
        };
        Self {
            snapshot,
            pass,
            grouping,
            finer,
            counting,
            orders,
        }
    }

    /// What it walks over.
    pub fn ledger(&self) -> &'a Ledger {
        self.snapshot.ledger(self.pass)
    }

    /// What is counted by.
    fn walked(&self) -> &Grouping {
        self.finer.as_ref().unwrap_or(&self.grouping)
    }

    /// How much there is to do for each order, in about the time that an order takes
    /// whose amounts are added up.
    pub fn effort(&self) -> usize {
        let cells = if self.is_of_lines() { 3 } else { 1 };
        match &self.counting {
            Counting::Measures(_, Asked::Visits(_)) => 3 * cells,
            Counting::Measures(_, Asked::HowMany | Asked::Returns(_)) => 2 * cells,
            Counting::Measures(_, Asked::Nothing) | Counting::Customers(_) => cells,
            Counting::Cohorts(calendar) if calendar.looks_back() => 2,
            Counting::Cohorts(_) => 3,
            Counting::Distances => 1,
            Counting::Pairs(..) => 6,
        }
    }

    /// Whether it must know when customers ordered before.
    pub fn looks_back(&self) -> bool {
        match &self.counting {
            Counting::Measures(_, asked) => matches!(asked, Asked::Returns(_)),
            Counting::Cohorts(calendar) => calendar.looks_back(),
            Counting::Distances | Counting::Pairs(..) | Counting::Customers(_) => false,
        }
    }

    /// Whether it must know which order of each customer was the first.
    pub fn groups_by_kinds(&self) -> bool {
        let kinds = Axis::Dimension(Dimension::CUSTOMER_KIND);
        self.pass.axes.contains(&kinds)
    }

    /// Whether it looks at single lines.
    pub fn is_of_lines(&self) -> bool {
        self.grouping.is_of_lines()
    }

    /// Nothing counted yet, for a share of the customers.
    pub fn tally(&self, customers: Range<u32>) -> Tally {
        let grouping = self.walked().clone();
        let counts = match &self.counting {
            Counting::Measures(measures, asked) => {
                let is_by_lines = grouping.is_of_lines();
                let totals = Totals::new(*measures, self.ledger().scales.clone(), is_by_lines);
                let customers = asked.start(&grouping, customers, self.orders);
                Counts::Measures(Box::new(totals), customers)
            }
            Counting::Cohorts(calendar) => {
                let calendar = Arc::clone(calendar);
                Counts::Cohorts(Cohorts::new(calendar, &grouping, customers, self.orders))
            }
            Counting::Customers(measures) => {
                let is_by_lines = grouping.is_of_lines();
                let totals = Totals::new(*measures, self.ledger().scales.clone(), is_by_lines);
                Counts::Measures(Box::new(totals), Customers::Uncounted)
            }
            Counting::Distances => Counts::Distances(Distances::default()),
            Counting::Pairs(_, paired) => {
                let paired = Arc::clone(paired);
                Counts::Pairs(PairCounts::new(paired, &grouping, self.orders))
            }
        };
        Tally { grouping, counts }
    }
}

impl Tally {
    /// The same tally as of a later version of the shop, to go on from; `None` where
    /// what it counts is laid out differently there.
    pub fn resumed(&self, plan: &Plan<'_>, customers: &Range<u32>) -> Option<Self> {
        let grouping = self.grouping.resumed(plan.walked())?;
        let counts = match (&self.counts, &plan.counting) {
            (Counts::Measures(totals, met), Counting::Measures(_, asked)) => {
                Counts::Measures(totals.clone(), met.resumed(asked, customers)?)
            }
            (Counts::Measures(totals, _), Counting::Customers(_)) => {
                Counts::Measures(totals.clone(), Customers::Uncounted)
            }
            (Counts::Cohorts(cohorts), Counting::Cohorts(calendar)) => {
                Counts::Cohorts(cohorts.resumed(calendar, customers)?)
            }
            (Counts::Distances(distances), Counting::Distances) => {
                Counts::Distances(distances.clone())
            }
            (Counts::Pairs(pairs), Counting::Pairs(_, paired)) => {
                Counts::Pairs(pairs.resumed(paired)?)
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
                Counts::Measures(_, customers) => customers.bytes(),
                Counts::Cohorts(cohorts) => cohorts.bytes(),
                Counts::Distances(distances) => distances.bytes(),
                Counts::Pairs(pairs) => pairs.bytes(),
            }
    }

    /// How many rows its answer has at most.
    pub fn rows(&self) -> usize {
        match &self.counts {
            Counts::Measures(totals, customers) => (0..totals.groups())
                .filter(|it| totals.orders(*it) > 0 || customers.previous(*it) > 0)
                .count(),
            Counts::Cohorts(cohorts) => cohorts.cells(),
            Counts::Distances(distances) => distances.routes(),
            Counts::Pairs(_) => self.grouping.len(),
        }
    }

    /// Whether customers are remembered, whose shares need every order.
    pub fn needs_every_order(&self) -> bool {
        match &self.counts {
            Counts::Measures(_, customers) => customers.need_every_order(),
            Counts::Cohorts(cohorts) => cohorts.need_every_order(),
            Counts::Distances(_) | Counts::Pairs(_) => false,
        }
    }

    /// Counts what is selected of a block.
    ///
    /// # Errors
    /// When that has to stop before its end.
    pub fn absorb(
        &mut self,
        part: &Part<'_>,
        grouped: &mut Grouped,
        hold: &Hold,
    ) -> Result<(), Stopped> {
        if !part.is_mine && !self.needs_every_order() {
            return Ok(());
        }
        let columns = &part.columns;
        self.grouping.group(columns, grouped);
        match &mut self.counts {
            Counts::Measures(totals, customers) => {
                totals.grow(self.grouping.len());
                if part.is_mine && !part.is_before {
                    totals.absorb(columns, grouped);
                }
                let groups = grouped.of_orders();
                customers.absorb(part, &self.grouping, groups);
            }
            Counts::Cohorts(cohorts) => {
                cohorts.absorb(columns, &self.grouping, grouped.of_orders());
            }
            Counts::Distances(distances) => distances.absorb(columns, grouped.of_orders()),
            Counts::Pairs(pairs) => pairs.absorb(columns, &self.grouping, grouped, hold)?,
        }
        Ok(())
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
            (Counts::Measures(totals, customers), Counts::Measures(more, others)) => {
                totals.grow(grouping.len());
                totals.merge(&more, place);
                customers.merge(&others, grouping.len(), place);
            }
            (Counts::Cohorts(cohorts), Counts::Cohorts(more)) => cohorts.merge(&more, place),
            (Counts::Distances(distances), Counts::Distances(more)) => distances.merge(more, place),
            (Counts::Pairs(pairs), Counts::Pairs(more)) => pairs.merge(&more, place),
            _ => {}
        }
    }
}
