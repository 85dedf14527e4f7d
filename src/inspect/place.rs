//! `[ship_to]`: where orders go.

use std::collections::BTreeMap;

use super::{
    draft::Section,
    inquiry::{Inquiry, looked_up, named},
    names::{Meaning, says},
    pick::{Pick, is_name_or_key, picks},
    table::{Column, Table},
    vocabulary::{BILL_TO, CITY, COUNTRY, POSTAL_CODE, REGION, SHIP_TO, STATE},
};

const FIELDS: [(&str, Meaning); 5] = [
    ("country", COUNTRY),
    ("region", REGION),
    ("state", STATE),
    ("city", CITY),
    ("postal_code", POSTAL_CODE),
];

/// The parts of one address, by their keys in the model.
type Address<'t> = BTreeMap<&'static str, Pick<'t>>;

/// The section of the places that orders go to.
pub fn section(inquiry: &mut Inquiry) -> Section {
    let mut section = Section::new("[ship_to]");
    if let Some(address) = collection(inquiry, &mut section) {
        write(inquiry, "", &address, &mut section);
        return section;
    }
    let orders = inquiry.orders();
    let outer = inquiry.outer();
    let own = address(orders);
    let of_outer = outer.and_then(address).filter(|_| own.is_none());
    let prefix = outer.map_or(String::new(), |it| format!("{}.0.", it.each[0]));
    match (own, of_outer) {
        (Some(address), _) => write(inquiry, "", &address, &mut section),
        (None, Some(address)) => write(inquiry, &prefix, &address, &mut section),
        (None, None) => inquiry.missing.push("where orders go".into()),
    }
    section
}

/// Places in a collection of their own, that orders name.
fn collection<'t>(inquiry: &Inquiry<'t>, section: &mut Section) -> Option<Address<'t>> {
    let shop = inquiry.shop;
    let orders = inquiry.orders();
    let keys = orders
        .columns
        .iter()
        .filter(|(path, it)| *path != "_id" && is_name_or_key(it));
    for (path, column) in keys {
        for found in shop.references(path, column, None) {
            let is_orders = found.collection == inquiry.layout.orders;
            let table = shop.root(found.collection);
            let name = shop.name(found.collection);
            let is_place = says(
                name,
                "location, place, address, adress, ort, lieu, lugar, direccion",
            );
            let address = address(table).filter(|it| it.len() > 1 && is_place && !is_orders);
            if let Some(address) = address {
                section.say("from", name, found.why(path, name));
                section.say("key", path.as_str(), "");
                if found.id != "_id" {
                    section.say("id", found.id.as_str(), "");
                }
                return Some(address);
            }
        }
    }
    None
}

/// The likeliest address of a table: the one that goods are shipped to, or else the fullest.
fn address<'t>(table: &'t Table<'t>) -> Option<Address<'t>> {
    let mut addresses: BTreeMap<&str, Address> = BTreeMap::new();
    let is_part = |it: &Column| is_name_or_key(it);
    for (key, meaning) in FIELDS {
        for it in picks(table, meaning, is_part) {
            let around = it.path.rsplit_once('.').map_or("", |(around, _)| around);
            addresses
                .entry(around)
                .or_default()
                .entry(key)
                .or_insert(it);
        }
    }
    let rank = |(around, parts): &(&str, Address)| {
        let is_shipped = says(around, SHIP_TO);
        let is_billed = says(around, BILL_TO);
        let has_country_or_city = parts.contains_key("country") || parts.contains_key("city");
        (has_country_or_city, is_shipped, !is_billed, parts.len())
    };
    // Of equals the first by name.
    let mut ranked: Vec<_> = addresses.into_iter().collect();
    ranked.sort_by_key(|it| std::cmp::Reverse(rank(it)));
    let mut ranked = ranked.into_iter();
    let (around, mut best) = ranked.next()?;
    // What stands right in the order is a part of some address: the next has the rest.
    if let Some((_, rest)) = ranked.next().filter(|_| around.is_empty()) {
        for (key, it) in rest {
            best.entry(key).or_insert(it);
        }
    }
    let is_one = best.contains_key("country") || best.contains_key("city");
    is_one.then_some(best)
}

fn write(inquiry: &mut Inquiry, prefix: &str, address: &Address, section: &mut Section) {
    let shop = inquiry.shop;
    let parts = FIELDS
        .iter()
        .filter_map(|(key, _)| Some((*key, address.get(key)?)));
    for (key, pick) in parts {
        let path = format!("{prefix}{}", pick.path);
        let references = shop.references(pick.path, pick.column, Some(COUNTRY));
        let described = references.into_iter().find_map(|found| {
            let meaning = Meaning::new("name, title, nom, nombre, bezeichnung", "");
            let named = picks(shop.root(found.collection), meaning, |it| {
                it.profile.is_text()
            });
            let name = named.into_iter().next()?;
            (found.id != name.path).then_some((found, name))
        });
        match described.filter(|_| key == "country") {
            Some((found, name)) => {
                let why = named(&name);
                let lookup = inquiry.look_up(&path, &found, Vec::new());
                section.say(key, looked_up(&lookup, name.path), why);
            }
            None => section.say(key, path, named(pick)),
        }
    }
}
