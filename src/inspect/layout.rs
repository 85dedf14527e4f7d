//! Which collection holds orders, and where their lines are.

use super::{
    keys::{Collection, Reference, Shop},
    ledger::Ledger,
    pick::{Pick, is_amount, is_name_or_key, is_usual_date, pick, picks},
    table::{Column, Table},
    vocabulary::{
        CUSTOMER_KEY, CUSTOMERS, LINE_TOTAL, LINES, ORDER_KEY, ORDER_TOTAL, ORDERED_AT, ORDERS,
        PRODUCT_KEY, PRODUCT_NAME, PRODUCTS, QUANTITY, STATUS, UNIT_PRICE,
    },
};

/// The collection of orders, and their lines.
#[derive(Debug)]
pub struct Layout {
    pub orders: usize,
    pub lines: Lines,
}

/// Where lines are.
#[derive(Debug)]
pub enum Lines {
    /// In arrays of the orders' documents: the number of their table.
    Each(usize),
    /// In a collection of their own, of which this field leads to the order.
    From {
        collection: usize,
        key: String,
        order: Reference,
    },
    /// The documents themselves, which repeat this field of their order.
    Documents { order: String },
}

impl Layout {
    /// The likeliest; `None` where nothing looks like an order with lines.
    pub fn of(shop: &Shop) -> Option<Self> {
        let mut best: Option<(u32, Self)> = None;
        for (orders, collection) in shop.collections.iter().enumerate() {
            let Some(order) = order_likelihood(collection) else {
                continue;
            };
            for (line, lines) in lines(shop, orders) {
                let likelihood = order + line;
                if best.as_ref().is_none_or(|(before, _)| likelihood > *before) {
                    best = Some((likelihood, Self { orders, lines }));
                }
            }
        }
        best.map(|(_, layout)| layout)
    }

    /// The table of the orders' documents.
    pub fn order_table<'s, 't>(&self, shop: &'t Shop<'s>) -> &'t Table<'s> {
        shop.root(self.orders)
    }

    /// The collection that lines are in, and the number of their table in it.
    pub fn line_place(&self) -> (usize, usize) {
        match &self.lines {
            Lines::Each(table) => (self.orders, *table),
            Lines::From { collection, .. } => (*collection, 0),
            Lines::Documents { .. } => (self.orders, 0),
        }
    }

    pub fn line_table<'s, 't>(&self, shop: &'t Shop<'s>) -> &'t Table<'s> {
        let (collection, table) = self.line_place();
        &shop.collections[collection].tables[table]
    }
}

/// The field that says when an order was placed.
pub fn ordered_at<'t>(table: &'t Table<'t>) -> Option<Pick<'t>> {
    pick(table, ORDERED_AT, is_usual_date)
}

/// How much a collection looks like one of orders; `None` where it has no date.
fn order_likelihood(collection: &Collection) -> Option<u32> {
    let table = &collection.tables[0];
    let fit = |found: Option<Pick>| found.map_or(0, |it| it.fit);
    let named = ORDERS.fit(collection.name);
    let of_others = [PRODUCTS, CUSTOMERS].map(|it| it.fit(collection.name));
    if of_others.into_iter().any(|it| it > named) {
        return None;
    }
    let at = ordered_at(table).map(|it| it.fit);
    // An `ObjectId` tells when it was made.
    let at = at.or_else(|| (named > 0 && tells_time(table)).then_some(0))?;
    let customer = fit(pick(table, CUSTOMER_KEY, is_name_or_key));
    let status = fit(pick(table, STATUS, is_name_or_key));
    let total = fit(pick(table, ORDER_TOTAL, is_amount));
    Some(named * 2 + at / 2 + customer / 2 + status / 4 + total / 4)
}

/// Whether the documents' ids are such that tell when they were made.
pub fn tells_time(table: &Table) -> bool {
    let ids = table
        .columns
        .get("_id")
        .map(|it| it.values.iter().flatten());
    ids.is_some_and(|mut ids| ids.all(|id| id.as_object_id().is_some()))
}

/// The places where the lines of a collection's orders may be, and how likely.
fn lines(shop: &Shop, orders: usize) -> Vec<(u32, Lines)> {
    let mut found = Vec::new();
    let collection = &shop.collections[orders];
    for number in 0..collection.tables.len() {
        let Some(likelihood) = line_likelihood(collection, number) else {
            continue;
        };
        if number > 0 {
            found.push((likelihood, Lines::Each(number)));
        } else if let Some(order) = repeated_order(&collection.tables[0]) {
            found.push((likelihood, Lines::Documents { order }));
        } else {
            // Orders of one line each, which is less likely than anything else.
            let order = "_id".to_owned();
            found.push((likelihood / 2, Lines::Documents { order }));
        }
    }
    for (other, collection) in shop.collections.iter().enumerate() {
        if other == orders {
            continue;
        }
        let Some(likelihood) = line_likelihood(collection, 0) else {
            continue;
        };
        if let Some((key, order)) = leads_to(shop, other, orders) {
            let lines = Lines::From {
                collection: other,
                key,
                order,
            };
            found.push((likelihood + LINES.fit(collection.name) / 4, lines));
        }
    }
    found
}

/// The field by which a collection's documents name those of another.
pub fn leads_to(shop: &Shop, from: usize, to: usize) -> Option<(String, Reference)> {
    let table = shop.root(from);
    let named = picks(table, ORDER_KEY, is_name_or_key).into_iter();
    let mut named = named.filter(|it| it.path != "_id");
    named.find_map(|it| {
        let found = shop
            .references(it.path, it.column, Some(ORDERS))
            .into_iter();
        let mut found = found.filter(|it| it.collection == to);
        Some((it.path.to_owned(), found.next()?))
    })
}

/// How much a table looks like one of lines: it has quantities and prices.
fn line_likelihood(collection: &Collection, number: usize) -> Option<u32> {
    let table = &collection.tables[number];
    let quantity = pick(table, QUANTITY, is_amount)?.fit;
    let prices = [UNIT_PRICE, LINE_TOTAL].map(|it| pick(table, it, is_amount));
    let price = prices.iter().flatten().map(|it| it.fit).max();
    let price = price.or_else(|| Ledger::within(collection, number).map(|_| 700))?;
    let products = [PRODUCT_KEY, PRODUCT_NAME].map(|it| pick(table, it, is_name_or_key));
    let product = products.iter().flatten().map(|it| it.fit).max();
    let named = table.each.last().map_or(0, |it| LINES.fit(it));
    Some(quantity + price + product.unwrap_or_default() / 2 + named / 2)
}

/// The field that tells orders apart where each document is a line: called as an order's
/// number, and several documents have the same.
fn repeated_order(table: &Table) -> Option<String> {
    let repeats = |column: &Column| {
        let profile = &column.profile;
        is_name_or_key(column)
            && profile.percent_filled() >= 90
            && profile.distinct.len() < profile.filled
            && profile.distinct.len() * 20 > profile.filled
    };
    let named = picks(table, ORDER_KEY, repeats);
    let mut named = named.into_iter().filter(|it| it.path != "_id");
    named.next().map(|it| it.path.to_owned())
}
