//! Who came back: customers by the time of their first order.

use async_graphql::{Executor, Request};
use serde_json::{Map, Value, json};

use super::{
    Agents, Caller,
    arguments::{fields, kpis, read, taken},
    ask::units,
    filters::Filters,
    tools::{COHORT_GRAINS, MOST_ROWS},
};
use crate::{asking::Refused, tables::Usable};

impl<E: Executor> Agents<E> {
    /// Cohorts, and what became of each; the latest where there are too many cells.
    pub(super) async fn cohorts(
        &self,
        caller: &Caller,
        mut arguments: Map<String, Value>,
    ) -> Result<Value, Refused> {
        let scope = caller.scope();
        let usable = Usable::new(self.tables.shop.vocabulary, &scope);
        let grain: Option<String> = taken(&mut arguments, "grain")?;
        let grain = grain.unwrap_or_else(|| "month".to_owned());
        if !COHORT_GRAINS.contains(&grain.as_str()) {
            let message = format!("`grain` is one of {}", COHORT_GRAINS.join(", "));
            return Err(Refused::input(message));
        }
        let kpis = kpis(&mut arguments, usable)?;
        let filters: Filters = read(arguments)?;
        let fields = fields(&kpis);
        let of_cells = if kpis.is_empty() {
            String::new()
        } else {
            format!("kpis {{ {fields} }} toDate {{ {fields} }}")
        };
        let query = format!(
            "{{ kpis{} {{ cohorts(grain: {}) {{ label size periods {{ offset customerCount share {of_cells} }} }} }} }}",
            filters.graphql()?,
            grain.to_uppercase(),
        );
        let mut told = self.told(caller, Request::new(&query)).await?;
        let Value::Array(mut cohorts) = told["kpis"]["cohorts"].take() else {
            return Err(Refused::internal());
        };
        let kept = latest(&cohorts);
        let more = kept > 0;
        cohorts.drain(..kept);
        Ok(json!({ "cohorts": cohorts, "more": more, "units": units(kpis), "graphql": query }))
    }
}

/// The place of the first of the latest cohorts that an answer has room for; there is room for
/// one.
fn latest(cohorts: &[Value]) -> usize {
    let mut cells = 0;
    let mut kept = cohorts.len();
    for (at, cohort) in cohorts.iter().enumerate().rev() {
        cells += cohort["periods"].as_array().map_or(0, Vec::len);
        if cells > MOST_ROWS && kept < cohorts.len() {
            break;
        }
        kept = at;
    }
    kept
}
