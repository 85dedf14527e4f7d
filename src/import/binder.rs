//! From the mapping's sections to fields that are bound to one input's columns.

use chrono_tz::Tz;

use super::{
    bound::{Column, Columns, Date, Numeric, Text},
    condition::{BoundCondition, Condition},
    field::{DateField, NumberField, TextField},
    key::Key,
    mapping::Mapping,
    place::PlaceLayout,
    pricing::Pricing,
    row::{CustomerLayout, Layout, ProductLayout},
    sections::{CustomerFields, PlaceFields, ProductFields},
};

/// Binds fields with what the whole mapping says about them.
pub(super) struct Binder<'m, 'c, 'n> {
    pub mapping: &'m Mapping,
    /// The zone of dates that name none.
    pub zone: Tz,
    pub columns: &'c mut Columns<'n>,
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
    /// The whole layout of a file with so many columns.
    pub fn layout(mut self, delimiter: u8, width: usize) -> Layout {
        let mapping = self.mapping;
        let order = &mapping.order;
        let status_when = order.status_when.iter();
        let leave_out = mapping.file.leave_out.iter();
        Layout {
            width,
            delimiter,
            leave_out: leave_out
                .map(|rule| {
                    let condition = self.condition("file.leave_out", &rule.condition);
                    (condition, rule.order_only)
                })
                .collect(),
            order_id: Key::bind("order.id", &order.id, &mapping.file.null, self.columns),
            carried: order.carry_down.then(Default::default),
            currency: self
                .text("order.currency", order.currency.as_ref())
                .map(|field| (field, mapping.shop.currency().to_owned())),
            ordered_at: self.date("order.ordered_at", &order.ordered_at),
            shipped_at: self.optional_date("order.shipped_at", order.shipped_at.as_ref()),
            status_when: status_when
                .map(|rule| {
                    let condition = self.condition("order.status_when", &rule.condition);
                    (condition, rule.status.clone())
                })
                .collect(),
            status: self.text("order.status", order.status.as_ref()),
            ship_mode: self.text("order.ship_mode", order.ship_mode.as_ref()),
            discount: self.optional_money("order.discount_amount", order.discount_amount.as_ref()),
            refund: self.optional_money("order.refund_amount", order.refund_amount.as_ref()),
            pricing: Pricing::bind(&mapping.line, &mut self),
            product: mapping.product.as_ref().map(|fields| self.product(fields)),
            customer: mapping
                .customer
                .as_ref()
                .map(|fields| self.customer(fields)),
            ship_to: mapping
                .ship_to
                .as_ref()
                .map(|place| self.place(&SHIP_TO, place)),
            ship_from: mapping
                .ship_from
                .as_ref()
                .map(|place| self.place(&SHIP_FROM, place)),
        }
    }

    pub fn number(&mut self, key: &'static str, field: &NumberField) -> Numeric {
        let mapping = self.mapping;
        let null = &mapping.file.null;
        Numeric::bind(key, field, &mapping.numbers, null, self.columns)
    }

    /// A number that is an amount in the shop's currency.
    pub fn money(&mut self, key: &'static str, field: &NumberField) -> Numeric {
        let code = self.mapping.shop.currency();
        self.number(key, field).in_currency(code)
    }

    pub fn column(&mut self, key: &'static str, name: &str) -> Column {
        self.columns.find(key, name)
    }

    fn optional_money(
        &mut self,
        key: &'static str,
        field: Option<&NumberField>,
    ) -> Option<Numeric> {
        field.map(|field| self.money(key, field))
    }

    fn condition(&mut self, key: &'static str, condition: &Condition) -> BoundCondition {
        BoundCondition::bind(key, condition, &self.mapping.file.null, self.columns)
    }

    fn text(&mut self, key: &'static str, field: Option<&TextField>) -> Option<Text> {
        field.map(|field| Text::bind(key, field, &self.mapping.file.null, self.columns))
    }

    fn date(&mut self, key: &'static str, field: &DateField) -> Date {
        let null = &self.mapping.file.null;
        Date::bind(key, field, self.zone, null, self.columns)
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
                key,
                fields
                    .address()
                    .iter()
                    .map(|part| Text::bind(key, part, null, self.columns))
                    .collect(),
            ),
        }
    }
}
