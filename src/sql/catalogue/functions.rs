//! Functions of `PostgreSQL` that tools ask the catalogue by, and that the library has not.

use std::{
    collections::HashMap,
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, StringArray, cast::AsArray},
        compute::cast,
        datatypes::DataType,
    },
    common::ScalarValue,
    error::Result,
    logical_expr::{
        ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature,
        Volatility,
    },
};
use datafusion_pg_catalog::pg_catalog::create_pg_table_is_visible;

use super::{
    Descriptions, json::json_build_object, keys::IndexDefinition, subscripts::subscripts,
    types::to_regtype,
};

/// As what tools take the server: they look for this name and a number after it.
const VERSION: &str = concat!(
    "PostgreSQL 16.6 (Salesgraph ",
    env!("CARGO_PKG_VERSION"),
    ")"
);

/// What `current_setting` tells, of what tools ask for.
const SETTINGS: [(&str, &str); 3] = [
    ("default_table_access_method", "heap"),
    ("search_path", "\"$user\", public"),
    ("server_version_num", "160006"),
];

const NUMBER: DataType = DataType::Int64;
const TEXT: DataType = DataType::Utf8;
const FLAG: DataType = DataType::Boolean;

/// The functions of a catalogue with these descriptions, and constraints and indexes that say so
/// much.
pub fn functions(
    all: Descriptions,
    constraints: HashMap<i64, String>,
    indexes: HashMap<i64, IndexDefinition>,
) -> Vec<ScalarUDF> {
    let all = Arc::new(all);
    let of_table = |number: Option<i64>, all: &Descriptions| all.get(&(number?, 0)).cloned();
    let setting = |name: &str| {
        SETTINGS
            .iter()
            .find(|(it, _)| it.eq_ignore_ascii_case(name))
    };
    let (tables, columns, views) = (Arc::clone(&all), Arc::clone(&all), all);
    let unknown = |name, takes: &[&[DataType]]| text(name, takes, |_| None);
    vec![
        text(
            "obj_description",
            &[&[NUMBER, TEXT], &[NUMBER]],
            move |row| of_table(number(row, 0), &tables),
        ),
        text("col_description", &[&[NUMBER, NUMBER]], move |row| {
            columns.get(&(number(row, 0)?, number(row, 1)?)).cloned()
        }),
        text(
            "pg_get_constraintdef",
            &[&[NUMBER], &[NUMBER, FLAG]],
            move |row| constraints.get(&number(row, 0)?).cloned(),
        ),
        // What has no definition in SQL says what it is.
        text(
            "pg_get_viewdef",
            &[&[NUMBER], &[NUMBER, FLAG]],
            move |row| of_table(number(row, 0), &views).map(|it| format!("-- {it}")),
        ),
        // Nothing here has a size on disk or counts by itself, and there are no functions of
        // the shop's own.
        unknown("pg_table_size", &[&[NUMBER]]),
        unknown("pg_size_pretty", &[&[TEXT]]),
        unknown("pg_get_serial_sequence", &[&[TEXT, TEXT]]),
        text(
            "pg_get_indexdef",
            &[&[NUMBER], &[NUMBER, NUMBER, FLAG]],
            move |row| indexes.get(&number(row, 0)?)?.told(number(row, 1)),
        ),
        unknown("pg_get_function_result", &[&[NUMBER]]),
        unknown("pg_get_function_arguments", &[&[NUMBER]]),
        create_pg_table_is_visible().with_aliases([
            "pg_collation_is_visible",
            "pg_function_is_visible",
            "pg_type_is_visible",
        ]),
        text("version", &[&[]], |_| Some(VERSION.to_owned())),
        text("current_setting", &[&[TEXT], &[TEXT, FLAG]], move |row| {
            let (_, value) = setting(row.first()?.as_deref()?)?;
            Some((*value).to_owned())
        }),
        json_build_object(),
        to_regtype(),
        subscripts(),
    ]
}

fn number(row: &[Option<String>], at: usize) -> Option<i64> {
    row.get(at)?.as_deref()?.parse().ok()
}

type Text = dyn Fn(&[Option<String>]) -> Option<String> + Send + Sync;

/// A function that gives a text for what it is given, each as text.
struct Told {
    name: &'static str,
    signature: Signature,
    text: Box<Text>,
}

fn text(
    name: &'static str,
    takes: &[&[DataType]],
    text: impl Fn(&[Option<String>]) -> Option<String> + Send + Sync + 'static,
) -> ScalarUDF {
    let exact = |it: &&[DataType]| match it {
        [] => TypeSignature::Nullary,
        some => TypeSignature::Exact(some.to_vec()),
    };
    let takes = takes.iter().map(exact).collect();
    ScalarUDF::new_from_impl(Told {
        name,
        signature: Signature::one_of(takes, Volatility::Stable),
        text: Box::new(text),
    })
}

impl ScalarUDFImpl for Told {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(TEXT)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        let rows = arrays.first().map_or(1, Array::len);
        let given = arrays.iter().map(|it| cast(it, &TEXT));
        let given: Vec<ArrayRef> = given.collect::<Result<_, _>>()?;
        let texts = (0..rows).map(|at| {
            let text = |it: &ArrayRef| {
                let texts = it.as_string::<i32>();
                texts.is_valid(at).then(|| texts.value(at).to_owned())
            };
            let row: Vec<Option<String>> = given.iter().map(text).collect();
            (self.text)(&row)
        });
        let texts: ArrayRef = Arc::new(texts.collect::<StringArray>());
        let is_one = arguments
            .args
            .iter()
            .all(|it| matches!(it, ColumnarValue::Scalar(_)));
        Ok(if is_one {
            ColumnarValue::Scalar(ScalarValue::try_from_array(&texts, 0)?)
        } else {
            ColumnarValue::Array(texts)
        })
    }
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Told").field(&self.name).finish()
    }
}

impl PartialEq for Told {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Told {}

impl Hash for Told {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}
