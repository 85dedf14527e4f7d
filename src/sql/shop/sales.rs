//! `sales`: what was sold and what came back, with all that is known of it.

use super::{
    super::columns::ORDERED_AT,
    column::{Column, Holder, Source},
    declared::{OF_ORDER, RowsOf, Table, of_dimension, own_numbers, to, with_own_names},
    orders::{order_id, shipped_at},
};
use crate::{
    kpi::{self, Cycle, Dimension, Grain, Level, Vocabulary},
    store::{Entity, Order},
};

pub fn sales(vocabulary: &Vocabulary) -> Table {
    let mut columns = vec![
        order_id(),
        Column::new("entry", Source::EntryKind, "What the row is: a `line` of an order, or a `return`, which lowers the sales on the day that something came back.").needed(),
        Column::new("position", Source::Position, "The line's place on its order, from 1; of a return, that of the line that came back."),
        Column::new(ORDERED_AT, Source::At, "When the order was placed, or something came back.").needed(),
    ];
    columns.extend(calendar());
    columns.extend(
        vocabulary
            .dimensions()
            .iter()
            .filter_map(|it| of_sales(*it)),
    );
    columns.extend([
        Column::new(
            "product_name",
            Source::Text(Holder::Product, "name"),
            "The product's current name.",
        )
        .told_by(&["product"]),
        Column::new(
            "customer_name",
            Source::Text(Holder::Customer, "name"),
            "The customer's name.",
        )
        .told_by(&["customer"]),
        Column::new(
            "ship_from",
            Source::Text(Holder::Document, "shipFromId"),
            "The location that the order ships from, by its id in the shop.",
        )
        .told_by(&["shipFrom"]),
        shipped_at(),
    ]);
    columns.extend(entry_amounts());
    columns.extend(own_numbers(vocabulary, Level::Line, Holder::Line));
    Table {
        name: "sales",
        description: "What was sold, line by line, and what came back, of the orders that count: sum(revenue) is MEASURE(total_sales) of the same rows, to the last digit.",
        collection: Order::COLLECTION,
        rows: RowsOf::Entries,
        columns: with_own_names(columns),
        key: &[],
        references: const {
            &[
                OF_ORDER,
                to(&["product"], "products"),
                to(&["customer"], "customers"),
                to(&["location"], "locations"),
                to(&["ship_from"], "locations"),
            ]
        },
        of: None,
    }
}

fn calendar() -> [Column; 7] {
    let part = |name: &str, source, description: &str| {
        let description = format!("{description}, in the session's time zone.");
        Column::new(name, source, description).needed()
    };
    let first_day =
        |name: &str, grain, description: &str| part(name, Source::FirstDay(grain), description);
    [
        first_day("day", Grain::Day, "The day of ordered_at"),
        first_day("week", Grain::Week, "The Monday that its week begins with"),
        first_day("month", Grain::Month, "The first day of its month"),
        first_day("quarter", Grain::Quarter, "The first day of its quarter"),
        part("year", Source::Year, "Its year"),
        part(
            "weekday",
            Source::Slot(Cycle::IsoWeekday),
            "Its day of the week, from Monday, 1, to Sunday, 7",
        ),
        part(
            "hour",
            Source::Slot(Cycle::HourOfDay),
            "Its hour, from 0 to 23",
        ),
    ]
}

/// A dimension of an entry of sales; none of what stands in no document.
fn of_sales(dimension: Dimension) -> Option<Column> {
    let holder = match dimension.holder() {
        kpi::Holder::Order => Holder::Document,
        kpi::Holder::Line => Holder::Line,
        kpi::Holder::Customer => Holder::Customer,
        kpi::Holder::ShipTo => Holder::ShipTo,
        kpi::Holder::Product => Holder::Product,
        kpi::Holder::History => return None,
    };
    let column = of_dimension(dimension, holder);
    Some(Column {
        needed: dimension == Dimension::STATUS,
        ..column
    })
}

fn entry_amounts() -> [Column; 9] {
    let both = |name: &str, line, returned, description: &str| {
        let source = Source::Entry {
            line: Some(line),
            returned: Some(returned),
        };
        Column::new(name, source, description)
    };
    let line = |name: &str, line, description: &str| {
        let source = Source::Entry {
            line: Some(line),
            returned: None,
        };
        Column::new(name, source, description)
    };
    [
        both("quantity", "quantity", "quantity", "How many; negative for what came back, and null where a return does not say. Unit: units of the product.").told_by(&["quantity"]),
        both("revenue", "revenue", "amount", "What the line earned, after discounts, before shipping and tax; negative for what came back. Unit: the shop's currency.").needed().told_by(&["revenue"]),
        both("profit", "profit", "profit", "What is left of the revenue after costs; null where the shop does not know. Unit: the shop's currency.").told_by(&["profit"]),
        Column::new("list_amount", Source::ListAmount, "What the line would have cost at the list price; null where the shop does not know, and for returns. Unit: the shop's currency.").told_by(&["listAmount"]),
        line("discount", "discount", "The discount as a share of the list price, 0.2 for 20 %; null where the shop does not know. Unit: ratio.").told_by(&["discount"]),
        line("discount_amount", "discountAmount", "What was taken off the list amount, its part of the whole order's discount included; null where the shop does not know. Unit: the shop's currency.").told_by(&["discountAmount"]),
        both("cost", "cost", "cost", "What the goods cost the shop; negative for what came back, null where the shop does not know. Unit: the shop's currency.").told_by(&["cost"]),
        line("tax", "tax", "The line's part of the tax on the order; null where the shop does not know. Unit: the shop's currency.").told_by(&["tax"]),
        line("shipping", "shipping", "The line's part of what the customer was charged for shipping; null where the shop does not know. Unit: the shop's currency.").told_by(&["shipping"]),
    ]
}
