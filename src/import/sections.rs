//! The mapping's sections that say where fields are found.

use serde::Deserialize;

use super::{
    condition::StatusWhen,
    field::{DateField, NumberField, OneOrMany, ReturnField, TextField},
};
use crate::values::key::address;

/// Where an order's own fields are found.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderFields {
    pub id: OneOrMany<TextField>,
    /// Whether a blank id is that of the row above.
    #[serde(default)]
    pub carry_down: bool,
    pub ordered_at: DateField,
    pub shipped_at: Option<DateField>,
    pub status: Option<TextField>,
    /// What beats `status`, the first that holds.
    #[serde(default)]
    pub status_when: Vec<StatusWhen>,
    pub ship_mode: Option<TextField>,
    /// What the row's amounts are in; another currency than the shop's is a reject.
    pub currency: Option<TextField>,
    /// Money off the whole order, beside what is off its lines.
    pub discount_amount: Option<NumberField>,
    /// Money given back, of which neither day nor goods are known.
    pub refund_amount: Option<NumberField>,
}

/// Where a line's fields are found.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "LineTable")]
pub(super) struct LineFields {
    pub quantity: NumberField,
    pub price: PricedBy,
    pub discount: Option<Discount>,
    pub profit: Option<Profit>,
    /// Digits after the point that a computed revenue is rounded to.
    pub round: Option<u32>,
    pub returned: Option<ReturnField>,
}

/// What the revenue is made from.
#[derive(Clone, Debug)]
pub(super) enum PricedBy {
    Revenue(NumberField),
    UnitPrice(NumberField),
    /// Of the whole line, before any discount.
    ListAmount(NumberField),
}

/// What the customer was let off.
#[derive(Clone, Debug)]
pub(super) enum Discount {
    /// A share of the list price, 0.2 for 20 %.
    Share(NumberField),
    /// Money off the whole line.
    Amount(NumberField),
}

/// What the profit is made from.
#[derive(Clone, Debug)]
pub(super) enum Profit {
    Given(NumberField),
    UnitCost(NumberField),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineTable {
    quantity: NumberField,
    revenue: Option<NumberField>,
    unit_price: Option<NumberField>,
    list_amount: Option<NumberField>,
    discount: Option<NumberField>,
    discount_amount: Option<NumberField>,
    profit: Option<NumberField>,
    unit_cost: Option<NumberField>,
    round: Option<u32>,
    returned: Option<ReturnField>,
}

impl TryFrom<LineTable> for LineFields {
    type Error = &'static str;

    fn try_from(table: LineTable) -> Result<Self, Self::Error> {
        let price = one_of(
            table.revenue.map(PricedBy::Revenue),
            table.unit_price.map(PricedBy::UnitPrice),
        )
        .and_then(|price| one_of(price, table.list_amount.map(PricedBy::ListAmount)));
        let discount = one_of(
            table.discount.map(Discount::Share),
            table.discount_amount.map(Discount::Amount),
        );
        let profit = one_of(
            table.profit.map(Profit::Given),
            table.unit_cost.map(Profit::UnitCost),
        );
        Ok(Self {
            quantity: table.quantity,
            price: price.and_then(|price| price.ok_or(Both)).map_err(
                |Both| "say `line.revenue`, `line.unit_price` or `line.list_amount`, one of them",
            )?,
            discount: discount
                .map_err(|Both| "say `line.discount` or `line.discount_amount`, not both")?,
            profit: profit.map_err(|Both| "say `line.profit` or `line.unit_cost`, not both")?,
            round: table.round,
            returned: table.returned,
        })
    }
}

/// Two ways to say the same thing were used at once.
struct Both;

fn one_of<T>(first: Option<T>, second: Option<T>) -> Result<Option<T>, Both> {
    match (first, second) {
        (Some(_), Some(_)) => Err(Both),
        (first, second) => Ok(first.or(second)),
    }
}

/// Where a product's fields are found.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductFields {
    pub id: OneOrMany<TextField>,
    pub name: Option<TextField>,
    pub category: Option<TextField>,
    pub sub_category: Option<TextField>,
}

/// Where a customer's fields are found.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CustomerFields {
    pub id: OneOrMany<TextField>,
    pub name: Option<TextField>,
    pub segment: Option<TextField>,
    pub created_at: Option<DateField>,
    pub home: Option<PlaceFields>,
}

/// Where a location's fields are found.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "PlaceTable")]
pub(super) struct PlaceFields {
    /// `None` where the address is the key.
    pub id: Option<OneOrMany<TextField>>,
    pub country: Option<TextField>,
    pub region: Option<TextField>,
    pub state: Option<TextField>,
    pub city: Option<TextField>,
    pub postal_code: Option<TextField>,
    /// Latitude, then longitude.
    pub position: Option<(NumberField, NumberField)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceTable {
    id: Option<OneOrMany<TextField>>,
    country: Option<TextField>,
    region: Option<TextField>,
    state: Option<TextField>,
    city: Option<TextField>,
    postal_code: Option<TextField>,
    latitude: Option<NumberField>,
    longitude: Option<NumberField>,
}

impl TryFrom<PlaceTable> for PlaceFields {
    type Error = &'static str;

    fn try_from(table: PlaceTable) -> Result<Self, Self::Error> {
        let position = match (table.latitude, table.longitude) {
            (Some(latitude), Some(longitude)) => Some((latitude, longitude)),
            (None, None) => None,
            _ => return Err("`latitude` and `longitude` go together"),
        };
        let place = Self {
            id: table.id,
            country: table.country,
            region: table.region,
            state: table.state,
            city: table.city,
            postal_code: table.postal_code,
            position,
        };
        if place.id.is_none() && place.address().is_empty() {
            return Err("a place needs an `id`, or an address to tell it by");
        }
        Ok(place)
    }
}

impl PlaceFields {
    /// What tells one place from another where it has no id of its own.
    pub fn address(&self) -> Vec<TextField> {
        let narrow = [&self.country, &self.state, &self.city, &self.postal_code];
        address(narrow, &self.region)
    }
}
