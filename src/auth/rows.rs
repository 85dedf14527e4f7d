//! The rows of a scope, as the database knows them.

use crate::{
    kpi::{self, Dimension},
    store::{Field, Holder},
};

/// What holds a dimension's value, and in which field.
pub(super) fn place(dimension: Dimension) -> (Holder, Field) {
    let holder = match dimension.holder() {
        // Rows are not told by what follows from other rows: no order has such a field.
        kpi::Holder::Order | kpi::Holder::History => Holder::Order,
        kpi::Holder::Line => Holder::Line {
            unwound: Field::text(dimension.path()),
        },
        kpi::Holder::Customer => Holder::Customer,
        kpi::Holder::ShipTo => Holder::ShipTo,
        kpi::Holder::Product => Holder::Product,
    };
    (holder, Field::text(dimension.field()))
}
