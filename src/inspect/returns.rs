//! `[[return]]`: money that was given back, and goods that came back.

use toml::Value;

use super::{
    draft::{Section, table},
    inquiry::{Inquiry, named},
    keys::{Collection, Reference},
    layout::{Lines, leads_to},
    names::{Meaning, says},
    order::date,
    pick::{Pick, is_amount, is_name_or_key, pick, picks},
    status,
    table::{Column, Table},
    vocabulary::{
        LINE_KEY, PAID_BACK_AT, PAYMENTS, QUANTITY, RETURNED, RETURNED_AT, RETURNS, ROW_AMOUNT,
        ROW_KIND, YES,
    },
};

/// The section of the place where returns are recorded, if there is one.
pub fn section(inquiry: &mut Inquiry) -> Option<Section> {
    let found = in_orders(inquiry)
        .or_else(|| in_collection(inquiry))
        .or_else(|| in_payments(inquiry));
    if found.is_none() {
        let missing = "refunds and returns, but for negative quantities";
        inquiry.missing.push(missing.into());
    }
    found
}

/// Entries of an array in the orders' documents: those of a kind, or all.
fn in_orders(inquiry: &Inquiry) -> Option<Section> {
    let (lines_in, lines) = inquiry.layout.line_place();
    let tables = inquiry.shop.collections[inquiry.layout.orders]
        .tables
        .iter();
    let others = tables.enumerate().filter(|(number, table)| {
        let is_lines = lines_in == inquiry.layout.orders && *number == lines;
        !table.each.is_empty() && !is_lines
    });
    let with_amount = others.filter_map(|(_, it)| Some((it, pick(it, ROW_AMOUNT, is_amount)?)));
    let with_amount: Vec<_> = with_amount.collect();
    let of_kind = with_amount.iter().find_map(|(it, amount)| {
        let kind = pick(it, ROW_KIND, |column| column.profile.is_few())?;
        Some((*it, *amount, Some((kind, returned_kind(&kind)?))))
    });
    let (entries, amount, kind) = of_kind.or_else(|| {
        let mut named = with_amount.iter().filter(|(it, _)| is_of_returns(it));
        named.next().map(|(it, amount)| (*it, *amount, None))
    })?;
    let mut section = Section::new("[[return]]");
    let count = format!(
        "{} entries of {} orders",
        entries.rows.len(),
        inquiry.orders().rows.len()
    );
    match entries.each.as_slice() {
        [one] => section.say("each", one.as_str(), count),
        several => section.say("each", several.to_vec(), count),
    }
    match kind {
        Some((kind, value)) => {
            let found = format!("found: {}", kind.column.profile.shown());
            section.say("where", table([(kind.path, value.into())]), found);
        }
        None => settled(entries, &mut section),
    }
    section.say("amount", inquiry.amount(amount.path), named(&amount));
    returned_at(entries, RETURNED_AT, &mut section);
    Some(section)
}

fn is_of_returns(table: &Table) -> bool {
    let last = table.each.last();
    last.is_some_and(|it| RETURNS.fit(it) > 0)
}

/// The value of a kind that means a return.
fn returned_kind<'t>(kind: &Pick<'t>) -> Option<&'t str> {
    let mut values = kind.column.profile.distinct.keys();
    values.find(|it| says(it, RETURNED)).map(String::as_str)
}

/// Which of the records are settled: the most frequent, unless a person knows better.
fn settled(records: &Table, section: &mut Section) {
    let yes = records.columns.iter().find_map(|(path, column)| {
        let profile = &column.profile;
        let mut values = profile.distinct.keys();
        let yes = values.find(|it| YES.split(", ").any(|yes| it.to_lowercase() == yes))?;
        (profile.distinct.len() <= 3 && !profile.is_flag()).then_some((path, yes, profile))
    });
    if let Some((path, yes, profile)) = yes {
        let found = format!("found: {}", profile.shown());
        return section.say("where", table([(path, yes.as_str().into())]), found);
    }
    let Some(status) = status::of(records) else {
        return;
    };
    let profile = &status.column.profile;
    let most = profile.by_frequency()[0].0;
    let value: Value = match most.parse::<i64>() {
        Ok(number) if profile.is_number() => number.into(),
        _ => most.into(),
    };
    let what = format!(
        "which of these were really paid or brought back? Found: {}",
        profile.shown()
    );
    section.ask("where", table([(status.path, value)]), what);
}

fn returned_at(records: &Table, meaning: Meaning, section: &mut Section) {
    let at = pick(records, meaning, |it: &Column| it.profile.is_date());
    if let Some(at) = at {
        date(section, "returned_at", &at);
    }
}

/// A collection of returns, whose documents name their orders.
fn in_collection(inquiry: &Inquiry) -> Option<Section> {
    let shop = inquiry.shop;
    let orders = inquiry.layout.orders;
    let collections = shop.collections.iter().enumerate();
    let mut called =
        collections.filter(|(number, it)| *number != orders && RETURNS.fit(it.name) > 0);
    let (number, collection, id, found) = called.find_map(|(number, it)| {
        let (id, found) = leads_to(shop, number, orders).or_else(|| repeated(inquiry, number))?;
        Some((number, it, id, found))
    })?;
    let records = shop.root(number);
    let mut section = Section::new("[[return]]");
    section.say("from", collection.name, found.why(&id, shop.name(orders)));
    section.say("id", id.as_str(), "");
    if found.id != "_id" {
        section.say("key", found.id.as_str(), "");
    }
    settled(records, &mut section);
    if !goods(inquiry, collection, &mut section) {
        match pick(records, ROW_AMOUNT, is_amount) {
            Some(amount) => section.say("amount", inquiry.amount(amount.path), named(&amount)),
            None => section.say("once", true, "no amount: the whole order came back"),
        }
    }
    returned_at(records, RETURNED_AT, &mut section);
    Some(section)
}

/// The field by which documents name an order that several documents are lines of.
fn repeated(inquiry: &Inquiry, records: usize) -> Option<(String, Reference)> {
    let Lines::Documents { order } = &inquiry.layout.lines else {
        return None;
    };
    let column = inquiry.shop.root(records).columns.get(order)?;
    let orders = &inquiry.orders().columns.get(order)?.profile.distinct;
    let values = &column.profile.distinct;
    let found = values.keys().filter(|it| orders.contains_key(*it)).count();
    let reference = Reference {
        collection: inquiry.layout.orders,
        id: order.clone(),
        found,
        of: values.len(),
    };
    (found > 0).then(|| (order.clone(), reference))
}

/// Which lines came back, and how much of each; whether that is said.
fn goods(inquiry: &Inquiry, collection: &Collection, section: &mut Section) -> bool {
    let lines = inquiry.lines();
    let ids = lines.columns.get("_id").or_else(|| lines.columns.get("id"));
    let Some(ids) = ids else {
        return false;
    };
    let id = if lines.columns.contains_key("_id") {
        "_id"
    } else {
        "id"
    };
    let items = collection.tables.iter().filter(|it| it.around == Some(0));
    for items in items {
        let keys = picks(items, LINE_KEY, is_name_or_key);
        let Some(quantity) = pick(items, QUANTITY, is_amount) else {
            continue;
        };
        let key = keys.into_iter().find(|key| {
            let mut values = key.column.profile.distinct.keys();
            values.any(|it| ids.profile.distinct.contains_key(it))
        });
        if let Some(key) = key {
            section.say("each", items.each[0].as_str(), "");
            let line = if id == "_id" {
                table([("key", key.path.into())])
            } else {
                table([("key", key.path.into()), ("id", id.into())])
            };
            section.say("line", line, "");
            section.say("quantity", quantity.path, named(&quantity));
            return true;
        }
    }
    false
}

/// Payments that orders name, of which a status says that they went back.
fn in_payments(inquiry: &mut Inquiry) -> Option<Section> {
    let shop = inquiry.shop;
    let orders = inquiry.orders();
    let keys = orders.columns.iter().filter(|(path, column)| {
        path.as_str() != "_id" && column.profile.is_unique() && is_name_or_key(column)
    });
    let references = keys.flat_map(|(path, column)| {
        let found = shop.references(path, column, None).into_iter();
        found.map(move |it| (path, it))
    });
    let mut returned = references.filter_map(|(path, found)| {
        let is_payment = says(shop.name(found.collection), PAYMENTS);
        let status = status::of(shop.root(found.collection)).filter(|_| is_payment)?;
        let value = returned_kind(&status)?;
        Some((path, found, status, value))
    });
    let (path, found, status, value) = returned.next()?;
    let payments = shop.root(found.collection);
    let lookup = inquiry.look_up(path, &found, Vec::new());
    let mut section = Section::new("[[return]]");
    section.say("lookup", lookup, "the whole order goes back with it");
    let shown = format!("found: {}", status.column.profile.shown());
    section.say("where", table([(status.path, value.into())]), shown);
    returned_at(payments, PAID_BACK_AT, &mut section);
    Some(section)
}
