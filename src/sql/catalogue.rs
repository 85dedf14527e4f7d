//! What tools ask of the catalogue beside what the library has: descriptions, keys, and a few
//! functions that they cannot do without.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use datafusion::{
    arrow::{
        array::{ArrayRef, Int32Array, RecordBatch, StringArray, cast::AsArray},
        compute::cast,
        datatypes::{DataType, Field, Int64Type, Schema},
    },
    catalog::{MemTable, SchemaProvider, TableProvider},
    common::ScalarValue,
    error::Result,
    logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf},
    prelude::SessionContext,
};
use datafusion_pg_catalog::pg_catalog::create_pg_table_is_visible;

use super::{keys::constraints, shop::Table};

/// The catalogue's own number of the catalogue of tables.
const TABLES: i32 = 1259;

/// As what tools take the server: they look for this name and a number after it.
const VERSION: &str = concat!(
    "PostgreSQL 16.6 (Salesgraph ",
    env!("CARGO_PKG_VERSION"),
    ")"
);

/// What a table is, and what its columns are, in order.
#[derive(Debug)]
pub struct Description {
    pub table: &'static str,
    pub text: String,
    pub columns: Vec<String>,
}

/// Descriptions of tables and their columns, which are 0 and from 1 on.
type Descriptions = HashMap<(i64, i64), String>;

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
    let constraints = constraints(rows, &numbers, schema.unwrap_or_default())?;
    let mut all = Descriptions::new();
    for description in tables {
        let Some(number) = numbers.get(description.table) else {
            continue;
        };
        all.insert((*number, 0), description.text.clone());
        let columns = (1..).zip(&description.columns);
        all.extend(columns.map(|(at, it)| ((*number, at), it.clone())));
    }
    let own = HashMap::from([
        ("pg_description", Arc::new(table_of(&all)?)),
        ("pg_constraint", Arc::new(constraints)),
    ]);
    let all = Arc::new(all);
    for function in functions(&all) {
        context.register_udf(function);
    }
    Ok(Arc::new(Described { catalogue, own }))
}

/// Numbers by name, as a statement gives them.
async fn numbers(context: &SessionContext, statement: &str) -> Result<HashMap<String, i64>> {
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

fn table_of(all: &Descriptions) -> Result<MemTable> {
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
        Arc::new(Int32Array::from_iter_values(all.keys().map(|_| TABLES))),
        Arc::new(Int32Array::from_iter_values(
            all.keys().map(|it| number(it.1)),
        )),
        Arc::new(StringArray::from_iter_values(all.values())),
    ];
    let rows = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    MemTable::try_new(schema, vec![vec![rows]])
}

fn functions(all: &Arc<Descriptions>) -> Vec<ScalarUDF> {
    let [of_table, of_column] = [Arc::clone(all), Arc::clone(all)];
    let object = function(
        "obj_description",
        &[DataType::Int64, DataType::Utf8],
        move |row| of_table.get(&(row[0]?, 0)).cloned(),
    );
    let column = function(
        "col_description",
        &[DataType::Int64, DataType::Int64],
        move |row| of_column.get(&(row[0]?, row[1]?)).cloned(),
    );
    let unknown = |name, takes: &[DataType]| function(name, takes, |_| None);
    let number = [DataType::Int64];
    vec![
        object,
        column,
        // Nothing here has a size on disk, and there are no functions of the shop's own.
        unknown("pg_table_size", &number),
        unknown("pg_size_pretty", &[DataType::Utf8]),
        create_pg_table_is_visible().with_aliases(["pg_function_is_visible"]),
        unknown("pg_get_function_result", &number),
        unknown("pg_get_function_arguments", &number),
        function("version", &[], |_| Some(VERSION.to_owned())),
    ]
}

/// A function that gives a text for numbers; what is no number is left out of its row.
fn function(
    name: &str,
    takes: &[DataType],
    text: impl Fn(&[Option<i64>]) -> Option<String> + Send + Sync + 'static,
) -> ScalarUDF {
    let run = move |arguments: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let rows = arrays.first().map_or(1, |it| it.len());
        let numbers = arrays.iter().map(|it| match it.data_type() {
            DataType::Int64 => it.as_primitive::<Int64Type>().iter().collect(),
            _ => vec![None; rows],
        });
        let numbers: Vec<Vec<Option<i64>>> = numbers.collect();
        let texts = (0..rows).map(|at| {
            let row: Vec<Option<i64>> = numbers.iter().map(|it| it[at]).collect();
            text(&row)
        });
        let texts: ArrayRef = Arc::new(texts.collect::<StringArray>());
        let is_one = arguments
            .iter()
            .all(|it| matches!(it, ColumnarValue::Scalar(_)));
        Ok(if is_one {
            ColumnarValue::Scalar(ScalarValue::try_from_array(&texts, 0)?)
        } else {
            ColumnarValue::Array(texts)
        })
    };
    create_udf(
        name,
        takes.to_vec(),
        DataType::Utf8,
        Volatility::Stable,
        Arc::new(run),
    )
}
