//! What canonical documents are like: one table, by which they are read and looked for.
//!
//! Other programs write to the shop's collections, too. A document that breaks a rule
//! is *odd*: it is left out of every figure and every list, by both engines, and told of
//! in `freshness`. [`walk`] reads a document by the table, and `odd` makes
//! a query of it.

use bson::{Decimal128, RawBsonRef, RawDocument};

use super::decimal_parts;

/// What one field holds.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The field's name in its document, line or return record.
    pub key: &'static str,
    /// Its path from the document.
    pub path: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Whether it must be there; else it may be missing or null.
    pub needed: bool,
}

/// What a field may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Text.
    Text,
    /// An instant in the years 1 to 9999.
    Time,
    /// A finite number of less than `TOO_LARGE`, whatever its sign.
    Amount,
    /// A place in a list, from 0: an integer.
    Place,
    /// An array of documents, each by rules of its own.
    List(&'static [Rule]),
    /// A document; what is no text in it is missing.
    Attributes,
    /// A document; what is no amount in it is missing.
    Numbers,
    /// A GeoJSON `Point` on Earth.
    Point,
}

/// The least amount that is none: sums of millions of smaller ones are exact.
pub const TOO_LARGE: i64 = 1_000_000_000_000_000;
const TOO_LARGE_DIGITS: i64 = 16;
/// The last place that there can be in a list.
pub(super) const LAST_PLACE: i32 = i32::MAX;
/// The first and the last millisecond of the years 1 to 9999.
pub(super) const TIMES: [i64; 2] = [-62_135_596_800_000, 253_402_300_799_999];
/// How far places may be from longitude and latitude 0, in degrees.
pub(super) const DEGREES: [f64; 2] = [180.0, 90.0];

/// A document that breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Odd {
    /// The field that is missing or holds something else.
    pub field: &'static str,
}

const fn rule(path: &'static str, holds: Holds, needed: bool) -> Rule {
    inner(path, path, holds, needed)
}

const fn inner(key: &'static str, path: &'static str, holds: Holds, needed: bool) -> Rule {
    Rule {
        key,
        path,
        holds,
        needed,
    }
}

const ID: Rule = rule("_id", Holds::Text, true);
const NAME: Rule = rule("name", Holds::Text, true);

/// A shop's own attributes.
const ATTRIBUTES: Rule = rule("attributes", Holds::Attributes, false);

/// Its own numbers.
const NUMBERS: Rule = rule("numbers", Holds::Numbers, false);

const fn optional_text(path: &'static str) -> Rule {
    rule(path, Holds::Text, false)
}

const ORDER: &[Rule] = &[
    ID,
    rule("orderedAt", Holds::Time, true),
    rule("status", Holds::Text, true),
    rule("lines", Holds::List(LINE), true),
    rule("returns", Holds::List(RETURN), false),
    rule("shippedAt", Holds::Time, false),
    optional_text("shipMode"),
    optional_text("customerId"),
    optional_text("shipToId"),
    optional_text("shipFromId"),
    ATTRIBUTES,
    NUMBERS,
];

/// The lines of orders.
pub const LINE: &[Rule] = &[
    inner("productId", "lines.productId", Holds::Text, false),
    inner("quantity", "lines.quantity", Holds::Amount, true),
    inner("revenue", "lines.revenue", Holds::Amount, true),
    inner("profit", "lines.profit", Holds::Amount, false),
    inner("discount", "lines.discount", Holds::Amount, false),
    inner(
        "discountAmount",
        "lines.discountAmount",
        Holds::Amount,
        false,
    ),
    inner("cost", "lines.cost", Holds::Amount, false),
    inner("tax", "lines.tax", Holds::Amount, false),
    inner("shipping", "lines.shipping", Holds::Amount, false),
    inner("attributes", "lines.attributes", Holds::Attributes, false),
    inner("numbers", "lines.numbers", Holds::Numbers, false),
];

/// The return records of orders.
pub const RETURN: &[Rule] = &[
    inner("returnedAt", "returns.returnedAt", Holds::Time, true),
    inner("line", "returns.line", Holds::Place, true),
    inner("quantity", "returns.quantity", Holds::Amount, false),
    inner("amount", "returns.amount", Holds::Amount, true),
    inner("profit", "returns.profit", Holds::Amount, false),
    inner("cost", "returns.cost", Holds::Amount, false),
];

const CUSTOMER: &[Rule] = &[
    ID,
    NAME,
    optional_text("segment"),
    optional_text("locationId"),
    rule("createdAt", Holds::Time, false),
    ATTRIBUTES,
];

const PRODUCT: &[Rule] = &[
    ID,
    NAME,
    optional_text("category"),
    optional_text("subCategory"),
    ATTRIBUTES,
];

const LOCATION: &[Rule] = &[
    ID,
    optional_text("country"),
    optional_text("region"),
    optional_text("state"),
    optional_text("city"),
    optional_text("postalCode"),
    rule("point", Holds::Point, false),
    ATTRIBUTES,
];

/// The collections that have rules.
pub const COLLECTIONS: [&str; 4] = ["orders", "customers", "products", "locations"];

/// The rules of a collection.
#[must_use]
pub fn rules(collection: &str) -> &'static [Rule] {
    match collection {
        "orders" => ORDER,
        "customers" => CUSTOMER,
        "products" => PRODUCT,
        _ => LOCATION,
    }
}

/// Reads a document by its rules: `read` is given each field that is there, once it is
/// known to hold what it should. Of a key that stands twice the first counts, as for
/// the server. What is inside of lists is left to whoever reads them.
///
/// # Errors
/// When a rule is broken, or as `read` fails.
pub fn walk<'a, E: From<Odd>>(
    rules: &'static [Rule],
    document: &'a RawDocument,
    mut read: impl FnMut(&'static Rule, RawBsonRef<'a>) -> Result<(), E>,
) -> Result<(), E> {
    let mut seen = 0_u32;
    for element in document {
        let (key, value) = element.map_err(|_| Odd {
            field: rules[0].path,
        })?;
        let key = key.as_str();
        let Some(at) = rules.iter().position(|rule| rule.key == key) else {
            continue;
        };
        let rule = &rules[at];
        let is_first = seen & (1 << at) == 0;
        seen |= 1 << at;
        if !is_first || (value == RawBsonRef::Null && !rule.needed) {
            continue;
        }
        if !rule.holds.admits(value) {
            return Err(Odd { field: rule.path }.into());
        }
        read(rule, value)?;
    }
    let is_missing = |(at, rule): &(usize, &Rule)| rule.needed && seen & (1 << at) == 0;
    match rules.iter().enumerate().find(is_missing) {
        Some((_, rule)) => Err(Odd { field: rule.path }.into()),
        None => Ok(()),
    }
}

/// Reads every document of a list that [`walk`] has given.
///
/// # Errors
/// As `read` fails.
pub fn each<'a, E: From<Odd>>(
    list: RawBsonRef<'a>,
    mut read: impl FnMut(&'a RawDocument) -> Result<(), E>,
) -> Result<(), E> {
    let Some(list) = list.as_array() else {
        return Ok(());
    };
    let documents = list
        .into_iter()
        .flatten()
        .filter_map(RawBsonRef::as_document);
    for document in documents {
        read(document)?;
    }
    Ok(())
}

/// Whether a document is odd, and why.
///
/// # Errors
/// When it is.
pub fn check(collection: &str, document: &RawDocument) -> Result<(), Odd> {
    walk(rules(collection), document, |rule, value| {
        match rule.holds {
            Holds::List(rules) => each(value, |it| walk(rules, it, |_, _| Ok::<_, Odd>(()))),
            _ => Ok(()),
        }
    })
}

impl Holds {
    /// Whether a value is one.
    #[must_use]
    pub fn admits(self, value: RawBsonRef<'_>) -> bool {
        match (self, value) {
            (Self::Text, RawBsonRef::String(_))
            | (Self::Amount, RawBsonRef::Int32(_))
            | (Self::Attributes | Self::Numbers, RawBsonRef::Document(_)) => true,
            (Self::Time, RawBsonRef::DateTime(time)) => {
                (TIMES[0]..=TIMES[1]).contains(&time.timestamp_millis())
            }
            (Self::Amount, RawBsonRef::Int64(whole)) => {
                whole.unsigned_abs() < TOO_LARGE.unsigned_abs()
            }
            #[expect(clippy::cast_precision_loss, reason = "a power of ten is exact")]
            (Self::Amount, RawBsonRef::Double(float)) => float.abs() < TOO_LARGE as f64,
            (Self::Amount, RawBsonRef::Decimal128(decimal)) => is_within(decimal),
            (Self::Place, RawBsonRef::Int32(place)) => place >= 0,
            (Self::Place, RawBsonRef::Int64(place)) => (0..=LAST_PLACE.into()).contains(&place),
            (Self::List(_), RawBsonRef::Array(list)) => list
                .into_iter()
                .all(|it| matches!(it, Ok(RawBsonRef::Document(_)))),
            (Self::Point, RawBsonRef::Document(point)) => is_on_earth(point),
            _ => false,
        }
    }
}

/// Whether a decimal is a number of less than `TOO_LARGE`.
fn is_within(decimal: Decimal128) -> bool {
    decimal_parts(decimal).is_some_and(|it| {
        let digits = it
            .coefficient
            .checked_ilog10()
            .map(|log| i64::from(log) + 1);
        digits.is_none_or(|digits| digits + it.exponent < TOO_LARGE_DIGITS)
    })
}

fn is_on_earth(point: &RawDocument) -> bool {
    if !matches!(point.get("type"), Ok(Some(RawBsonRef::String("Point")))) {
        return false;
    }
    let Ok(Some(RawBsonRef::Array(coordinates))) = point.get("coordinates") else {
        return false;
    };
    let degrees = coordinates.into_iter().map(|it| it.ok().and_then(degrees));
    let degrees: Option<Vec<f64>> = degrees.collect();
    degrees.is_some_and(|degrees| {
        let is_within = |(degrees, most): (&f64, f64)| degrees.abs() <= most;
        degrees.len() == DEGREES.len() && degrees.iter().zip(DEGREES).all(is_within)
    })
}

/// A coordinate.
#[expect(clippy::cast_precision_loss, reason = "those on Earth are small")]
#[must_use]
pub fn degrees(value: RawBsonRef<'_>) -> Option<f64> {
    match value {
        RawBsonRef::Double(degrees) => Some(degrees),
        RawBsonRef::Int32(degrees) => Some(degrees.into()),
        RawBsonRef::Int64(degrees) => Some(degrees as f64),
        _ => None,
    }
}
