//! What orders name: customers, products and places.

use super::{
    column::{Column, Holder, Source},
    declared::{RowsOf, Table, own, to, with_own_names},
};
use crate::{
    kpi::{self, Dimension, Vocabulary},
    store::{Customer, Entity, Location, Product},
};

pub fn customers(vocabulary: &Vocabulary) -> Table {
    let mut columns = vec![
        id("The customer's id in the shop."),
        name("The customer's name."),
        Column::new(
            "segment",
            Source::Text(Holder::Document, "segment"),
            "The kind of customer, such as `Consumer`; null where that is unknown.",
        )
        .told_by(&["segment"]),
        Column::new(
            "created_at",
            Source::Time(Holder::Document, "createdAt"),
            "When the customer first registered; null where that is unknown.",
        ),
        Column::new(
            "location_id",
            Source::Text(Holder::Document, "locationId"),
            "Where the customer is at home; null where that is unknown.",
        )
        .told_by(&["location"]),
    ];
    columns.extend(own(vocabulary, kpi::Holder::Customer, Holder::Document));
    Table {
        name: "customers",
        description: "The customers.",
        collection: Customer::COLLECTION,
        rows: RowsOf::Documents,
        columns: with_own_names(columns),
        key: &["id"],
        references: const { &[to(&["location_id"], "locations")] },
        of: Some(Dimension::CUSTOMER),
    }
}

pub fn products(vocabulary: &Vocabulary) -> Table {
    let group = |name: &str, path, description: &str| {
        Column::new(name, Source::Text(Holder::Document, path), description).told_by(&[path])
    };
    let mut columns = vec![
        id("The product's id in the shop."),
        name("The product's current name."),
        group(
            "category",
            "category",
            "The wider group, such as `Furniture`; null where that is unknown.",
        ),
        group(
            "sub_category",
            "subCategory",
            "The narrower group, such as `Chairs`; null where that is unknown.",
        ),
    ];
    columns.extend(own(vocabulary, kpi::Holder::Product, Holder::Document));
    Table {
        name: "products",
        description: "The products.",
        collection: Product::COLLECTION,
        rows: RowsOf::Documents,
        columns: with_own_names(columns),
        key: &["id"],
        references: &[],
        of: Some(Dimension::PRODUCT),
    }
}

pub fn locations(vocabulary: &Vocabulary) -> Table {
    let level = |name: &'static str, description: &str| {
        Column::new(name, Source::Text(Holder::Document, name), description).told_by(&[name])
    };
    let mut columns = vec![
        id("The location's id in the shop."),
        level("country", "The country's name; null where that is unknown."),
        level(
            "region",
            "The sales region, such as `West`; null where that is unknown.",
        ),
        level(
            "state",
            "The state or province; null where that is unknown.",
        ),
        level("city", "The city; null where that is unknown."),
        Column::new(
            "postal_code",
            Source::Text(Holder::Document, "postalCode"),
            "The postal code, as text: leading zeros matter; null where that is unknown.",
        ),
        Column::new(
            "latitude",
            Source::Degrees(1),
            "How far north of the equator. Unit: degrees (WGS 84), south is negative; null where that is unknown.",
        ),
        Column::new(
            "longitude",
            Source::Degrees(0),
            "How far east of Greenwich. Unit: degrees (WGS 84), west is negative; null where that is unknown.",
        ),
    ];
    columns.extend(own(vocabulary, kpi::Holder::ShipTo, Holder::Document));
    Table {
        name: "locations",
        description: "The places that orders ship to or from, and where customers are at home.",
        collection: Location::COLLECTION,
        rows: RowsOf::Documents,
        columns: with_own_names(columns),
        key: &["id"],
        references: &[],
        of: Some(Dimension::LOCATION),
    }
}

fn id(description: &str) -> Column {
    Column::new("id", Source::Text(Holder::Document, "_id"), description).needed()
}

fn name(description: &str) -> Column {
    Column::new("name", Source::Text(Holder::Document, "name"), description).needed()
}
