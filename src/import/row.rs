//! One record as one order line, with what it says of its order, customer,
//! product and places.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{
    bound::{Column, Columns, Date, Key, Numeric, Text},
    field::{DateField, NumberField, TextField},
    mapping::Mapping,
    pricing::Pricing,
    reader::Cells,
    rejects::{Reject, Why},
    sections::{CustomerFields, PlaceFields, ProductFields},
};
use crate::store::{OrderLine, Point};

/// A mapping bound to the columns of one input.
pub(super) struct Layout {
    width: usize,
    order_id: Key,
    ordered_at: Date,
    shipped_at: Option<Date>,
    status: Option<Text>,
    ship_mode: Option<Text>,
    pricing: Pricing,
    product: Option<ProductLayout>,
    customer: Option<CustomerLayout>,
    ship_to: Option<PlaceLayout>,
    ship_from: Option<PlaceLayout>,
}

struct ProductLayout {
    id: Key,
    name: Option<Text>,
    category: Option<Text>,
    sub_category: Option<Text>,
}

struct CustomerLayout {
    id: Key,
    name: Option<Text>,
    segment: Option<Text>,
    created_at: Option<Date>,
    home: Option<PlaceLayout>,
}

struct PlaceLayout {
    id: Key,
    country: Option<Text>,
    region: Option<Text>,
    state: Option<Text>,
    city: Option<Text>,
    postal_code: Option<Text>,
    position: Option<(Numeric, Numeric)>,
}

/// What one record says; texts are on loan from it.
pub(super) struct Row<'r> {
    pub order_id: Cow<'r, str>,
    pub ordered_at: Option<DateTime<Utc>>,
    pub shipped_at: Option<DateTime<Utc>>,
    /// `None` where the cell is blank; the rows before may know.
    pub status: Option<Cow<'r, str>>,
    pub ship_mode: Option<Cow<'r, str>>,
    /// The line, whose product is still in `product`.
    pub line: OrderLine,
    pub product: Option<ProductRow<'r>>,
    pub customer: Option<CustomerRow<'r>>,
    pub ship_to: Option<PlaceRow<'r>>,
    pub ship_from: Option<PlaceRow<'r>>,
}

pub(super) struct ProductRow<'r> {
    pub id: Cow<'r, str>,
    pub name: Option<Cow<'r, str>>,
    pub category: Option<Cow<'r, str>>,
    pub sub_category: Option<Cow<'r, str>>,
}

pub(super) struct CustomerRow<'r> {
    pub id: Cow<'r, str>,
    pub name: Option<Cow<'r, str>>,
    pub segment: Option<Cow<'r, str>>,
    pub created_at: Option<DateTime<Utc>>,
    pub home: Option<PlaceRow<'r>>,
}

pub(super) struct PlaceRow<'r> {
    pub id: Cow<'r, str>,
    pub country: Option<Cow<'r, str>>,
    pub region: Option<Cow<'r, str>>,
    pub state: Option<Cow<'r, str>>,
    pub city: Option<Cow<'r, str>>,
    pub postal_code: Option<Cow<'r, str>>,
    pub point: Option<Point>,
}

/// The status of orders where the mapping names none.
const DEFAULT_STATUS: &str = "completed";

impl Layout {
    /// Binds; whether all columns exist is for [`Columns::check`] to say.
    pub fn bind(mapping: &Mapping, width: usize, columns: &mut Columns<'_>) -> Self {
        let mut binder = Binder { mapping, columns };
        let order = &mapping.order;
        Self {
            width,
            order_id: Key::bind("order.id", &order.id, &mapping.file.null, binder.columns),
            ordered_at: binder.date("order.ordered_at", &order.ordered_at),
            shipped_at: binder.optional_date("order.shipped_at", order.shipped_at.as_ref()),
            status: binder.text("order.status", order.status.as_ref()),
            ship_mode: binder.text("order.ship_mode", order.ship_mode.as_ref()),
            pricing: Pricing::bind(&mapping.line, &mut binder),
            product: mapping
                .product
                .as_ref()
                .map(|fields| binder.product(fields)),
            customer: mapping
                .customer
                .as_ref()
                .map(|fields| binder.customer(fields)),
            ship_to: mapping
                .ship_to
                .as_ref()
                .map(|fields| binder.place(&SHIP_TO, fields)),
            ship_from: mapping
                .ship_from
                .as_ref()
                .map(|fields| binder.place(&SHIP_FROM, fields)),
        }
    }

    /// Reads one record.
    pub fn read<'r>(&'r self, cells: Cells<'r>) -> Result<Row<'r>, Reject> {
        self.check(cells)?;
        let order_id = self.order_id.read(cells)?;
        Ok(Row {
            order_id: order_id.ok_or_else(|| Reject::missing("order.id"))?,
            ordered_at: self.ordered_at.read(cells)?,
            shipped_at: read_date(self.shipped_at.as_ref(), cells)?,
            status: self.status(cells)?,
            ship_mode: read_text(self.ship_mode.as_ref(), cells)?,
            line: self.pricing.read(cells)?,
            product: read_section(self.product.as_ref(), cells, ProductLayout::read)?,
            customer: read_section(self.customer.as_ref(), cells, CustomerLayout::read)?,
            ship_to: read_section(self.ship_to.as_ref(), cells, PlaceLayout::read)?,
            ship_from: read_section(self.ship_from.as_ref(), cells, PlaceLayout::read)?,
        })
    }

    fn check(&self, cells: Cells<'_>) -> Result<(), Reject> {
        if cells.is_endless() {
            return Err(Reject::record(Why::Endless));
        }
        let found = cells.record.len();
        if found == self.width {
            return Ok(());
        }
        Err(Reject::record(Why::WrongNumberOfCells {
            expected: self.width,
            found,
        }))
    }

    fn status<'r>(&'r self, cells: Cells<'r>) -> Result<Option<Cow<'r, str>>, Reject> {
        match &self.status {
            Some(status) => status.read(cells),
            None => Ok(Some(DEFAULT_STATUS.into())),
        }
    }
}

impl ProductLayout {
    fn read<'r>(&'r self, cells: Cells<'r>) -> Result<Option<ProductRow<'r>>, Reject> {
        let Some(id) = self.id.read(cells)? else {
            return Ok(None);
        };
        Ok(Some(ProductRow {
            id,
            name: read_text(self.name.as_ref(), cells)?,
            category: read_text(self.category.as_ref(), cells)?,
            sub_category: read_text(self.sub_category.as_ref(), cells)?,
        }))
    }
}

impl CustomerLayout {
    fn read<'r>(&'r self, cells: Cells<'r>) -> Result<Option<CustomerRow<'r>>, Reject> {
        let Some(id) = self.id.read(cells)? else {
            return Ok(None);
        };
        Ok(Some(CustomerRow {
            id,
            name: read_text(self.name.as_ref(), cells)?,
            segment: read_text(self.segment.as_ref(), cells)?,
            created_at: read_date(self.created_at.as_ref(), cells)?,
            home: read_section(self.home.as_ref(), cells, PlaceLayout::read)?,
        }))
    }
}

impl PlaceLayout {
    fn read<'r>(&'r self, cells: Cells<'r>) -> Result<Option<PlaceRow<'r>>, Reject> {
        let Some(id) = self.id.read(cells)? else {
            return Ok(None);
        };
        Ok(Some(PlaceRow {
            id,
            country: read_text(self.country.as_ref(), cells)?,
            region: read_text(self.region.as_ref(), cells)?,
            state: read_text(self.state.as_ref(), cells)?,
            city: read_text(self.city.as_ref(), cells)?,
            postal_code: read_text(self.postal_code.as_ref(), cells)?,
            point: self.point(cells)?,
        }))
    }

    /// The point, where both of its coordinates are given.
    fn point(&self, cells: Cells<'_>) -> Result<Option<Point>, Reject> {
        let Some((latitude, longitude)) = &self.position else {
            return Ok(None);
        };
        let latitude = degrees(latitude, 90, cells)?;
        let longitude = degrees(longitude, 180, cells)?;
        Ok(longitude.zip(latitude).map(|(longitude, latitude)| Point {
            coordinates: [longitude, latitude],
        }))
    }
}

fn degrees(field: &Numeric, limit: i64, cells: Cells<'_>) -> Result<Option<f64>, Reject> {
    let Some(value) = field.read(cells)? else {
        return Ok(None);
    };
    if value.abs() > Decimal::from(limit) {
        return Err(field.reject(Why::OutOfRange, cells));
    }
    // A decimal's text is the nearest way to the nearest float.
    Ok(value.to_string().parse().ok())
}

fn read_text<'r>(
    field: Option<&'r Text>,
    cells: Cells<'r>,
) -> Result<Option<Cow<'r, str>>, Reject> {
    field.map_or(Ok(None), |field| field.read(cells))
}

fn read_date(field: Option<&Date>, cells: Cells<'_>) -> Result<Option<DateTime<Utc>>, Reject> {
    field.map_or(Ok(None), |field| field.read(cells))
}

fn read_section<'r, L, T>(
    layout: Option<&'r L>,
    cells: Cells<'r>,
    read: impl Fn(&'r L, Cells<'r>) -> Result<Option<T>, Reject>,
) -> Result<Option<T>, Reject> {
    layout.map_or(Ok(None), |layout| read(layout, cells))
}

/// Binds fields with what the whole mapping says about them.
pub(super) struct Binder<'m, 'c, 'n> {
    mapping: &'m Mapping,
    columns: &'c mut Columns<'n>,
}

/// The keys of a place's fields, for messages.
struct PlaceKeys {
    id: &'static str,
    country: &'static str,
    region: &'static str,
    state: &'static str,
    city: &'static str,
    postal_code: &'static str,
    latitude: &'static str,
    longitude: &'static str,
}

macro_rules! place_keys {
    ($section:literal) => {
        PlaceKeys {
            id: concat!($section, ".id"),
            country: concat!($section, ".country"),
            region: concat!($section, ".region"),
            state: concat!($section, ".state"),
            city: concat!($section, ".city"),
            postal_code: concat!($section, ".postal_code"),
            latitude: concat!($section, ".latitude"),
            longitude: concat!($section, ".longitude"),
        }
    };
}

const SHIP_TO: PlaceKeys = place_keys!("ship_to");
const SHIP_FROM: PlaceKeys = place_keys!("ship_from");
const HOME: PlaceKeys = place_keys!("customer.home");

impl Binder<'_, '_, '_> {
    pub fn number(&mut self, key: &'static str, field: &NumberField) -> Numeric {
        let mapping = self.mapping;
        Numeric::bind(
            key,
            field,
            &mapping.numbers,
            &mapping.file.null,
            self.columns,
        )
    }

    pub fn column(&mut self, key: &'static str, name: &str) -> Column {
        self.columns.find(key, name)
    }

    fn text(&mut self, key: &'static str, field: Option<&TextField>) -> Option<Text> {
        field.map(|field| Text::bind(key, field, &self.mapping.file.null, self.columns))
    }

    fn date(&mut self, key: &'static str, field: &DateField) -> Date {
        let mapping = self.mapping;
        Date::bind(
            key,
            field,
            mapping.shop.zone(),
            &mapping.file.null,
            self.columns,
        )
    }

    fn optional_date(&mut self, key: &'static str, field: Option<&DateField>) -> Option<Date> {
        field.map(|field| self.date(key, field))
    }

    fn product(&mut self, fields: &ProductFields) -> ProductLayout {
        let null = &self.mapping.file.null;
        ProductLayout {
            id: Key::bind("product.id", &fields.id, null, self.columns),
            name: self.text("product.name", fields.name.as_ref()),
            category: self.text("product.category", fields.category.as_ref()),
            sub_category: self.text("product.sub_category", fields.sub_category.as_ref()),
        }
    }

    fn customer(&mut self, fields: &CustomerFields) -> CustomerLayout {
        let null = &self.mapping.file.null;
        CustomerLayout {
            id: Key::bind("customer.id", &fields.id, null, self.columns),
            name: self.text("customer.name", fields.name.as_ref()),
            segment: self.text("customer.segment", fields.segment.as_ref()),
            created_at: self.optional_date("customer.created_at", fields.created_at.as_ref()),
            home: fields.home.as_ref().map(|home| self.place(&HOME, home)),
        }
    }

    fn place(&mut self, keys: &PlaceKeys, fields: &PlaceFields) -> PlaceLayout {
        PlaceLayout {
            id: self.place_key(keys.id, fields),
            country: self.text(keys.country, fields.country.as_ref()),
            region: self.text(keys.region, fields.region.as_ref()),
            state: self.text(keys.state, fields.state.as_ref()),
            city: self.text(keys.city, fields.city.as_ref()),
            postal_code: self.text(keys.postal_code, fields.postal_code.as_ref()),
            position: fields.position.as_ref().map(|(latitude, longitude)| {
                let latitude = self.number(keys.latitude, latitude);
                (latitude, self.number(keys.longitude, longitude))
            }),
        }
    }

    fn place_key(&mut self, key: &'static str, fields: &PlaceFields) -> Key {
        let null = &self.mapping.file.null;
        match &fields.id {
            Some(id) => Key::bind(key, id, null, self.columns),
            None => Key::of_address(
                fields
                    .address()
                    .iter()
                    .map(|part| Text::bind(key, part, null, self.columns))
                    .collect(),
            ),
        }
    }
}
