//! A shop as it is, whatever database it is kept in, and its figures, plainly worked out.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::engines::dice::Dice;

/// Orders at the start.
const ORDERS: u32 = 40;
/// Changes beyond this many orders take more away than they add.
const MANY: usize = 70;
const CUSTOMERS: u32 = 9;
const PRODUCTS: u32 = 7;
const CITIES: u32 = 5;

/// Figures by what they are of, amounts in cents.
pub type Figures = BTreeMap<String, i64>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Paid,
    Open,
    Cancelled,
}

#[derive(Clone, Debug)]
pub struct Line {
    pub id: u32,
    pub product: u32,
    pub quantity: i64,
    /// The price of a unit.
    pub cents: i64,
    /// Its quantity is no number: it cannot be used.
    pub is_broken: bool,
}

#[derive(Clone, Debug)]
pub struct Refund {
    pub id: u32,
    pub at: DateTime<Utc>,
    pub cents: i64,
}

#[derive(Clone, Debug)]
pub struct Order {
    pub at: DateTime<Utc>,
    pub customer: u32,
    pub status: Status,
    pub is_test: bool,
    pub country: usize,
    pub city: u32,
    pub discount: i64,
    pub tax: i64,
    pub shipping: i64,
    pub lines: Vec<Line>,
    pub refunds: Vec<Refund>,
}

#[derive(Clone, Debug)]
pub struct Product {
    pub name: String,
    pub category: usize,
}

#[derive(Clone, Debug)]
pub struct Truth {
    pub orders: BTreeMap<u32, Order>,
    pub customers: BTreeMap<u32, String>,
    pub products: BTreeMap<u32, Product>,
    pub categories: Vec<String>,
    pub countries: Vec<String>,
    /// The number of what comes next.
    next: u32,
}

impl Order {
    fn usable(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| !line.is_broken)
    }

    fn gross(&self) -> i64 {
        self.usable().map(|line| line.quantity * line.cents).sum()
    }

    /// Takes back what nothing is left of that it could be of.
    fn tidy(&mut self) {
        self.discount = self.discount.min(self.gross() / 2);
        if self.usable().next().is_none() {
            (self.tax, self.shipping) = (0, 0);
            self.refunds.clear();
        }
    }

    fn counts(&self) -> bool {
        !self.is_test && self.status != Status::Cancelled && self.usable().next().is_some()
    }
}

impl Truth {
    pub fn new(dice: &mut Dice) -> Self {
        fn named(what: &str, many: u32) -> impl Iterator<Item = String> {
            (0..many).map(move |number| format!("{what} {number}"))
        }
        let products = named("Product", PRODUCTS).map(|name| Product {
            name,
            category: dice.below(3),
        });
        let mut truth = Self {
            orders: BTreeMap::new(),
            products: (0..).zip(products).collect(),
            customers: (0..).zip(named("Customer", CUSTOMERS)).collect(),
            categories: named("Category", 3).collect(),
            countries: named("Country", 4).collect(),
            next: 1_000,
        };
        for _ in 0..ORDERS {
            truth.place(dice);
        }
        truth
    }

    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    fn line(&mut self, dice: &mut Dice) -> Line {
        let products: Vec<u32> = self.products.keys().copied().collect();
        Line {
            id: self.number(),
            product: *dice.pick(&products),
            quantity: dice.between(1, 5),
            cents: *dice.pick(&[1, 99, 250, 1_000, 1_999, 123_457]),
            is_broken: dice.percent(5),
        }
    }

    /// Somebody places an order.
    fn place(&mut self, dice: &mut Dice) {
        let number = self.number();
        let first = Utc.with_ymd_and_hms(2023, 1, 15, 8, 0, 0).unwrap();
        let customers: Vec<u32> = self.customers.keys().copied().collect();
        // No two at the same second, and by day wherever the shop is.
        let at = TimeDelta::days(dice.between(0, 400)) + TimeDelta::seconds(number.into());
        let mut order = Order {
            at: first + at,
            customer: *dice.pick(&customers),
            status: *dice.pick(&[Status::Paid, Status::Paid, Status::Open, Status::Cancelled]),
            is_test: dice.percent(10),
            country: dice.below(self.countries.len()),
            city: u32::try_from(dice.below(CITIES as usize)).unwrap(),
            discount: *dice.pick(&[0, 0, 5, 333]),
            tax: dice.between(0, 700),
            shipping: *dice.pick(&[0, 490, 1_001]),
            lines: (0..dice.between(1, 4)).map(|_| self.line(dice)).collect(),
            refunds: Vec::new(),
        };
        order.tidy();
        self.orders.insert(number, order);
    }

    /// Something happens; says what.
    pub fn change(&mut self, dice: &mut Dice) -> &'static str {
        match dice.below(12) {
            0 | 1 if self.orders.len() < MANY => {
                self.place(dice);
                "an order is placed"
            }
            2 if self.orders.len() > 10 => {
                let number = self.any_order(dice);
                self.orders.remove(&number);
                "an order is deleted"
            }
            3 => {
                let product = self.any_product(dice);
                product.category = dice.below(3);
                "a product is of another category"
            }
            4 => {
                let (number, id) = (self.number(), self.number());
                self.any_product(dice).name = format!("Product {number}");
                let category = dice.below(3);
                let name = format!("Product {id}");
                self.products.insert(id, Product { name, category });
                "a product is renamed, and there is a new one"
            }
            5 => {
                let number = self.number();
                let customers: Vec<u32> = self.customers.keys().copied().collect();
                let renamed = *dice.pick(&customers);
                self.customers.insert(renamed, format!("Customer {number}"));
                "a customer is renamed"
            }
            6 => {
                let number = self.number();
                let (category, country) = (dice.below(3), dice.below(self.countries.len()));
                self.categories[category] = format!("Category {number}");
                self.countries[country] = format!("Country {number}");
                "a category and a country are renamed"
            }
            7 => {
                let line = self.line(dice);
                self.edit(dice, |order, _| order.lines.push(line));
                "a line is added"
            }
            8 => {
                let id = self.number();
                self.edit(dice, |order, dice| {
                    let at = order.at + TimeDelta::days(dice.between(1, 60));
                    let cents = dice.between(1, 2_000);
                    order.refunds.push(Refund { id, at, cents });
                });
                "money is given back"
            }
            9 => {
                self.edit(dice, |order, dice| {
                    let line = dice.below(order.lines.len().max(1));
                    if line < order.lines.len() {
                        order.lines.remove(line);
                    }
                });
                "a line is taken away"
            }
            10 => {
                self.edit(dice, |order, dice| {
                    order.status = *dice.pick(&[Status::Paid, Status::Open, Status::Cancelled]);
                    order.is_test = dice.percent(10);
                    order.city = (order.city + 1) % CITIES;
                });
                "an order is of another status"
            }
            _ => {
                self.edit(dice, |order, dice| {
                    for line in &mut order.lines {
                        line.quantity = dice.between(1, 9);
                        line.is_broken = dice.percent(5);
                    }
                    order.tax += 1;
                });
                "an order is of other quantities"
            }
        }
    }

    fn any_order(&self, dice: &mut Dice) -> u32 {
        let orders: Vec<u32> = self.orders.keys().copied().collect();
        *dice.pick(&orders)
    }

    fn any_product(&mut self, dice: &mut Dice) -> &mut Product {
        let products: Vec<u32> = self.products.keys().copied().collect();
        self.products.get_mut(dice.pick(&products)).unwrap()
    }

    fn edit(&mut self, dice: &mut Dice, edit: impl FnOnce(&mut Order, &mut Dice)) {
        let number = self.any_order(dice);
        let order = self.orders.get_mut(&number).unwrap();
        edit(order, dice);
        order.tidy();
    }

    /// Lines that cannot be used, of what are orders at all.
    pub fn broken_lines(&self) -> usize {
        let orders = self.orders.values().filter(|order| !order.is_test);
        let lines = orders.flat_map(|order| &order.lines);
        lines.filter(|line| line.is_broken).count()
    }

    /// All figures, by the clock of a zone.
    pub fn figures(&self, zone: Tz) -> Figures {
        let mut sums = Sums::default();
        for order in self.orders.values().filter(|order| order.counts()) {
            self.add(order, zone, &mut sums);
        }
        sums.figures
    }

    fn add(&self, order: &Order, zone: Tz, sums: &mut Sums) {
        let month = |at: DateTime<Utc>| at.with_timezone(&zone).format("%Y-%m").to_string();
        let returns: i64 = order.refunds.iter().map(|refund| refund.cents).sum();
        let sales = order.gross() - order.discount;
        let country = format!("COUNTRY {}", self.countries[order.country]);
        let month_of_order = month(order.at);
        let customer = &self.customers[&order.customer];
        sums.add("", "grossSales", order.gross());
        sums.add("", "discounts", order.discount);
        sums.add("", "returns", returns);
        sums.add("", "taxes", order.tax);
        sums.add("", "shippingCharges", order.shipping);
        sums.add(
            "",
            "lineCount",
            i64::try_from(order.usable().count()).unwrap(),
        );
        for of in ["", &country] {
            sums.add(of, "totalSales", sales - returns);
            sums.add_once(of, "customerCount", customer);
        }
        sums.add(&month_of_order, "totalSales", sales);
        for refund in &order.refunds {
            sums.add(&month(refund.at), "totalSales", -refund.cents);
        }
        for of in [
            "",
            &country,
            &month_of_order,
            &format!("CITY City {}", order.city),
        ] {
            sums.add(of, "orderCount", 1);
        }
        sums.add(&format!("CUSTOMER {customer}"), "orderCount", 1);
        let mut categories = BTreeSet::new();
        for line in order.usable() {
            let product = &self.products[&line.product];
            let category = format!("CATEGORY {}", self.categories[product.category]);
            for of in ["", &category, &format!("PRODUCT {}", product.name)] {
                sums.add(of, "unitsSold", line.quantity);
            }
            sums.add(&category, "grossSales", line.quantity * line.cents);
            categories.insert(category);
        }
        for category in categories {
            sums.add(&category, "orderCount", 1);
        }
    }
}

#[derive(Default)]
struct Sums {
    figures: Figures,
    seen: BTreeSet<(String, String)>,
}

impl Sums {
    fn add(&mut self, of: &str, kpi: &str, many: i64) {
        *self.figures.entry(format!("{of} {kpi}")).or_default() += many;
    }

    /// Counts what has not been counted yet.
    fn add_once(&mut self, of: &str, kpi: &str, what: &str) {
        if self.seen.insert((of.to_owned(), what.to_owned())) {
            self.add(of, kpi, 1);
        }
    }
}
