//! What tools ask of the catalogue beside what the library has: descriptions, keys, and what
//! stands for them among its tables.
//!
//! | module | does |
//! |---|---|
//! | `keys` | primary and foreign keys, and the indexes that they rest on |
//! | `functions`, `json`, `subscripts`, `types` | functions that tools ask by |
//! | `procedures`, `spelling` | what the library does not plan as it is written |

mod functions;
mod json;
mod keys;
mod procedures;
mod spelling;
mod subscripts;
mod types;

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use datafusion::{
    arrow::{
        array::{ArrayRef, Int32Array, RecordBatch, StringArray, cast::AsArray},
        compute::cast,
        datatypes::{DataType, Field, Int64Type, Schema, SchemaRef},
    },
    catalog::{MemTable, SchemaProvider, TableProvider},
    error::Result,
    prelude::SessionContext,
};

use self::{
    functions::functions,
    keys::{Index, Keys, Numbers},
};
pub use self::{procedures::Procedures, spelling::spelled};
use super::shop::Table;

/// The number of the kind of index that keys have.
const TREE: i32 = 403;
/// The catalogue of tables.
const TABLES: &str = "pg_class";

/// What a table is, and what its columns are, in order.
#[derive(Debug)]
pub struct Description {
    pub table: &'static str,
    pub text: String,
    pub columns: Vec<String>,
}

/// Descriptions of tables and their columns, which are 0 and from 1 on.
pub type Descriptions = HashMap<(i64, i64), String>;

/// The catalogue with tables of our own.
#[derive(Debug)]
struct Described {
    catalogue: Arc<dyn SchemaProvider>,
    own: HashMap<&'static str, Arc<MemTable>>,
}

#[async_trait]
impl SchemaProvider for Described {
    fn table_names(&self) -> Vec<String> {
        self.catalogue.table_names()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        if let Some(own) = self.own.get(name.to_ascii_lowercase().as_str()) {
            return Ok(Some(Arc::clone(own) as Arc<dyn TableProvider>));
        }
        self.catalogue.table(name).await
    }

    fn table_exist(&self, name: &str) -> bool {
        self.catalogue.table_exist(name)
    }
}

/// The catalogue of the context, with these descriptions, and the keys of the tables of rows.
///
/// # Errors
/// When the catalogue cannot be read.
pub async fn described(
    context: &SessionContext,
    catalogue: Arc<dyn SchemaProvider>,
    tables: &[Description],
    rows: &[Arc<Table>],
) -> Result<Arc<dyn SchemaProvider>> {
    let numbers = numbers(context, "SELECT oid, relname FROM pg_catalog.pg_class").await?;
    let schemas = "SELECT oid, nspname FROM pg_catalog.pg_namespace WHERE nspname = 'public'";
    let schema = self::numbers(context, schemas).await?.into_values().next();
    let keys = Keys::of(rows, &numbers);
    let mut all = Descriptions::new();
    for description in tables {
        let Some(number) = numbers.get(description.table) else {
            continue;
        };
        all.insert((*number, 0), description.text.clone());
        let columns = (1..).zip(&description.columns);
        all.extend(columns.map(|(at, it)| ((*number, at), it.clone())));
    }
    let classes = classes(context, &keys).await?;
    let settings = settings(context).await?;
    let tables = numbers.get(TABLES).copied().unwrap_or_default();
    let own = HashMap::from([
        ("pg_class", Arc::new(classes)),
        (
            "pg_constraint",
            Arc::new(keys.constraints(schema.unwrap_or_default())?),
        ),
        ("pg_depend", Arc::new(keys.dependencies()?)),
        ("pg_description", Arc::new(table_of(&all, tables)?)),
        ("pg_index", Arc::new(keys.indexes()?)),
        ("pg_settings", Arc::new(settings)),
    ]);
    for function in functions(all, keys.definitions(), keys.index_definitions()) {
        context.register_udf(function);
    }
    Ok(Arc::new(Described { catalogue, own }))
}

/// The catalogue's table of tables, with the indexes of keys, and a column that it lacks.
async fn classes(context: &SessionContext, keys: &Keys<'_>) -> Result<MemTable> {
    const FROM: &str = "CAST(NULL AS VARCHAR) AS reloptions FROM pg_catalog.pg_class";
    let tables = context.sql(&format!("SELECT *, {FROM}")).await?;
    let schema = Arc::clone(tables.schema().inner());
    let mut all = tables.collect().await?;
    for index in keys.own() {
        let Index {
            number,
            name,
            table,
        } = index;
        let index = format!(
            "SELECT * REPLACE (CAST({number} AS INT) AS oid, '{name}' AS relname, 'i' AS relkind, \
             CAST({TREE} AS INT) AS relam), \
             {FROM} WHERE relname = '{table}'"
        );
        all.extend(renewed(context, &index, &schema).await?);
    }
    MemTable::try_new(schema, vec![all])
}

/// The settings, with one that tools ask for before they ask for keys.
async fn settings(context: &SessionContext) -> Result<MemTable> {
    const ONE: &str = "SELECT * REPLACE ('max_index_keys' AS name, '32' AS setting) \
                       FROM pg_catalog.pg_settings LIMIT 1";
    let settings = context.sql("SELECT * FROM pg_catalog.pg_settings").await?;
    let schema = Arc::clone(settings.schema().inner());
    let mut all = settings.collect().await?;
    all.extend(renewed(context, ONE, &schema).await?);
    MemTable::try_new(schema, vec![all])
}

/// What a statement gives, as rows of a table that it was read from.
async fn renewed(
    context: &SessionContext,
    statement: &str,
    schema: &SchemaRef,
) -> Result<Vec<RecordBatch>> {
    let batches = context.sql(statement).await?.collect().await?;
    let as_rows = |it: RecordBatch| {
        Ok(RecordBatch::try_new(
            Arc::clone(schema),
            it.columns().to_vec(),
        )?)
    };
    batches.into_iter().map(as_rows).collect()
}

/// Numbers by name, as a statement gives them.
async fn numbers(context: &SessionContext, statement: &str) -> Result<Numbers> {
    let classes = context.sql(statement).await?;
    let mut numbers = HashMap::new();
    for batch in classes.collect().await? {
        let oids = cast(batch.column(0), &DataType::Int64)?;
        let names = cast(batch.column(1), &DataType::Utf8)?;
        let names = names.as_string::<i32>();
        for (oid, name) in oids.as_primitive::<Int64Type>().iter().zip(names) {
            numbers.extend(name.map(str::to_owned).zip(oid));
        }
    }
    Ok(numbers)
}

fn table_of(all: &Descriptions, tables: i64) -> Result<MemTable> {
    let field = |name: &str, of| Field::new(name, of, false);
    let schema = Arc::new(Schema::new(vec![
        field("objoid", DataType::Int32),
        field("classoid", DataType::Int32),
        field("objsubid", DataType::Int32),
        field("description", DataType::Utf8),
    ]));
    let number = |it: i64| i32::try_from(it).unwrap_or_default();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int32Array::from_iter_values(
            all.keys().map(|it| number(it.0)),
        )),
        Arc::new(Int32Array::from_iter_values(
            all.keys().map(|_| number(tables)),
        )),
        Arc::new(Int32Array::from_iter_values(
            all.keys().map(|it| number(it.1)),
        )),
        Arc::new(StringArray::from_iter_values(all.values())),
    ];
    let rows = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    MemTable::try_new(schema, vec![vec![rows]])
}
