//! What names stand for, wherever single orders, lines, products and the like are told of.
//!
//! KPIs and dimensions go by the same names in every protocol. What one order or one line tells
//! goes by names of its own, and is no more to be had than the KPI or dimension that it is a
//! part of: a line's revenue no more than the total sales.

use super::{Forbidden, Scope};
use crate::kpi::{Dimension, Kpi, Vocabulary};

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A KPI.
    Kpi(Kpi),
    /// A dimension.
    Dimension(Dimension),
}

/// What a field, or a value of an enum in another case, stands for: all that its name may
/// mean, as a shop's own words may be those of single orders.
pub fn meanings(vocabulary: &Vocabulary, name: &str) -> impl Iterator<Item = Thing> {
    let names = [Some(name), elsewhere(name)].into_iter().flatten();
    names.flat_map(|name| {
        let kpi = vocabulary.kpi(name).map(Thing::Kpi);
        let dimension = vocabulary.dimension(name).map(Thing::Dimension);
        [kpi, dimension].into_iter().flatten()
    })
}

/// What single orders, lines, products and return records call otherwise.
fn elsewhere(name: &str) -> Option<&'static str> {
    Some(match name {
        "sales" | "revenue" | "amount" => "totalSales",
        "profit" => "totalProfit",
        "cost" => "costOfGoods",
        "tax" => "taxes",
        "shipping" => "shippingCharges",
        "listAmount" => "grossSales",
        "discount" | "discountAmount" => "discounts",
        "units" | "quantity" => "unitsSold",
        "productCode" => "product",
        "shipTo" | "shipFrom" => "location",
        "siblings" => "category",
        "isCounted" => "status",
        "customerOrdered" | "customerNeverOrdered" => "customer",
        _ => return None,
    })
}

impl Scope {
    /// Whether what a name stands for may be used.
    ///
    /// # Errors
    /// That it may not.
    pub fn permit_thing(&self, vocabulary: &Vocabulary, thing: Thing) -> Result<(), Forbidden> {
        match thing {
            Thing::Kpi(kpi) => self.permit_kpi(vocabulary, kpi),
            Thing::Dimension(dimension) => self.permit_dimension(dimension),
        }
    }

    /// Whether a field of this name may be read.
    ///
    /// # Errors
    /// The first thing that it tells and that may not be used.
    pub fn permit_name(&self, vocabulary: &Vocabulary, name: &str) -> Result<(), Forbidden> {
        meanings(vocabulary, name).try_for_each(|thing| self.permit_thing(vocabulary, thing))
    }
}
