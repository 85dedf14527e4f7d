//! The rows of a scope, as the database knows them.

use crate::{
    kpi::Dimension,
    store::{Customer, Field, Holder, Location, Order, Product},
};

/// What holds a dimension's value, and in which field.
pub(super) fn place(dimension: Dimension) -> (Holder, Field) {
    match dimension {
        Dimension::Product => (Holder::Line, Field::text("productId")),
        Dimension::Category => (Holder::Product, Product::CATEGORY),
        Dimension::SubCategory => (Holder::Product, Product::SUB_CATEGORY),
        Dimension::Customer => (Holder::Order, Order::CUSTOMER),
        Dimension::Segment => (Holder::Customer, Customer::SEGMENT),
        Dimension::Location => (Holder::Order, Order::SHIP_TO),
        Dimension::Region => (Holder::ShipTo, Location::REGION),
        Dimension::Country => (Holder::ShipTo, Location::COUNTRY),
        Dimension::State => (Holder::ShipTo, Location::STATE),
        Dimension::City => (Holder::ShipTo, Location::CITY),
        Dimension::ShipMode => (Holder::Order, Order::SHIP_MODE),
        Dimension::Status => (Holder::Order, Order::STATUS),
    }
}
