//! What the four collections have in common: ids, and fields to filter and sort by.

use bson::Bson;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    Customer, Location, Order, OrderLine, Product, ReturnRecord, decimal_to_bson,
    rows::LINE_PRODUCT, seen::Seen,
};

/// A document of one of the four collections.
pub trait Entity: DeserializeOwned + Send + Sync + Unpin + 'static {
    /// The collection.
    const COLLECTION: &'static str;

    /// The document's id.
    fn id(&self) -> &str;

    /// Leaves it what of it may be seen.
    fn trim(&mut self, _seen: &Seen) {}

    /// How many bytes it takes in memory, roughly.
    fn bytes(&self) -> usize {
        /// A handful of short texts.
        const TEXTS: usize = 200;
        size_of::<Self>() + TEXTS
    }

    /// The document's value of a field that pages can be sorted by.
    fn value(&self, field: Field) -> Option<Value>;
}

/// A field to filter or sort by.
///
/// The path is fixed when the program is compiled, so that no text from a client
/// can become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Field {
    /// Where it stands in the document.
    pub path: &'static str,
    /// What its values are, where there is one.
    pub kind: Kind,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Text.
    Text,
    /// An exact number.
    Number,
    /// An instant.
    Time,
    /// Anything that can only be there or not.
    Other,
}

/// A value to compare with.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Value {
    /// Text.
    Text(String),
    /// An exact number.
    Number(Decimal),
    /// An instant.
    Time(DateTime<Utc>),
}

impl Field {
    /// Every document's id.
    pub const ID: Self = Self::text("_id");

    /// A field that holds text.
    #[must_use]
    pub const fn text(path: &'static str) -> Self {
        Self {
            path,
            kind: Kind::Text,
        }
    }

    /// A field that holds a number.
    #[must_use]
    pub const fn number(path: &'static str) -> Self {
        Self {
            path,
            kind: Kind::Number,
        }
    }

    /// A field that holds an instant.
    #[must_use]
    pub const fn time(path: &'static str) -> Self {
        Self {
            path,
            kind: Kind::Time,
        }
    }

    /// A field that can only be tested for being there.
    #[must_use]
    pub const fn other(path: &'static str) -> Self {
        Self {
            path,
            kind: Kind::Other,
        }
    }
}

impl Value {
    /// What the value is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Number(_) => Kind::Number,
            Self::Time(_) => Kind::Time,
        }
    }

    pub(super) fn to_bson(&self) -> Bson {
        match self {
            Self::Text(text) => Bson::String(text.clone()),
            Self::Number(number) => decimal_to_bson(*number),
            Self::Time(time) => bson::DateTime::from_chrono(*time).into(),
        }
    }
}

fn text(value: Option<&String>) -> Option<Value> {
    value.cloned().map(Value::Text)
}

impl Order {
    /// When it was placed.
    pub const ORDERED_AT: Field = Field::time("orderedAt");
    /// When it left the warehouse.
    pub const SHIPPED_AT: Field = Field::time("shippedAt");
    /// Where it is in its life.
    pub const STATUS: Field = Field::text("status");
    /// How it travels.
    pub const SHIP_MODE: Field = Field::text("shipMode");
    /// Who ordered.
    pub const CUSTOMER: Field = Field::text("customerId");
    /// Where it is delivered.
    pub const SHIP_TO: Field = Field::text("shipToId");
    /// Where it ships from.
    pub const SHIP_FROM: Field = Field::text("shipFromId");
    /// Its lines.
    pub const LINES: Field = Field::other("lines");
}

impl OrderLine {
    /// What a field of it holds, where that is text.
    pub(super) fn text(&self, field: Field) -> Option<&str> {
        match field.path.strip_prefix("attributes.") {
            Some(name) => self.attributes.get(name).map(String::as_str),
            None if field == LINE_PRODUCT => self.product_id.as_deref(),
            None => None,
        }
    }
}

impl Entity for Order {
    const COLLECTION: &'static str = "orders";

    fn id(&self) -> &str {
        &self.id
    }

    fn trim(&mut self, seen: &Seen) {
        seen.trim(self);
    }

    fn bytes(&self) -> usize {
        /// The texts of an order and of a line.
        const TEXTS: (usize, usize) = (200, 32);
        let line = size_of::<OrderLine>() + TEXTS.1;
        let records = self.returns.len() * size_of::<ReturnRecord>();
        size_of::<Self>() + TEXTS.0 + self.lines.len() * line + records
    }

    fn value(&self, field: Field) -> Option<Value> {
        match field {
            Field::ID => Some(Value::Text(self.id.clone())),
            Self::ORDERED_AT => Some(Value::Time(self.ordered_at)),
            Self::SHIPPED_AT => self.shipped_at.map(Value::Time),
            Self::STATUS => Some(Value::Text(self.status.clone())),
            Self::SHIP_MODE => text(self.ship_mode.as_ref()),
            _ => None,
        }
    }
}

impl Customer {
    /// The customer's name.
    pub const NAME: Field = Field::text("name");
    /// The kind of customer.
    pub const SEGMENT: Field = Field::text("segment");
    /// Where the customer is at home.
    pub const LOCATION: Field = Field::text("locationId");
    /// When the customer first registered.
    pub const CREATED_AT: Field = Field::time("createdAt");
}

impl Entity for Customer {
    const COLLECTION: &'static str = "customers";

    fn id(&self) -> &str {
        &self.id
    }

    fn value(&self, field: Field) -> Option<Value> {
        match field {
            Field::ID => Some(Value::Text(self.id.clone())),
            Self::NAME => Some(Value::Text(self.name.clone())),
            Self::SEGMENT => text(self.segment.as_ref()),
            Self::CREATED_AT => self.created_at.map(Value::Time),
            _ => None,
        }
    }
}

impl Product {
    /// The product's name.
    pub const NAME: Field = Field::text("name");
    /// The wider group.
    pub const CATEGORY: Field = Field::text("category");
    /// The narrower group.
    pub const SUB_CATEGORY: Field = Field::text("subCategory");
}

impl Entity for Product {
    const COLLECTION: &'static str = "products";

    fn id(&self) -> &str {
        &self.id
    }

    fn value(&self, field: Field) -> Option<Value> {
        match field {
            Field::ID => Some(Value::Text(self.id.clone())),
            Self::NAME => Some(Value::Text(self.name.clone())),
            Self::CATEGORY => text(self.category.as_ref()),
            Self::SUB_CATEGORY => text(self.sub_category.as_ref()),
            _ => None,
        }
    }
}

impl Location {
    /// The country's name.
    pub const COUNTRY: Field = Field::text("country");
    /// The sales region.
    pub const REGION: Field = Field::text("region");
    /// The state or province.
    pub const STATE: Field = Field::text("state");
    /// The city.
    pub const CITY: Field = Field::text("city");
    /// The postal code.
    pub const POSTAL_CODE: Field = Field::text("postalCode");
    /// Where on Earth it is.
    pub const POINT: Field = Field::other("point");
}

impl Entity for Location {
    const COLLECTION: &'static str = "locations";

    fn id(&self) -> &str {
        &self.id
    }

    fn value(&self, field: Field) -> Option<Value> {
        match field {
            Field::ID => Some(Value::Text(self.id.clone())),
            Self::COUNTRY => text(self.country.as_ref()),
            Self::REGION => text(self.region.as_ref()),
            Self::STATE => text(self.state.as_ref()),
            Self::CITY => text(self.city.as_ref()),
            Self::POSTAL_CODE => text(self.postal_code.as_ref()),
            _ => None,
        }
    }
}
