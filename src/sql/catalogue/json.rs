//! `json_build_object`, by which tools have several columns of the catalogue told as one.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, StringArray, cast::AsArray},
        datatypes::DataType,
        util::display::array_value_to_string,
    },
    error::{DataFusionError, Result},
    logical_expr::{
        ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
    },
};
use serde_json::{Map, Value};

/// `json_build_object(name, value, name, value, …)`, as text.
pub fn json_build_object() -> ScalarUDF {
    ScalarUDF::new_from_impl(JsonBuildObject(Signature::variadic_any(Volatility::Stable)))
}

/// The name that it goes by.
pub const NAME: &str = "json_build_object";

#[derive(Debug, PartialEq, Eq, Hash)]
struct JsonBuildObject(Signature);

impl ScalarUDFImpl for JsonBuildObject {
    fn name(&self) -> &'static str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.0
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        if arrays.len() % 2 == 1 {
            let message = "json_build_object takes names and values in turn";
            return Err(DataFusionError::Execution(message.to_owned()));
        }
        let rows = arrays.first().map_or(1, Array::len);
        let objects = (0..rows).map(|at| {
            let pairs = arrays.chunks(2).map(|pair| {
                let name = array_value_to_string(&pair[0], at)?;
                Ok((name, value(&pair[1], at)?))
            });
            let object = pairs.collect::<Result<Map<String, Value>>>()?;
            Ok(Some(Value::Object(object).to_string()))
        });
        let objects: StringArray = objects.collect::<Result<_>>()?;
        Ok(ColumnarValue::Array(Arc::new(objects)))
    }
}

fn value(array: &ArrayRef, at: usize) -> Result<Value> {
    if array.is_null(at) || *array.data_type() == DataType::Null {
        return Ok(Value::Null);
    }
    if *array.data_type() == DataType::Boolean {
        return Ok(array.as_boolean().value(at).into());
    }
    let text = array_value_to_string(array, at)?;
    let number = array.data_type().is_numeric().then(|| text.parse().ok());
    Ok(number.flatten().map_or(Value::String(text), Value::Number))
}
