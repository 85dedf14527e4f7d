//! The places of an array's elements, which tools ask for beside the elements.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{Array as _, ListArray, cast::AsArray},
        datatypes::{DataType, Field, Int32Type, Int64Type},
    },
    error::Result,
    logical_expr::{
        ArrayFunctionArgument, ArrayFunctionSignature, ColumnarValue, ScalarFunctionArgs,
        ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility,
    },
};

/// `subscripts(array, dimension)`: 1, 2 and so on, as many as it has elements; none of another
/// dimension than the first. `generate_subscripts` is what `unnest` makes of it.
pub fn subscripts() -> ScalarUDF {
    ScalarUDF::new_from_impl(Subscripts(Signature::new(
        TypeSignature::ArraySignature(ArrayFunctionSignature::Array {
            arguments: vec![ArrayFunctionArgument::Array, ArrayFunctionArgument::Index],
            array_coercion: None,
        }),
        Volatility::Immutable,
    )))
}

/// The name that [`subscripts`] goes by.
pub const NAME: &str = "subscripts";

#[derive(Debug, PartialEq, Eq, Hash)]
struct Subscripts(Signature);

impl ScalarUDFImpl for Subscripts {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.0
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        let element = Field::new_list_field(DataType::Int32, true);
        Ok(DataType::List(Arc::new(element)))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        let lists = arrays[0].as_list::<i32>();
        let dimensions = arrays[1].as_primitive::<Int64Type>();
        let places = lists.iter().zip(dimensions).map(|(list, dimension)| {
            let count = i32::try_from(list?.len()).unwrap_or_default();
            let count = if dimension == Some(1) { count } else { 0 };
            Some((1..=count).map(Some))
        });
        let places: Vec<_> = places.collect();
        let places = ListArray::from_iter_primitive::<Int32Type, _, _>(places);
        Ok(ColumnarValue::Array(Arc::new(places)))
    }
}
