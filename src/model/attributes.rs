//! What a shop declares of its own, read into canonical documents.

use bson::{Bson, Document};

use super::{
    dimension::{DimensionSection, Value},
    field::NumberField,
    measure::{MeasureSection, OwnNumber},
    reading::{Conversion, Reading},
};
use crate::{kpi::Holder, store::decimal_to_bson};

/// The dimensions and the measures' numbers of one holder.
#[derive(Debug, Default)]
pub struct Attributes {
    texts: Vec<(String, Value)>,
    numbers: Vec<OwnNumber>,
}

impl Attributes {
    /// Those of a holder; its dimensions are taken.
    pub fn of(
        dimensions: &mut Vec<DimensionSection>,
        measures: &[MeasureSection],
        holder: Holder,
    ) -> Self {
        let dimensions = dimensions.extract_if(.., |it| it.of.holder() == holder);
        Self {
            texts: dimensions
                .map(|it| (it.name.into_inner(), it.value))
                .collect(),
            numbers: measures
                .iter()
                .filter_map(|it| it.number_of(holder))
                .collect(),
        }
    }

    /// Where the dimensions are found.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.texts.iter().map(|(_, value)| value)
    }

    /// Where the measures' numbers are found.
    pub fn numbers(&self) -> impl Iterator<Item = &NumberField> {
        self.numbers.iter().map(|it| &it.field)
    }

    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.numbers.is_empty()
    }

    /// Adds what they are in a document of the source to the canonical one.
    pub fn add(
        &self,
        canonical: &mut Document,
        reading: Reading<'_>,
        document: &Document,
        conversion: Conversion,
    ) {
        let texts = self.texts.iter().filter_map(|(name, value)| {
            let text = value.text(reading, document)?;
            Some((name.clone(), Bson::String(text)))
        });
        let numbers = self.numbers.iter().filter_map(|it| {
            let number = it.of(reading, document, conversion)?;
            Some((it.name.clone(), decimal_to_bson(number)))
        });
        let known: [(&str, Document); 2] = [
            ("attributes", texts.collect()),
            ("numbers", numbers.collect()),
        ];
        for (field, known) in known {
            if !known.is_empty() {
                canonical.insert(field, known);
            }
        }
    }
}
