//! `[line]`: where the lines are, and their own fields.

use toml::Value;

use super::{
    amounts,
    draft::{Section, table},
    inquiry::{Inquiry, named},
    layout::Lines,
    names::says,
    pick::{is_amount, pick},
    status,
    vocabulary::{
        CANCELLED, CANCELLED_AMOUNT, CANCELLED_QUANTITY, ORDER_DISCOUNT, PROFIT, ROW_DISCOUNT,
        ROW_ITEM, UNIT_COST,
    },
};

/// The section of the lines.
pub fn section(inquiry: &mut Inquiry) -> Section {
    let mut section = Section::new("[line]");
    place(inquiry, &mut section);
    filter(inquiry, &mut section);
    if let Some(quantity) = inquiry.pricing.quantity {
        section.say("quantity", quantity.path, named(&quantity));
        let cancelled = pick(inquiry.lines(), CANCELLED_QUANTITY, is_amount);
        if let Some(cancelled) = cancelled {
            section.say("cancelled_quantity", cancelled.path, named(&cancelled));
        }
    }
    amounts(inquiry, &mut section);
    costs(inquiry, &mut section);
    section
}

fn place(inquiry: &Inquiry, section: &mut Section) {
    match &inquiry.layout.lines {
        Lines::Each(_) => {
            let each = &inquiry.lines().each;
            let why = format!(
                "{} elements have a quantity and an amount",
                inquiry.lines().rows.len()
            );
            match each.as_slice() {
                [one] => section.say("each", one.as_str(), why),
                several => section.say("each", several.to_vec(), why),
            }
        }
        Lines::From {
            collection,
            key,
            order,
        } => {
            let orders = inquiry.shop.name(inquiry.layout.orders);
            let name = inquiry.shop.name(*collection);
            section.say("from", name, order.why(key, orders));
            section.say("id", key.as_str(), "");
            if order.id != "_id" {
                section.say("key", order.id.as_str(), "");
            }
        }
        Lines::Documents { .. } => {}
    }
}

/// A line that was cancelled is out.
fn filter(inquiry: &Inquiry, section: &mut Section) {
    let Some(status) = status::of(inquiry.lines()).filter(|_| !inquiry.is_by_line()) else {
        return;
    };
    let profile = &status.column.profile;
    let values = profile.distinct.keys().map(String::as_str);
    let cancelled: Vec<&str> = values.filter(|it| says(it, CANCELLED)).collect();
    let test = match cancelled.as_slice() {
        [] => return,
        [one] => table([("$ne", (*one).into())]),
        several => table([("$nin", several.to_vec().into())]),
    };
    let why = format!("of these the cancelled ones are out: {}", profile.shown());
    section.say("where", table([(status.path, test)]), why);
}

fn amounts(inquiry: &mut Inquiry, section: &mut Section) {
    if inquiry.pricing.amounts.is_empty() {
        let Some(ledger) = inquiry.line_ledger() else {
            return;
        };
        let items = ledger.kinds(ROW_ITEM);
        let off = ledger.kinds(ROW_DISCOUNT);
        let why = ledger.why(&items);
        let list = ledger.sum(&items, inquiry.divide_by);
        amount(inquiry, section, "list_amount", list, why);
        if !off.is_empty() {
            let both = [items, off].concat();
            let revenue = ledger.sum(&both, inquiry.divide_by);
            section.say("revenue", revenue, ledger.why(&both));
        }
        return;
    }
    let amounts = inquiry.pricing.amounts.clone();
    for (key, pick, why) in amounts {
        let value = inquiry.amount(pick.path);
        let why = format!("{why}; {}", pick.column.profile);
        amount(inquiry, section, key, value, why);
    }
    if let Some(discount) = inquiry.pricing.discount_amount {
        let value = inquiry.amount(discount.path);
        section.say("discount_amount", value, named(&discount));
    } else if let Some(discount) = inquiry.pricing.discount {
        let why = format!(
            "the share that is off the list amount; {}",
            named(&discount)
        );
        section.say("discount", discount.path, why);
    }
    let outer = inquiry
        .outer()
        .and_then(|it| pick(it, ORDER_DISCOUNT, is_amount));
    if let Some(discount) = outer {
        let value = inquiry.amount(discount.path);
        let why = format!("off all lines of an element; {}", named(&discount));
        section.say("outer_discount_amount", value, why);
    }
    let cancelled = pick(inquiry.lines(), CANCELLED_AMOUNT, is_amount);
    let has_revenue = inquiry
        .pricing
        .amounts
        .iter()
        .any(|(key, ..)| *key == "revenue");
    if let Some(cancelled) = cancelled.filter(|_| has_revenue) {
        let value = inquiry.amount(cancelled.path);
        section.say("cancelled_amount", value, named(&cancelled));
    }
}

/// The first amount asks whether it is in cents, if it looks so.
fn amount(inquiry: &Inquiry, section: &mut Section, key: &str, value: Value, why: String) {
    let is_first = section.has_no_amount();
    match inquiry.divide_by.filter(|_| is_first) {
        Some(_) => {
            let what = format!(
                "{why}. No amount has decimals as money has: taken as cents. If they are none, \
                 take `divide_by` away wherever it stands."
            );
            section.ask(key, value, what);
        }
        None => section.say(key, value, why),
    }
}

fn costs(inquiry: &mut Inquiry, section: &mut Section) {
    let lines = inquiry.lines();
    if let Some(profit) = pick(lines, PROFIT, is_amount) {
        section.say("profit", inquiry.amount(profit.path), named(&profit));
    } else if let Some(cost) = pick(lines, UNIT_COST, is_amount) {
        let mut why = named(&cost);
        let orders = amounts::currency_field(inquiry.orders());
        let is_converted = orders.is_some_and(|it| it.column.profile.distinct.len() > 1);
        if is_converted {
            why += "; where it is in the shop's currency, add `in_shop_currency = true`";
        }
        if cost.column.profile.zero == 0 {
            return section.put("unit_cost", &inquiry.amount(cost.path), why, is_converted);
        }
        let mut value = vec![("path", cost.path.into()), ("null", vec![0].into())];
        value.extend(inquiry.divide_by.map(|by| ("divide_by", by.into())));
        let value = value
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value));
        let why = format!(
            "{why}; 0 in {}, taken as not known",
            cost.column.profile.zero
        );
        section.put(
            "unit_cost",
            &Value::Table(value.collect()),
            why,
            is_converted,
        );
    } else {
        inquiry
            .missing
            .push("what goods cost, and so profit".into());
    }
}
