//! The tables of the shop, and their columns.

use super::{
    super::columns::in_snake_case,
    column::{Column, Holder, Source},
    named::{customers, locations, products},
    orders::{order_lines, order_returns, orders},
    sales::sales,
};
use crate::{
    auth::{Forbidden, Scope},
    kpi::{self, Dimension, Kpi, Level, Vocabulary},
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

impl Table {
    /// Whether whoever may see so much may see its rows.
    ///
    /// # Errors
    /// The dimension that they are the values of, and may not use.
    pub fn permit(&self, scope: &Scope) -> Result<(), Forbidden> {
        self.of.map_or(Ok(()), |it| scope.permit_dimension(it))
    }
}

/// A column that names rows of another table.
pub const fn to(columns: &'static [&'static str], table: &'static str) -> Reference {
    Reference {
        columns,
        table,
        to: &["id"],
    }
}

/// The order that a row is of.
pub const OF_ORDER: Reference = to(&["order_id"], "orders");

/// All tables, of a shop that knows these words.
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

/// A dimension's value, as what holds it has it.
pub fn of_dimension(dimension: Dimension, holder: Holder) -> Column {
    let source = Source::Text(holder, dimension.field());
    let name = in_snake_case(dimension.name());
    Column::new(name, source, dimension.description()).told_by(&[dimension.name()])
}

/// A shop's own dimensions of what a table's rows are.
pub fn own(
    vocabulary: &Vocabulary,
    of: kpi::Holder,
    holder: Holder,
) -> impl Iterator<Item = Column> + use<> {
    let own = vocabulary.own(of).into_iter();
    own.map(move |it| of_dimension(it, holder))
}

/// A shop's own numbers of what a table's rows are.
pub fn own_numbers(
    vocabulary: &Vocabulary,
    level: Level,
    holder: Holder,
) -> impl Iterator<Item = Column> + '_ {
    vocabulary.fields(level).map(move |field| {
        let description = vocabulary.kpi(field.name()).map(Kpi::definition);
        let source = Source::OwnNumber(holder, field.name());
        let name = in_snake_case(field.name());
        Column::new(name, source, description.unwrap_or_default()).told_by(&[field.name()])
    })
}

/// The columns, each by a name of its own: a shop's own words may be those of other columns.
pub fn with_own_names(columns: Vec<Column>) -> Vec<Column> {
    let mut named: Vec<Column> = Vec::with_capacity(columns.len());
    for mut column in columns {
        while named.iter().any(|it| it.name == column.name) {
            column.name.push('_');
        }
        named.push(column);
    }
    named
}
