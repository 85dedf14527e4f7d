//! A shop of some blocks to test with, all of it made by numbers.

use rust_decimal::Decimal;

use super::{
    amount::Amount,
    attributes::Attributes,
    block::{Line, ORDERS, Order},
    dictionary::Dictionaries,
    snapshot::{Arrivals, Change, Parts, Return, Snapshot},
};
use crate::{
    kpi::{Dimension, Vocabulary},
    store::decimal_to_bson,
};

const BLOCKS: u64 = 12;
/// The first order that is not there from the beginning.
pub const NEXT: u64 = BLOCKS * ORDERS as u64;
const CUSTOMERS: u64 = 300;
/// Orders come one in an hour, from the beginning of 2010.
pub const HOUR: i64 = 3_600_000;
pub const START: i64 = 1_262_304_000_000;

/// The shop's orders, by number; all that is random about them follows from it.
pub struct Orders(Dictionaries);

impl Orders {
    pub fn order(&self, number: u64) -> (Order, Parts) {
        let dice = |die: u64, sides: u64| {
            // Twice: once spreads numbers evenly, so that nobody would order twice in a day.
            let mixed = (number * 64 + die).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            (mixed >> 33) % sides
        };
        let code = |dimension, prefix: &str, at: u64| {
            self.0.of(dimension).intern(&format!("{prefix}{at}"))
        };
        let amount = |units: u64| {
            let amount = decimal_to_bson(Decimal::new(i64::try_from(units).unwrap(), 2));
            let document = bson::rawdoc! { "a": bson::RawBson::try_from(amount).unwrap() };
            Amount::from_bson(document.get("a").unwrap().unwrap()).unwrap()
        };
        let line = |at: u64| Line {
            product: code(Dimension::PRODUCT, "p", dice(at, 20)),
            quantity: Some(amount(100 * (1 + dice(at + 10, 3)))),
            revenue: Some(amount(dice(at + 20, 10_000))),
            profit: (dice(at + 30, 4) > 0).then(|| amount(dice(at + 40, 500))),
            discount: (dice(at + 50, 3) > 0).then(|| amount(dice(at + 50, 900))),
            ..Line::default()
        };
        let status = if dice(3, 20) == 0 {
            "cancelled"
        } else {
            "completed"
        };
        let order = Order {
            id: number,
            id_text: format!("o{number:06}").into(),
            time: START + i64::try_from(number).unwrap() * HOUR,
            shipping: (dice(1, 3) > 0).then_some(HOUR * 30),
            status: small(self.0.of(Dimension::STATUS).intern(status)),
            ship_mode: small(code(Dimension::SHIP_MODE, "m", dice(2, 3))),
            // New customers come in all the time.
            customer: code(Dimension::CUSTOMER, "c", dice(4, CUSTOMERS + number / 100)),
            ship_to: code(Dimension::LOCATION, "l", dice(5, 12)),
            ship_from: code(Dimension::LOCATION, "l", dice(6, 2)),
            own: Box::default(),
            numbers: Box::default(),
        };
        let lines: Vec<Line> = (0..=dice(7, 3)).map(line).collect();
        let returns = (dice(8, 10) == 0).then(|| Return {
            order: order.clone(),
            at: order.time + i64::try_from(dice(9, 900)).unwrap() * HOUR,
            line: Line {
                product: lines[0].product,
                revenue: amount(1 + dice(10, 5_000)).negated(),
                ..Line::default()
            },
        });
        let returns = returns.into_iter().collect();
        (order, Parts { lines, returns })
    }
}

fn small(code: u32) -> u16 {
    u16::try_from(code).unwrap()
}

/// A shop, and what names its orders.
pub fn shop() -> (Snapshot, Orders) {
    let orders = Orders(Dictionaries::new(Vocabulary::built_in()));
    let mut arrivals = Arrivals::default();
    for number in 0..NEXT {
        let (order, parts) = orders.order(number);
        arrivals.parts.lines.extend(parts.lines);
        arrivals.parts.returns.extend(parts.returns);
        arrivals.push(order);
    }
    let mut attributes = Attributes::new(Vocabulary::built_in());
    for location in 1..=12 {
        let region = orders.0.of(Dimension::REGION);
        let region = region.intern(["north", "south"][location as usize % 2]);
        attributes.set(Dimension::REGION, location, region);
    }
    let snapshot = Snapshot::new(arrivals, orders.0.clone(), attributes).unwrap();
    (snapshot, orders)
}

/// The shop with these orders as they are now.
pub fn changed_at_once(
    shop: &Snapshot,
    changes: impl IntoIterator<Item = (u64, Change)>,
) -> Snapshot {
    let changes = changes.into_iter().collect();
    shop.changed(changes, shop.attributes.clone()).unwrap()
}

/// The shop with these orders as they are now, one after the other.
pub fn changed(shop: &Snapshot, changes: impl IntoIterator<Item = (u64, Change)>) -> Snapshot {
    changes.into_iter().fold(shop.clone(), |shop, change| {
        changed_at_once(&shop, [change])
    })
}

/// A shop that some orders have come to, one by one, so that the rest is settled.
pub fn settled() -> (Snapshot, Orders) {
    let (shop, orders) = shop();
    let coming = (NEXT..NEXT + 40).map(|at| (at, Some(orders.order(at))));
    (changed(&shop, coming), orders)
}
