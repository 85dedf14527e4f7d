//! A shop at one instant, as columns.

use std::{collections::HashMap, sync::Arc};

use rustc_hash::FxHashSet;

use super::{
    Unheld,
    attributes::Attributes,
    block::{Block, Line, Order},
    dictionary::Dictionaries,
    history::{Histories, History},
    ledger::{Ledger, next_version},
    members::AllMembers,
    own_axis::OwnAxis,
};
use crate::kpi::{Axis, Dimension, Entries, Pass, ReturnsOn};

/// Everything that passes are counted from. It never changes: a change of the shop
/// makes a new one, which shares with it the blocks that have not changed.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// No other snapshot has this number.
    pub version: u64,
    pub orders: Ledger,
    returns: Returns,
    pub dictionaries: Dictionaries,
    pub attributes: Attributes,
    /// How many codes each dimension has in it; the dictionaries go on growing.
    codes: Vec<usize>,
    histories: Arc<Histories>,
    pub members: Arc<AllMembers>,
}

/// The return records, once by each clock.
#[derive(Clone, Debug)]
struct Returns {
    by_return_day: Ledger,
    by_order_day: Ledger,
}

/// A return record as it is read.
#[derive(Clone, Debug)]
pub struct Return {
    /// What its order was.
    pub order: Order,
    /// When it came back, in milliseconds since 1970.
    pub at: i64,
    /// What it takes from the line that came back.
    pub line: Line,
}

/// What orders consist of, one after the other.
#[derive(Debug, Default)]
pub struct Parts {
    pub lines: Vec<Line>,
    pub returns: Vec<Return>,
}

/// Orders as they arrive, in no order.
#[derive(Debug, Default)]
pub struct Arrivals {
    /// Each with the place where its lines end.
    orders: Vec<(Order, usize)>,
    pub parts: Parts,
}

/// What becomes of an order: its new state, or `None` where it is gone.
pub type Change = Option<(Order, Parts)>;

impl Arrivals {
    /// Takes an order whose parts have been appended.
    pub fn push(&mut self, order: Order) {
        self.orders.push((order, self.parts.lines.len()));
    }

    pub fn len(&self) -> usize {
        self.orders.len()
    }

    pub fn bytes(&self) -> usize {
        let Parts { lines, returns } = &self.parts;
        let order = self.orders.first().map_or(0, |(it, _)| it.boxed_bytes());
        let line = lines.first().map_or(0, Line::boxed_bytes);
        let record = |it: &Return| it.order.boxed_bytes() + it.line.boxed_bytes();
        let record = returns.first().map_or(0, record);
        self.orders.capacity() * size_of::<(Order, usize)>()
            + lines.capacity() * size_of::<Line>()
            + returns.capacity() * size_of::<Return>()
            + self.orders.len() * order
            + lines.len() * line
            + returns.len() * record
    }

    /// # Errors
    /// When the amounts of a block cannot be held exactly.
    fn into_ledgers(self, version: u64) -> Result<(Ledger, Returns), Unheld> {
        let mut by_time: Vec<usize> = (0..self.orders.len()).collect();
        by_time.sort_unstable_by(|one, two| {
            let place = |at: &usize| self.orders[*at].0.place();
            place(one).cmp(&place(two))
        });
        let order = |at: usize| {
            let (order, end) = &self.orders[at];
            let start = at.checked_sub(1).map_or(0, |before| self.orders[before].1);
            (order.clone(), self.parts.lines[start..*end].iter().cloned())
        };
        let orders = Ledger::new(version, by_time.into_iter().map(order))?;
        Ok((orders, Returns::new(version, &self.parts.returns)?))
    }
}

impl Returns {
    /// # Errors
    /// When the amounts of a block cannot be held exactly.
    fn new(version: u64, records: &[Return]) -> Result<Self, Unheld> {
        let ledger = |entry: fn(&Return) -> Order| {
            let mut entries: Vec<_> = records
                .iter()
                .map(|it| (entry(it), [it.line.clone()]))
                .collect();
            entries.sort_by_key(|(order, _)| order.time);
            Ledger::new(version, entries.into_iter())
        };
        Ok(Self {
            by_return_day: ledger(Return::on_its_day)?,
            by_order_day: ledger(Return::on_its_orders_day)?,
        })
    }

    /// The records of a later version, without those of the orders of these ids, and with others.
    ///
    /// # Errors
    /// As [`Returns::new`].
    fn changed(
        &self,
        version: u64,
        ids: &FxHashSet<u64>,
        records: &[Return],
    ) -> Result<Self, Unheld> {
        let changed = |ledger: &Ledger, entry: fn(&Return) -> Order| {
            let entries = records.iter().map(|it| (entry(it), vec![it.line.clone()]));
            ledger.changed(version, ids, entries.collect())
        };
        Ok(Self {
            by_return_day: changed(&self.by_return_day, Return::on_its_day)?,
            by_order_day: changed(&self.by_order_day, Return::on_its_orders_day)?,
        })
    }
}

impl Return {
    fn on_its_day(&self) -> Order {
        Order {
            time: self.at,
            ..self.on_its_orders_day()
        }
    }

    fn on_its_orders_day(&self) -> Order {
        Order {
            // Which of two records comes first does not matter.
            id_text: Box::default(),
            ..self.order.clone()
        }
    }
}

/// Blocks of orders, and of return records by each clock.
pub type Blocks = [Vec<Arc<Block>>; 3];

impl Snapshot {
    /// # Errors
    /// When the shop's amounts cannot be held exactly.
    pub fn new(
        arrivals: Arrivals,
        dictionaries: Dictionaries,
        attributes: Attributes,
    ) -> Result<Self, Unheld> {
        let version = next_version();
        let (orders, returns) = arrivals.into_ledgers(version)?;
        Ok(Self::of(version, orders, returns, dictionaries, attributes))
    }

    fn of(
        version: u64,
        orders: Ledger,
        returns: Returns,
        dictionaries: Dictionaries,
        mut attributes: Attributes,
    ) -> Self {
        attributes.cover(&dictionaries);
        Self {
            version,
            orders,
            returns,
            codes: dictionaries
                .vocabulary()
                .dimensions()
                .iter()
                .map(|it| dictionaries.of(*it).codes())
                .collect(),
            dictionaries,
            attributes,
            histories: Arc::default(),
            members: Arc::default(),
        }
    }

    /// What a pass walks over.
    pub fn ledger(&self, pass: &Pass) -> &Ledger {
        match (pass.entries, pass.scope.returns_on) {
            (Entries::Orders, _) => &self.orders,
            (Entries::Returns, ReturnsOn::ReturnDay) => &self.returns.by_return_day,
            (Entries::Returns, ReturnsOn::OrderDay) => &self.returns.by_order_day,
        }
    }

    /// A shop of these orders and return records alone, with the same customers, places and
    /// products.
    ///
    /// # Errors
    /// When the shop's amounts cannot be held exactly.
    pub fn with_blocks(
        &self,
        [orders, by_return_day, by_order_day]: Blocks,
    ) -> Result<Self, Unheld> {
        let version = next_version();
        let returns = Returns {
            by_return_day: Ledger::of(version, by_return_day, &[])?,
            by_order_day: Ledger::of(version, by_order_day, &[])?,
        };
        let orders = Ledger::of(version, orders, &[])?;
        let (dictionaries, attributes) = (self.dictionaries.clone(), self.attributes.clone());
        Ok(Self::of(version, orders, returns, dictionaries, attributes))
    }

    /// The blocks of the orders, and of the return records by each clock.
    pub fn blocks(&self) -> [&[Arc<Block>]; 3] {
        let Returns {
            by_return_day,
            by_order_day,
        } = &self.returns;
        [&self.orders, by_return_day, by_order_day].map(|it| it.blocks.as_slice())
    }

    /// Whether there is any return record.
    pub fn has_returns(&self) -> bool {
        !self.returns.by_return_day.blocks.is_empty()
    }

    /// One more than the greatest code of a dimension.
    pub fn codes(&self, dimension: Dimension) -> usize {
        self.codes[dimension.position()]
    }

    /// How many codes of a dimension to make room for.
    pub fn room(&self, dimension: Dimension) -> usize {
        room(self.codes(dimension))
    }

    /// Whether the groups of these axes can be numbered in 64 bits: those of all dimensions
    /// of a large shop cannot.
    pub fn can_number(&self, axes: &[Axis]) -> bool {
        /// A day with an order has all of its hours.
        const BUCKETS_PER_ORDER: usize = 24;
        let codes = |axis: &Axis| match axis {
            Axis::Dimension(dimension) => self.room(*dimension) as u64,
            Axis::Bucket(_) | Axis::Slot(_) => room(BUCKETS_PER_ORDER * self.entries()) as u64,
            // Nobody is in one, too; there are none of hours.
            Axis::Cohort(_) => room(self.orders.orders() + 1) as u64,
            Axis::Number(number) => OwnAxis::most_codes(*number, &self.orders),
        };
        let mut codes = axes.iter().map(codes);
        let numbers = codes.try_fold(1_u64, |all, it| all.checked_mul(it.max(1)));
        numbers.is_some()
    }

    /// Who had ordered before, where orders of these statuses do not count.
    pub fn history(&self, uncounted: &Arc<[String]>) -> Arc<History> {
        self.histories.of(self, uncounted)
    }

    /// How many orders, or return records where there are more.
    fn entries(&self) -> usize {
        self.orders
            .orders()
            .max(self.returns.by_return_day.orders())
    }

    /// How much memory it takes, with the history that somebody will soon ask for.
    pub fn bytes(&self) -> usize {
        self.bytes_of_orders() + self.dictionaries.bytes() + self.attributes.bytes()
    }

    /// How much of it the orders and return records take, with the orders' history.
    pub fn bytes_of_orders(&self) -> usize {
        let returns = &self.returns;
        let returns = returns.by_return_day.bytes() + returns.by_order_day.bytes();
        let history = History::bytes(self.orders.orders(), self.codes(Dimension::CUSTOMER));
        self.orders.bytes() + returns + history
    }

    /// The shop after these changes of orders, by the hash of their ids.
    ///
    /// # Errors
    /// When the shop's amounts can no longer be held exactly.
    pub fn changed(
        &self,
        mut changes: HashMap<u64, Change>,
        attributes: Attributes,
    ) -> Result<Self, Unheld> {
        let ids: FxHashSet<u64> = changes.keys().copied().collect();
        let (mut orders, mut records) = (Vec::new(), Vec::new());
        for (order, parts) in changes.drain().filter_map(|(_, change)| change) {
            orders.push((order, parts.lines));
            records.extend(parts.returns);
        }
        let version = next_version();
        let orders = self.orders.changed(version, &ids, orders)?;
        let returns = self.returns.changed(version, &ids, &records)?;
        let dictionaries = self.dictionaries.clone();
        let after = Self::of(version, orders, returns, dictionaries, attributes);
        let histories = Arc::clone(&self.histories);
        Ok(Self { histories, ..after })
    }
}

/// Room for so many things, and for some more to come: what is laid out by it seldom
/// has to be laid out anew.
pub fn room(things: usize) -> usize {
    const FEW: usize = 64;
    if things < FEW {
        return things;
    }
    things.next_multiple_of((things / 8).next_power_of_two())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::Vocabulary;

    #[test]
    fn groups_by_more_than_64_bits_cannot_be_numbered() {
        let vocabulary = Vocabulary::built_in();
        let dictionaries = Dictionaries::new(vocabulary);
        let axes: Vec<Axis> = Dimension::built_in().map(Axis::Dimension).collect();
        for dimension in Dimension::built_in().take(6) {
            for value in 0..2048 {
                dictionaries.of(dimension).intern(&value.to_string());
            }
        }
        let shop = Snapshot::new(
            Arrivals::default(),
            dictionaries,
            Attributes::new(vocabulary),
        );
        let shop = shop.unwrap();
        assert!(shop.can_number(&axes[..5]));
        assert!(!shop.can_number(&axes[..6]));
    }
}
