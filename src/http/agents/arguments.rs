//! The arguments of a call, each read by its own rules.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::tools::{MOST_ROWS, ROWS};
use crate::{
    asking::Refused,
    kpi::{Dimension, Kpi},
    tables::Usable,
};

/// An argument of a tool, which is read by its own rules.
///
/// # Errors
/// When it is not what the tool takes.
pub(super) fn taken<T: DeserializeOwned>(
    arguments: &mut Map<String, Value>,
    name: &str,
) -> Result<Option<T>, Refused> {
    let read = |it| serde_json::from_value::<Option<T>>(it);
    let read = arguments.remove(name).map(read).transpose();
    let read = read.map_err(|error| Refused::input(format!("`{name}`: {error}")))?;
    Ok(read.flatten())
}

/// How many rows are wanted.
///
/// # Errors
/// When that is none, or too many.
pub(super) fn limit(arguments: &mut Map<String, Value>) -> Result<usize, Refused> {
    let limit = taken(arguments, "limit")?.unwrap_or(ROWS);
    if (1..=MOST_ROWS).contains(&limit) {
        return Ok(limit);
    }
    Err(Refused::input(format!("`limit` is from 1 to {MOST_ROWS}")))
}

/// All that is left of the arguments of a tool.
///
/// # Errors
/// When they are not what its schema says.
pub(super) fn read<T: DeserializeOwned>(arguments: Map<String, Value>) -> Result<T, Refused> {
    let read = serde_json::from_value(Value::Object(arguments));
    read.map_err(|error| Refused::input(format!("the arguments do not fit the tool: {error}")))
}

/// The KPIs that are wanted; none where none are named.
///
/// # Errors
/// When there is no such KPI, with those that there are.
pub(super) fn kpis(
    arguments: &mut Map<String, Value>,
    usable: Usable<'_>,
) -> Result<Vec<Kpi>, Refused> {
    let names: Option<Vec<String>> = taken(arguments, "measures")?;
    let names = names.unwrap_or_default();
    names.iter().map(|it| usable.kpi(it)).collect()
}

/// KPIs as GraphQL asks for them.
pub(super) fn fields(kpis: &[Kpi]) -> String {
    let names = kpis.iter().map(|it| it.name());
    names.collect::<Vec<_>>().join(" ")
}

/// The dimension of a name.
///
/// # Errors
/// When there is none, with those that there are.
pub(super) fn dimension(name: &str, usable: Usable<'_>) -> Result<Dimension, Refused> {
    usable.dimension(name).ok_or_else(|| {
        let names = usable.dimension_names();
        Refused::input(format!("there is no dimension `{name}`: there are {names}"))
    })
}
