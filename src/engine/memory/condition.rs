//! What a predicate asks of orders and lines, as codes.

use std::{collections::HashSet, sync::Arc};

use rustc_hash::FxHashSet;

use super::{
    amount::row,
    attributes::{Base, Table},
    block::Block,
    history::FirstOrders,
    semi_join::SemiJoins,
    snapshot::Snapshot,
};
use crate::{
    kpi::{Customers, Dimension, Key, Predicate},
    store::searcher,
};

/// A predicate on one or more columns.
#[derive(Debug)]
pub enum Test {
    /// By the code in a column.
    Codes { column: Column, keep: Vec<bool> },
    /// By the codes of several dimensions.
    Tuples {
        dimensions: Vec<(Column, Table)>,
        keys: HashSet<Vec<u32>>,
        among: bool,
    },
    /// All of these.
    All(Vec<Test>),
    /// One of these or more.
    Any(Vec<Test>),
    /// Not this.
    Not(Box<Test>),
    /// The order itself holds a line that passes all of these.
    Holds(Vec<Test>),
    /// The entry is of one of the orders with these ids.
    OfOrders(FxHashSet<u64>),
}

/// A column that a test reads.
#[derive(Clone, Debug)]
pub struct Column {
    pub base: Base,
    /// Needed for the kinds of orders alone.
    first_orders: Option<FirstOrders>,
}

impl Column {
    fn new(base: Base, semi_joins: &SemiJoins<'_>) -> Self {
        Self {
            base,
            first_orders: (base == Base::Kind).then(|| semi_joins.first_orders()),
        }
    }

    fn code(&self, block: &Block, order: usize, line: usize) -> u32 {
        match self.base {
            Base::Customer => block.customer[order],
            Base::ShipTo => block.ship_to[order],
            Base::ShipMode => block.ship_mode[order].into(),
            Base::Status => block.status[order].into(),
            Base::Kind => {
                let first = self.first_orders.as_ref();
                let first = first.expect("a column of kinds comes with first orders");
                first.kind(block.customer[order], block.id[order])
            }
            Base::OfOrder(own) => block.own_of_orders.column(own)[order],
            Base::Product => block.product[line],
            Base::OfLine(own) => block.own_of_lines.column(own)[line],
        }
    }
}

impl Test {
    /// How much memory it takes, roughly.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Codes { keep, .. } => keep.len(),
            Self::Tuples {
                dimensions, keys, ..
            } => keys.len() * (size_of::<Vec<u32>>() + size_of::<u32>() * dimensions.len()),
            Self::All(parts) | Self::Any(parts) | Self::Holds(parts) => {
                parts.iter().map(Self::bytes).sum()
            }
            Self::Not(part) => part.bytes(),
            Self::OfOrders(ids) => ids.capacity() * size_of::<u64>(),
        }
    }

    /// The predicate, with semi-joins looked up.
    pub fn new(predicate: &Predicate, semi_joins: &SemiJoins<'_>) -> Self {
        let part = |it: &Predicate| Self::new(it, semi_joins);
        let parts = |all: &[Predicate]| all.iter().map(part).collect();
        match predicate {
            Predicate::Among(dimensions, keys) => Self::keys(semi_joins, dimensions, keys, true),
            Predicate::NotAmong(dimensions, keys) => {
                Self::keys(semi_joins, dimensions, keys, false)
            }
            Predicate::StartsWith(dimension, text) => {
                Self::text(semi_joins, *dimension, |value| value.starts_with(text))
            }
            Predicate::Contains(dimension, text) => {
                Self::text(semi_joins, *dimension, |value| value.contains(text))
            }
            Predicate::Search(dimension, text) => {
                Self::text(semi_joins, *dimension, searcher(text))
            }
            Predicate::All(all) => Self::All(parts(all)),
            Predicate::Any(any) => Self::Any(parts(any)),
            Predicate::Not(it) => Self::Not(Box::new(part(it))),
            Predicate::OrderHolds(of_a_line) if semi_joins.is_of_orders() => {
                Self::Holds(parts(of_a_line))
            }
            Predicate::OrderHolds(of_a_line) => {
                Self::OfOrders(semi_joins.orders_that_hold(of_a_line))
            }
            Predicate::CustomerOrdered(ordered) => Self::Codes {
                column: Column::new(Base::Customer, semi_joins),
                keep: semi_joins.who_ordered(ordered),
            },
            Predicate::OneOfMany(customers) => Self::Codes {
                column: Column::new(Base::Customer, semi_joins),
                keep: some(semi_joins.snapshot, customers),
            },
        }
    }

    fn keys(
        semi_joins: &SemiJoins<'_>,
        dimensions: &[Dimension],
        keys: &[Key],
        among: bool,
    ) -> Self {
        let bases: HashSet<Base> = dimensions.iter().map(|it| Base::of(*it)).collect();
        match only(&bases) {
            Some(base) => Self::Codes {
                keep: kept(semi_joins.snapshot, base, dimensions, keys, among),
                column: Column::new(base, semi_joins),
            },
            None => Self::tuples(semi_joins, dimensions, keys, among),
        }
    }

    fn tuples(
        semi_joins: &SemiJoins<'_>,
        dimensions: &[Dimension],
        keys: &[Key],
        among: bool,
    ) -> Self {
        let snapshot = semi_joins.snapshot;
        let columns = dimensions.iter();
        let columns = columns.map(|it| Column::new(Base::of(*it), semi_joins));
        Self::Tuples {
            dimensions: columns.zip(tables(snapshot, dimensions)).collect(),
            keys: codes(snapshot, dimensions, keys),
            among,
        }
    }

    fn text(
        semi_joins: &SemiJoins<'_>,
        dimension: Dimension,
        matches: impl Fn(&str) -> bool,
    ) -> Self {
        let snapshot = semi_joins.snapshot;
        let base = Base::of(dimension);
        let value_count = row(snapshot.codes(dimension));
        let count = snapshot.codes(base.dimension());
        let values = snapshot.dictionaries.of(dimension).translator();
        let matches = |code| values.text(code).is_some_and(|text| matches(text));
        let by_value: Vec<bool> = (0..value_count).map(matches).collect();
        let table = snapshot.attributes.table(dimension);
        let keep = |base| by_value[code(&table, base) as usize];
        Self::Codes {
            column: Column::new(base, semi_joins),
            keep: (0..row(count)).map(keep).collect(),
        }
    }

    /// Whether nothing in the shop fails it: `city: {notIn: ["Atlantis"]}`.
    pub fn keeps_everything(&self) -> bool {
        matches!(self, Self::Codes { keep, .. } if keep.iter().all(|it| *it))
    }

    /// Keeps the orders of a block that match.
    pub fn retain(&self, block: &Block, orders: &mut Vec<u32>) {
        let Self::Codes { column, keep } = self else {
            return orders.retain(|order| self.keeps(block, *order as usize, 0));
        };
        match column.base {
            Base::Customer => retain_coded(orders, &block.customer, keep),
            Base::ShipTo => retain_coded(orders, &block.ship_to, keep),
            Base::ShipMode => retain_coded(orders, &block.ship_mode, keep),
            Base::Status => retain_coded(orders, &block.status, keep),
            Base::OfOrder(own) => retain_coded(orders, block.own_of_orders.column(own), keep),
            Base::Kind => retain(orders, |order| keep[column.code(block, order, 0) as usize]),
            // Lines have tests of their own.
            Base::Product | Base::OfLine(_) => {}
        }
    }

    /// Whether a line of an order passes; of a test of orders, whether the order does.
    pub fn keeps(&self, block: &Block, order: usize, line: usize) -> bool {
        match self {
            Self::Codes { column, keep } => keep[column.code(block, order, line) as usize],
            Self::Tuples {
                dimensions,
                keys,
                among,
            } => {
                let code = |(column, table): &(Column, Table)| {
                    code(table, column.code(block, order, line))
                };
                let key: Vec<u32> = dimensions.iter().map(code).collect();
                keys.contains(&key) == *among
            }
            Self::All(parts) => parts.iter().all(|it| it.keeps(block, order, line)),
            Self::Any(parts) => parts.iter().any(|it| it.keeps(block, order, line)),
            Self::Not(part) => !part.keeps(block, order, line),
            Self::Holds(parts) => {
                let is_held = |line| parts.iter().all(|it| it.keeps(block, order, line));
                block.lines_of(order).any(is_held)
            }
            Self::OfOrders(ids) => ids.contains(&block.id[order]),
        }
    }
}

/// Which codes of a column are kept by keys on dimensions that all follow from it.
fn kept(
    snapshot: &Snapshot,
    base: Base,
    dimensions: &[Dimension],
    keys: &[Key],
    among: bool,
) -> Vec<bool> {
    let keys = codes(snapshot, dimensions, keys);
    let count = snapshot.codes(base.dimension());
    if dimensions == [base.dimension()] {
        let mut keep = vec![!among; count];
        for key in &keys {
            set(&mut keep, key[0], among);
        }
        return keep;
    }
    let tables: Vec<Table> = tables(snapshot, dimensions);
    let matches = |base: u32| {
        let key: Vec<u32> = tables.iter().map(|table| code(table, base)).collect();
        keys.contains(&key) == among
    };
    (0..row(count)).map(matches).collect()
}

fn retain_coded<T: Copy + Into<u32>>(orders: &mut Vec<u32>, column: &[T], keep: &[bool]) {
    retain(orders, |order| keep[column[order].into() as usize]);
}

/// As [`Vec::retain`], but without a branch for each row, which could not be foreseen.
fn retain(rows: &mut Vec<u32>, keeps: impl Fn(usize) -> bool) {
    let mut kept = 0;
    for at in 0..rows.len() {
        let row = rows[at];
        rows[kept] = row;
        kept += usize::from(keeps(row as usize));
    }
    rows.truncate(kept);
}

/// A code that is newer than the snapshot is of no row in it.
pub fn set(table: &mut [bool], code: u32, value: bool) {
    if let Some(place) = table.get_mut(code as usize) {
        *place = value;
    }
}

fn only(bases: &HashSet<Base>) -> Option<Base> {
    let mut bases = bases.iter();
    bases.next().filter(|_| bases.next().is_none()).copied()
}

fn tables(snapshot: &Snapshot, dimensions: &[Dimension]) -> Vec<Table> {
    let table = |it: &Dimension| snapshot.attributes.table(*it);
    dimensions.iter().map(table).collect()
}

/// The keys as codes, without those that hold a text that nothing has.
fn codes(snapshot: &Snapshot, dimensions: &[Dimension], keys: &[Key]) -> HashSet<Vec<u32>> {
    let codes = |key: &Key| {
        let parts = dimensions.iter().zip(key);
        parts
            .map(|(it, part)| snapshot.dictionaries.of(*it).code_of_part(part))
            .collect::<Option<Vec<u32>>>()
    };
    keys.iter().filter_map(codes).collect()
}

/// The code of a dimension for a code of its base.
pub fn code(table: &Option<Arc<Vec<u32>>>, base: u32) -> u32 {
    table.as_ref().map_or(base, |table| table[base as usize])
}

/// Whether each customer, by code, is one of these.
fn some(snapshot: &Snapshot, customers: &Customers) -> Vec<bool> {
    let mut keep = vec![false; snapshot.codes(Dimension::CUSTOMER)];
    let dictionary = snapshot.dictionaries.of(Dimension::CUSTOMER);
    for code in dictionary.codes_of(customers.ids().iter().map(|it| &**it)) {
        // Those who came since are in no order of the snapshot.
        if let Some(keep) = keep.get_mut(code as usize) {
            *keep = true;
        }
    }
    keep
}
