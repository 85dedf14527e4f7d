//! `to_regtype`, by which drivers look whether there is a type that they can do more with.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{ArrayRef, AsArray, Int32Array},
        datatypes::DataType,
    },
    logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf},
};

/// The types that columns and parameters have, by their names in `pg_type`, with their oids.
const TYPES: [(&str, i32); 12] = [
    ("bool", 16),
    ("int8", 20),
    ("int2", 21),
    ("int4", 23),
    ("text", 25),
    ("float4", 700),
    ("float8", 701),
    ("varchar", 1043),
    ("date", 1082),
    ("timestamp", 1114),
    ("timestamptz", 1184),
    ("numeric", 1700),
];

/// The oid of a type by its name; null where there is none, as of an extension's.
pub fn to_regtype() -> ScalarUDF {
    let oid = |name: &str| {
        TYPES
            .iter()
            .find(|(it, _)| *it == name)
            .map(|(_, oid)| *oid)
    };
    create_udf(
        "to_regtype",
        vec![DataType::Utf8],
        DataType::Int32,
        Volatility::Immutable,
        Arc::new(move |arguments: &[ColumnarValue]| {
            let names = ColumnarValue::values_to_arrays(arguments)?;
            let names = names[0].as_string::<i32>();
            let oids: Int32Array = names.iter().map(|it| it.and_then(oid)).collect();
            Ok(ColumnarValue::Array(Arc::new(oids) as ArrayRef))
        }),
    )
}
