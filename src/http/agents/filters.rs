//! What orders are counted for a tool, as addresses and as GraphQL have it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;

use crate::{asking::Refused, tables::Period};

/// What orders are counted, and how.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Filters {
    pub period: Option<String>,
    /// The values of dimensions that are left, and those that are left out.
    #[serde(default)]
    only: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    except: BTreeMap<String, Vec<String>>,
    time_zone: Option<String>,
    returns_on: Option<String>,
}

impl Filters {
    /// As a URL has them.
    pub fn parameters(&self) -> Vec<(String, String)> {
        let named = [
            ("period", &self.period),
            ("timeZone", &self.time_zone),
            ("returnsOn", &self.returns_on),
        ];
        let named = named.into_iter();
        let named = named.filter_map(|(name, it)| Some((name.to_owned(), it.clone()?)));
        let sides = [(&self.only, ""), (&self.except, "!")];
        let each = sides.into_iter().flat_map(|(dimensions, not)| {
            dimensions.iter().flat_map(move |(dimension, values)| {
                let name = format!("filter.{dimension}{not}");
                values.iter().map(move |it| (name.clone(), it.clone()))
            })
        });
        named.chain(each).collect()
    }

    /// The argument of `kpis` for them; nothing where there are none.
    ///
    /// # Errors
    /// When there is no such period.
    pub fn graphql(&self) -> Result<String, Refused> {
        let mut filter = Vec::new();
        if let Some(period) = &self.period {
            filter.push(format!("period: {}", graphql_period(period)?));
        }
        if let Some(zone) = &self.time_zone {
            filter.push(format!("timeZone: {}", text(zone)));
        }
        if let Some(day) = &self.returns_on {
            filter.push(format!("returnsOn: {day}"));
        }
        let dimensions: BTreeSet<_> = self.only.keys().chain(self.except.keys()).collect();
        for dimension in dimensions {
            let side = |name, of: &BTreeMap<String, Vec<String>>| {
                let values: Vec<String> = of.get(dimension)?.iter().map(|it| text(it)).collect();
                Some(format!("{name}: [{}]", values.join(", ")))
            };
            let sides = [side("in", &self.only), side("notIn", &self.except)];
            let sides: Vec<String> = sides.into_iter().flatten().collect();
            filter.push(format!("{dimension}: {{ {} }}", sides.join(", ")));
        }
        if filter.is_empty() {
            return Ok(String::new());
        }
        Ok(format!("(filter: {{ {} }})", filter.join(", ")))
    }
}

/// A period as GraphQL has it.
///
/// # Errors
/// When it is none.
pub(super) fn graphql_period(period: &str) -> Result<String, Refused> {
    let (from, to) = Period::parse(period)?.days();
    let end = |name, day: Option<NaiveDate>| Some(format!("{name}: \"{}\"", day?));
    let ends = [end("from", from), end("to", to)];
    let ends: Vec<String> = ends.into_iter().flatten().collect();
    Ok(format!("{{ between: {{ {} }} }}", ends.join(", ")))
}

/// A text as GraphQL has it, which JSON's are.
fn text(text: &str) -> String {
    Value::from(text).to_string()
}
