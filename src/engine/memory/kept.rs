//! Tallies that are kept on the way, to go on from when the shop has changed.
//!
//! Shops change at their end: today's orders come in, those of the last days are
//! shipped. What has been counted of the blocks before is right as long as none of
//! them changes, distinct customers included, since every tally meets the orders
//! in the order of time. So a tally is put by where the [settled](Snapshot::settled)
//! part of the shop ends, and the next one to the same pass starts from there.

use std::{ops::Range, sync::Arc};

use quick_cache::{Weighter, sync::Cache};

use super::{
    cache::one_pot,
    ledger::Scales,
    tally::{Plan, Tally},
};
use crate::{
    engine::allotment::{Hold, Stopped},
    kpi::{Entries, Pass, Predicate},
};

/// The fewest pieces that are worth keeping what was counted of them.
const WORTH_KEEPING: usize = 8;
/// Tallies that are expected, for the table to start with.
const TALLIES: usize = 1000;

/// Whose tally: of which pass, and which share of its customers.
type Whose = (Pass, Range<u32>);

/// The tallies of recent passes.
#[derive(Debug)]
pub struct Kept(Cache<Whose, Arc<Waypoint>, BySize>);

/// A tally that has counted the first pieces of a walk, those of the first blocks.
#[derive(Debug)]
struct Waypoint {
    version: u64,
    attributes: u64,
    scales: Scales,
    blocks: usize,
    pieces: usize,
    tally: Tally,
}

#[derive(Clone, Debug)]
struct BySize;

impl Weighter<Whose, Arc<Waypoint>> for BySize {
    fn weight(&self, _: &Whose, waypoint: &Arc<Waypoint>) -> u64 {
        waypoint.tally.bytes() as u64
    }
}

/// A tally on its way through the pieces of a walk.
#[derive(Debug)]
pub struct Running<'w, 'a> {
    /// What is counted.
    pub plan: &'w Plan<'a>,
    /// As far as it has been counted.
    pub tally: Tally,
    /// The first piece that it had not counted when it started.
    pub from: usize,
    customers: Range<u32>,
    /// How many bytes the tally is known to hold.
    held: usize,
}

impl Running<'_, '_> {
    /// Holds what the tally has come to take.
    ///
    /// # Errors
    /// When it has to stop.
    pub fn hold(&mut self, hold: &Hold) -> Result<(), Stopped> {
        let bytes = self.tally.bytes();
        let more = bytes.saturating_sub(self.held);
        self.held += more;
        hold.take(more)
    }
}

impl Kept {
    /// Room for tallies of about so many bytes.
    pub fn within(bytes: usize) -> Self {
        Self(one_pot(TALLIES, bytes as u64, BySize))
    }

    /// Starts a tally of a share of the customers: where an earlier one is still right, or
    /// at the beginning. `pieces` says how many pieces lie in so many of the first blocks.
    pub fn start<'w, 'a>(
        &self,
        plan: &'w Plan<'a>,
        customers: Range<u32>,
        pieces: impl Fn(usize) -> usize,
    ) -> Running<'w, 'a> {
        let waypoint = self.0.get(&(plan.pass.clone(), customers.clone()));
        let resumed = waypoint
            .filter(|it| it.is_right_for(plan) && pieces(it.blocks) == it.pieces)
            .and_then(|it| Some((it.tally.resumed(plan, &customers)?, it.pieces)));
        let (tally, from) = resumed.unwrap_or_else(|| (plan.tally(customers.clone()), 0));
        Running {
            plan,
            tally,
            from,
            customers,
            held: 0,
        }
    }

    /// Keeps a tally that has counted the pieces of the first blocks, where that is worth it.
    pub fn keep(&self, running: &Running<'_, '_>, blocks: usize, pieces: usize) {
        let Running {
            plan,
            tally,
            from,
            customers,
            ..
        } = running;
        let predicates = &plan.pass.scope.predicates;
        // Which orders match may change with any other order of their customers; what return
        // records are of, with orders that stand in another ledger.
        let is_of_others = plan.pass.entries == Entries::Returns && plan.pass.looks_at_history();
        let is_settled = !is_of_others && !predicates.iter().any(Predicate::looks_at_customers);
        if !is_settled || pieces.saturating_sub(*from) < WORTH_KEEPING {
            return;
        }
        let waypoint = Waypoint {
            version: plan.snapshot.version,
            attributes: plan.snapshot.attributes.revision,
            scales: plan.ledger().scales.clone(),
            blocks,
            pieces,
            tally: tally.clone(),
        };
        let whose = (plan.pass.clone(), customers.clone());
        self.0.insert(whose, Arc::new(waypoint));
    }
}

impl Waypoint {
    fn is_right_for(&self, plan: &Plan<'_>) -> bool {
        let ledger = plan.ledger();
        self.version <= plan.snapshot.version
            && ledger.unchanged_since(self.version) >= self.blocks
            && self.attributes == plan.snapshot.attributes.revision
            && self.scales == ledger.scales
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{
        super::{
            sample::{HOUR, NEXT, START, changed, changed_at_once, settled},
            snapshot::Snapshot,
            walk,
        },
        *,
    };
    use crate::{
        engine::allotment::Allotment,
        kpi::{
            Answer, Axis, Count, Cycle, Dimension, Fold, Grain, Interval, Measure, Measures,
            PairOrder, Pairing, PairsOf, ReturnsOn, Scope,
        },
    };

    fn passes() -> Vec<Pass> {
        let scope = Scope {
            period: Interval::default(),
            returns_on: ReturnsOn::default(),
            calendar: chrono_tz::Europe::Paris.into(),
            uncounted: ["cancelled".to_owned()].into(),
            predicates: Vec::new(),
        };
        let all = Measures::from(Measure::ALL);
        let from = |years: i64| {
            let from = chrono::DateTime::from_timestamp_millis(START + years * 8766 * HOUR);
            Interval { from, to: None }
        };
        let north = Predicate::Among(vec![Dimension::REGION], vec![vec!["north".into()]]);
        let returning = Predicate::one_of(Dimension::CUSTOMER_KIND, &["returning".to_owned()]);
        let second = Predicate::Among(vec![Dimension::PRODUCT], vec![vec!["p2".into()]]);
        let by = |axes: &[Axis], count| Pass {
            entries: Entries::Orders,
            scope: scope.clone().into(),
            axes: axes.to_vec(),
            slices: None,
            count,
            fold: None,
        };
        let over = |scope: Scope| Pass {
            scope: scope.into(),
            ..by(&[], Count::Measures(all))
        };
        let dimension = Axis::Dimension;
        let pairs = Count::Pairs(Pairing {
            of: PairsOf::All,
            order: PairOrder::Lift,
            min_orders: 2,
            first: 50,
        });
        vec![
            by(&[], Count::Measures(all)),
            over(scope.over(from(2))),
            over(scope.and(north)),
            over(scope.and(second)),
            by(&[dimension(Dimension::PRODUCT)], Count::Measures(all)),
            by(&[dimension(Dimension::REGION)], Count::Measures(all)),
            by(&[dimension(Dimension::CUSTOMER)], Count::Measures(all)),
            by(
                &[dimension(Dimension::SHIP_MODE), Axis::Bucket(Grain::Month)],
                Count::Measures(all),
            ),
            by(&[Axis::Bucket(Grain::Day)], Count::Measures(all)),
            by(&[Axis::Slot(Cycle::WeekdayHour)], Count::Measures(all)),
            by(
                &[
                    dimension(Dimension::CUSTOMER_KIND),
                    Axis::Bucket(Grain::Month),
                ],
                Count::Measures(all),
            ),
            by(
                &[Axis::Cohort(Grain::Year), Axis::Bucket(Grain::Year)],
                Count::Measures(all),
            ),
            over(scope.and(returning)),
            Pass {
                entries: Entries::Returns,
                ..by(
                    &[
                        dimension(Dimension::CUSTOMER_KIND),
                        Axis::Cohort(Grain::Month),
                    ],
                    Count::Measures([Measure::Revenue].into()),
                )
            },
            by(&[], Count::Cohorts(Grain::Month)),
            by(&[dimension(Dimension::REGION)], Count::Distances),
            by(&[], pairs),
            by(&[dimension(Dimension::REGION)], pairs),
            by(&[dimension(Dimension::REGION)], Count::Customers),
            Pass {
                fold: Some(Fold::MedianSecondOrder),
                ..by(
                    &[dimension(Dimension::REGION), Axis::Bucket(Grain::Year)],
                    Count::Measures(Fold::MedianSecondOrder.counted()),
                )
            },
        ]
    }

    /// What the passes count, and the orders that were read for it.
    fn counted(shop: &Snapshot, kept: &Kept) -> (Vec<Answer>, usize) {
        let passes = passes();
        let hold = Allotment::of_one_request(&Allotment::of_all_requests(1 << 30)).hold();
        let passes: Vec<_> = passes.iter().collect();
        let counted = walk::count(shop, &passes, kept, &hold).unwrap();
        let answers = counted.answers.into_iter().map(sorted);
        (answers.collect(), counted.orders)
    }

    fn sorted(mut answer: Answer) -> Answer {
        match &mut answer {
            Answer::Measures(rows) => rows.sort_by(|one, two| one.0.cmp(&two.0)),
            Answer::Cohorts(rows) => rows.sort(),
            Answer::Pairs(rows) => rows.sort_by(|one, two| one.0.cmp(&two.0)),
            Answer::Customers(rows) => rows.sort_by(|one, two| one.0.cmp(&two.0)),
            Answer::Distances(rows) => {
                rows.sort_by(|one, two| (&one.0, one.1.orders).cmp(&(&two.0, two.1.orders)));
            }
        }
        answer
    }

    /// What is counted with the help of what was kept, and the orders read; it must be what
    /// is counted without.
    fn counted_alike(shop: &Snapshot, kept: &Kept) -> (Vec<Answer>, usize) {
        let (answers, read) = counted(shop, kept);
        let (anew, _) = counted(shop, &Kept::within(0));
        for (pass, (one, two)) in passes().iter().zip(answers.iter().zip(&anew)) {
            // Not printed: they are long.
            assert!(one == two, "{pass:?} is counted wrong");
        }
        (answers, read)
    }

    #[test]
    fn what_has_not_changed_is_not_counted_again() {
        let (shop, orders) = settled();
        let kept = Kept::within(1 << 30);
        let (_, everything) = counted_alike(&shop, &kept);
        let (mut order, lines) = orders.order(NEXT + 7);
        order.shipping = Some(HOUR);
        let edit = [(order.id, Some((order, lines))), (NEXT + 3, None)];
        let shop = changed(&shop, edit);
        let (_, read) = counted_alike(&shop, &kept);
        assert!(read < everything / 4, "{read} of {everything}");
        // On days that were not there before.
        let coming = (NEXT + 40..NEXT + 112).map(|at| (at, Some(orders.order(at))));
        let shop = changed_at_once(&shop, coming);
        let (_, read) = counted_alike(&shop, &kept);
        assert!(read < everything / 4, "{read} of {everything}");
    }

    #[test]
    fn what_has_changed_is_counted_again() {
        let (shop, _) = settled();
        let kept = Kept::within(1 << 30);
        let (before, everything) = counted_alike(&shop, &kept);
        // The first order of all goes: somebody's first order ever is another now.
        let shop = changed(&shop, [(0, None)]);
        let (after, read) = counted_alike(&shop, &kept);
        assert!(after != before);
        // A pass over the last years needs to know who ordered before.
        assert_eq!(read, everything - walks_from_the_first_order());
        // A place turns out to be in the other region.
        let mut attributes = shop.attributes.clone();
        let south = shop.dictionaries.of(Dimension::REGION).code("south");
        attributes.set(Dimension::REGION, 2, south.unwrap());
        let shop = shop.changed(HashMap::new(), attributes).unwrap();
        let (moved, _) = counted_alike(&shop, &kept);
        assert!(moved != after);
    }

    /// Walks over all of time: each reads one order, or its return record, less when the first
    /// of all is gone.
    fn walks_from_the_first_order() -> usize {
        let scopes = passes().into_iter().map(|it| (it.entries, it.scope));
        let scopes: std::collections::HashSet<_> =
            scopes.filter(|(_, it)| it.period.from.is_none()).collect();
        scopes.len()
    }

    #[test]
    fn an_earlier_version_is_not_counted_from_a_later_one() {
        let (earlier, orders) = settled();
        let kept = Kept::within(1 << 30);
        let coming = (NEXT + 40..NEXT + 80).map(|at| (at, Some(orders.order(at))));
        let later = changed(&changed(&earlier, [(0, None)]), coming);
        counted_alike(&later, &kept);
        counted_alike(&earlier, &kept);
    }
}
