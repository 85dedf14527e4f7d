//! Primary and foreign keys in the catalogue, by which tools draw the joins.

use std::{collections::HashMap, sync::Arc};

use datafusion::{
    arrow::{
        array::{
            ArrayRef, BooleanArray, Int16Array, Int32Array, ListArray, RecordBatch, StringArray,
        },
        datatypes::Int16Type,
    },
    catalog::MemTable,
    error::Result,
};

use super::shop::Table;

/// The number of the first constraint: those of tables and schemas are far below.
const FIRST: i32 = 1_000_000;

/// A key: a table's own, or one that names rows of another.
struct Key<'a> {
    name: String,
    table: &'a Table,
    columns: &'a [&'static str],
    /// The other table, and its columns.
    to: Option<(&'a Table, &'a [&'static str])>,
}

/// `pg_constraint` of these tables, whose numbers are those of the catalogue.
///
/// # Errors
/// When the columns do not make a table.
pub fn constraints(
    tables: &[Arc<Table>],
    numbers: &HashMap<String, i64>,
    namespace: i64,
) -> Result<MemTable> {
    let keys: Vec<Key<'_>> = tables.iter().flat_map(|it| keys(it, tables)).collect();
    let number = |it: i64| i32::try_from(it).unwrap_or_default();
    let number_of = |table: &Table| numbers.get(table.name).map_or(0, |it| number(*it));
    let of_others = |it: &Key<'_>| it.to.map_or(0, |(table, _)| number_of(table));
    let numbers = |of: &dyn Fn(&Key<'_>) -> i32| -> ArrayRef {
        Arc::new(Int32Array::from_iter_values(keys.iter().map(of)))
    };
    let texts = |of: &dyn Fn(&Key<'_>) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(keys.iter().map(of)))
    };
    let flags = |flag: bool| -> ArrayRef { Arc::new(BooleanArray::from(vec![flag; keys.len()])) };
    let kind = |it: &Key<'_>| if it.to.is_some() { "f" } else { "p" }.to_owned();
    // `a`: nothing happens to what names a row that goes; `s`: all columns must match.
    let of_foreign =
        |letter: &str| texts(&|it| if it.to.is_some() { letter } else { " " }.to_owned());
    let none: ArrayRef = Arc::new(StringArray::new_null(keys.len()));
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "oid",
            Arc::new(Int32Array::from_iter_values((FIRST..).take(keys.len()))),
        ),
        ("conname", texts(&|it| it.name.clone())),
        ("connamespace", numbers(&|_| number(namespace))),
        ("contype", texts(&kind)),
        ("condeferrable", flags(false)),
        ("condeferred", flags(false)),
        // Nothing holds a shop's documents to them.
        ("convalidated", flags(false)),
        ("conrelid", numbers(&|it| number_of(it.table))),
        ("contypid", numbers(&|_| 0)),
        ("conindid", numbers(&|_| 0)),
        ("conparentid", numbers(&|_| 0)),
        ("confrelid", numbers(&of_others)),
        ("confupdtype", of_foreign("a")),
        ("confdeltype", of_foreign("a")),
        ("confmatchtype", of_foreign("s")),
        ("conislocal", flags(true)),
        (
            "coninhcount",
            Arc::new(Int16Array::from(vec![0; keys.len()])),
        ),
        ("connoinherit", flags(true)),
        ("conkey", places(&keys, |it| Some((it.table, it.columns)))),
        ("confkey", places(&keys, |it| it.to)),
        ("conpfeqop", Arc::clone(&none)),
        ("conppeqop", Arc::clone(&none)),
        ("conffeqop", Arc::clone(&none)),
        ("confdelsetcols", Arc::clone(&none)),
        ("conexclop", Arc::clone(&none)),
        ("conbin", none),
    ];
    let rows = RecordBatch::try_from_iter(columns)?;
    MemTable::try_new(rows.schema(), vec![vec![rows]])
}

fn keys<'a>(table: &'a Table, tables: &'a [Arc<Table>]) -> Vec<Key<'a>> {
    let own = (!table.key.is_empty()).then(|| Key {
        name: format!("{}_pkey", table.name),
        table,
        columns: table.key,
        to: None,
    });
    let foreign = table.references.iter().filter_map(|reference| {
        let other = tables.iter().find(|it| it.name == reference.table)?;
        Some(Key {
            name: format!("{}_{}_fkey", table.name, reference.columns.join("_")),
            table,
            columns: reference.columns,
            to: Some((other, reference.to)),
        })
    });
    own.into_iter().chain(foreign).collect()
}

/// The places of columns among those of their table, from 1.
fn places<'a>(
    keys: &'a [Key<'a>],
    of: impl Fn(&Key<'a>) -> Option<(&'a Table, &'a [&'static str])>,
) -> ArrayRef {
    let places = |(table, columns): (&Table, &[&'static str])| {
        let place = |column: &&str| table.columns.iter().position(|it| it.name == **column);
        let places = columns
            .iter()
            .map(|it| place(it).and_then(|at| i16::try_from(at + 1).ok()));
        places.collect::<Vec<_>>()
    };
    let lists = keys.iter().map(|key| of(key).map(places));
    Arc::new(ListArray::from_iter_primitive::<Int16Type, _, _>(lists))
}
