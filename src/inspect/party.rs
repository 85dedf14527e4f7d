//! `[product]` and `[customer]`: by a key into a collection of their own, or as orders and
//! lines describe them.

use super::{
    draft::{self, Section},
    inquiry::{Inquiry, looked_up, named},
    keys::Reference,
    names::Meaning,
    order::date,
    pick::{Pick, is_name_or_key, keys, pick, picks},
    table::{Column, Table},
    vocabulary::{
        CATEGORY, CUSTOMER_KEY, CUSTOMER_NAME, CUSTOMER_SINCE, CUSTOMERS, EMAIL, LOCALE,
        PRODUCT_KEY, PRODUCT_NAME, PRODUCTS, SEGMENT, SUB_CATEGORY,
    },
};

/// Something that has a key, and perhaps a collection.
struct Found<'t> {
    key: Pick<'t>,
    reference: Option<Reference>,
}

/// The key that leads to a collection, or else the one with the best name.
fn found<'t>(
    inquiry: &Inquiry<'t>,
    at: &'t Table<'t>,
    key: Meaning,
    collections: Meaning,
) -> Option<Found<'t>> {
    let keys = keys(at, key);
    let orders = inquiry.layout.orders;
    let referring = keys.iter().find_map(|key| {
        let references = inquiry
            .shop
            .references(key.path, key.column, Some(collections));
        let mut references = references.into_iter().filter(|it| it.collection != orders);
        let is_likely = |it: &Reference| collections.fit(inquiry.shop.name(it.collection)) > 0;
        Some((*key, references.find(is_likely)?))
    });
    if let Some((key, reference)) = referring {
        return Some(Found {
            key,
            reference: Some(reference),
        });
    }
    let key = keys.into_iter().next()?;
    Some(Found {
        key,
        reference: None,
    })
}

/// Writes where its documents are, and hands out their table.
fn place<'t>(
    inquiry: &Inquiry<'t>,
    at: &'t Table<'t>,
    found: &Found<'t>,
    section: &mut Section,
) -> &'t Table<'t> {
    let Some(reference) = &found.reference else {
        section.say("id", found.key.path, named(&found.key));
        return at;
    };
    let collection = inquiry.shop.name(reference.collection);
    section.say(
        "from",
        collection,
        reference.why(found.key.path, collection),
    );
    key(inquiry, found, reference, section);
    let table = inquiry.shop.root(reference.collection);
    if reference.id != "_id" {
        section.say("id", reference.id.as_str(), "");
        let profile = &table.columns[&reference.id].profile;
        let several = profile.filled - profile.distinct.len();
        if several > 0 {
            let why = format!("{several} documents have the id of another: the latest counts");
            section.say("sort", "-_id", why);
        }
    }
    table
}

/// Where an order or a line names it; 0 is nobody where nobody has that id.
fn key(inquiry: &Inquiry, found: &Found, reference: &Reference, section: &mut Section) {
    let path = found.key.path;
    let table = inquiry.shop.root(reference.collection);
    let ids = &table.columns[&reference.id].profile.distinct;
    let nobody = found.key.column.profile.distinct.get("0");
    match nobody.filter(|_| !ids.contains_key("0")) {
        Some(count) => {
            let value = draft::table([("path", path.into()), ("null", vec!["0"].into())]);
            section.say("key", value, format!("0 in {count}: nobody"));
        }
        None => section.say("key", path, ""),
    }
}

/// The section of the products.
pub fn product(inquiry: &mut Inquiry) -> Section {
    let mut section = Section::new("[product]");
    let lines = inquiry.lines();
    let Some(found) = found(inquiry, lines, PRODUCT_KEY, PRODUCTS) else {
        // A till knows its products by their names.
        if let Some(name) = pick(lines, PRODUCT_NAME, is_text) {
            let why = format!("no other key; {}", named(&name));
            section.say("id", name.path, why);
            section.say("name", name.path, "");
            categories(inquiry, lines, &mut section);
        } else {
            inquiry.missing.push("products".into());
        }
        return section;
    };
    let table = place(inquiry, lines, &found, &mut section);
    name(inquiry, table, &found, &mut section);
    categories(inquiry, table, &mut section);
    section
}

fn is_text(column: &Column) -> bool {
    column.profile.is_text() && !column.profile.is_date()
}

/// The name, in the product's own document or in one that names the product.
fn name(inquiry: &mut Inquiry, table: &Table, found: &Found, section: &mut Section) {
    if let Some(name) = pick(table, PRODUCT_NAME, is_text) {
        return section.say("name", name.path, named(&name));
    }
    let shop = inquiry.shop;
    let Some(reference) = &found.reference else {
        return inquiry.missing.push("names of products".into());
    };
    let others = (0..shop.collections.len()).filter(|it| *it != reference.collection);
    let texts = others.filter_map(|other| {
        let texts = shop.root(other);
        let name = pick(texts, PRODUCT_NAME, is_text)?;
        let keys = picks(texts, PRODUCT_KEY, is_name_or_key).into_iter();
        let leading = keys.filter_map(|key| {
            let found = shop
                .references(key.path, key.column, Some(PRODUCTS))
                .into_iter();
            let mut found = found.filter(|it| it.collection == reference.collection);
            found.next().map(|found| (key, found))
        });
        leading
            .into_iter()
            .next()
            .map(|(key, found)| (other, key, found, name))
    });
    let Some((other, key, found, name)) = texts.into_iter().next() else {
        return inquiry.missing.push("names of products".into());
    };
    let why = named(&name);
    let locale = pick(shop.root(other), LOCALE, |it| it.profile.is_few());
    let back = Reference {
        collection: other,
        id: key.path.to_owned(),
        ..found.clone()
    };
    let lookup = inquiry.look_up(&found.id, &back, Vec::new());
    if let Some(locale) = locale
        && let Some(lookup) = inquiry.lookups.last_mut()
    {
        let first = locale.column.profile.by_frequency()[0].0;
        let filter = draft::table([(locale.path, first.into())]);
        let what = format!("which language? Found: {}", locale.column.profile.shown());
        lookup.ask("where", filter, what);
    }
    section.say("name", looked_up(&lookup, name.path), why);
}

/// The field of a category, in the document or in the first element of an array.
fn category<'t>(inquiry: &Inquiry<'t>, at: &'t Table<'t>) -> Option<(String, Pick<'t>)> {
    let is_kind = |it: &Column| is_name_or_key(it) && !it.profile.is_unique();
    if let Some(own) = pick(at, CATEGORY, is_kind) {
        return Some((own.path.to_owned(), own));
    }
    let collections = inquiry.shop.collections.iter();
    let mut collections = collections.filter(|it| std::ptr::eq(&raw const it.tables[0], at));
    let arrays = collections
        .next()?
        .tables
        .iter()
        .filter(|it| it.around == Some(0));
    let mut within = arrays.filter_map(|array| {
        let name = array.each.first()?;
        let is_named = CATEGORY.fit(name) > 0;
        let field = pick(array, CATEGORY, is_kind)
            .or_else(|| pick(array, PRODUCT_NAME, is_kind).filter(|_| is_named))?;
        Some((format!("{name}.0.{}", field.path), field))
    });
    within.next()
}

/// Category and sub-category: texts, or keys of documents that have a name.
fn categories(inquiry: &mut Inquiry, at: &Table, section: &mut Section) {
    let is_kind = |it: &Column| is_name_or_key(it) && !it.profile.is_unique();
    match category(inquiry, at) {
        Some((path, category)) => {
            let shop = inquiry.shop;
            let path = path.as_str();
            let references = shop.references(path, category.column, Some(CATEGORY));
            let described = references.into_iter().find_map(|found| {
                let name = pick(shop.root(found.collection), PRODUCT_NAME, is_text)?;
                (found.id == "_id" || found.id != name.path).then_some((found, name))
            });
            match described {
                Some((found, name)) => {
                    let why = named(&name);
                    let lookup = inquiry.look_up(path, &found, Vec::new());
                    section.say("category", looked_up(&lookup, name.path), why);
                }
                None => section.say("category", path, named(&category)),
            }
        }
        None => inquiry.missing.push("categories of products".into()),
    }
    if let Some(sub) = pick(at, SUB_CATEGORY, is_kind) {
        section.say("sub_category", sub.path, named(&sub));
    }
}

/// The section of the customers.
pub fn customer(inquiry: &mut Inquiry) -> Section {
    let mut section = Section::new("[customer]");
    let orders = inquiry.orders();
    let found = found(inquiry, orders, CUSTOMER_KEY, CUSTOMERS);
    let email = pick(orders, EMAIL, is_text);
    let table = match (found, email) {
        (Some(found), _) => place(inquiry, orders, &found, &mut section),
        (None, Some(email)) => {
            let why = format!(
                "no other key; capitals are the same as small letters; {}",
                named(&email)
            );
            let value = draft::table([("path", email.path.into()), ("lower", true.into())]);
            section.say("id", value, why);
            orders
        }
        (None, None) => {
            inquiry.missing.push("customers".into());
            return section;
        }
    };
    // In an order, a name may be anybody's.
    let is_embedded = std::ptr::eq(table, orders);
    let fits = |it: &Pick| {
        !is_embedded || CUSTOMER_KEY.fit(around(it.path)) > 0 || it.fit > 900 && it.path != "name"
    };
    let names = picks(table, CUSTOMER_NAME, is_text).into_iter();
    match names.filter(|it| it.path != "_id").find(fits) {
        Some(name) => section.say("name", name.path, named(&name)),
        None => inquiry.missing.push("names of customers".into()),
    }
    if let Some(segment) = pick(table, SEGMENT, |it| {
        is_name_or_key(it) && !it.profile.is_unique()
    }) {
        section.say("segment", segment.path, named(&segment));
    }
    let since = pick(table, CUSTOMER_SINCE, |it| it.profile.is_date());
    if let Some(since) = since.filter(|_| !is_embedded) {
        date(&mut section, "created_at", &since);
    }
    section
}

/// The document that a field stands in.
fn around(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(around, _)| around)
}
