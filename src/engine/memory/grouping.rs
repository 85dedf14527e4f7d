//! Which group each order and line of a block belongs to.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    amount::row,
    attributes::{Base, Table},
    block::Block,
    select::Selected,
    snapshot::{Snapshot, room},
    spans::Spans,
};
use crate::kpi::{Axis, Dimension, Key};

/// Groups that are counted in tables with a place for each; more are found by hash.
const MOST_PLACES: u64 = 1 << 20;

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
    Hashed {
        groups: FxHashMap<u64, u32>,
        codes: Vec<u64>,
    },
}

/// The groups that the orders and lines of a block belong to.
#[derive(Debug, Default)]
pub struct Grouped {
    /// The orders, each as often as it belongs to different groups.
    pub orders: Vec<u32>,
    /// The group of each of those.
    pub groups: Vec<u32>,
    /// The group of each selected line.
    pub line_groups: Vec<u32>,
    order_codes: Vec<u64>,
    line_codes: Vec<u64>,
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
            Index::Hashed {
                groups: FxHashMap::default(),
                codes: Vec::new(),
            }
        };
        Self {
            axes,
            index,
            seen: Vec::new(),
            orders_seen: 0,
        }
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

    /// Finds the groups of the selected orders, and of their lines where those are wanted.
    pub fn group(
        &mut self,
        block: &Block,
        selected: &Selected,
        wants_lines: bool,
        grouped: &mut Grouped,
    ) {
        grouped.orders.clear();
        grouped.groups.clear();
        grouped.line_groups.clear();
        if self.is_of_lines() {
            self.code_orders(block, &selected.orders, &mut grouped.order_codes);
            self.group_lines(block, selected, grouped);
            return;
        }
        grouped.orders.extend_from_slice(&selected.orders);
        if self.axes.is_empty() {
            grouped.groups.resize(selected.orders.len(), 0);
        } else {
            self.code_orders(block, &selected.orders, &mut grouped.order_codes);
            self.index.groups(&grouped.order_codes, &mut grouped.groups);
        }
        if wants_lines {
            let groups = &grouped.groups;
            let owners = selected.owners.iter();
            let of_lines = owners.map(|owner| groups[*owner as usize]);
            grouped.line_groups.extend(of_lines);
        }
    }

    /// Whether the lines of one order can belong to different groups.
    pub fn is_of_lines(&self) -> bool {
        self.axes.iter().any(Codes::is_of_lines)
    }

    /// What the axes of whole orders add to the code of each order.
    fn code_orders(&self, block: &Block, orders: &[u32], codes: &mut Vec<u64>) {
        codes.clear();
        codes.resize(orders.len(), 0);
        for axis in &self.axes {
            let stride = axis.stride;
            match &axis.source {
                Source::Time(spans) => {
                    spans.codes(block, orders, |place, code| {
                        codes[place] += stride * u64::from(code);
                    });
                }
                Source::Column { base, table, .. } => match base {
                    Base::Customer => add(orders, &block.customer, table, stride, codes),
                    Base::ShipTo => add(orders, &block.ship_to, table, stride, codes),
                    Base::ShipMode => add(orders, &block.ship_mode, table, stride, codes),
                    Base::Status => add(orders, &block.status, table, stride, codes),
                    Base::Product => {}
                },
            }
        }
    }

    fn group_lines(&mut self, block: &Block, selected: &Selected, grouped: &mut Grouped) {
        let Grouped {
            orders,
            groups,
            line_groups,
            order_codes,
            line_codes,
        } = grouped;
        line_codes.clear();
        let owners = selected.owners.iter();
        line_codes.extend(owners.map(|owner| order_codes[*owner as usize]));
        for axis in &self.axes {
            if let Source::Column {
                base: Base::Product,
                table,
                ..
            } = &axis.source
            {
                add(
                    &selected.lines,
                    &block.product,
                    table,
                    axis.stride,
                    line_codes,
                );
            }
        }
        self.index.groups(line_codes, line_groups);
        self.seen.resize(self.index.room().max(self.seen.len()), 0);
        // Zero is for "never", so the first order is number one.
        let first = self.orders_seen.wrapping_add(1);
        for (group, owner) in line_groups.iter().zip(&selected.owners) {
            let seen = &mut self.seen[*group as usize];
            let order = first.wrapping_add(*owner);
            if *seen != order {
                *seen = order;
                orders.push(selected.orders[*owner as usize]);
                groups.push(*group);
            }
        }
        self.orders_seen = self.orders_seen.wrapping_add(row(selected.orders.len()));
    }

    /// The code of a group on all axes.
    pub fn code_of(&self, group: usize) -> u64 {
        match &self.index {
            Index::Places(_) => group as u64,
            Index::Hashed { codes, .. } => codes[group],
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

/// Adds what an axis in one column makes of the codes of these rows.
fn add<T: Copy + Into<u32>>(
    rows: &[u32],
    column: &[T],
    table: &Table,
    stride: u64,
    codes: &mut [u64],
) {
    let bases = rows.iter().map(|row| column[*row as usize].into());
    let codes = codes.iter_mut().zip(bases);
    match table {
        Some(table) => {
            codes.for_each(|(code, base)| *code += stride * u64::from(table[base as usize]));
        }
        None => codes.for_each(|(code, base)| *code += stride * u64::from(base)),
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
    fn groups(&mut self, codes: &[u64], groups: &mut Vec<u32>) {
        match self {
            Self::Places(_) => groups.extend(codes.iter().map(|code| row(place(*code)))),
            Self::Hashed { .. } => groups.extend(codes.iter().map(|code| self.group(*code))),
        }
    }

    fn group(&mut self, code: u64) -> u32 {
        match self {
            Self::Places(_) => u32::try_from(code).unwrap_or(u32::MAX),
            Self::Hashed { groups, codes } => *groups.entry(code).or_insert_with(|| {
                codes.push(code);
                row(codes.len() - 1)
            }),
        }
    }

    /// How long a table must be that has a place for every group so far.
    fn room(&self) -> usize {
        match self {
            Self::Places(places) => place(*places),
            Self::Hashed { codes, .. } => codes.len(),
        }
    }
}

fn place(code: u64) -> usize {
    usize::try_from(code).unwrap_or(usize::MAX)
}
