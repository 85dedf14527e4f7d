//! Sorts as clients write them.

use std::fmt::Debug;

use async_graphql::{Enum, InputObject, InputType, Result};

use super::cursor::Fingerprint;
use crate::{
    graphql::{
        client_error,
        enums::{Direction, KpiName},
        filter::KpiFilter,
    },
    kpi::{self, Kpi, Vocabulary},
    store::{Customer, Entity, Field, Location, Order, Product, SortKey, SortOrder},
};

/// What orders can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum OrderSortField {
    /// When it was placed.
    OrderedAt,
    /// When it left the warehouse; ties by when it was placed.
    ShippedAt,
    /// Where it is in its life; ties by when it was placed.
    Status,
    /// How it travels; ties by when it was placed.
    ShipMode,
    /// The order's id in the shop.
    Code,
}

/// What customers can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum CustomerSortField {
    /// The customer's name.
    Name,
    /// The kind of customer; ties by name.
    Segment,
    /// When the customer first registered; ties by name.
    CreatedAt,
    /// The customer's id in the shop.
    Code,
}

/// What products can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ProductSortField {
    /// The product's name.
    Name,
    /// The wider group; ties by name.
    Category,
    /// The narrower group; ties by name.
    SubCategory,
    /// The product's id in the shop.
    Code,
}

/// What locations can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum LocationSortField {
    /// The country's name; ties by city.
    Country,
    /// The sales region; ties by city.
    Region,
    /// The state or province; ties by city.
    State,
    /// The city.
    City,
    /// The postal code; ties by city.
    PostalCode,
    /// The location's id in the shop.
    Code,
}

/// One key of an order of orders; a missing value is smaller than any other, and what is left tied goes by code.
#[derive(Clone, Debug, InputObject)]
pub struct OrderSort {
    /// What to sort by.
    field: OrderSortField,
    /// Which orders come first.
    #[graphql(default_with = "kpi::Direction::Ascending.into()")]
    direction: Direction,
}

/// One key of an order of nodes: a field or a KPI, exactly one of the two; what is left tied goes by code.
///
/// A missing value of a field is smaller than any other; nodes where a KPI is null
/// come last either way.
#[derive(Clone, Debug, InputObject)]
#[graphql(
    concrete(name = "CustomerSort", params(CustomerSortField)),
    concrete(name = "ProductSort", params(ProductSortField)),
    concrete(name = "LocationSort", params(LocationSortField))
)]
pub struct NodeSort<F: InputType> {
    /// The field to sort by.
    field: Option<F>,
    /// The node's KPI to sort by.
    kpi: Option<KpiName>,
    /// Which order lines the KPI looks at; without it, all of the node's.
    over: Option<KpiFilter>,
    /// Which nodes come first.
    #[graphql(default_with = "kpi::Direction::Ascending.into()")]
    direction: Direction,
}

/// Fields to sort by, with those that break its ties.
pub trait SortField: Copy {
    fn fields(self) -> &'static [Field];
}

impl SortField for OrderSortField {
    fn fields(self) -> &'static [Field] {
        match self {
            Self::OrderedAt => &[Order::ORDERED_AT],
            Self::ShippedAt => &[Order::SHIPPED_AT, Order::ORDERED_AT],
            Self::Status => &[Order::STATUS, Order::ORDERED_AT],
            Self::ShipMode => &[Order::SHIP_MODE, Order::ORDERED_AT],
            Self::Code => &[Field::ID],
        }
    }
}

impl SortField for CustomerSortField {
    fn fields(self) -> &'static [Field] {
        match self {
            Self::Name => &[Customer::NAME],
            Self::Segment => &[Customer::SEGMENT, Customer::NAME],
            Self::CreatedAt => &[Customer::CREATED_AT, Customer::NAME],
            Self::Code => &[Field::ID],
        }
    }
}

impl SortField for ProductSortField {
    fn fields(self) -> &'static [Field] {
        match self {
            Self::Name => &[Product::NAME],
            Self::Category => &[Product::CATEGORY, Product::NAME],
            Self::SubCategory => &[Product::SUB_CATEGORY, Product::NAME],
            Self::Code => &[Field::ID],
        }
    }
}

impl SortField for LocationSortField {
    fn fields(self) -> &'static [Field] {
        match self {
            Self::Country => &[Location::COUNTRY, Location::CITY],
            Self::Region => &[Location::REGION, Location::CITY],
            Self::State => &[Location::STATE, Location::CITY],
            Self::City => &[Location::CITY],
            Self::PostalCode => &[Location::POSTAL_CODE, Location::CITY],
            Self::Code => &[Field::ID],
        }
    }
}

/// One key of a sort.
#[derive(Clone, Debug)]
pub enum Key {
    /// A stored field.
    Field(SortKey),
    /// A KPI of the node over a scope.
    Kpi(Box<KpiKey>),
}

/// A KPI to sort by.
#[derive(Clone, Debug)]
pub struct KpiKey {
    pub kpi: Kpi,
    pub over: KpiFilter,
    pub direction: kpi::Direction,
}

/// An order that the database keeps, and which list it makes.
#[derive(Clone, Debug)]
pub struct List {
    pub order: SortOrder,
    pub fingerprint: Fingerprint,
}

/// An order of nodes that KPIs may have a say in, and which list it makes.
#[derive(Clone, Debug)]
pub struct Sort {
    pub keys: Vec<Key>,
    pub fingerprint: Fingerprint,
}

impl List {
    /// The order of orders; the newest first when the client does not say.
    pub fn of_orders(keys: Option<Vec<OrderSort>>) -> Self {
        let newest = || OrderSort {
            field: OrderSortField::OrderedAt,
            direction: kpi::Direction::Descending.into(),
        };
        let given = keys.filter(|keys| !keys.is_empty());
        let given = given.unwrap_or_else(|| vec![newest()]);
        let keys = given.iter();
        let keys = keys.flat_map(|key| sort_keys(key.field, key.direction));
        Self {
            order: SortOrder::new(keys),
            fingerprint: Fingerprint::of(Order::COLLECTION, &format!("{given:?}")),
        }
    }

    /// Products by name.
    pub fn of_siblings() -> Self {
        let keys = sort_keys(ProductSortField::Name, kpi::Direction::Ascending.into());
        Self {
            order: SortOrder::new(keys),
            fingerprint: Fingerprint::of(Product::COLLECTION, "siblings"),
        }
    }
}

impl Sort {
    /// The order of nodes that have KPIs; by `usual` when the client does not say.
    pub fn of_nodes<F: InputType + SortField + Debug>(
        list: &str,
        keys: Option<Vec<NodeSort<F>>>,
        usual: F,
        vocabulary: &Vocabulary,
    ) -> Result<Self> {
        let usual = || NodeSort {
            field: Some(usual),
            kpi: None,
            over: None,
            direction: kpi::Direction::Ascending.into(),
        };
        let given = keys.filter(|keys| !keys.is_empty());
        let given = given.unwrap_or_else(|| vec![usual()]);
        let fingerprint = Fingerprint::of(list, &format!("{given:?}"));
        let keys = given.into_iter().map(|it| it.keys(vocabulary));
        let keys: Vec<Vec<Key>> = keys.collect::<Result<_>>()?;
        Ok(Self {
            keys: keys.into_iter().flatten().collect(),
            fingerprint,
        })
    }

    /// The order as the database keeps it; none where a KPI has a say in it.
    pub fn stored(&self) -> Option<List> {
        let field = |key: &Key| match key {
            Key::Field(key) => Some(*key),
            Key::Kpi(_) => None,
        };
        let keys: Option<Vec<SortKey>> = self.keys.iter().map(field).collect();
        Some(List {
            order: SortOrder::new(keys?),
            fingerprint: self.fingerprint.clone(),
        })
    }
}

fn sort_keys(field: impl SortField, direction: Direction) -> impl Iterator<Item = SortKey> {
    let descending = kpi::Direction::from(direction) == kpi::Direction::Descending;
    let key = move |field: &Field| SortKey {
        field: *field,
        descending,
    };
    field.fields().iter().map(key)
}

impl<F: InputType + SortField> NodeSort<F> {
    fn keys(self, vocabulary: &Vocabulary) -> Result<Vec<Key>> {
        match (self.field, self.kpi, self.over) {
            (Some(field), None, None) => {
                let keys = sort_keys(field, self.direction);
                Ok(keys.map(Key::Field).collect())
            }
            (None, Some(kpi), over) => Ok(vec![Key::Kpi(Box::new(KpiKey {
                kpi: kpi.meant(vocabulary)?,
                over: over.unwrap_or_default(),
                direction: self.direction.into(),
            }))]),
            (Some(_), None, Some(_)) => Err(client_error(
                "over is for sorting by a KPI; leave it out beside field",
            )),
            _ => Err(client_error(
                "each key of a sort takes either field or kpi, exactly one of them",
            )),
        }
    }
}
