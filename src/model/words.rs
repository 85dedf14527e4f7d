//! A shop's own dimensions and KPIs, as its vocabulary has them.

use super::{dimension::DimensionSection, sections::KpiSection};
use crate::kpi::{OwnDimension, OwnKpi, Vocabulary};

/// What a shop that declares these can be asked about.
///
/// # Errors
/// Where in the file something is wrong, and what.
pub fn vocabulary(
    dimensions: &[DimensionSection],
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
    let own = dimensions.iter().map(dimension).collect();
    let own_kpis: Vec<OwnKpi> = kpis.iter().map(kpi).collect();
    Vocabulary::with(own, &own_kpis).map_err(|wrong| {
        let words = dimensions.iter().map(|it| &it.name);
        let words = words.chain(kpis.iter().map(|it| &it.name));
        // Of two of one name, the second is one too many.
        let word = words.rev().find(|it| it.as_ref() == &wrong.name);
        let offset = word.map_or(0, |it| it.span().start);
        (offset, format!("`{}`: {}", wrong.name, wrong.problem))
    })
}
