//! A request's variables: how much they hold, and their way from JSON to GraphQL.

use std::collections::HashMap;

use async_graphql::{Name, Value as GraphqlValue, Variables};
use serde_json::{Map, Value};

use super::{Limits, Rejection};

/// The number of values in each variable.
pub(super) type Weights = HashMap<String, usize>;

/// Counts the values in each variable.
///
/// `serde_json` has refused what is nested deeper than 128, so this may recurse.
pub(super) fn weigh(variables: &Map<String, Value>) -> Result<Weights, Rejection> {
    let limit = Limits::INPUT_NESTING;
    variables
        .iter()
        .map(|(name, value)| {
            let too_deep = || Rejection::Variable {
                name: name.clone(),
                limit,
            };
            let weight = values(value, limit).ok_or_else(too_deep)?;
            Ok((name.clone(), weight))
        })
        .collect()
}

/// The number of values in a value, itself included; `None` when nested too deep.
fn values(value: &Value, levels: usize) -> Option<usize> {
    let inside = |levels: usize| levels.checked_sub(1);
    match value {
        Value::Array(items) => {
            let levels = inside(levels)?;
            items
                .iter()
                .try_fold(1, |sum, item| Some(sum + values(item, levels)?))
        }
        Value::Object(fields) => {
            let levels = inside(levels)?;
            fields
                .values()
                .try_fold(1, |sum, field| Some(sum + values(field, levels)?))
        }
        _ => Some(1),
    }
}

/// The variables as the schema takes them.
///
/// Value by value, not through serde, as `Variables::from_json` and a request's
/// `Deserialize` do it: with `serde_json`'s `arbitrary_precision`, which exact
/// amounts need, a number like 1.5 would come out as a map.
pub(super) fn from_json(variables: Map<String, Value>) -> Variables {
    Variables::from_value(graphql(Value::Object(variables)))
}

/// One value; every number keeps all its digits.
pub(super) fn graphql(value: Value) -> GraphqlValue {
    match value {
        Value::Null => GraphqlValue::Null,
        Value::Bool(value) => GraphqlValue::Boolean(value),
        Value::Number(number) => GraphqlValue::Number(number),
        Value::String(text) => GraphqlValue::String(text),
        Value::Array(items) => GraphqlValue::List(items.into_iter().map(graphql).collect()),
        Value::Object(fields) => GraphqlValue::Object(
            fields
                .into_iter()
                .map(|(name, value)| (Name::new(name), graphql(value)))
                .collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn every_value_counts() {
        let weights = weigh(&object(json!({ "a": 1, "b": [1, 2, { "c": [] }] }))).unwrap();
        assert_eq!((weights["a"], weights["b"]), (1, 5));
    }

    #[test]
    fn deep_variables_are_refused() {
        let nested = |levels| (0..levels).fold(json!(1), |inner, _| json!([inner]));
        assert!(weigh(&object(json!({ "v": nested(Limits::INPUT_NESTING) }))).is_ok());
        let refused = weigh(&object(json!({ "v": nested(Limits::INPUT_NESTING + 1) })));
        assert!(matches!(refused, Err(Rejection::Variable { .. })));
    }
}
