//! Which group each order and line of a block belongs to.

use rustc_hash::FxHashMap;

use super::{
    amount::{fitting, row},
    attributes::Base,
    axes::{Axes, Source},
    columns::Columns,
    grouped::{Grouped, Shape},
    snapshot::Snapshot,
};
use crate::kpi::{Axis, Key};

/// Groups that are counted in tables with a place for each; more are found by hash.
const MOST_PLACES: u64 = 1 << 20;
/// So many places for each order to come are worth their tables.
const PLACES_PER_ORDER: u64 = 4;
/// So few always are.
const FEW_PLACES: u64 = 1 << 10;

/// Groups of a finer grouping that are folded together at the end: their sums stay
/// near the processor.
const MOST_FINER: usize = 1 << 14;

/// The axes of a pass, and the groups that have been met.
#[derive(Clone, Debug)]
pub struct Grouping {
    axes: Axes,
    index: Index,
    /// For each group, the order that was last seen in it: a cell is met once.
    seen: Vec<u32>,
    orders_seen: u32,
}

/// Numbers of groups by their codes on all axes, and one for what is left out.
#[derive(Clone, Debug)]
enum Index {
    /// A number for every code.
    Places(u64),
    Hashed(Hashed),
}

/// Groups in the order in which they were met.
#[derive(Clone, Debug)]
struct Hashed {
    groups: FxHashMap<u64, u32>,
    codes: Vec<u64>,
}

/// What stands for the code of what is left out, which has none.
const LEFT_OUT: u64 = u64::MAX;

impl Grouping {
    /// A grouping of so many orders by these axes; those that are no dimensions come with
    /// their sources.
    pub fn new(
        snapshot: &Snapshot,
        axes: &[Axis],
        orders: usize,
        source: impl FnMut(Axis) -> Source,
    ) -> Self {
        let axes = Axes::new(snapshot, axes, source);
        let codes = axes.codes();
        let worth = PLACES_PER_ORDER.saturating_mul(orders as u64);
        let index = if codes <= worth.clamp(FEW_PLACES, MOST_PLACES) {
            Index::Places(codes)
        } else {
            Index::Hashed(Hashed::new())
        };
        Self {
            axes,
            index,
            seen: Vec::new(),
            orders_seen: 0,
        }
    }

    /// A finer grouping by one column that all of these axes follow from, where that is
    /// less work for each order and there are few enough groups to fold together at the end.
    pub fn finer(snapshot: &Snapshot, axes: &[Axis]) -> Option<Self> {
        let base = |axis: &Axis| axis.dimension().map(Base::of);
        let only = base(axes.first()?)?;
        let finer = [Axis::Dimension(only.dimension())];
        let is_worth_it = axes.iter().all(|it| base(it) == Some(only))
            && !only.is_of_lines()
            && axes != finer
            && snapshot.room(only.dimension()) <= MOST_FINER;
        is_worth_it.then(|| {
            Self::new(snapshot, &finer, usize::MAX, |axis| {
                unreachable!("{axis:?} is no dimension")
            })
        })
    }

    /// The groups that those of a [finer](Self::finer) grouping belong to, and which one each.
    pub fn coarsened(&self, finer: &Self) -> (Self, Vec<usize>) {
        let mut coarse = Self {
            index: Index::Hashed(Hashed::new()),
            ..self.clone()
        };
        let bases = 0..finer.len();
        let code = |base| match base {
            base if base == finer.left_out() => LEFT_OUT,
            base => self.axes.code_of_base(base),
        };
        let codes = bases.map(code);
        let places = codes.map(|it| coarse.group_of(it)).collect();
        (coarse, places)
    }

    /// The groups that have been met, on the axes of a later version of the shop; `None`
    /// where codes mean something else there.
    pub fn resumed(&self, later: &Self) -> Option<Self> {
        self.axes.are_laid_out_as(&later.axes).then(|| Self {
            axes: later.axes.clone(),
            ..self.clone()
        })
    }

    /// How many groups there are so far.
    pub fn len(&self) -> usize {
        self.index.room()
    }

    /// One more than the greatest number that a group can have.
    pub fn numbers(&self) -> u64 {
        match &self.index {
            Index::Places(codes) => *codes + 1,
            Index::Hashed(_) => u64::MAX,
        }
    }

    /// The group of the orders that are looked at and left out.
    pub fn left_out(&self) -> usize {
        match &self.index {
            Index::Places(codes) => place(*codes),
            Index::Hashed(_) => 0,
        }
    }

    /// Finds the groups of the selected orders, and of their lines where those have their own.
    pub fn group(&mut self, columns: &Columns<'_>, grouped: &mut Grouped) {
        let left_out = row(self.left_out());
        if self.axes.is_empty() {
            grouped.set_runs([(columns.len(), 0)]);
        } else if let Some(spans) = self.axes.only_time() {
            let index = &mut self.index;
            let runs = spans.runs(columns.time());
            grouped.set_runs(runs.map(|(end, code)| (end, index.group(code.into()))));
        } else if self.is_of_lines() {
            let groups = &mut grouped.line_groups;
            self.group_rows(columns, &mut grouped.codes, groups);
            for lines in columns.lines_left_out() {
                groups[lines].fill(left_out);
            }
            return self.meet_orders(columns, grouped);
        } else {
            grouped.shape = Shape::Each;
            self.group_rows(columns, &mut grouped.codes, &mut grouped.groups);
        }
        grouped.leave_out(columns.left_out(), left_out);
    }

    /// Whether the lines of one order can belong to different groups.
    pub fn is_of_lines(&self) -> bool {
        self.axes.are_of_lines()
    }

    /// Whether all orders of one customer in a bucket belong to the same group.
    pub fn keeps_customers_whole(&self) -> bool {
        self.axes.keep_customers_whole()
    }

    /// Finds the groups of the lines, or of the orders where theirs are those of their lines.
    fn group_rows(&mut self, columns: &Columns<'_>, codes: &mut Vec<u64>, groups: &mut Vec<u32>) {
        match &mut self.index {
            Index::Places(_) => self.axes.code(columns, groups),
            Index::Hashed(hashed) => {
                self.axes.code(columns, codes);
                hashed.groups(codes, groups);
            }
        }
    }

    /// Finds the orders of each group, where the groups of lines are known.
    fn meet_orders(&mut self, columns: &Columns<'_>, grouped: &mut Grouped) {
        let Grouped {
            shape,
            groups,
            orders,
            line_groups,
            ..
        } = grouped;
        *shape = Shape::ByLines;
        let owners = columns.owners();
        groups.resize(owners.len(), 0);
        orders.resize(owners.len(), 0);
        self.seen.resize(self.index.room().max(self.seen.len()), 0);
        // Zero is for "never", so the first order is number one.
        let first = self.orders_seen.wrapping_add(1);
        let seen = self.seen.as_mut_slice();
        let (new_groups, new_orders) = (groups.as_mut_slice(), orders.as_mut_slice());
        let mut met = 0;
        // Written each time and kept only if new: a branch could not be foreseen.
        for (group, owner) in line_groups.iter().zip(owners) {
            let seen = &mut seen[*group as usize];
            let order = first.wrapping_add(*owner);
            new_groups[met] = *group;
            new_orders[met] = *owner;
            met += usize::from(*seen != order);
            *seen = order;
        }
        groups.truncate(met);
        orders.truncate(met);
        self.orders_seen = self.orders_seen.wrapping_add(row(columns.len()));
    }

    /// The code of a group on all axes.
    pub fn code_of(&self, group: usize) -> u64 {
        match &self.index {
            Index::Places(_) => group as u64,
            Index::Hashed(hashed) => hashed.codes[group],
        }
    }

    /// The group with a code, a new one where it has none.
    pub fn group_of(&mut self, code: u64) -> usize {
        self.index.group(code) as usize
    }

    /// One more than the greatest code on all axes.
    pub fn axis_codes(&self) -> u64 {
        self.axes.codes()
    }

    /// A group's code on one axis.
    pub fn axis_code(&self, group: usize, axis: usize) -> u64 {
        self.axes.code_on(axis, self.code_of(group))
    }

    /// A group's code on all axes but the last, and that on the last.
    pub fn codes_but_last(&self, group: usize) -> (u64, u32) {
        let (others, last) = self.axes.split_last(self.code_of(group));
        (others, fitting(last))
    }

    /// A number that tells the groups of one customer apart but for the bucket, which
    /// customers go through one after the other.
    pub fn rest(&self, group: usize) -> u64 {
        self.axes.rest(self.code_of(group))
    }

    /// How many different [`Grouping::rest`]s there can be.
    pub fn rests(&self) -> u64 {
        self.axes.rests()
    }

    /// The keys of these groups.
    pub fn keys(&self, snapshot: &Snapshot, groups: &[usize]) -> Vec<Key> {
        let codes: Vec<u64> = groups.iter().map(|it| self.code_of(*it)).collect();
        self.axes.keys(snapshot, &codes)
    }
}

impl Index {
    fn group(&mut self, code: u64) -> u32 {
        match self {
            Self::Places(_) => fitting(code),
            Self::Hashed(hashed) => hashed.group(code),
        }
    }

    /// How long a table must be that has a place for every group so far.
    fn room(&self) -> usize {
        match self {
            Self::Places(places) => place(*places) + 1,
            Self::Hashed(hashed) => hashed.codes.len(),
        }
    }
}

impl Hashed {
    fn new() -> Self {
        Self {
            groups: FxHashMap::from_iter([(LEFT_OUT, 0)]),
            codes: vec![LEFT_OUT],
        }
    }

    fn groups(&mut self, codes: &[u64], groups: &mut Vec<u32>) {
        groups.clear();
        groups.extend(codes.iter().map(|code| self.group(*code)));
    }

    fn group(&mut self, code: u64) -> u32 {
        *self.groups.entry(code).or_insert_with(|| {
            self.codes.push(code);
            row(self.codes.len() - 1)
        })
    }
}

fn place(code: u64) -> usize {
    usize::try_from(code).unwrap_or(usize::MAX)
}
