//! The canonical documents, as they stand in the database.

use std::collections::BTreeMap;

use bson::{Bson, Document};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize};

use super::money;

/// One order with its lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// The order's id.
    #[serde(rename = "_id")]
    pub id: String,
    /// When it was placed.
    #[serde(with = "date")]
    pub ordered_at: DateTime<Utc>,
    /// When it left the warehouse; missing while it has not.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "optional_date"
    )]
    pub shipped_at: Option<DateTime<Utc>>,
    /// Where it is in its life, such as `completed` or `cancelled`.
    pub status: String,
    /// How it travels, such as `Second Class`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ship_mode: Option<String>,
    /// Who ordered; missing for an anonymous sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// Where it is delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ship_to_id: Option<String>,
    /// Where it ships from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ship_from_id: Option<String>,
    /// What was ordered; an order without lines is in no KPI.
    pub lines: Vec<OrderLine>,
    /// What came back of it later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub returns: Vec<ReturnRecord>,
}

/// One product on one order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderLine {
    /// What was sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// How many units; negative for a return.
    #[serde(with = "money::exact")]
    pub quantity: Decimal,
    /// What the line earned, after discounts, before shipping and tax; negative for a return.
    #[serde(with = "money::exact")]
    pub revenue: Decimal,
    /// What is left of the revenue after costs, where the source knows it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "money::optional"
    )]
    pub profit: Option<Decimal>,
    /// The discount as a share of the list price, 0.2 for 20 %.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "money::optional"
    )]
    pub discount: Option<Decimal>,
    /// What was taken off the list price, its share of the whole order's discount included, where
    /// the source knows it: revenue and discount are the list amount.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "money::optional"
    )]
    pub discount_amount: Option<Decimal>,
    /// What the goods cost the shop, where the source knows it; negative for a return.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "money::optional"
    )]
    pub cost: Option<Decimal>,
    /// Its share of the tax on the order, where the source knows it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "money::optional"
    )]
    pub tax: Option<Decimal>,
    /// Its share of what the customer was charged for shipping, where the source knows it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "money::optional"
    )]
    pub shipping: Option<Decimal>,
    /// The shop's own texts of it, by their names.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "texts"
    )]
    pub attributes: BTreeMap<String, String>,
}

/// What came back of one line, later than it was ordered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReturnRecord {
    /// When it came back.
    #[serde(with = "date")]
    pub returned_at: DateTime<Utc>,
    /// The place of its line among the order's, from 0.
    pub line: i64,
    /// How many units came back, where the source knows it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "money::optional"
    )]
    pub quantity: Option<Decimal>,
    /// What was given back for them, without tax and shipping.
    #[serde(with = "money::exact")]
    pub amount: Decimal,
    /// What of the line's profit is lost, where the source knows it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "money::optional"
    )]
    pub profit: Option<Decimal>,
    /// What the goods that came back had cost the shop, where the source knows it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "money::optional"
    )]
    pub cost: Option<Decimal>,
}

/// One customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    /// The customer's id.
    #[serde(rename = "_id")]
    pub id: String,
    /// The customer's name.
    pub name: String,
    /// The kind of customer, such as `Consumer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// Where the customer is at home.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location_id: Option<String>,
    /// When the customer first registered.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "optional_date"
    )]
    pub created_at: Option<DateTime<Utc>>,
}

/// One product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// The product's id.
    #[serde(rename = "_id")]
    pub id: String,
    /// The product's current name.
    pub name: String,
    /// The wider group, such as `Furniture`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The narrower group, such as `Chairs`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_category: Option<String>,
}

/// One place that orders ship to or from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// The location's id.
    #[serde(rename = "_id")]
    pub id: String,
    /// The country's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The sales region, such as `West`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The state or province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The postal code, as text: leading zeros matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Where on Earth it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
}

/// A GeoJSON `Point`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "Point")]
pub struct Point {
    /// Longitude, then latitude, in degrees (WGS 84), as GeoJSON has them.
    pub coordinates: [f64; 2],
}

/// What holds for the whole shop; `import` and `demo` write it, `serve` reads it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShopSettings {
    /// The shop's name.
    pub name: String,
    /// The one currency of every amount, as its ISO 4217 code.
    pub currency: String,
    /// The IANA time zone whose days the shop counts in.
    pub time_zone: String,
    /// How weeks, months and years are cut, where not as most shops do.
    #[serde(default, skip_serializing_if = "ShopCalendar::is_usual")]
    pub calendar: ShopCalendar,
    /// Statuses whose orders are out of every KPI.
    pub uncounted_statuses: Vec<String>,
}

/// How a shop cuts its weeks, months and years; what is missing is as most have it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ShopCalendar {
    /// The day that weeks begin with, in English and small letters; `monday`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_weekday: Option<String>,
    /// The month that years begin with, 1 to 12; 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_month: Option<u32>,
    /// How many weeks the months of a quarter have: `4-4-5`, `4-5-4` or `5-4-4`; none for
    /// calendar months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weeks: Option<String>,
    /// Which week is the last of a year of weeks: the one that ends `nearest` to the end of the
    /// last month, or the `last` one that ends within it; `nearest`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year_ends: Option<String>,
}

impl ShopCalendar {
    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

impl ShopSettings {
    /// The id of the one document that holds them.
    pub const ID: &str = "shop";
}

impl Default for ShopSettings {
    fn default() -> Self {
        Self {
            name: "Shop".into(),
            currency: "USD".into(),
            time_zone: "UTC".into(),
            calendar: ShopCalendar::default(),
            uncounted_statuses: vec!["cancelled".into(), "unavailable".into()],
        }
    }
}

/// The texts of a document; what is none is missing.
fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let all = Option::<Document>::deserialize(deserializer)?;
    let texts = all.unwrap_or_default().into_iter();
    let texts = texts.filter_map(|(name, value)| match value {
        Bson::String(text) => Some((name, text)),
        _ => None,
    });
    Ok(texts.collect())
}

mod date {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(
        value: &DateTime<Utc>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        bson::DateTime::from_chrono(*value).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<DateTime<Utc>, D::Error> {
        bson::DateTime::deserialize(deserializer).map(bson::DateTime::to_chrono)
    }
}

mod optional_date {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(
        value: &Option<DateTime<Utc>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.map(bson::DateTime::from_chrono).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<DateTime<Utc>>, D::Error> {
        let value = Option::<bson::DateTime>::deserialize(deserializer)?;
        Ok(value.map(bson::DateTime::to_chrono))
    }
}

#[cfg(test)]
mod tests {
    use bson::{deserialize_from_document, doc, serialize_to_document};
    use chrono::TimeZone;
    use rust_decimal_macros::dec;

    use super::*;

    #[test]
    fn an_order_stands_in_the_database_as_documented() {
        let order = Order {
            id: "O-1".into(),
            ordered_at: Utc.with_ymd_and_hms(2024, 3, 31, 1, 30, 0).unwrap(),
            shipped_at: None,
            status: "completed".into(),
            ship_mode: Some("First Class".into()),
            customer_id: None,
            ship_to_id: Some("L-1".into()),
            ship_from_id: None,
            lines: vec![OrderLine {
                product_id: Some("P-1".into()),
                quantity: dec!(2),
                revenue: dec!(19.90),
                profit: None,
                discount: Some(dec!(0.2)),
                discount_amount: Some(dec!(4.98)),
                cost: None,
                tax: Some(dec!(3)),
                shipping: None,
                attributes: BTreeMap::new(),
            }],
            returns: vec![ReturnRecord {
                returned_at: Utc.with_ymd_and_hms(2024, 4, 2, 0, 0, 0).unwrap(),
                line: 0,
                quantity: Some(dec!(1)),
                amount: dec!(9.95),
                profit: None,
                cost: None,
            }],
        };
        let amount = |text: &str| Bson::Decimal128(text.parse().unwrap());
        let stored = doc! {
            "_id": "O-1",
            "orderedAt": bson::DateTime::from_millis(1_711_848_600_000),
            "status": "completed",
            "shipMode": "First Class",
            "shipToId": "L-1",
            "lines": [{ "productId": "P-1", "quantity": 2, "revenue": amount("19.9"), "discount": amount("0.2"), "discountAmount": amount("4.98"), "tax": 3 }],
            "returns": [{ "returnedAt": bson::DateTime::from_millis(1_712_016_000_000), "line": 0_i64, "quantity": 1, "amount": amount("9.95") }],
        };
        assert_eq!(serialize_to_document(&order).unwrap(), stored);
        assert_eq!(deserialize_from_document::<Order>(stored).unwrap(), order);
    }
}
