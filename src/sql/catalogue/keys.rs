//! Primary and foreign keys in the catalogue, by which tools draw the joins.

use std::{collections::HashMap, sync::Arc};

use datafusion::{
    arrow::{
        array::{
            ArrayRef, BooleanArray, Int16Array, Int32Array, ListArray, RecordBatch, StringArray,
        },
        datatypes::{Int16Type, Int32Type},
    },
    catalog::MemTable,
    error::Result,
};

use crate::sql::shop::Table;

/// The numbers of the first constraint and of the first index: those of tables and schemas are
/// far below.
const CONSTRAINTS: i32 = 1_000_000;
const INDEXES: i32 = 2_000_000;

/// The catalogue's numbers of tables, by name.
pub type Numbers = HashMap<String, i64>;

/// All keys, of tables that have these numbers.
pub struct Keys<'a> {
    keys: Vec<Key<'a>>,
    numbers: &'a Numbers,
}

/// What an index says.
pub struct IndexDefinition {
    /// In SQL.
    whole: String,
    columns: &'static [&'static str],
}

impl IndexDefinition {
    /// All of it, or one of its columns, from 1.
    pub fn told(&self, column: Option<i64>) -> Option<String> {
        match usize::try_from(column.unwrap_or_default()).ok()? {
            0 => Some(self.whole.clone()),
            at => self.columns.get(at - 1).map(|it| (*it).to_owned()),
        }
    }
}

/// What stands for a table's own key among the catalogue's indexes.
pub struct Index<'a> {
    pub number: i32,
    pub name: &'a str,
    pub table: &'static str,
}

/// A key: a table's own, or one that names rows of another.
struct Key<'a> {
    name: String,
    table: &'a Table,
    columns: &'static [&'static str],
    /// The other table, and its columns.
    to: Option<(&'a Table, &'static [&'static str])>,
}

impl<'a> Keys<'a> {
    pub fn of(tables: &'a [Arc<Table>], numbers: &'a Numbers) -> Self {
        Self {
            keys: tables.iter().flat_map(|it| keys(it, tables)).collect(),
            numbers,
        }
    }

    /// The indexes of tables' own keys.
    pub fn own(&self) -> impl Iterator<Item = Index<'_>> {
        self.indexed().map(|(number, key)| Index {
            number,
            name: &key.name,
            table: key.table.name,
        })
    }

    fn indexed(&self) -> impl Iterator<Item = (i32, &Key<'a>)> {
        let numbered = (INDEXES..).zip(&self.keys);
        numbered.filter(|(_, it)| it.to.is_none())
    }

    /// What each constraint says, by its number.
    pub fn definitions(&self) -> HashMap<i64, String> {
        let numbered = (i64::from(CONSTRAINTS)..).zip(&self.keys);
        numbered
            .map(|(number, it)| (number, it.definition()))
            .collect()
    }

    /// The number of the index of a table's own key: of what names its rows, too.
    fn index_of(&self, table: &Table) -> i32 {
        let mut indexed = self.indexed();
        let of_table = indexed.find(|(_, it)| it.table.name == table.name);
        of_table.map_or(0, |(number, _)| number)
    }

    /// What each index says, by its number.
    pub fn index_definitions(&self) -> HashMap<i64, IndexDefinition> {
        let defined = self.indexed().map(|(number, it)| {
            let (name, table, columns) = (&it.name, it.table.name, it.columns.join(", "));
            let whole =
                format!("CREATE UNIQUE INDEX {name} ON public.{table} USING btree ({columns})");
            let columns = it.columns;
            (number.into(), IndexDefinition { whole, columns })
        });
        defined.collect()
    }

    fn number_of(&self, table: &Table) -> i32 {
        let number = self.numbers.get(table.name);
        number.map_or(0, |it| i32::try_from(*it).unwrap_or_default())
    }

    /// `pg_constraint`.
    ///
    /// # Errors
    /// When the columns do not make a table.
    pub fn constraints(&self, namespace: i64) -> Result<MemTable> {
        let keys = &self.keys;
        let namespace = i32::try_from(namespace).unwrap_or_default();
        let of_others = |it: &Key<'_>| it.to.map_or(0, |(table, _)| self.number_of(table));
        let numbers = |of: &dyn Fn(&Key<'_>) -> i32| -> ArrayRef {
            Arc::new(Int32Array::from_iter_values(keys.iter().map(of)))
        };
        let texts = |of: &dyn Fn(&Key<'_>) -> String| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(keys.iter().map(of)))
        };
        let flags =
            |flag: bool| -> ArrayRef { Arc::new(BooleanArray::from(vec![flag; keys.len()])) };
        let kind = |it: &Key<'_>| if it.to.is_some() { "f" } else { "p" }.to_owned();
        // `a`: nothing happens to what names a row that goes; `s`: all columns must match.
        let of_foreign =
            |letter: &str| texts(&|it| if it.to.is_some() { letter } else { " " }.to_owned());
        let index = |it: &Key<'_>| self.index_of(it.to.map_or(it.table, |(table, _)| table));
        let none: ArrayRef = Arc::new(StringArray::new_null(keys.len()));
        let inherited = Arc::new(Int16Array::from(vec![0; keys.len()]));
        table(vec![
            (
                "oid",
                Arc::new(Int32Array::from_iter_values(
                    (CONSTRAINTS..).take(keys.len()),
                )),
            ),
            ("conname", texts(&|it| it.name.clone())),
            ("connamespace", numbers(&|_| namespace)),
            ("contype", texts(&kind)),
            ("condeferrable", flags(false)),
            ("condeferred", flags(false)),
            // Nothing holds a shop's documents to them.
            ("convalidated", flags(false)),
            ("conrelid", numbers(&|it| self.number_of(it.table))),
            ("contypid", numbers(&|_| 0)),
            ("conindid", numbers(&index)),
            ("conparentid", numbers(&|_| 0)),
            ("confrelid", numbers(&of_others)),
            ("confupdtype", of_foreign("a")),
            ("confdeltype", of_foreign("a")),
            ("confmatchtype", of_foreign("s")),
            ("conislocal", flags(true)),
            ("coninhcount", inherited),
            ("connoinherit", flags(true)),
            ("conkey", places(keys, |it| Some((it.table, it.columns)))),
            ("confkey", places(keys, |it| it.to)),
            ("conpfeqop", Arc::clone(&none)),
            ("conppeqop", Arc::clone(&none)),
            ("conffeqop", Arc::clone(&none)),
            ("confdelsetcols", Arc::clone(&none)),
            ("conexclop", Arc::clone(&none)),
            ("conbin", none),
        ])
    }

    /// `pg_depend`: the indexes that foreign keys rest on.
    ///
    /// # Errors
    /// As [`Keys::constraints`].
    pub fn dependencies(&self) -> Result<MemTable> {
        let numbered = (CONSTRAINTS..).zip(&self.keys);
        let foreign = numbered.filter_map(|(number, it)| {
            let (to, _) = it.to?;
            Some((number, self.index_of(to)))
        });
        let (constraints, indexes): (Vec<i32>, Vec<i32>) = foreign.unzip();
        let catalogue = |name: &str| i32::try_from(*self.numbers.get(name)?).ok();
        let all = |number: Option<i32>| -> ArrayRef {
            let numbers = vec![number.unwrap_or_default(); constraints.len()];
            Arc::new(Int32Array::from(numbers))
        };
        let normal = StringArray::from(vec!["n"; constraints.len()]);
        table(vec![
            ("classid", all(catalogue("pg_constraint"))),
            ("objid", Arc::new(Int32Array::from(constraints.clone()))),
            ("objsubid", all(None)),
            ("refclassid", all(catalogue("pg_class"))),
            ("refobjid", Arc::new(Int32Array::from(indexes))),
            ("refobjsubid", all(None)),
            ("deptype", Arc::new(normal)),
        ])
    }

    /// `pg_index`: tools read from it which columns are a table's own key.
    ///
    /// # Errors
    /// As [`Keys::constraints`].
    pub fn indexes(&self) -> Result<MemTable> {
        let (numbers, keys): (Vec<i32>, Vec<&Key<'_>>) = self.indexed().unzip();
        let flags =
            |flag: bool| -> ArrayRef { Arc::new(BooleanArray::from(vec![flag; keys.len()])) };
        let width = |it: &&Key<'_>| i16::try_from(it.columns.len()).unwrap_or_default();
        let widths: ArrayRef = Arc::new(Int16Array::from_iter_values(keys.iter().map(width)));
        let tables = keys.iter().map(|it| self.number_of(it.table));
        // As many zeros as columns: how they are ordered and compared is nobody's business here.
        let zeros = || -> ArrayRef {
            let zeros = keys.iter().map(|it| Some(vec![Some(0); it.columns.len()]));
            Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(zeros))
        };
        let none: ArrayRef = Arc::new(StringArray::new_null(keys.len()));
        table(vec![
            ("indexrelid", Arc::new(Int32Array::from(numbers))),
            ("indrelid", Arc::new(Int32Array::from_iter_values(tables))),
            ("indnatts", Arc::clone(&widths)),
            ("indnkeyatts", widths),
            ("indisunique", flags(true)),
            ("indnullsnotdistinct", flags(false)),
            ("indisprimary", flags(true)),
            ("indisexclusion", flags(false)),
            ("indimmediate", flags(true)),
            ("indisclustered", flags(false)),
            ("indisvalid", flags(true)),
            ("indcheckxmin", flags(false)),
            ("indisready", flags(true)),
            ("indislive", flags(true)),
            ("indisreplident", flags(false)),
            (
                "indkey",
                places(keys.iter().copied(), |it| Some((it.table, it.columns))),
            ),
            ("indcollation", zeros()),
            ("indclass", zeros()),
            ("indoption", zeros()),
            ("indexprs", Arc::clone(&none)),
            ("indpred", none),
        ])
    }
}

impl Key<'_> {
    /// What it says, in SQL.
    fn definition(&self) -> String {
        let columns = self.columns.join(", ");
        match self.to {
            None => format!("PRIMARY KEY ({columns})"),
            Some((table, to)) => format!(
                "FOREIGN KEY ({columns}) REFERENCES {}({}) NOT VALID",
                table.name,
                to.join(", ")
            ),
        }
    }
}

fn table(columns: Vec<(&str, ArrayRef)>) -> Result<MemTable> {
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
fn places<'k, 'a: 'k>(
    keys: impl IntoIterator<Item = &'k Key<'a>>,
    of: impl Fn(&Key<'a>) -> Option<(&'a Table, &'a [&'static str])>,
) -> ArrayRef {
    let places = |(table, columns): (&Table, &[&'static str])| {
        let place = |column: &&str| table.columns.iter().position(|it| it.name == **column);
        let places = columns
            .iter()
            .map(|it| place(it).and_then(|at| i16::try_from(at + 1).ok()));
        places.collect::<Vec<_>>()
    };
    let lists = keys.into_iter().map(|key| of(key).map(places));
    let lists: Vec<_> = lists.collect();
    Arc::new(ListArray::from_iter_primitive::<Int16Type, _, _>(lists))
}
