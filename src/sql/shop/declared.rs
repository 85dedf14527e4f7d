//! The tables of the shop, and their columns.

use crate::{
    kpi::{self, Cycle, Dimension, Grain, Level, Vocabulary},
    store::{Customer, Entity, Location, Order, Product},
};

use super::{
    super::columns::{ORDERED_AT, in_snake_case},
    column::{Column, Holder, Source},
};

/// A table of rows.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    /// A sentence that says what a row is.
    pub description: &'static str,
    /// The collection that it is read from.
    pub collection: &'static str,
    pub rows: RowsOf,
    pub columns: Vec<Column>,
    /// The columns that tell rows apart; none where nothing does.
    pub key: &'static [&'static str],
    pub references: &'static [Reference],
    /// The dimension whose values the rows are.
    pub of: Option<Dimension>,
}

/// Columns that name a row of another table.
#[derive(Debug)]
pub struct Reference {
    pub columns: &'static [&'static str],
    pub table: &'static str,
    /// Its columns.
    pub to: &'static [&'static str],
}

/// What of a document is a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowsOf {
    /// The document itself.
    Documents,
    /// Each line of an order.
    Lines,
    /// Each return record of an order.
    Returns,
    /// Each of both, where the order counts: what KPIs are counted from.
    Entries,
}

const fn to(columns: &'static [&'static str], table: &'static str) -> Reference {
    Reference {
        columns,
        table,
        to: &["id"],
    }
}

const OF_ORDER: Reference = to(&["order_id"], "orders");

/// All of them, of a shop that knows these words.
pub fn tables(vocabulary: &Vocabulary) -> Vec<Table> {
    vec![
        sales(vocabulary),
        orders(vocabulary),
        order_lines(vocabulary),
        order_returns(),
        customers(vocabulary),
        products(vocabulary),
        locations(vocabulary),
    ]
}

fn sales(vocabulary: &Vocabulary) -> Table {
    let mut columns = vec![
        order_id(),
        Column::new("entry", Source::EntryKind, "What the row is: a `line` of an order, or a `return`, which lowers the sales on the day that something came back.").needed(),
        Column::new("position", Source::Position, "The line's place on its order, from 1; of a return, that of the line that came back."),
        Column::new(ORDERED_AT, Source::At, "When the order was placed, or something came back.").needed(),
    ];
    columns.extend(calendar());
    columns.extend(vocabulary.dimensions().iter().map(|it| of_sales(*it)));
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

/// A dimension of an entry of sales.
fn of_sales(dimension: Dimension) -> Column {
    let holder = match dimension.holder() {
        kpi::Holder::Order => Holder::Document,
        kpi::Holder::Line => Holder::Line,
        kpi::Holder::Customer => Holder::Customer,
        kpi::Holder::ShipTo => Holder::ShipTo,
        kpi::Holder::Product => Holder::Product,
    };
    let column = of_dimension(dimension, holder);
    Column {
        needed: dimension == Dimension::STATUS,
        ..column
    }
}

/// A dimension's value, as what holds it has it.
fn of_dimension(dimension: Dimension, holder: Holder) -> Column {
    let source = Source::Text(holder, dimension.field());
    let name = in_snake_case(dimension.name());
    Column::new(name, source, dimension.description()).told_by(&[dimension.name()])
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

fn orders(vocabulary: &Vocabulary) -> Table {
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

fn order_lines(vocabulary: &Vocabulary) -> Table {
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

fn order_returns() -> Table {
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

fn customers(vocabulary: &Vocabulary) -> Table {
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

fn products(vocabulary: &Vocabulary) -> Table {
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

fn locations(vocabulary: &Vocabulary) -> Table {
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

fn order_id() -> Column {
    let source = Source::Text(Holder::Document, "_id");
    Column::new("order_id", source, "The order's id in the shop.").needed()
}

fn shipped_at() -> Column {
    let source = Source::Time(Holder::Document, "shippedAt");
    Column::new(
        "shipped_at",
        source,
        "When the order left the warehouse; null while it has not.",
    )
}

/// A shop's own dimensions of what a table's rows are.
fn own(
    vocabulary: &Vocabulary,
    of: kpi::Holder,
    holder: Holder,
) -> impl Iterator<Item = Column> + use<> {
    let own = vocabulary.own(of).into_iter();
    own.map(move |it| of_dimension(it, holder))
}

/// A shop's own numbers of what a table's rows are.
fn own_numbers(
    vocabulary: &Vocabulary,
    level: Level,
    holder: Holder,
) -> impl Iterator<Item = Column> + '_ {
    vocabulary.fields(level).map(move |field| {
        let description = vocabulary.kpi(field.name()).map(|it| it.definition());
        let source = Source::OwnNumber(holder, field.name());
        let name = in_snake_case(field.name());
        Column::new(name, source, description.unwrap_or_default()).told_by(&[field.name()])
    })
}

/// The columns, each by a name of its own: a shop's own words may be those of other columns.
fn with_own_names(columns: Vec<Column>) -> Vec<Column> {
    let mut named: Vec<Column> = Vec::with_capacity(columns.len());
    for mut column in columns {
        while named.iter().any(|it| it.name == column.name) {
            column.name.push('_');
        }
        named.push(column);
    }
    named
}
