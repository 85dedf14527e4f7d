//! Which orders and lines of a block are in scope.

use std::{collections::HashSet, ops::Range, sync::Arc};

use super::{
    amount::{row, rows},
    attributes::{Base, Table},
    block::Block,
    selected::{Lines, Orders, Selected},
    snapshot::Snapshot,
};
use crate::{
    kpi::{Dimension, Key, Predicate},
    store::searcher,
};

/// What orders and lines must match, as codes.
#[derive(Debug)]
pub struct Selection {
    /// By the code of the status.
    counted: Vec<bool>,
    orders: Vec<Test>,
    lines: Vec<Test>,
}

/// A predicate on one or more columns.
#[derive(Debug)]
enum Test {
    /// By the code in a column.
    Codes { base: Base, keep: Vec<bool> },
    /// By the codes of several dimensions.
    Tuples {
        dimensions: Vec<(Base, Table)>,
        keys: HashSet<Vec<u32>>,
        among: bool,
    },
}

/// One of so many orders may be left out of those that are looked at nevertheless.
const FEW: usize = 8;

impl Selection {
    pub fn new(snapshot: &Snapshot, uncounted: &[String], predicates: &[Predicate]) -> Self {
        let statuses = snapshot.dictionaries.of(Dimension::STATUS);
        let mut counted = vec![true; snapshot.codes(Dimension::STATUS)];
        let codes = uncounted.iter().filter_map(|it| statuses.code(it));
        codes.for_each(|code| set(&mut counted, code, false));
        let (lines, orders) = predicates
            .iter()
            .partition::<Vec<_>, _>(|it| it.is_of_lines());
        let tests = |predicates: Vec<&Predicate>| {
            let test = |it: &Predicate| Test::new(snapshot, it);
            let tests = predicates.into_iter().map(test);
            tests.filter(|it| !it.keeps_everything()).collect()
        };
        Self {
            counted,
            orders: tests(orders),
            lines: tests(lines),
        }
    }

    /// Whether all counted orders of a customer are selected with all of their lines, or none.
    pub fn keeps_customers_whole(&self) -> bool {
        let is_of_customers = |test: &Test| {
            matches!(
                test,
                Test::Codes {
                    base: Base::Customer,
                    ..
                }
            )
        };
        self.lines.is_empty() && self.orders.iter().all(is_of_customers)
    }

    /// How much memory it takes, roughly.
    pub fn bytes(&self) -> usize {
        let tests = self.orders.iter().chain(&self.lines);
        tests.map(Test::bytes).sum()
    }

    /// Selects among a range of a block's orders and their lines.
    pub fn select(&self, block: &Block, range: Range<usize>, selected: &mut Selected) {
        let Selected { orders, lines } = selected;
        let mut these = orders.take();
        if self.orders.is_empty() && self.lines.is_empty() {
            self.find_counted(block, range.clone(), false, &mut these);
            if these.len() * FEW <= range.len() {
                let start = row(range.start);
                for order in &mut these {
                    *order -= start;
                }
                let (all, but) = (range, these);
                *orders = Orders::Nearly { all, but };
                return;
            }
        }
        self.select_orders(block, range, &mut these);
        if !self.lines.is_empty() {
            self.select_lines(block, &mut these, lines.get_or_insert_default());
        }
        *orders = Orders::These(these);
    }

    /// Selects by what whole orders must match.
    pub fn select_orders(&self, block: &Block, range: Range<usize>, orders: &mut Vec<u32>) {
        self.find_counted(block, range, true, orders);
        self.orders.iter().for_each(|it| it.retain(block, orders));
    }

    /// Whether a line of a selected order is selected.
    pub fn keeps_line(&self, block: &Block, order: usize, line: usize) -> bool {
        self.lines.iter().all(|test| test.keeps(block, order, line))
    }

    /// Finds the orders that count, or those that do not.
    fn find_counted(
        &self,
        block: &Block,
        range: Range<usize>,
        counted: bool,
        orders: &mut Vec<u32>,
    ) {
        let statuses = &block.status[range.clone()];
        let lines = block.first_line[range.start..=range.end].windows(2);
        orders.clear();
        orders.resize(range.len(), 0);
        let mut found = 0;
        for ((order, status), lines) in rows(range).zip(statuses).zip(lines) {
            // Written each time and kept only if wanted: a branch could not be foreseen.
            orders[found] = order;
            let has_lines = lines[0] < lines[1];
            let counts = has_lines & self.counted[*status as usize];
            found += usize::from(counts == counted);
        }
        orders.truncate(found);
    }

    /// Keeps the lines that match, and the orders that have one.
    fn select_lines(&self, block: &Block, orders: &mut Vec<u32>, lines: &mut Lines) {
        match self.lines.as_slice() {
            // By far the most.
            [
                Test::Codes {
                    base: Base::Product,
                    keep,
                },
            ] => lines.select(block, orders, |_, line| keep[block.product[line] as usize]),
            _ => lines.select(block, orders, |order, line| {
                self.keeps_line(block, order, line)
            }),
        }
    }
}

impl Test {
    fn bytes(&self) -> usize {
        match self {
            Self::Codes { keep, .. } => keep.len(),
            Self::Tuples {
                dimensions, keys, ..
            } => keys.len() * (size_of::<Vec<u32>>() + size_of::<u32>() * dimensions.len()),
        }
    }

    fn new(snapshot: &Snapshot, predicate: &Predicate) -> Self {
        let bases: HashSet<Base> = predicate
            .dimensions()
            .iter()
            .map(|it| Base::of(*it))
            .collect();
        match predicate {
            Predicate::Among(dimensions, keys) => match only(&bases) {
                Some(base) => Self::among(snapshot, base, dimensions, keys, true),
                None => Self::tuples(snapshot, dimensions, keys, true),
            },
            Predicate::NotAmong(dimensions, keys) => match only(&bases) {
                Some(base) => Self::among(snapshot, base, dimensions, keys, false),
                None => Self::tuples(snapshot, dimensions, keys, false),
            },
            Predicate::StartsWith(dimension, text) => {
                Self::text(snapshot, *dimension, |value| value.starts_with(text))
            }
            Predicate::Contains(dimension, text) => {
                Self::text(snapshot, *dimension, |value| value.contains(text))
            }
            Predicate::Search(dimension, text) => Self::text(snapshot, *dimension, searcher(text)),
        }
    }

    /// Dimensions that all follow from one column.
    fn among(
        snapshot: &Snapshot,
        base: Base,
        dimensions: &[Dimension],
        keys: &[Key],
        among: bool,
    ) -> Self {
        let keys = codes(snapshot, dimensions, keys);
        let count = snapshot.codes(base.dimension());
        let keep = if dimensions == [base.dimension()] {
            let mut keep = vec![!among; count];
            for key in &keys {
                set(&mut keep, key[0], among);
            }
            keep
        } else {
            let tables: Vec<Table> = tables(snapshot, dimensions);
            let matches = |base: u32| {
                let key: Vec<u32> = tables.iter().map(|table| code(table, base)).collect();
                keys.contains(&key) == among
            };
            (0..row(count)).map(matches).collect()
        };
        Self::Codes { base, keep }
    }

    fn tuples(snapshot: &Snapshot, dimensions: &[Dimension], keys: &[Key], among: bool) -> Self {
        let bases = dimensions.iter().map(|it| Base::of(*it));
        Self::Tuples {
            dimensions: bases.zip(tables(snapshot, dimensions)).collect(),
            keys: codes(snapshot, dimensions, keys),
            among,
        }
    }

    fn text(snapshot: &Snapshot, dimension: Dimension, matches: impl Fn(&str) -> bool) -> Self {
        let base = Base::of(dimension);
        let value_count = row(snapshot.codes(dimension));
        let count = snapshot.codes(base.dimension());
        let values = snapshot.dictionaries.of(dimension).translator();
        let matches = |code| values.text(code).is_some_and(|text| matches(text));
        let by_value: Vec<bool> = (0..value_count).map(matches).collect();
        let table = snapshot.attributes.table(dimension);
        let keep = |base| by_value[code(&table, base) as usize];
        Self::Codes {
            base,
            keep: (0..row(count)).map(keep).collect(),
        }
    }

    /// Whether nothing in the shop fails it: `city: {notIn: ["Atlantis"]}`.
    fn keeps_everything(&self) -> bool {
        matches!(self, Self::Codes { keep, .. } if keep.iter().all(|it| *it))
    }

    /// Keeps the orders of a block that match.
    fn retain(&self, block: &Block, orders: &mut Vec<u32>) {
        let Self::Codes { base, keep } = self else {
            return orders.retain(|order| self.keeps(block, *order as usize, 0));
        };
        match base {
            Base::Customer => retain_coded(orders, &block.customer, keep),
            Base::ShipTo => retain_coded(orders, &block.ship_to, keep),
            Base::ShipMode => retain_coded(orders, &block.ship_mode, keep),
            Base::Status => retain_coded(orders, &block.status, keep),
            Base::OfOrder(own) => retain_coded(orders, block.own_of_orders.column(*own), keep),
            // Lines have tests of their own.
            Base::Product | Base::OfLine(_) => {}
        }
    }

    fn keeps(&self, block: &Block, order: usize, line: usize) -> bool {
        match self {
            Self::Codes { base, keep } => keep[base_code(block, *base, order, line) as usize],
            Self::Tuples {
                dimensions,
                keys,
                among,
            } => {
                let code = |(base, table): &(Base, Table)| {
                    code(table, base_code(block, *base, order, line))
                };
                let key: Vec<u32> = dimensions.iter().map(code).collect();
                keys.contains(&key) == *among
            }
        }
    }
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
fn set(table: &mut [bool], code: u32, value: bool) {
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

fn base_code(block: &Block, base: Base, order: usize, line: usize) -> u32 {
    match base {
        Base::Customer => block.customer[order],
        Base::ShipTo => block.ship_to[order],
        Base::ShipMode => block.ship_mode[order].into(),
        Base::Status => block.status[order].into(),
        Base::OfOrder(own) => block.own_of_orders.column(own)[order],
        Base::Product => block.product[line],
        Base::OfLine(own) => block.own_of_lines.column(own)[line],
    }
}
