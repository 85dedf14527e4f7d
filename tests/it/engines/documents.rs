//! Random shops, as the documents that stand in the database.

use bson::{Bson, Decimal128, Document, doc};
use chrono::{DateTime, TimeDelta, Utc};
use mongodb::IndexModel;
use salesgraph::{
    kpi::{Holder, Level},
    store::{ShopCalendar, ShopSettings, Store},
};

use super::{
    bridge,
    dice::Dice,
    spoilt::spoil,
    world::{World, ZONES},
};

/// Texts that a careless pipeline would take for something else, prefixes of each other, and
/// such as differ in capitals, accents, marks, ligatures or forms of letters only.
pub const TEXTS: [&str; 24] = [
    "North",
    "Nor",
    "N",
    "",
    "$status",
    ".*",
    "Ünïcode ✓",
    "a.b",
    "north",
    "NÖRTH side",
    "no\u{308}rth Side",
    "Straße",
    "STRASSE ss",
    "Cœur d’Æon",
    "coeur d'aeon",
    "ΝΌΤΟΣ",
    "νοτος",
    "서울 서",
    "\u{1109}\u{1165}\u{110B}\u{116E}\u{11AF}",
    "テレビ ﾃﾚﾋﾞ",
    "أحمد احمد",
    "क़लम की",
    "İzmir ızmir",
    "x\u{200D}y ² 2 -- –",
];
/// What places have, and there are a few texts for each of.
pub const LEVELS: [&str; 4] = ["country", "region", "state", "city"];
pub const STATUSES: [&str; 5] = ["completed", "cancelled", "unavailable", "new", "$new"];
pub const SHIP_MODES: [&str; 3] = ["Standard", "Express", "Express Plus"];

const CUSTOMERS: usize = 14;
const PRODUCTS: usize = 12;
const LOCATIONS: usize = 10;

fn id(kind: &str, dice: &mut Dice, many: usize) -> String {
    // The last one has no document.
    format!("{kind}{}", dice.below(many + 1))
}

fn order(number: usize, world: &World, dice: &mut Dice) -> Document {
    let placed = world.instant(dice);
    let mut order = doc! { "_id": format!("o{number}"), "orderedAt": date(placed) };
    let status = if dice.percent(75) {
        "completed"
    } else {
        *dice.pick(&STATUSES)
    };
    order.insert("status", status);
    if dice.percent(70) {
        let hours = dice.between(-30, 400);
        let shipped = placed + TimeDelta::minutes(hours * 60 + dice.between(0, 59));
        order.insert("shippedAt", date(shipped));
    } else {
        null_or_missing(&mut order, "shippedAt", dice);
    }
    for (field, kind, many, often) in [
        ("customerId", "c", CUSTOMERS, 85),
        ("shipToId", "l", LOCATIONS, 85),
        ("shipFromId", "l", LOCATIONS, 80),
    ] {
        if dice.percent(often) {
            order.insert(field, id(kind, dice, many));
        } else {
            null_or_missing(&mut order, field, dice);
        }
    }
    if dice.percent(80) {
        order.insert("shipMode", *dice.pick(&SHIP_MODES));
    } else {
        null_or_missing(&mut order, "shipMode", dice);
    }
    let lines = *dice.pick(&[0, 1, 1, 1, 2, 2, 3, 5]);
    let lines: Vec<Document> = (0..lines).map(|_| line(world, dice)).collect();
    order.insert("lines", lines);
    own_attributes(&mut order, Holder::Order, world, dice);
    own_numbers(&mut order, Level::Order, world, dice);
    if world.has_returns {
        bridge::add_returns(&mut order, world, dice);
    }
    order
}

/// What the shop's own dimensions are of: texts most of the time, and else nothing, or what is
/// no text.
fn own_attributes(document: &mut Document, holder: Holder, world: &World, dice: &mut Dice) {
    let own = world.vocabulary.own(holder);
    if own.is_empty() || dice.percent(5) {
        return null_or_missing(document, "attributes", dice);
    }
    let mut attributes = Document::new();
    for dimension in own {
        if dice.percent(5) {
            let no_text = match dice.between(0, 3) {
                3 => vec![TEXTS[0]].into(),
                number => Bson::from(number),
            };
            attributes.insert(dimension.name(), no_text);
        } else {
            attribute(&mut attributes, dimension.name(), &TEXTS[..7], dice);
        }
    }
    document.insert("attributes", attributes);
}

/// What the shop's own measures are made of: amounts most of the time, and else nothing, or
/// what is no amount.
fn own_numbers(document: &mut Document, level: Level, world: &World, dice: &mut Dice) {
    let own: Vec<_> = world.vocabulary.fields(level).collect();
    if own.is_empty() || dice.percent(8) {
        return null_or_missing(document, "numbers", dice);
    }
    let mut numbers = Document::new();
    for field in own {
        let number = match dice.below(12) {
            0..=2 => None,
            3 if dice.percent(40) => Some(no_amount(dice)),
            _ => Some(amount(world, dice)),
        };
        numbers.extend(number.map(|it| (field.name().to_owned(), it)));
    }
    document.insert("numbers", numbers);
}

fn no_amount(dice: &mut Dice) -> Bson {
    match dice.below(8) {
        0 => Bson::Null,
        1 => "12.5".into(),
        2 => decimal("NaN"),
        3 => decimal("-Infinity"),
        4 => f64::NAN.into(),
        5 => 1_000_000_000_000_000_i64.into(),
        6 => true.into(),
        _ => vec![1, 2].into(),
    }
}

fn line(world: &World, dice: &mut Dice) -> Document {
    let mut line = Document::new();
    if dice.percent(92) {
        line.insert("productId", id("p", dice, PRODUCTS));
    } else {
        null_or_missing(&mut line, "productId", dice);
    }
    line.insert("quantity", quantity(world, dice));
    line.insert("revenue", amount(world, dice));
    if dice.percent(80) {
        line.insert("profit", amount(world, dice));
    } else {
        null_or_missing(&mut line, "profit", dice);
    }
    own_attributes(&mut line, Holder::Line, world, dice);
    own_numbers(&mut line, Level::Line, world, dice);
    if world.knows_the_bridge {
        bridge::add_amounts(&mut line, world, dice);
    }
    line
}

pub fn quantity(world: &World, dice: &mut Dice) -> Bson {
    match dice.below(10) {
        0 => amount(world, dice),
        1 => Bson::Int64(dice.between(-3, 3)),
        _ => Bson::Int32(i32::try_from(dice.between(-2, 9)).unwrap()),
    }
}

/// An amount in one of the forms that a canonical document may hold.
pub fn amount(world: &World, dice: &mut Dice) -> Bson {
    let whole = dice.between(-300, 1000);
    if world.has_doubles && dice.percent(20) {
        // With noise behind the digits that count.
        let hundredths = f64::from(i32::try_from(dice.between(-90_000, 300_000)).unwrap());
        return Bson::Double(hundredths * 0.1 * 0.1);
    }
    match dice.below(12) {
        0 => Bson::Int32(0),
        1 => Bson::Int32(i32::try_from(whole).unwrap()),
        2 => Bson::Int64(whole * 3_000_000),
        3 => decimal(&format!("{whole}E+2")),
        4 => decimal(&format!("{whole}.50")),
        5 => decimal("0.00"),
        _ => {
            let scale = dice.below(6);
            let digits = dice.between(-90_000, 300_000);
            decimal(&format!("{digits}E-{scale}"))
        }
    }
}

fn decimal(text: &str) -> Bson {
    Bson::Decimal128(text.parse::<Decimal128>().unwrap())
}

fn customer(number: usize, world: &World, dice: &mut Dice) -> Document {
    let mut customer =
        doc! { "_id": format!("c{number}"), "name": format!("Customer {}", number % 5) };
    attribute(&mut customer, "segment", &TEXTS[..3], dice);
    own_attributes(&mut customer, Holder::Customer, world, dice);
    customer
}

fn product(number: usize, world: &World, dice: &mut Dice) -> Document {
    let mut product =
        doc! { "_id": format!("p{number}"), "name": format!("Product {}", number % 4) };
    attribute(&mut product, "category", &TEXTS[..4], dice);
    attribute(&mut product, "subCategory", &TEXTS, dice);
    own_attributes(&mut product, Holder::Product, world, dice);
    product
}

fn location(number: usize, world: &World, dice: &mut Dice) -> Document {
    let mut location = doc! { "_id": format!("l{number}") };
    for level in LEVELS {
        attribute(&mut location, level, texts_of(level), dice);
    }
    if dice.percent(75) {
        location.insert("point", point(dice));
    } else {
        null_or_missing(&mut location, "point", dice);
    }
    own_attributes(&mut location, Holder::ShipTo, world, dice);
    location
}

/// Some places share a point, and some are on opposite sides of the Earth.
pub fn point(dice: &mut Dice) -> Document {
    let longitude = *dice.pick(&[2.3522, -177.6448, 2.3522, 0.0, 180.0, 139.6917]);
    let latitude = *dice.pick(&[48.8566, -48.8566, 0.0, 35.6895, 90.0]);
    doc! { "type": "Point", "coordinates": [longitude, latitude] }
}

/// The texts of a level of places.
pub fn texts_of(level: &str) -> &'static [&'static str] {
    match level {
        "country" => &TEXTS[..5],
        "region" => &TEXTS[6..11],
        "state" => &TEXTS[11..16],
        _ => &TEXTS[19..],
    }
}

fn attribute(document: &mut Document, field: &str, texts: &[&str], dice: &mut Dice) {
    if dice.percent(85) {
        document.insert(field, *dice.pick(texts));
    } else {
        null_or_missing(document, field, dice);
    }
}

pub fn null_or_missing(document: &mut Document, field: &str, dice: &mut Dice) {
    if dice.percent(40) {
        document.insert(field, Bson::Null);
    }
}

pub fn date(time: DateTime<Utc>) -> bson::DateTime {
    bson::DateTime::from_millis(time.timestamp_millis())
}

/// Any document of a collection, by its number.
pub fn any(collection: &str, number: usize, world: &World, dice: &mut Dice) -> Document {
    let mut document = match collection {
        "orders" => order(number, world, dice),
        "customers" => customer(number, world, dice),
        "products" => product(number, world, dice),
        _ => location(number, world, dice),
    };
    if world.has_odd_documents && dice.percent(12) {
        spoil(collection, &mut document, dice);
    }
    document
}

/// How many documents there are of what is not an order.
pub fn many(collection: &str) -> usize {
    match collection {
        "customers" => CUSTOMERS,
        "products" => PRODUCTS,
        _ => LOCATIONS,
    }
}

/// Fills an empty database.
pub async fn fill(store: &Store, orders: usize, world: &World, dice: &mut Dice) {
    let settings = ShopSettings {
        time_zone: dice.pick(&ZONES).to_string(),
        calendar: calendar(dice),
        uncounted_statuses: match dice.below(4) {
            0 => vec![],
            1 => vec!["new".into(), "never seen".into()],
            _ => ShopSettings::default().uncounted_statuses,
        },
        ..ShopSettings::default()
    };
    store.save_settings(&settings).await.unwrap();
    index_customers(store).await;
    for collection in ["customers", "products", "locations"] {
        let all = (0..many(collection)).map(|number| any(collection, number, world, dice));
        insert(store, collection, all.collect()).await;
    }
    let all: Vec<_> = (0..orders)
        .map(|number| any("orders", number, world, dice))
        .collect();
    for some in all.chunks(5_000) {
        insert(store, "orders", some.to_vec()).await;
    }
}

/// An index by which MongoDB finds a customer's first order: without one it looks through all
/// orders for each of them. Those of a real shop take none with lists for two fields, which
/// spoilt orders may be.
pub async fn index_customers(store: &Store) {
    let index = IndexModel::builder().keys(doc! { "customerId": 1 }).build();
    let orders = store.database().collection::<Document>("orders");
    orders.create_index(index).await.unwrap();
}

/// Mostly that of most shops.
fn calendar(dice: &mut Dice) -> ShopCalendar {
    match dice.below(4) {
        0 => ShopCalendar {
            first_weekday: Some("sunday".into()),
            first_month: Some(2),
            weeks: Some("4-5-4".into()),
            year_ends: None,
        },
        1 => ShopCalendar {
            first_month: Some(7),
            ..ShopCalendar::default()
        },
        _ => ShopCalendar::default(),
    }
}

async fn insert(store: &Store, collection: &str, documents: Vec<Document>) {
    let collection = store.database().collection::<Document>(collection);
    collection.insert_many(documents).await.unwrap();
}
