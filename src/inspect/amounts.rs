//! What an order's amounts are in, and those that are of the whole order.

use toml::Value;

use super::{
    draft::{Section, table},
    inquiry::{Inquiry, named},
    names::Meaning,
    pick::{Pick, is_amount, pick, picks},
    pricing::{is_off_lines, is_share},
    table::Table,
    vocabulary::{
        CURRENCY, ORDER_DISCOUNT, RATE, ROW_DISCOUNT, ROW_SHIPPING, ROW_TAX, SHIPPING, TAX,
    },
};
use crate::values::currency::is_code;

/// The lines about currencies, where orders have several.
pub fn currency(inquiry: &Inquiry, section: &mut Section) {
    let orders = inquiry.orders();
    let Some(currency) = currency_field(orders) else {
        return;
    };
    let profile = &currency.column.profile;
    if profile.distinct.len() < 2 {
        return;
    }
    section.say(
        "currency",
        currency.path,
        format!("found: {}", profile.shown()),
    );
    let rate = pick(orders, RATE, is_amount);
    match rate {
        Some(rate) => section.ask(
            "rate",
            table([("divide_by", rate.path.into())]),
            "units of the order's currency for one of the shop's; write `multiply_by` if it is \
             the other way round",
        ),
        None => section.offer(
            "rate",
            table([("multiply_by", "…".into())]),
            "no field has a rate: orders in another currency than the shop's are left out",
        ),
    }
}

/// The field that names an order's currency, the one that varies first.
pub fn currency_field<'t>(orders: &'t Table<'t>) -> Option<Pick<'t>> {
    let fields = picks(orders, CURRENCY, |it| {
        it.profile.distinct.keys().all(|it| is_code(it))
    });
    let mut fields = fields.into_iter();
    let first = fields.next()?;
    let varies = |it: &Pick| it.column.profile.distinct.len() > 1;
    if varies(&first) {
        return Some(first);
    }
    fields.find(varies).or(Some(first))
}

/// Discounts, tax and shipping of whole orders.
pub fn amounts(inquiry: &mut Inquiry, section: &mut Section) {
    if inquiry.is_by_line() {
        let missing = "discounts, tax and shipping of whole orders, where each document is a line";
        inquiry.missing.push(missing.into());
        return;
    }
    for (key, meaning, kinds, what) in [
        (
            "discount_amount",
            ORDER_DISCOUNT,
            ROW_DISCOUNT,
            "discounts of whole orders",
        ),
        ("tax", TAX, ROW_TAX, "tax"),
        (
            "shipping",
            SHIPPING,
            ROW_SHIPPING,
            "what customers paid for shipping",
        ),
    ] {
        match amount(inquiry, key, meaning, kinds) {
            Some((value, why)) => section.say(key, value, why),
            None => inquiry.missing.push(what.into()),
        }
    }
}

/// An amount of an order: a field, rows of a calculation, or fields of its shipments.
fn amount(inquiry: &Inquiry, key: &str, meaning: Meaning, kinds: &str) -> Option<(Value, String)> {
    let is_discount = key == "discount_amount";
    let fields = picks(inquiry.orders(), meaning, is_amount);
    let mut fields = fields.into_iter().filter(|it| !is_share(it));
    if let Some(field) = fields.next() {
        // What is off the lines already is not off the order again.
        let is_counted = is_discount && is_off_lines(inquiry, &field);
        return (!is_counted).then(|| (inquiry.amount(field.path), named(&field)));
    }
    let ledger = inquiry.order_ledger();
    if let Some(ledger) = ledger.filter(|it| !it.kinds(kinds).is_empty()) {
        let kinds = ledger.kinds(kinds);
        return Some((ledger.sum(&kinds, inquiry.divide_by), ledger.why(&kinds)));
    }
    let outer = inquiry.outer().filter(|_| !is_discount)?;
    let field = pick(outer, meaning, is_amount)?;
    let mut value = vec![
        ("sum", outer.each[0].as_str().into()),
        ("path", field.path.into()),
    ];
    value.extend(inquiry.divide_by.map(|by| ("divide_by", by.into())));
    let value = value
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value));
    Some((Value::Table(value.collect()), named(&field)))
}
