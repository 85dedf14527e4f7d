//! A shop's own dimensions, measures and KPIs, as its vocabulary has them.

use serde::Deserialize;
use toml::Spanned;

use super::{dimension::DimensionSection, measure::MeasureSection};
use crate::kpi::{OwnDimension, OwnKpi, Vocabulary, Words};

/// A KPI of the shop's own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KpiSection {
    pub name: Spanned<String>,
    pub description: String,
    /// KPIs by their names, put together.
    pub formula: Spanned<String>,
}

/// What a shop that declares these can be asked about.
///
/// # Errors
/// Where in the file something is wrong, and what.
pub fn vocabulary(
    dimensions: &[DimensionSection],
    measures: &[MeasureSection],
    kpis: &[KpiSection],
) -> Result<&'static Vocabulary, (usize, String)> {
    let dimension = |it: &DimensionSection| OwnDimension {
        name: it.name.as_ref().clone(),
        description: it.description.clone(),
        holder: it.of.holder(),
    };
    let kpi = |it: &KpiSection| OwnKpi {
        name: it.name.as_ref().clone(),
        description: it.description.clone(),
        formula: it.formula.as_ref().clone(),
    };
    let words = Words {
        dimensions: dimensions.iter().map(dimension).collect(),
        measures: measures.iter().map(MeasureSection::declared).collect(),
        kpis: kpis.iter().map(kpi).collect(),
    };
    Vocabulary::with(words).map_err(|wrong| {
        let words = dimensions.iter().map(|it| &it.name);
        let words = words.chain(measures.iter().map(|it| &it.name));
        let words = words.chain(kpis.iter().map(|it| &it.name));
        // Of two of one name, the second is one too many.
        let word = words.rev().find(|it| it.as_ref() == &wrong.name);
        let offset = word.map_or(0, |it| it.span().start);
        (offset, format!("`{}`: {}", wrong.name, wrong.problem))
    })
}
