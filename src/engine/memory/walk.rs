//! Walks: each goes once through the orders that several passes have in common.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, btree_map::Entry},
    ops::Range,
    sync::Arc,
};

use rayon::prelude::*;

use super::{
    amount::row,
    columns::{Columns, Part, Past},
    grouped::Grouped,
    history::{FirstOrders, History},
    kept::{Kept, Running},
    ledger::Scales,
    pieces::{Piece, pieces},
    reach::Reach,
    select::Selection,
    selected::Selected,
    semi_join::SemiJoins,
    snapshot::Snapshot,
    spans::{Stretch, stretch},
    tally::{Plan, Tally},
};
use crate::{
    engine::allotment::{Hold, Stopped},
    kpi::{
        Answer, Count, Dimension, Entries, Interval, Lookback, Measures, Pass, Predicate, ReturnsOn,
    },
};

/// Fewer orders than this are walked through by one thread.
const WORTH_SHARING: usize = 10_000;

/// What passes must have in common to be counted on one walk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Reading {
    entries: Entries,
    returns_on: ReturnsOn,
    uncounted: Arc<[String]>,
    predicates: Vec<Predicate>,
    periods: Vec<Interval>,
    /// Orders before this instant are of the period before.
    period_from: Option<i64>,
}

/// One walk over the orders of some stretches of time.
struct Walk<'a> {
    number: usize,
    plans: Vec<(usize, Plan<'a>)>,
    selection: Selection,
    /// Who had ordered before, where a plan must know.
    history: Option<Arc<History>>,
    /// Which order of each customer was the first, where a plan must know.
    first_orders: Option<FirstOrders>,
    /// By time.
    pieces: Vec<Piece<'a>>,
    /// How many of the first blocks are settled.
    settled: usize,
    customers: u32,
    scales: &'a Scales,
}

/// What was counted, and at what cost.
#[derive(Debug)]
pub struct Counted {
    /// In the order of the passes.
    pub answers: Vec<Answer>,
    /// Orders that were looked at, once for each walk.
    pub orders: usize,
}

/// Counts passes on as few walks as they need.
///
/// # Errors
/// When that takes more memory than it may, or nobody waits for it any more.
pub fn count(
    snapshot: &Snapshot,
    passes: &[&Pass],
    kept: &Kept,
    hold: &Hold,
) -> Result<Counted, Stopped> {
    let mut readings: HashMap<Reading, Vec<usize>> = HashMap::new();
    for (at, pass) in passes.iter().enumerate() {
        readings.entry(Reading::of(pass)).or_default().push(at);
    }
    let readings: Vec<_> = readings.into_iter().collect();
    let walk = |(number, (reading, of)): (usize, &(Reading, Vec<usize>))| {
        hold.check()?;
        let walk = Walk::new(number, snapshot, reading, of, passes, hold);
        hold.check()?;
        hold.take(walk.bytes()).map(|()| walk)
    };
    let walks = readings.par_iter().enumerate().map(walk);
    let walks: Vec<Walk<'_>> = walks.collect::<Result<_, _>>()?;
    let mut tallies: BTreeMap<usize, Tally> = BTreeMap::new();
    let mut froms = vec![usize::MAX; walks.len()];
    for (task, (from, shares)) in done(&walks, kept, hold)? {
        froms[task.walk.number] = from.min(froms[task.walk.number]);
        for (at, share) in shares {
            match tallies.entry(at) {
                Entry::Vacant(first) => drop(first.insert(share)),
                Entry::Occupied(mut all) => all.get_mut().merge(share),
            }
        }
    }
    let plans = walks.iter().flat_map(|walk| &walk.plans);
    let plans: HashMap<usize, &Plan<'_>> = plans.map(|(at, plan)| (*at, plan)).collect();
    let answer = |(at, tally): (&usize, &Tally)| {
        hold.take(plans[at].answer_bytes(tally))?;
        Ok(plans[at].answer(tally))
    };
    let answers = tallies.par_iter().map(answer);
    let answers = answers.collect::<Result<_, Stopped>>()?;
    let orders = walks
        .iter()
        .zip(froms)
        .map(|(walk, from)| walk.orders(from));
    Ok(Counted {
        answers,
        orders: orders.sum(),
    })
}

/// What the tasks of some walks have counted. Whichever thread is free takes the longest
/// that is left, so that all are done at about the same time.
fn done<'w, 'a>(
    walks: &'w [Walk<'a>],
    kept: &Kept,
    hold: &Hold,
) -> Result<Vec<(Task<'w, 'a>, Shares)>, Stopped> {
    let mut tasks: Vec<_> = walks.iter().flat_map(Walk::tasks).collect();
    tasks.sort_by_cached_key(|task| Reverse(task.effort()));
    let run = |task: Task<'w, 'a>| {
        let shares = task.run(kept, hold)?;
        Ok((task, shares))
    };
    tasks.into_iter().par_bridge().map(run).collect()
}

impl Reading {
    fn of(pass: &Pass) -> Self {
        let measures = match pass.count {
            Count::Measures(measures) => pass.counting(measures),
            Count::Cohorts(_) | Count::Distances | Count::Pairs(_) | Count::Customers => {
                Measures::NONE
            }
        };
        let period_from = match pass.lookback(measures) {
            Lookback::Until(from) => Some(from.timestamp_millis()),
            Lookback::Nowhere | Lookback::Bucket(..) => None,
        };
        Self {
            entries: pass.entries,
            returns_on: pass.scope.returns_on,
            uncounted: Arc::clone(&pass.scope.uncounted),
            predicates: pass.predicates(),
            periods: pass.read_periods(measures),
            period_from,
        }
    }

    fn stretches(&self) -> Vec<Stretch> {
        self.periods.iter().copied().map(stretch).collect()
    }
}

impl<'a> Walk<'a> {
    fn new(
        number: usize,
        snapshot: &'a Snapshot,
        reading: &Reading,
        of: &[usize],
        passes: &[&'a Pass],
        hold: &Hold,
    ) -> Self {
        let stretches = reading.stretches();
        let ledger = snapshot.ledger(passes[of[0]]);
        let pieces = pieces(ledger, &stretches, reading.period_from);
        let semi_joins = SemiJoins {
            snapshot,
            uncounted: &reading.uncounted,
            of: reading.entries,
            hold: Some(hold),
        };
        let selection = Selection::new(&semi_joins, &reading.predicates);
        let reach = Reach {
            stretches: &stretches,
            orders: pieces.iter().map(|it| it.orders.len()).sum(),
            has_whole_customers: selection.keeps_customers_whole(),
        };
        let plan = |at: &usize| (*at, Plan::new(snapshot, passes[*at], &reach));
        let plans: Vec<_> = of.par_iter().map(plan).collect();
        let looks_back = plans.iter().any(|(_, plan)| plan.looks_back());
        let by_kinds = plans.iter().any(|(_, plan)| plan.groups_by_kinds());
        Self {
            number,
            plans,
            history: looks_back.then(|| snapshot.history(&reading.uncounted)),
            first_orders: by_kinds.then(|| semi_joins.first_orders()),
            selection,
            pieces,
            settled: ledger.settled(),
            customers: row(snapshot.room(Dimension::CUSTOMER)),
            scales: &ledger.scales,
        }
    }

    /// How much memory it takes before anything is counted, roughly.
    fn bytes(&self) -> usize {
        size_of_val(self.pieces.as_slice()) + self.selection.bytes()
    }

    /// How many orders there are in the pieces from one on.
    fn orders(&self, from: usize) -> usize {
        let pieces = self.pieces.iter().skip(from);
        pieces.map(|it| it.orders.len()).sum()
    }

    /// How many of the first pieces lie in so many of the first blocks.
    fn pieces_in(&self, blocks: usize) -> usize {
        self.pieces.partition_point(|it| it.at < blocks)
    }

    /// What can be done side by side: some of the plans, or a share of all of them.
    fn tasks(&self) -> Vec<Task<'_, 'a>> {
        let threads = rayon::current_num_threads();
        let is_small = self.orders(0) < WORTH_SHARING;
        let whole = |plans| Task {
            walk: self,
            plans,
            share: 0,
            shares: 1,
        };
        let everything = || self.plans.iter().collect();
        if is_small {
            return vec![whole(everything())];
        }
        if self.plans.len() >= threads {
            return self.dealt(threads).into_iter().map(whole).collect();
        }
        let shares = u32::try_from(threads).unwrap_or(1);
        let share = |share| Task {
            walk: self,
            plans: everything(),
            share,
            shares,
        };
        (0..shares).map(share).collect()
    }

    /// The plans in so many hands, each with about as much to do; those that look at single
    /// lines in one, where that is not too much for it, since they can share them.
    fn dealt(&self, hands: usize) -> Vec<Vec<&(usize, Plan<'a>)>> {
        let (of_lines, of_orders): (Vec<_>, Vec<_>) =
            self.plans.iter().partition(|(_, plan)| plan.is_of_lines());
        let all = effort(&of_lines) + effort(&of_orders);
        let mut bundles: Vec<Vec<_>> = of_orders.into_iter().map(|it| vec![it]).collect();
        if effort(&of_lines) * hands <= all {
            bundles.push(of_lines);
        } else {
            bundles.extend(of_lines.into_iter().map(|it| vec![it]));
        }
        bundles.sort_by_key(|plans| Reverse(effort(plans)));
        let mut dealt = vec![Vec::new(); hands];
        for plans in bundles {
            if let Some(hand) = dealt.iter_mut().min_by_key(|hand| effort(hand)) {
                hand.extend(plans);
            }
        }
        dealt
    }
}

/// The first piece that had to be looked at, and what was counted of passes.
type Shares = (usize, Vec<(usize, Tally)>);

/// Some plans of a walk, or a share of them: a part of the customers and of the blocks.
struct Task<'w, 'a> {
    walk: &'w Walk<'a>,
    plans: Vec<&'w (usize, Plan<'a>)>,
    share: u32,
    shares: u32,
}

impl<'w, 'a> Task<'w, 'a> {
    /// About how much there is to do.
    fn effort(&self) -> usize {
        let orders = self.walk.orders(0) / self.shares as usize;
        orders * effort(&self.plans)
    }

    /// Counts.
    fn run(&self, kept: &Kept, hold: &Hold) -> Result<Shares, Stopped> {
        let customers = part(self.walk.customers, self.share, self.shares);
        let start = |plan| {
            kept.start(plan, customers.clone(), |blocks| {
                self.walk.pieces_in(blocks)
            })
        };
        let mut running = Vec::with_capacity(self.plans.len());
        for (at, plan) in &self.plans {
            let mut started = start(plan);
            started.hold(hold)?;
            running.push((*at, started));
        }
        let from = running.iter().map(|(_, it)| it.from).min();
        let from = from.unwrap_or(self.walk.pieces.len());
        let settled = self.walk.pieces_in(self.walk.settled);
        self.go(from..settled, &mut running, hold)?;
        for (_, it) in &running {
            kept.keep(it, self.walk.settled, settled);
        }
        self.go(
            from.max(settled)..self.walk.pieces.len(),
            &mut running,
            hold,
        )?;
        let tallies = running.into_iter().map(|(at, it)| (at, it.tally));
        Ok((from, tallies.collect()))
    }

    /// Counts some of the pieces; after each, looks whether it may go on.
    fn go(
        &self,
        numbers: Range<usize>,
        running: &mut [(usize, Running<'w, 'a>)],
        hold: &Hold,
    ) -> Result<(), Stopped> {
        let Walk {
            selection,
            history,
            first_orders,
            pieces,
            ..
        } = self.walk;
        let needs_all = running.iter().any(|(_, it)| it.tally.needs_every_order());
        let (mut selected, mut grouped) = (Selected::default(), Grouped::default());
        for number in numbers {
            let piece = &pieces[number];
            let is_mine = number % self.shares as usize == self.share as usize;
            if !is_mine && !needs_all {
                continue;
            }
            hold.check()?;
            let orders = piece.orders.clone();
            selection.select(piece.block, orders, &mut selected);
            let earlier = history.as_ref().map_or(&[][..], |it| &it.earlier[piece.at]);
            let known = Past {
                earlier,
                first_orders: first_orders.as_ref(),
            };
            let part = Part {
                columns: Columns::new(piece.block, known, &selected, self.walk.scales),
                is_before: piece.is_before,
                is_mine,
            };
            for (_, it) in running.iter_mut().filter(|(_, it)| it.from <= number) {
                it.tally.absorb(&part, &mut grouped, hold)?;
                it.hold(hold)?;
            }
        }
        Ok(())
    }
}

/// About how much there is to do for each order.
fn effort(plans: &[&(usize, Plan<'_>)]) -> usize {
    plans.iter().map(|(_, plan)| plan.effort()).sum()
}

/// The share's part of so many things.
fn part(things: u32, share: u32, shares: u32) -> Range<u32> {
    let edge = |share: u32| {
        let edge = u64::from(things) * u64::from(share) / u64::from(shares);
        u32::try_from(edge).unwrap_or(things)
    };
    edge(share)..edge(share + 1)
}
