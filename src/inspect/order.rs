//! `[order]`: which documents are orders, and their own fields.

use super::{
    amounts,
    draft::{Section, table},
    inquiry::{Inquiry, looked_up, named},
    keys::Reference,
    layout::{Lines, leads_to, ordered_at, tells_time},
    names::{Meaning, says, words},
    pick::{Pick, is_name_or_key, pick, picks},
    status,
    table::Column,
    vocabulary::{CUSTOMER_KEY, LINE_ORDER, NOT_AN_ORDER, SHIP_MODE, SHIPPED_AT, TENANT, TESTS},
};

/// The section of the orders.
pub fn section(inquiry: &mut Inquiry) -> Section {
    let mut section = Section::new("[order]");
    documents(inquiry, &mut section);
    filter(inquiry, &mut section);
    times(inquiry, &mut section);
    status::lines(inquiry, &mut section);
    let orders = inquiry.orders();
    let mode = pick(orders, SHIP_MODE, |it| {
        is_name_or_key(it) && it.profile.is_few()
    });
    if let Some(mode) = mode {
        section.say("ship_mode", mode.path, named(&mode));
    } else if let Some((path, mode)) = in_outer(inquiry, SHIP_MODE) {
        section.say("ship_mode", path, named(&mode));
    }
    amounts::currency(inquiry, &mut section);
    amounts::amounts(inquiry, &mut section);
    section
}

/// Where they are, and what tells one from another.
fn documents(inquiry: &Inquiry, section: &mut Section) {
    let orders = inquiry.orders();
    let collection = &inquiry.shop.collections[inquiry.layout.orders];
    let looked_at = format!(
        "{} of about {} documents were looked at",
        collection.sampled.documents.len(),
        collection.sampled.total
    );
    section.say("from", collection.name, looked_at);
    let Lines::Documents { order } = &inquiry.layout.lines else {
        return;
    };
    section.say(
        "document",
        "line",
        "each document has a quantity and an amount of its own",
    );
    let Some(column) = orders.columns.get(order).filter(|_| order != "_id") else {
        return;
    };
    let customer = pick(orders, CUSTOMER_KEY, is_name_or_key);
    let disputed = customer.map_or(0, |customer| disputed(column, customer.column));
    let profile = &column.profile;
    let repeated = format!(
        "{} documents have {} different ones",
        profile.filled,
        profile.distinct.len()
    );
    match customer.filter(|_| disputed > 0) {
        Some(customer) => {
            let why = format!(
                "{repeated}; {disputed} of these have more than one `{}`",
                customer.path
            );
            section.say("id", vec![order.as_str(), customer.path], why);
        }
        None => section.say("id", order.as_str(), repeated),
    }
    let line = pick(orders, LINE_ORDER, |it| it.profile.is_number());
    if let Some(line) = line.filter(|it| it.path != order) {
        section.say(
            "sort",
            line.path,
            "the first of an order's lines speaks for it",
        );
    }
}

/// How many values of one field stand beside more than one of another.
fn disputed(one: &Column, other: &Column) -> usize {
    let mut beside = std::collections::BTreeMap::new();
    for (one, other) in one.values.iter().zip(&other.values) {
        let texts = one
            .zip(*other)
            .map(|(one, other)| (one.to_string(), other.to_string()));
        if let Some((one, other)) = texts {
            beside
                .entry(one)
                .or_insert_with(std::collections::BTreeSet::new)
                .insert(other);
        }
    }
    beside.values().filter(|others| others.len() > 1).count()
}

/// Which documents are orders at all.
fn filter(inquiry: &Inquiry, section: &mut Section) {
    let mut clauses = toml::Table::new();
    let mut why = Vec::new();
    for flag in picks(inquiry.orders(), NOT_AN_ORDER, |it| it.profile.is_flag()) {
        clauses.insert(flag.path.into(), table([("$ne", true.into())]));
        why.push(format!(
            "`{}` is true in {}",
            flag.path, flag.column.profile.is_true
        ));
    }
    for date in picks(inquiry.orders(), NOT_AN_ORDER, |it| it.profile.is_date()) {
        let is_set = date.column.profile.is_set();
        clauses.insert(date.path.into(), table([("$not", is_set)]));
        why.push(format!(
            "`{}` is set in {}",
            date.path, date.column.profile.filled
        ));
    }
    tests(inquiry, &mut clauses, &mut why);
    carts(inquiry, &mut clauses, &mut why);
    let why = why.join("; ");
    let tenant = pick(inquiry.orders(), TENANT, |it| {
        is_name_or_key(it) && it.profile.is_few() && it.profile.distinct.len() > 1
    });
    let Some(tenant) = tenant else {
        if !clauses.is_empty() {
            section.say("where", clauses, format!("{why}: these are left out"));
        }
        return;
    };
    let values = tenant.column.profile.shown();
    let several = format!(
        "`{}` has {values}: which of these is this shop?",
        tenant.path
    );
    let first = tenant.column.profile.by_frequency()[0].0.to_owned();
    if clauses.is_empty() {
        clauses.insert(tenant.path.into(), first.into());
        section.offer(
            "where",
            clauses,
            format!("{several} All count unless you say."),
        );
    } else {
        let add = format!(
            "{several} All count unless you add `{} = \"…\"`.",
            tenant.path
        );
        section.ask(
            "where",
            clauses,
            format!("{why}: these are left out. {add}"),
        );
    }
}

/// Values such as `TEST` or `Test-000`.
fn tests(inquiry: &Inquiry, clauses: &mut toml::Table, why: &mut Vec<String>) {
    let is_test = |text: &str| {
        let words = words(text);
        let is_number = |word: &String| word.chars().all(char::is_numeric);
        let all = words
            .iter()
            .all(|word| says(word, TESTS) || is_number(word));
        all && !words.iter().all(is_number)
    };
    for (path, column) in &inquiry.orders().columns {
        let values = column.profile.distinct.iter();
        let found: Vec<_> = values.filter(|(text, _)| is_test(text)).collect();
        let count: usize = found.iter().map(|(_, count)| **count).sum();
        if found.is_empty() || count * 5 > column.profile.filled {
            continue;
        }
        let texts: Vec<&str> = found.iter().map(|(text, _)| text.as_str()).collect();
        let clause = match texts.as_slice() {
            [one] => table([("$ne", (*one).into())]),
            several => table([("$nin", several.to_vec().into())]),
        };
        clauses.insert(path.clone(), clause);
        why.push(format!("`{path}` is {} in {count}", texts.join(" or ")));
    }
}

/// Documents that have neither a status nor a time are no orders yet.
fn carts(inquiry: &Inquiry, clauses: &mut toml::Table, why: &mut Vec<String>) {
    let orders = inquiry.orders();
    let (Some(status), Some(at)) = (status::field(inquiry), ordered_at(orders)) else {
        return;
    };
    let blank =
        |column: &Column, row: usize| column.values[row].and_then(crate::model::text).is_none();
    let without = (0..orders.rows.len()).filter(|row| blank(status.column, *row));
    let (unplaced, placed): (Vec<_>, Vec<_>) = without.partition(|row| blank(at.column, *row));
    if unplaced.len() >= 4 * placed.len().max(1) {
        let kind = if status.column.profile.is_text() {
            "string"
        } else {
            "number"
        };
        clauses.insert(status.path.into(), table([("$type", kind.into())]));
        why.push(format!(
            "{} have neither `{}` nor `{}`, as carts do",
            unplaced.len(),
            status.path,
            at.path
        ));
    }
}

fn times(inquiry: &mut Inquiry, section: &mut Section) {
    let orders = inquiry.orders();
    match ordered_at(orders) {
        Some(at) => date(section, "ordered_at", &at),
        None if tells_time(orders) => {
            section.say(
                "ordered_at",
                "_id",
                "no other date; an `ObjectId` tells when it was made",
            );
        }
        None => {}
    }
    let is_date = |it: &Column| it.profile.is_date();
    if let Some(at) = pick(orders, SHIPPED_AT, is_date) {
        date(section, "shipped_at", &at);
    } else if let Some((key, found, at)) = shipments(inquiry) {
        let more = if found.id == "_id" {
            Vec::new()
        } else {
            let filter = table([(at.path, at.column.profile.is_set())]);
            vec![
                ("where", filter, String::new()),
                (
                    "sort",
                    at.path.into(),
                    "the first of an order's counts".into(),
                ),
            ]
        };
        let why = named(&at);
        let lookup = inquiry.look_up(&key, &found, more);
        section.say("shipped_at", looked_up(&lookup, at.path), why);
    } else {
        inquiry.missing.push("when orders were shipped".into());
    }
}

/// Dates of shipping in another collection, which the order names, or which names it.
fn shipments<'t>(inquiry: &Inquiry<'t>) -> Option<(String, Reference, Pick<'t>)> {
    let shop = inquiry.shop;
    let orders = inquiry.orders();
    let is_date = |it: &Column| it.profile.is_date();
    let others = (0..shop.collections.len()).filter(|other| *other != inquiry.layout.orders);
    let dated =
        others.filter_map(|other| Some((other, pick(shop.root(other), SHIPPED_AT, is_date)?)));
    let dated: Vec<_> = dated.collect();
    let keys = orders.columns.iter().filter(|(path, column)| {
        path.as_str() != "_id" && column.profile.is_unique() && is_name_or_key(column)
    });
    for (path, column) in keys {
        for found in shop.references(path, column, None) {
            if let Some((_, at)) = dated.iter().find(|(other, _)| *other == found.collection) {
                return Some((path.clone(), found, *at));
            }
        }
    }
    dated.into_iter().find_map(|(other, at)| {
        let (id, found) = leads_to(shop, other, inquiry.layout.orders)?;
        let back = Reference {
            collection: other,
            id,
            ..found.clone()
        };
        Some((found.id, back, at))
    })
}

/// A date, and how it is written.
pub fn date(section: &mut Section, key: &str, at: &Pick) {
    let Some(reading) = &at.column.profile.reading else {
        return;
    };
    let path = at.path;
    if reading.format.is_empty() {
        return section.say(key, path, named(at));
    }
    let value = table([("path", path.into()), ("format", reading.format.into())]);
    match reading.rival {
        Some(rival) => {
            let what = format!(
                "may be \"{rival}\" as well: both read {} of them",
                reading.count
            );
            section.ask(key, value, what);
        }
        None => section.say(key, value, named(at)),
    }
}

/// A field of the first element of the array around that of the lines.
fn in_outer<'t>(inquiry: &Inquiry<'t>, meaning: Meaning) -> Option<(String, Pick<'t>)> {
    let outer = inquiry.outer()?;
    let field = pick(outer, meaning, |it| {
        is_name_or_key(it) && it.profile.is_few()
    })?;
    Some((format!("{}.0.{}", outer.each[0], field.path), field))
}
