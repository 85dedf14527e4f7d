//! Which group each order and line of a block belongs to.

use std::{
    ops::{AddAssign, Mul},
    sync::Arc,
};

use rustc_hash::FxHashMap;

use super::{
    amount::row,
    attributes::{Base, Table},
    columns::Columns,
    dictionary::MISSING,
    grouped::{Grouped, Shape},
    snapshot::{Snapshot, room},
    spans::Spans,
};
use crate::kpi::{Axis, Dimension, Key};

/// Groups that are counted in tables with a place for each; more are found by hash.
const MOST_PLACES: u64 = 1 << 20;

/// Groups of a finer grouping that are folded together at the end: their sums stay
/// near the processor.
const MOST_FINER: usize = 1 << 14;

/// The axes of a pass as codes, and the groups that have been met.
#[derive(Clone, Debug)]
pub struct Grouping {
    axes: Vec<Codes>,
    index: Index,
    /// For each group, the order that was last seen in it: a cell is met once.
    seen: Vec<u32>,
    orders_seen: u32,
}

#[derive(Clone, Debug)]
struct Codes {
    source: Source,
    size: u64,
    stride: u64,
}

#[derive(Clone, Debug)]
enum Source {
    Column {
        dimension: Dimension,
        base: Base,
        table: Table,
    },
    Time(Arc<Spans>),
}

/// Numbers of groups by their codes on all axes.
#[derive(Clone, Debug)]
enum Index {
    Places(u64),
    Hashed(Hashed),
}

/// Groups in the order in which they were met.
#[derive(Clone, Debug, Default)]
struct Hashed {
    groups: FxHashMap<u64, u32>,
    codes: Vec<u64>,
}

impl Grouping {
    /// A grouping by these axes; time axes come with their spans.
    pub fn new(
        snapshot: &Snapshot,
        axes: &[Axis],
        mut spans: impl FnMut(Axis) -> Arc<Spans>,
    ) -> Self {
        let mut stride = 1_u64;
        let mut codes = |axis: &Axis| {
            let (source, size) = match axis {
                Axis::Dimension(dimension) => {
                    let source = Source::Column {
                        dimension: *dimension,
                        base: Base::of(*dimension),
                        table: snapshot.attributes.table(*dimension),
                    };
                    (source, snapshot.room(*dimension) as u64)
                }
                Axis::Bucket(_) | Axis::Slot(_) => {
                    let spans = spans(*axis);
                    let size = room(spans.parts.len()) as u64;
                    (Source::Time(spans), size)
                }
            };
            let codes = Codes {
                source,
                size: size.max(1),
                stride,
            };
            stride = stride.saturating_mul(codes.size);
            codes
        };
        let axes: Vec<Codes> = axes.iter().map(&mut codes).collect();
        let index = if stride <= MOST_PLACES {
            Index::Places(stride)
        } else {
            Index::Hashed(Hashed::default())
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
        let base = |axis: &Axis| match axis {
            Axis::Dimension(dimension) => Some(Base::of(*dimension)),
            Axis::Bucket(_) | Axis::Slot(_) => None,
        };
        let only = base(axes.first()?)?;
        let is_worth_it = axes.iter().all(|it| base(it) == Some(only))
            && only != Base::Product
            && axes != [Axis::Dimension(only.dimension())]
            && snapshot.room(only.dimension()) <= MOST_FINER;
        let axis = Axis::Dimension(only.dimension());
        is_worth_it.then(|| Self::new(snapshot, &[axis], |_| Arc::default()))
    }

    /// For each group of a [finer](Self::finer) grouping, the group here that it belongs to.
    pub fn coarsened(&mut self, finer: &Self) -> Vec<usize> {
        let code = |base: usize| {
            let codes = self.axes.iter().map(|axis| {
                let code = match &axis.source {
                    Source::Column {
                        table: Some(table), ..
                    } => table.get(base).copied().unwrap_or(MISSING),
                    Source::Column { table: None, .. } | Source::Time(_) => row(base),
                };
                axis.stride * u64::from(code)
            });
            codes.sum::<u64>()
        };
        let codes: Vec<u64> = (0..finer.len()).map(code).collect();
        codes.into_iter().map(|it| self.group_of(it)).collect()
    }

    /// The groups that have been met, on the axes of a later version of the shop; `None`
    /// where codes mean something else there.
    pub fn resumed(&self, later: &Self) -> Option<Self> {
        let sizes = |it: &Self| it.axes.iter().map(|axis| axis.size).collect::<Vec<_>>();
        (sizes(self) == sizes(later)).then(|| Self {
            axes: later.axes.clone(),
            ..self.clone()
        })
    }

    /// How many groups there are so far.
    pub fn len(&self) -> usize {
        self.index.room()
    }

    /// One more than the greatest number that a group can have.
    pub fn codes(&self) -> u64 {
        match &self.index {
            Index::Places(codes) => *codes,
            Index::Hashed(_) => u64::MAX,
        }
    }

    /// Finds the groups of the selected orders, and of their lines where those have their own.
    pub fn group(&mut self, columns: &Columns<'_>, grouped: &mut Grouped) {
        match self.axes.as_slice() {
            [] => grouped.set_runs([(columns.len(), 0)]),
            [axis] if let Source::Time(spans) = &axis.source => {
                let index = &mut self.index;
                let runs = spans.runs(columns.time());
                grouped.set_runs(runs.map(|(end, code)| (end, index.group(code.into()))));
            }
            _ if self.is_of_lines() => {
                self.group_lines(columns, grouped);
                self.meet_orders(columns, grouped);
            }
            _ => {
                grouped.shape = Shape::Each;
                let Grouped { groups, codes, .. } = grouped;
                match &mut self.index {
                    Index::Places(_) => code_orders(&self.axes, columns, groups),
                    Index::Hashed(hashed) => {
                        code_orders(&self.axes, columns, codes);
                        hashed.groups(codes, groups);
                    }
                }
            }
        }
    }

    /// Whether the lines of one order can belong to different groups.
    pub fn is_of_lines(&self) -> bool {
        self.axes.iter().any(Codes::is_of_lines)
    }

    fn group_lines(&mut self, columns: &Columns<'_>, grouped: &mut Grouped) {
        let Grouped {
            line_groups, codes, ..
        } = grouped;
        match &mut self.index {
            Index::Places(_) => code_lines(&self.axes, columns, line_groups),
            Index::Hashed(hashed) => {
                code_lines(&self.axes, columns, codes);
                hashed.groups(codes, line_groups);
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
        let mut met = 0;
        // Written each time and kept only if new: a branch could not be foreseen.
        for (group, owner) in line_groups.iter().zip(owners) {
            let seen = &mut self.seen[*group as usize];
            let order = first.wrapping_add(*owner);
            groups[met] = *group;
            orders[met] = *owner;
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

    /// A group's code on one axis.
    pub fn axis_code(&self, group: usize, axis: usize) -> u64 {
        let axis = &self.axes[axis];
        self.code_of(group) / axis.stride % axis.size
    }

    /// A number that tells the groups of one customer apart.
    pub fn cell(&self, group: usize) -> u64 {
        self.number(group, Codes::tells_apart)
    }

    /// How many different [`Grouping::cell`]s there can be.
    pub fn cells(&self) -> u64 {
        self.numbers(Codes::tells_apart)
    }

    /// A number that tells the groups of one customer apart but for the bucket, which
    /// customers go through one after the other.
    pub fn rest(&self, group: usize) -> u64 {
        self.number(group, Codes::is_of_rest)
    }

    /// How many different [`Grouping::rest`]s there can be.
    pub fn rests(&self) -> u64 {
        self.numbers(Codes::is_of_rest)
    }

    fn number(&self, group: usize, counts: impl Fn(&Codes) -> bool) -> u64 {
        let axes = self.axes.iter().enumerate().filter(|(_, it)| counts(it));
        axes.fold(0, |number, (at, axis)| {
            number * axis.size + self.axis_code(group, at)
        })
    }

    fn numbers(&self, counts: impl Fn(&Codes) -> bool) -> u64 {
        let axes = self.axes.iter().filter(|it| counts(it));
        axes.fold(1, |all, axis| all.saturating_mul(axis.size))
    }

    /// The keys of these groups.
    pub fn keys(&self, snapshot: &Snapshot, groups: &[usize]) -> Vec<Key> {
        let mut keys = vec![Key::with_capacity(self.axes.len()); groups.len()];
        // Axis by axis, so that only one dictionary is held open at a time.
        for (at, axis) in self.axes.iter().enumerate() {
            let codes = groups.iter().map(|group| self.axis_code(*group, at));
            match &axis.source {
                Source::Time(spans) => {
                    let parts = codes.map(|code| spans.parts[place(code)].clone());
                    keys.iter_mut()
                        .zip(parts)
                        .for_each(|(key, part)| key.push(part));
                }
                Source::Column { dimension, .. } => {
                    let texts = snapshot.dictionaries.of(*dimension).translator();
                    let parts = codes.map(|code| texts.part(row(place(code))));
                    keys.iter_mut()
                        .zip(parts)
                        .for_each(|(key, part)| key.push(part));
                }
            }
        }
        keys
    }
}

/// What the axes of whole orders make of each order.
fn code_orders<T: Code>(axes: &[Codes], columns: &Columns<'_>, codes: &mut Vec<T>) {
    codes.clear();
    codes.resize(columns.len(), T::default());
    for axis in axes.iter().filter(|it| !it.is_of_lines()) {
        let stride = T::of(axis.stride);
        match &axis.source {
            Source::Time(spans) => {
                let mut start = 0;
                for (end, code) in spans.runs(columns.time()) {
                    let add = stride * T::from(code);
                    codes[start..end].iter_mut().for_each(|it| *it += add);
                    start = end;
                }
            }
            Source::Column { base, table, .. } => add(columns.codes(*base), table, stride, codes),
        }
    }
}

/// What all axes make of each line.
fn code_lines<T: Code>(axes: &[Codes], columns: &Columns<'_>, codes: &mut Vec<T>) {
    codes.clear();
    if axes.iter().all(Codes::is_of_lines) {
        codes.resize(columns.owners().len(), T::default());
    } else {
        let mut of_orders: Vec<T> = Vec::new();
        code_orders(axes, columns, &mut of_orders);
        let of_order = |owner: &u32| of_orders[*owner as usize];
        codes.extend(columns.owners().iter().map(of_order));
    }
    for axis in axes {
        if let Source::Column {
            base: Base::Product,
            table,
            ..
        } = &axis.source
        {
            let bases = columns.codes(Base::Product);
            add(bases, table, T::of(axis.stride), codes);
        }
    }
}

/// A group's code on all axes, in as many bits as they need.
trait Code: Copy + Default + From<u32> + AddAssign + Mul<Output = Self> {
    fn of(stride: u64) -> Self;
}

impl Code for u32 {
    fn of(stride: u64) -> Self {
        Self::try_from(stride).unwrap_or(Self::MAX)
    }
}

impl Code for u64 {
    fn of(stride: u64) -> Self {
        stride
    }
}

/// Adds what an axis makes of the codes in its column.
fn add<T: Code>(bases: &[u32], table: &Table, stride: T, codes: &mut [T]) {
    let codes = codes.iter_mut().zip(bases);
    match table {
        Some(table) => {
            codes.for_each(|(code, base)| *code += stride * table[*base as usize].into());
        }
        None => codes.for_each(|(code, base)| *code += stride * (*base).into()),
    }
}

impl Codes {
    fn is_of_lines(&self) -> bool {
        matches!(
            self.source,
            Source::Column {
                base: Base::Product,
                ..
            }
        )
    }

    /// Whether one customer's orders can have different codes.
    fn tells_apart(&self) -> bool {
        !matches!(
            self.source,
            Source::Column {
                base: Base::Customer,
                ..
            }
        )
    }

    fn is_of_rest(&self) -> bool {
        match &self.source {
            Source::Column { .. } => self.tells_apart(),
            Source::Time(spans) => !spans.are_buckets(),
        }
    }
}

impl Index {
    fn group(&mut self, code: u64) -> u32 {
        match self {
            Self::Places(_) => u32::try_from(code).unwrap_or(u32::MAX),
            Self::Hashed(hashed) => hashed.group(code),
        }
    }

    /// How long a table must be that has a place for every group so far.
    fn room(&self) -> usize {
        match self {
            Self::Places(places) => place(*places),
            Self::Hashed(hashed) => hashed.codes.len(),
        }
    }
}

impl Hashed {
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
