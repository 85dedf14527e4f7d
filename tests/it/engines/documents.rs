//! Random shops, as the documents that stand in the database.

use bson::{Bson, Decimal128, Document, doc};
use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use salesgraph::{
    kpi::{Holder, Vocabulary},
    store::{ShopSettings, Store},
};

use super::{bridge, dice::Dice, spoilt::spoil, words};

/// Zones with clocks that change by an hour, by half an hour, at midnight, over midnight, by a
/// day, or never; and zones whose law changed after MongoDB's own rules of them were written.
pub const ZONES: [&str; 16] = [
    "UTC",
    "Europe/Paris",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/New_York",
    "Asia/Kathmandu",
    "America/Mexico_City",
    "America/Scoresbysund",
    "America/Ciudad_Juarez",
    "America/St_Johns",
    "Pacific/Chatham",
    "Africa/Cairo",
    "America/Havana",
    "Asia/Amman",
];

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

/// When clocks change in Europe, New York, on Lord Howe, in São Paulo (until 2019), and in
/// Apia (which left out a day); in Mexico, Ciudad Juárez, Scoresbysund, Newfoundland, Cairo,
/// Havana, Amman and on the Chatham Islands.
const CLOCK_CHANGES: [&str; 23] = [
    "2024-03-31T01:00:00Z",
    "2023-10-29T01:00:00Z",
    "2022-10-30T01:00:00Z",
    "2023-03-12T07:00:00Z",
    "2022-11-06T06:00:00Z",
    "2024-04-06T15:00:00Z",
    "2022-10-01T15:30:00Z",
    "2023-04-01T15:00:00Z",
    "2018-02-18T02:00:00Z",
    "2018-11-04T03:00:00Z",
    "2011-12-30T10:00:00Z",
    "2011-10-30T01:00:00Z",
    "2022-04-03T08:00:00Z",
    "2022-10-30T07:00:00Z",
    "2022-11-30T06:00:00Z",
    "2024-03-31T00:00:00Z",
    "2010-11-07T02:31:00Z",
    "2011-03-13T03:31:00Z",
    "2023-04-27T22:00:00Z",
    "2023-10-26T21:00:00Z",
    "2023-03-12T05:00:00Z",
    "2022-10-28T00:00:00Z",
    "2023-09-23T14:00:00Z",
];

const CUSTOMERS: usize = 14;
const PRODUCTS: usize = 12;
const LOCATIONS: usize = 10;

/// What all documents of a shop have in common.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what shops have or lack, each by itself"
)]
pub struct World {
    /// The first day on which an order may be placed.
    from: NaiveDate,
    pub days: u64,
    zone: Tz,
    /// In one shop in a few, some orders are placed in other centuries.
    has_far_dates: bool,
    /// In some, other programs write documents that are odd.
    has_odd_documents: bool,
    /// In some, nothing is known of discounts, costs, tax and shipping.
    knows_the_bridge: bool,
    /// In some, things come back after their order.
    has_returns: bool,
    /// In some, other programs write amounts as doubles.
    has_doubles: bool,
    /// Most have words of their own.
    pub vocabulary: &'static Vocabulary,
}

impl World {
    pub fn new(dice: &mut Dice) -> Self {
        // Soon there is a change of the clocks.
        let change: DateTime<Utc> = dice.pick(&CLOCK_CHANGES).parse().unwrap();
        Self {
            from: change.date_naive() - Days::new(dice.below(20) as u64),
            days: *dice.pick(&[3, 12, 40, 120, 420, 900]),
            zone: dice.pick(&ZONES).parse().unwrap(),
            has_far_dates: dice.percent(15),
            has_odd_documents: dice.percent(40),
            has_doubles: dice.percent(25),
            knows_the_bridge: dice.percent(70),
            has_returns: dice.percent(70),
            vocabulary: words::vocabulary(dice),
        }
    }

    /// The same without odd documents and dimensions of the shop's own.
    pub fn canonical(self) -> Self {
        Self {
            has_odd_documents: false,
            vocabulary: words::of_kpis_alone(),
            ..self
        }
    }

    /// A day on which there may be orders, or just before or after.
    pub fn day(&self, dice: &mut Dice) -> NaiveDate {
        let days = dice.below(usize::try_from(self.days).unwrap() + 2);
        self.from + Days::new(days as u64)
    }

    fn instant(&self, dice: &mut Dice) -> DateTime<Utc> {
        if self.has_far_dates && dice.percent(4) {
            let far = [
                "1969-12-31T23:59:59.999Z",
                "1955-07-01T12:00:00Z",
                "2099-12-31T23:30:00Z",
            ];
            return dice.pick(&far).parse().unwrap();
        }
        let day = self.day(dice);
        match dice.below(8) {
            // Ends of days, months and years in the shop's zone.
            0 => self.local(day, dice) - TimeDelta::milliseconds(1),
            1 => self.local(day, dice),
            2 => self.local(day.with_day(1).unwrap(), dice),
            3 => self.local(day.with_ordinal(1).unwrap(), dice),
            4 => self.clock_change(dice),
            // Few different times, so that some are equal.
            5 => day.and_hms_opt(12, 0, 0).unwrap().and_utc(),
            _ => {
                let milliseconds = dice.between(0, 86_400_000 - 1);
                day.and_hms_opt(0, 0, 0).unwrap().and_utc() + TimeDelta::milliseconds(milliseconds)
            }
        }
    }

    fn local(&self, day: NaiveDate, dice: &mut Dice) -> DateTime<Utc> {
        let hour = u32::try_from(*dice.pick(&[0, 0, 1, 2, 23])).unwrap();
        let time = day.and_hms_opt(hour, 0, 0).unwrap();
        let local = self.zone.from_local_datetime(&time).earliest();
        local.map_or_else(|| time.and_utc(), |it| it.to_utc())
    }

    /// Around a time at which some zone changes its clocks.
    fn clock_change(&self, dice: &mut Dice) -> DateTime<Utc> {
        let end = self.from + Days::new(self.days);
        let changes: Vec<DateTime<Utc>> = CLOCK_CHANGES
            .iter()
            .map(|it| it.parse().unwrap())
            .filter(|it: &DateTime<Utc>| (self.from..=end).contains(&it.date_naive()))
            .collect();
        if changes.is_empty() {
            return self.local(self.day(dice), dice);
        }
        *dice.pick(&changes) + TimeDelta::minutes(15 * dice.between(-8, 8))
    }
}

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
    if world.has_returns {
        bridge::add_returns(&mut order, world, dice);
    }
    order
}

/// What the shop's own dimensions are of: texts most of the time, and else nothing.
fn own_attributes(document: &mut Document, holder: Holder, world: &World, dice: &mut Dice) {
    let own = world.vocabulary.own(holder);
    if own.is_empty() || dice.percent(5) {
        return null_or_missing(document, "attributes", dice);
    }
    let mut attributes = Document::new();
    for dimension in own {
        if dice.percent(5) {
            attributes.insert(dimension.name(), dice.between(0, 3));
        } else {
            attribute(&mut attributes, dimension.name(), &TEXTS[..7], dice);
        }
    }
    document.insert("attributes", attributes);
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
        uncounted_statuses: match dice.below(4) {
            0 => vec![],
            1 => vec!["new".into(), "never seen".into()],
            _ => ShopSettings::default().uncounted_statuses,
        },
        ..ShopSettings::default()
    };
    store.save_settings(&settings).await.unwrap();
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

async fn insert(store: &Store, collection: &str, documents: Vec<Document>) {
    let collection = store.database().collection::<Document>(collection);
    collection.insert_many(documents).await.unwrap();
}
