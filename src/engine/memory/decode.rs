//! Documents as they come from the server, read field by field without being built.

use bson::{RawArray, RawBsonRef, RawDocument};

use super::{
    Unheld,
    amount::Amount,
    attributes::Attributes,
    block::{Line, Order},
    dictionary::{Dictionaries, MISSING},
    ids::Ids,
};
use crate::kpi::{Coordinates, Dimension};

/// What turns documents into rows: the codes of texts, and the hashes of ids.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    pub dictionaries: Dictionaries,
    pub ids: Ids,
}

/// A document that is not as the canonical collections hold it.
fn not_canonical(collection: &'static str, field: &'static str) -> Unheld {
    Unheld::NotCanonical { collection, field }
}

/// The fields of an order that have been seen.
#[derive(Default)]
struct Seen {
    id: Option<u64>,
    ordered_at: Option<i64>,
    shipped_at: Option<i64>,
    status: Option<u16>,
    ship_mode: u16,
    customer: u32,
    ship_to: u32,
    ship_from: u32,
    has_lines: bool,
}

impl Decoder {
    /// Reads an order, and appends its lines.
    ///
    /// # Errors
    /// When it is not canonical.
    pub fn order(&self, document: &RawDocument, lines: &mut Vec<Line>) -> Result<Order, Unheld> {
        const ORDERS: &str = "orders";
        let mut seen = Seen::default();
        for element in document {
            let (key, value) = element.map_err(|_| not_canonical(ORDERS, "_id"))?;
            let text = |dimension, field| self.code(dimension, value, ORDERS, field);
            let small = |dimension, field| {
                let code = text(dimension, field)?;
                u16::try_from(code).map_err(|_| Unheld::TooManyValues(field))
            };
            match key.as_str() {
                "_id" => seen.id = Some(self.id(value, ORDERS)?),
                "orderedAt" => seen.ordered_at = time(value, "orderedAt")?,
                "shippedAt" => seen.shipped_at = time(value, "shippedAt")?,
                "status" => seen.status = Some(small(Dimension::Status, "status")?),
                "shipMode" => seen.ship_mode = small(Dimension::ShipMode, "shipMode")?,
                "customerId" => seen.customer = text(Dimension::Customer, "customerId")?,
                "shipToId" => seen.ship_to = text(Dimension::Location, "shipToId")?,
                "shipFromId" => seen.ship_from = text(Dimension::Location, "shipFromId")?,
                "lines" => {
                    let list = value.as_array();
                    let list = list.ok_or_else(|| not_canonical(ORDERS, "lines"))?;
                    self.lines(list, lines)?;
                    seen.has_lines = true;
                }
                _ => {}
            }
        }
        seen.order()
    }

    fn lines(&self, list: &RawArray, lines: &mut Vec<Line>) -> Result<(), Unheld> {
        let wrong = || not_canonical("orders", "lines");
        for line in list {
            let line = line.map_err(|_| wrong())?.as_document().ok_or_else(wrong)?;
            lines.push(self.line(line)?);
        }
        Ok(())
    }

    fn line(&self, document: &RawDocument) -> Result<Line, Unheld> {
        const ORDERS: &str = "orders";
        let (mut product, mut profit) = (MISSING, None);
        let (mut quantity, mut revenue) = (None, None);
        for element in document {
            let (key, value) = element.map_err(|_| not_canonical(ORDERS, "lines"))?;
            match key.as_str() {
                "productId" => {
                    product = self.code(Dimension::Product, value, ORDERS, "lines.productId")?;
                }
                "quantity" => quantity = Amount::from_bson(value),
                "revenue" => revenue = Amount::from_bson(value),
                "profit" if value != RawBsonRef::Null => {
                    let amount = Amount::from_bson(value);
                    profit = Some(amount.ok_or_else(|| not_canonical(ORDERS, "lines.profit"))?);
                }
                _ => {}
            }
        }
        Ok(Line {
            product,
            profit,
            quantity: quantity.ok_or_else(|| not_canonical(ORDERS, "lines.quantity"))?,
            revenue: revenue.ok_or_else(|| not_canonical(ORDERS, "lines.revenue"))?,
        })
    }

    /// Reads what a customer, a product or a location is; whether that is news to who counts.
    ///
    /// # Errors
    /// When it is not canonical.
    pub fn attributes(
        &self,
        of: Dimension,
        document: &RawDocument,
        attributes: &mut Attributes,
    ) -> Result<bool, Unheld> {
        let (collection, fields) = fields(of);
        let mut id = None;
        let mut values = [MISSING; 4];
        let mut point = None;
        let mut name = None;
        for element in document {
            let (key, value) = element.map_err(|_| not_canonical(collection, "_id"))?;
            if key == "_id" {
                id = Some(self.code(of, value, collection, "_id")?);
            } else if key == "point" && of == Dimension::Location {
                point = coordinates(value)?;
            }
            if key == "name" {
                name = value.as_str();
            }
            let known = fields.iter().position(|(field, _)| key == *field);
            if let Some(at) = known {
                let (field, dimension) = fields[at];
                values[at] = self.code(dimension, value, collection, field)?;
            }
        }
        let id = id.ok_or_else(|| not_canonical(collection, "_id"))?;
        self.dictionaries.names.set(of, id, name);
        let mut changed = false;
        for ((_, dimension), value) in fields.iter().zip(values) {
            changed |= attributes.set(*dimension, id, value);
        }
        if of == Dimension::Location {
            changed |= attributes.set_point(id, point);
        }
        Ok(changed)
    }

    /// The hash of a document's id.
    fn id(&self, value: RawBsonRef<'_>, collection: &'static str) -> Result<u64, Unheld> {
        let id = value.as_str();
        id.map(|id| self.ids.hash(id))
            .ok_or_else(|| not_canonical(collection, "_id"))
    }

    fn code(
        &self,
        dimension: Dimension,
        value: RawBsonRef<'_>,
        collection: &'static str,
        field: &'static str,
    ) -> Result<u32, Unheld> {
        match value {
            RawBsonRef::Null => Ok(MISSING),
            RawBsonRef::String(text) => Ok(self.dictionaries.of(dimension).intern(text)),
            _ => Err(not_canonical(collection, field)),
        }
    }
}

impl Seen {
    fn order(self) -> Result<Order, Unheld> {
        let missing = |field| move || not_canonical("orders", field);
        let time = self.ordered_at.ok_or_else(missing("orderedAt"))?;
        if !self.has_lines {
            return Err(not_canonical("orders", "lines"));
        }
        Ok(Order {
            id: self.id.ok_or_else(missing("_id"))?,
            time,
            shipping: self.shipped_at.map(|shipped| shipped - time),
            status: self.status.ok_or_else(missing("status"))?,
            ship_mode: self.ship_mode,
            customer: self.customer,
            ship_to: self.ship_to,
            ship_from: self.ship_from,
        })
    }
}

type Fields = &'static [(&'static str, Dimension)];

/// The collection that describes what a dimension names, and the fields that are dimensions.
pub fn fields(of: Dimension) -> (&'static str, Fields) {
    use Dimension::{Category, City, Country, Region, Segment, State, SubCategory};
    match of {
        Dimension::Product => (
            "products",
            &[("category", Category), ("subCategory", SubCategory)],
        ),
        Dimension::Customer => ("customers", &[("segment", Segment)]),
        _ => (
            "locations",
            &[
                ("country", Country),
                ("region", Region),
                ("state", State),
                ("city", City),
            ],
        ),
    }
}

/// Milliseconds since 1970.
fn time(value: RawBsonRef<'_>, field: &'static str) -> Result<Option<i64>, Unheld> {
    match value {
        RawBsonRef::DateTime(time) => Ok(Some(time.timestamp_millis())),
        RawBsonRef::Null => Ok(None),
        _ => Err(not_canonical("orders", field)),
    }
}

/// A GeoJSON point's coordinates; `None` for what is no point.
fn coordinates(value: RawBsonRef<'_>) -> Result<Option<Coordinates>, Unheld> {
    let Some(point) = value.as_document() else {
        return Ok(None);
    };
    let wrong = |_| not_canonical("locations", "point");
    let Some(list) = point.get("coordinates").map_err(wrong)? else {
        return Ok(None);
    };
    let Some(list) = list.as_array() else {
        return Ok(None);
    };
    let degrees: Result<Vec<_>, _> = list.into_iter().collect();
    Ok(match degrees.map_err(wrong)?.as_slice() {
        [RawBsonRef::Double(longitude), RawBsonRef::Double(latitude)] => Some(Coordinates {
            longitude: *longitude,
            latitude: *latitude,
        }),
        [_, _] => return Err(not_canonical("locations", "point")),
        _ => None,
    })
}
