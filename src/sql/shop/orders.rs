//! Orders, their lines, and what came back of them.

use super::{
    super::columns::ORDERED_AT,
    column::{Column, Holder, Source},
    declared::{OF_ORDER, Reference, RowsOf, Table, own, own_numbers, to, with_own_names},
};
use crate::{
    kpi::{self, Level, Vocabulary},
    store::{Entity, Order},
};

pub fn orders(vocabulary: &Vocabulary) -> Table {
    let text = |name: &str, path, description: &str| {
        Column::new(name, Source::Text(Holder::Document, path), description)
    };
    let total =
        |name: &str, path, description: &str| Column::new(name, Source::Total(path), description);
    let mut columns = vec![
        text("id", "_id", "The order's id in the shop.").needed(),
        Column::new(ORDERED_AT, Source::Time(Holder::Document, "orderedAt"), "When it was placed.").needed(),
        shipped_at(),
        text("status", "status", "Where it is in its life, such as `completed` or `cancelled`.").needed().told_by(&["status"]),
        Column::new("is_counted", Source::IsCounted, "Whether KPIs and sales count it: its status is one that the shop counts, and it has lines.").needed().told_by(&["isCounted"]),
        text("ship_mode", "shipMode", "How it travels, such as `Second Class`; null where that is unknown.").told_by(&["shipMode"]),
        text("customer_id", "customerId", "Who ordered; null for an anonymous sale.").told_by(&["customer"]),
        text("ship_to_id", "shipToId", "Where it is delivered; null where that is unknown.").told_by(&["shipTo"]),
        text("ship_from_id", "shipFromId", "Where it ships from; null where that is unknown.").told_by(&["shipFrom"]),
        Column::new("line_count", Source::LineCount, "Number of its lines.").needed().told_by(&["lineCount"]),
        total("units", "quantity", "Sum of its lines' quantities. Unit: units of a product.").told_by(&["units"]),
        total("sales", "revenue", "Sum of its lines' revenue, after discounts, before shipping and tax; what came back later is in order_returns. Unit: the shop's currency.").told_by(&["sales"]),
        total("profit", "profit", "Sum of its lines' profit; null when no line has one. Unit: the shop's currency.").told_by(&["profit"]),
        total("tax", "tax", "Tax on the order; null where the shop does not know. Unit: the shop's currency.").told_by(&["tax"]),
        total("shipping", "shipping", "What the customer was charged for shipping; null where the shop does not know. Unit: the shop's currency.").told_by(&["shipping"]),
    ];
    columns.extend(own(vocabulary, kpi::Holder::Order, Holder::Document));
    columns.extend(own_numbers(vocabulary, Level::Order, Holder::Document));
    Table {
        name: "orders",
        description: "The orders, of any status: one that is not counted is in no KPI and not in sales.",
        collection: Order::COLLECTION,
        rows: RowsOf::Documents,
        columns: with_own_names(columns),
        key: &["id"],
        references: const {
            &[
                to(&["customer_id"], "customers"),
                to(&["ship_to_id"], "locations"),
                to(&["ship_from_id"], "locations"),
            ]
        },
        of: None,
    }
}

pub fn order_lines(vocabulary: &Vocabulary) -> Table {
    let number = |name: &str, path, description: &str, told_by| {
        Column::new(name, Source::Number(Holder::Line, path), description).told_by(&[told_by])
    };
    let mut columns = vec![
        order_id(),
        Column::new("position", Source::Position, "The line's place on its order, from 1.").needed(),
        Column::new("product_id", Source::Text(Holder::Line, "productId"), "The product, whether the shop still has it or not; null where the line names none.").told_by(&["product"]),
        number("quantity", "quantity", "How many; negative for a return. Unit: units of the product.", "quantity").needed(),
        number("revenue", "revenue", "What the line earned, after discounts, before shipping and tax; negative for a return. Unit: the shop's currency.", "revenue").needed(),
        number("profit", "profit", "What is left of the revenue after costs; null where the shop does not know. Unit: the shop's currency.", "profit"),
        Column::new("list_amount", Source::ListAmount, "What the line would have cost at the list price; null where the shop does not know. Unit: the shop's currency.").told_by(&["listAmount"]),
        number("discount", "discount", "The discount as a share of the list price, 0.2 for 20 %; null where the shop does not know. Unit: ratio.", "discount"),
        number("discount_amount", "discountAmount", "What was taken off the list amount, its part of the whole order's discount included; null where the shop does not know. Unit: the shop's currency.", "discountAmount"),
        number("cost", "cost", "What the goods cost the shop; null where it does not know. Unit: the shop's currency.", "cost"),
        number("tax", "tax", "Its part of the tax on the order; null where the shop does not know. Unit: the shop's currency.", "tax"),
        number("shipping", "shipping", "Its part of what the customer was charged for shipping; null where the shop does not know. Unit: the shop's currency.", "shipping"),
    ];
    columns.extend(own(vocabulary, kpi::Holder::Line, Holder::Line));
    columns.extend(own_numbers(vocabulary, Level::Line, Holder::Line));
    Table {
        name: "order_lines",
        description: "The lines of orders of any status: one product on one order.",
        collection: Order::COLLECTION,
        rows: RowsOf::Lines,
        columns: with_own_names(columns),
        key: &["order_id", "position"],
        references: const { &[OF_ORDER, to(&["product_id"], "products")] },
        of: None,
    }
}

pub fn order_returns() -> Table {
    const LINE: Reference = Reference {
        columns: &["order_id", "line_position"],
        table: "order_lines",
        to: &["order_id", "position"],
    };
    let number = |name: &'static str, description: &str| {
        Column::new(name, Source::Number(Holder::Return, name), description).told_by(&[name])
    };
    Table {
        name: "order_returns",
        description: "What came back of orders of any status, later than it was ordered.",
        collection: Order::COLLECTION,
        rows: RowsOf::Returns,
        columns: vec![
            order_id(),
            Column::new(
                "position",
                Source::ReturnPosition,
                "The return's place among its order's, from 1.",
            )
            .needed(),
            Column::new(
                "line_position",
                Source::Position,
                "The place on the order of the line that it came back of; null where the order has no such line.",
            ),
            Column::new(
                "returned_at",
                Source::Time(Holder::Return, "returnedAt"),
                "When it came back.",
            )
            .needed(),
            number(
                "quantity",
                "How many came back; null where the shop does not know. Unit: units of the product.",
            ),
            number(
                "amount",
                "What was given back, without tax and shipping. Unit: the shop's currency.",
            )
            .needed(),
            number(
                "profit",
                "What of the line's profit is lost; null where the shop does not know. Unit: the shop's currency.",
            ),
            number(
                "cost",
                "What the goods that came back had cost the shop; null where it does not know. Unit: the shop's currency.",
            ),
        ],
        key: &["order_id", "position"],
        references: const { &[OF_ORDER, LINE] },
        of: None,
    }
}

pub fn order_id() -> Column {
    let source = Source::Text(Holder::Document, "_id");
    Column::new("order_id", source, "The order's id in the shop.").needed()
}

pub fn shipped_at() -> Column {
    let source = Source::Time(Holder::Document, "shippedAt");
    Column::new(
        "shipped_at",
        source,
        "When the order left the warehouse; null while it has not.",
    )
}
