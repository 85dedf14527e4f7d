//! The shop itself: every document of it, each made from its number alone.

use chrono::{Datelike, Months, NaiveDate};
use chrono_tz::{Europe::Paris, Tz};

use super::{
    Error, Options, Result,
    assortment::Assortment,
    basket,
    calendar::{Calendar, milliseconds},
    charges,
    clientele::{self, Clientele},
    delivery::Progress,
    dice::{Dice, Subject},
    places::Places,
    returns,
    tables::cities::WAREHOUSES,
};
use crate::store::{Customer, Location, Order, Product, ShopSettings};

/// The zone whose days the shop counts in; its clocks change twice a year.
const ZONE: Tz = Paris;
/// How far back the orders go.
const MONTHS: Months = Months::new(48);
/// The most orders that are generated.
pub(super) const MOST_ORDERS: u64 = 10_000_000;
/// Years whose time zone rules are known, or may be assumed to go on.
const YEARS: std::ops::RangeInclusive<i32> = 1984..=2200;

/// Orders of regulars in a thousand that nobody puts a name to: about 3 % of all orders.
const ANONYMOUS: u64 = 38;
/// Orders in a thousand that are sent to someone else, or from another warehouse.
const SENT_ELSEWHERE: u64 = 80;
const FROM_ELSEWHERE: u64 = 120;

/// Up to how long before the first order a customer registers.
const REGISTERED_BEFORE: u64 = 3 * 24 * 3_600_000;

/// A generated shop, the same on every machine for the same options.
///
/// Nothing is stored: each document is computed from its number, so that ten
/// million orders take no memory and any part can be made by itself.
///
/// ```
/// # use salesgraph::demo::{Options, Shop};
/// let until = chrono::NaiveDate::from_ymd_opt(2025, 1, 1).expect("a date");
/// let shop = Shop::new(&Options { orders: 100, seed: 1, until })?;
/// assert_eq!(shop.orders().count(), 100);
/// # Ok::<(), salesgraph::demo::Error>(())
/// ```
pub struct Shop {
    options: Options,
    calendar: Calendar,
    clientele: Clientele,
    assortment: Assortment,
    places: Places,
}

impl Shop {
    /// Lays out the shop; no order is made yet.
    ///
    /// # Errors
    /// [`Error::TooManyOrders`] and [`Error::BadUntil`] when the options ask for too much.
    pub fn new(options: &Options) -> Result<Self> {
        let Options {
            orders,
            seed,
            until,
        } = *options;
        if orders > MOST_ORDERS {
            return Err(Error::TooManyOrders);
        }
        let days = [first_day(until)?, until];
        Ok(Self {
            options: *options,
            calendar: Calendar::new(ZONE, days, orders, seed),
            clientele: Clientele::new(orders, seed),
            assortment: Assortment::new(orders, seed),
            places: Places::new(),
        })
    }

    /// What the shop was made from.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Its name, currency and time zone.
    #[must_use]
    pub fn settings() -> ShopSettings {
        ShopSettings {
            name: "Maison Alba".into(),
            currency: "EUR".into(),
            time_zone: ZONE.name().into(),
            ..ShopSettings::default()
        }
    }

    /// How many customers it has.
    #[must_use]
    pub fn customer_count(&self) -> u64 {
        self.clientele.len()
    }

    /// How many products it sells.
    #[must_use]
    pub fn product_count(&self) -> u64 {
        self.assortment.len()
    }

    /// How many places orders go to or come from.
    #[must_use]
    pub fn location_count(&self) -> u64 {
        self.places.location_count()
    }

    /// All orders, in the order of time.
    pub fn orders(&self) -> impl Iterator<Item = Order> + '_ {
        (0..self.options.orders).map(|number| self.order(number))
    }

    /// All customers, in the order in which they joined.
    pub fn customers(&self) -> impl Iterator<Item = Customer> + '_ {
        (0..self.customer_count()).map(|number| self.customer(number))
    }

    /// All products.
    pub fn products(&self) -> impl Iterator<Item = Product> + '_ {
        (0..self.product_count()).map(|number| self.product(number))
    }

    /// All places that orders go to or come from.
    pub fn locations(&self) -> impl Iterator<Item = Location> + '_ {
        (0..self.location_count()).map(|number| self.location(number))
    }

    /// One order, by its place in time; the first is 0.
    ///
    /// # Panics
    /// When there are not so many orders.
    #[must_use]
    pub fn order(&self, number: u64) -> Order {
        let dice = &mut Dice::new(self.options.seed, Subject::Order, number);
        let ordered_at = self.calendar.moment_of(number, dice);
        let buyer = self.buyer(number, dice);
        let parcel = self.parcel(&buyer, dice);
        let progress = match parcel {
            Some(_) => Progress::of_parcel(ordered_at, self.calendar.end(), dice),
            None => Progress::over_the_counter(),
        };
        let month = self.calendar.month_of(ordered_at);
        let mut lines = basket::lines(&self.assortment, month, buyer.is_corporate, dice);
        charges::add(&mut lines, progress.ship_mode);
        let order = Order {
            returns: Vec::new(),
            id: format!("O-{:08}", number + 1),
            ordered_at,
            shipped_at: progress.shipped_at,
            status: progress.status.into(),
            ship_mode: progress.ship_mode.map(Into::into),
            customer_id: buyer.customer.map(customer_id),
            ship_to_id: parcel.map(|(place, _)| Places::id(place)),
            ship_from_id: parcel.map(|(_, warehouse)| WAREHOUSES[warehouse].id.into()),
            lines,
        };
        let dice = &mut Dice::new(self.options.seed, Subject::Return, number);
        let returns = returns::records(&order, self.calendar.end(), dice);
        Order { returns, ..order }
    }

    /// One customer, by the order in which they joined; the first is 0.
    #[must_use]
    pub fn customer(&self, number: u64) -> Customer {
        let profile = self.clientele.profile(number, self.places.len());
        let first_order = self.clientele.first_order_of(number);
        let mut dice = Dice::new(self.options.seed, Subject::Registration, number);
        let before = milliseconds(dice.low(REGISTERED_BEFORE));
        Customer {
            id: customer_id(number),
            name: clientele::name(profile.segment, &mut dice),
            segment: Some(profile.segment.into()),
            location_id: Some(Places::id(profile.home)),
            created_at: Some(self.calendar.hour_of(first_order) - before),
        }
    }

    /// One product; the first is 0.
    ///
    /// # Panics
    /// When there are not so many products.
    #[must_use]
    pub fn product(&self, number: u64) -> Product {
        self.assortment.product(number)
    }

    /// One location; the warehouses come last.
    ///
    /// # Panics
    /// When there are not so many locations.
    #[must_use]
    pub fn location(&self, number: u64) -> Location {
        self.places.location(number)
    }

    fn buyer(&self, order: u64, dice: &mut Dice) -> Buyer {
        let newcomer = self.clientele.newcomer(order);
        let customer = match newcomer {
            None if dice.per_mille(ANONYMOUS) => None,
            None => self.clientele.regular(order, dice),
            newcomer => newcomer,
        };
        let Some(number) = customer else {
            return Buyer::default();
        };
        let profile = self.clientele.profile(number, self.places.len());
        Buyer {
            customer,
            home: Some(profile.home),
            is_corporate: profile.segment == "Corporate",
        }
    }

    /// Where a parcel goes and which warehouse it comes from; none where an
    /// anonymous buyer, as every other does, takes the goods along.
    fn parcel(&self, buyer: &Buyer, dice: &mut Dice) -> Option<(usize, usize)> {
        let somewhere = dice.index(self.places.len());
        let place = match buyer.home {
            None if dice.per_mille(500) => return None,
            Some(home) if !dice.per_mille(SENT_ELSEWHERE) => home,
            _ => somewhere,
        };
        let warehouse = if dice.per_mille(FROM_ELSEWHERE) {
            dice.index(WAREHOUSES.len())
        } else {
            self.places.warehouse_of(place)
        };
        Some((place, warehouse))
    }
}

/// Who places an order; nobody in particular by default.
#[derive(Default)]
struct Buyer {
    customer: Option<u64>,
    home: Option<usize>,
    is_corporate: bool,
}

fn customer_id(number: u64) -> String {
    format!("C-{:07}", number + 1)
}

fn first_day(until: NaiveDate) -> Result<NaiveDate> {
    let first = until.checked_sub_months(MONTHS);
    first
        .filter(|_| YEARS.contains(&until.year()))
        .ok_or(Error::BadUntil)
}
