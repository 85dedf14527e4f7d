//! What rows carry for each measure.

use bson::{Bson, Document, doc};

use super::stage::{cond, literal, or_null, sum};
use crate::kpi::{Aggregate, Entries, Level, Measure, OwnField};

/// A number that rows carry and groups accumulate.
pub struct Part {
    /// What it is on a row.
    pub row: Bson,
    /// The accumulator that puts rows, and then customers, together; all of them ignore null.
    pub accumulator: &'static str,
}

/// The field that holds a measure, in groups and in answers.
pub fn field(measure: Measure) -> &'static str {
    match measure {
        Measure::Revenue => "revenue",
        Measure::Profit => "profit",
        Measure::Units => "units",
        Measure::Lines => "lines",
        Measure::Sold => "sold",
        Measure::SoldUnits => "soldUnits",
        Measure::Gross => "gross",
        Measure::Discount => "discount",
        Measure::ReturnedUnits => "returnedUnits",
        Measure::Cost => "cost",
        Measure::CostedRevenue => "costedRevenue",
        Measure::Tax => "tax",
        Measure::Shipping => "shipping",
        Measure::Records => "records",
        Measure::Orders => "orders",
        Measure::CustomerOrders => "customerOrders",
        Measure::Customers => "customers",
        Measure::NewCustomers => "newCustomers",
        Measure::RepeatCustomers => "repeatCustomers",
        Measure::OrderSpan => "orderSpan",
        Measure::SecondOrderTime => "secondOrderTime",
        Measure::OrderPairs => "orderPairs",
        Measure::PreviousCustomers => "previousCustomers",
        Measure::RetainedCustomers => "retainedCustomers",
        Measure::ShippingTime => "shippingTime",
        Measure::ShippedOrders => "shippedOrders",
        Measure::Earliest => "firstOrder",
        // Those of returns are counted apart.
        Measure::Latest | Measure::LastOrder => "lastOrder",
        Measure::Field(own) => own.of_group(),
        Measure::Conditional(_) => unreachable!("plans count what it is of"),
    }
}

/// The field that is null where nothing is known of a measure, however many lines there are.
pub fn any_field(measure: Measure) -> Option<&'static str> {
    match measure {
        Measure::Profit => Some("anyProfit"),
        Measure::Units => Some("anyUnits"),
        Measure::Discount => Some("anyDiscount"),
        Measure::Cost => Some("anyCost"),
        Measure::Tax => Some("anyTax"),
        Measure::Shipping => Some("anyShipping"),
        Measure::Field(own) => own.any_of_group(),
        _ => None,
    }
}

/// The amount of a line that a measure adds up, beside quantity, revenue and profit.
pub fn amount(measure: Measure) -> Option<&'static str> {
    match measure {
        Measure::Gross | Measure::Discount => Some("discountAmount"),
        Measure::Cost | Measure::CostedRevenue => Some("cost"),
        Measure::Tax => Some("tax"),
        Measure::Shipping => Some("shipping"),
        _ => None,
    }
}

/// What rows must carry for a measure; their lines stand at a path.
pub fn parts(measure: Measure, lines: &str, entries: Entries) -> Vec<(&'static str, Part)> {
    let part = |field, row: Bson, accumulator| (field, Part { row, accumulator });
    let of_lines = |path: &str| Bson::from(format!("${lines}.{path}"));
    let added = |row: Bson| part(field(measure), sum(row).into(), "$sum");
    let any =
        |row: Bson| any_field(measure).map(|it| part(it, doc! { "$max": row }.into(), "$max"));
    let known = |row: Bson| any(row.clone()).into_iter().chain([added(row)]).collect();
    let sold = |value: Bson| of_each(lines, cond(is_sold(), value, Bson::Null));
    let counted = |row: Document| vec![part(field(measure), row.into(), "$sum")];
    let first = part("firstOrder", "$orderedAt".into(), "$min");
    let last = part("lastOrder", "$orderedAt".into(), "$max");
    match measure {
        Measure::Revenue => vec![added(of_lines("revenue"))],
        // Only return records may not say.
        Measure::Units if entries == Entries::Orders => vec![added(of_lines("quantity"))],
        Measure::Units => known(of_lines("quantity")),
        Measure::Profit => known(of_lines("profit")),
        Measure::Cost => known(of_lines("cost")),
        Measure::Tax => known(of_lines("tax")),
        Measure::Shipping => known(of_lines("shipping")),
        Measure::Lines => counted(doc! { "$size": format!("${lines}") }),
        Measure::Sold => vec![added(sold("$$line.revenue".into()))],
        Measure::SoldUnits => vec![added(sold("$$line.quantity".into()))],
        Measure::Discount => known(sold("$$line.discountAmount".into())),
        Measure::Gross => {
            let discount = doc! { "$ifNull": ["$$line.discountAmount", 0] };
            let gross = doc! { "$add": ["$$line.revenue", discount] };
            vec![added(sold(gross.into()))]
        }
        Measure::ReturnedUnits => {
            let returned = doc! { "$subtract": [0, "$$line.quantity"] };
            let returned = cond(is_sold(), Bson::Null, returned);
            vec![added(of_each(lines, returned))]
        }
        Measure::CostedRevenue => {
            let has_cost = doc! { "$gt": [or_null("$$line.cost"), Bson::Null] };
            let costed = cond(has_cost, "$$line.revenue", Bson::Null);
            vec![added(sold(costed.into()))]
        }
        // A bare 1 in a `$project` would mean "keep the field".
        Measure::Orders => counted(literal(1)),
        Measure::CustomerOrders => counted(cond(doc! { "$gt": ["$customerId", Bson::Null] }, 1, 0)),
        Measure::ShippingTime => counted(doc! { "$subtract": ["$shippedAt", "$orderedAt"] }),
        Measure::ShippedOrders => counted(cond(doc! { "$gt": ["$shippedAt", Bson::Null] }, 1, 0)),
        Measure::Earliest | Measure::SecondOrderTime => vec![first],
        Measure::Latest | Measure::LastOrder => vec![last],
        Measure::OrderSpan => vec![first, last],
        Measure::Records
        | Measure::Customers
        | Measure::NewCustomers
        | Measure::RepeatCustomers
        | Measure::OrderPairs
        | Measure::PreviousCustomers
        | Measure::RetainedCustomers => vec![],
        Measure::Field(own) => own_parts(own, lines),
        Measure::Conditional(_) => unreachable!("plans count what it is of"),
    }
}

/// The same for a number of the shop's own, which [stands](super::numbers) on the row.
fn own_parts(own: OwnField, lines: &str) -> Vec<(&'static str, Part)> {
    let name = own.name();
    let path = match own.level() {
        Level::Line => format!("${lines}.numbers.{name}"),
        Level::Order | Level::Customer => format!("$numbers.{name}"),
    };
    let part = |field, row: Document, accumulator| {
        let row = row.into();
        (field, Part { row, accumulator })
    };
    let of_group = own.of_group();
    let least_or_greatest = |accumulator| part(of_group, doc! { accumulator: &path }, accumulator);
    match own.aggregate() {
        Aggregate::Sum => {
            let any = own.any_of_group();
            let any = any.map(|it| part(it, doc! { "$max": &path }, "$max"));
            let added = part(of_group, sum(&path), "$sum");
            any.into_iter().chain([added]).collect()
        }
        Aggregate::Minimum => vec![least_or_greatest("$min")],
        Aggregate::Maximum => vec![least_or_greatest("$max")],
        Aggregate::Count => {
            let is_there = |path: &str| cond(doc! { "$gt": [or_null(path), Bson::Null] }, 1, 0);
            let row = match own.level() {
                Level::Line => sum(of_each(lines, is_there(&format!("$$line.numbers.{name}")))),
                Level::Order | Level::Customer => is_there(&path),
            };
            vec![part(of_group, row, "$sum")]
        }
    }
}

/// Whether `$$line` is no return.
fn is_sold() -> Document {
    doc! { "$gte": ["$$line.quantity", 0] }
}

/// An expression over `$$line`, of each of the lines.
fn of_each(lines: &str, value: Document) -> Bson {
    doc! { "$map": { "input": format!("${lines}"), "as": "line", "in": value } }.into()
}
