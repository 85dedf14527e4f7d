//! A shop's words in the schema: its dimensions and KPIs as values of enums, and its
//! dimensions as fields of filters. [`figures`](super::figures) has its KPIs as fields.
//!
//! The library asks types what they are like by functions that take nothing but the
//! registry, so the vocabulary that a schema is built for is left where they find it:
//! in a variable of the thread, for as long as the schema is being [built](spoken).

use std::{borrow::Cow, cell::Cell, marker::PhantomData};

use async_graphql::{
    ContextSelectionSet, InputObjectType, InputType, InputValueError, InputValueResult, Name,
    OutputType, Positioned, Result, ServerResult, Value,
    parser::types::Field,
    registry::{Deprecation, MetaEnumValue, MetaInputValue, MetaType, MetaTypeId, Registry},
};
use indexmap::IndexMap;

use super::{error::client_error, filter::StringFilter};
use crate::kpi::{self, Kpi, Predicate, Vocabulary};

thread_local! {
    static SPOKEN: Cell<Option<&'static Vocabulary>> = const { Cell::new(None) };
}

/// Builds what is built from types, in a shop's words.
pub(super) fn spoken<T>(vocabulary: &'static Vocabulary, build: impl FnOnce() -> T) -> T {
    let before = SPOKEN.replace(Some(vocabulary));
    let result = build();
    SPOKEN.set(before);
    result
}

/// The vocabulary that the schema at hand is built for.
pub(super) fn in_use() -> &'static Vocabulary {
    SPOKEN.get().unwrap_or_else(Vocabulary::built_in)
}

/// Words that are the values of an enum.
pub trait Words: Copy + Send + Sync + 'static {
    /// The enum's name.
    const NAME: &str;
    /// What it is.
    const DESCRIPTION: &str;

    /// All of a shop's.
    fn all(vocabulary: &Vocabulary) -> &[Self];

    /// What the enum calls it.
    fn value(self) -> String;

    /// What it means.
    fn description(self) -> &'static str;
}

impl Words for kpi::Dimension {
    const NAME: &str = "Dimension";
    const DESCRIPTION: &str = "What a breakdown groups by.";

    fn all(vocabulary: &Vocabulary) -> &[Self] {
        vocabulary.dimensions()
    }

    fn value(self) -> String {
        self.enum_name()
    }

    fn description(self) -> &'static str {
        kpi::Dimension::description(self)
    }
}

impl Words for Kpi {
    const NAME: &str = "KpiName";
    const DESCRIPTION: &str = "A KPI, to order by or to set conditions on.";

    fn all(vocabulary: &Vocabulary) -> &[Self] {
        vocabulary.kpis()
    }

    fn value(self) -> String {
        self.enum_name()
    }

    fn description(self) -> &'static str {
        self.definition()
    }
}

/// What a breakdown groups by.
pub type Dimension = Word<kpi::Dimension>;
/// A KPI to order by.
pub type KpiName = Word<Kpi>;

/// A word, by the name that clients know it by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Word<W> {
    name: Name,
    of: PhantomData<W>,
}

impl<W: Words> From<W> for Word<W> {
    fn from(word: W) -> Self {
        Self::named(Name::new(word.value()))
    }
}

impl<W: Words> Word<W> {
    fn named(name: Name) -> Self {
        Self {
            name,
            of: PhantomData,
        }
    }

    /// The word as clients write it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The shop's word of this name.
    pub(super) fn meant(&self, vocabulary: &Vocabulary) -> Result<W> {
        let mut all = W::all(vocabulary).iter().copied();
        let found = all.find(|it| it.value() == self.name.as_str());
        found.ok_or_else(|| client_error(format!("{} is no {} of this shop", self.name, W::NAME)))
    }

    fn create_type(_: &mut Registry) -> MetaType {
        let value = |it: &W| {
            let value = MetaEnumValue {
                name: it.value(),
                description: Some(it.description().to_owned()),
                deprecation: Deprecation::default(),
                visible: None,
                inaccessible: false,
                tags: Vec::new(),
                directive_invocations: Vec::new(),
            };
            (it.value(), value)
        };
        MetaType::Enum {
            name: W::NAME.to_owned(),
            description: Some(W::DESCRIPTION.to_owned()),
            enum_values: W::all(in_use()).iter().map(value).collect(),
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            rust_typename: Some(std::any::type_name::<Self>()),
            directive_invocations: Vec::new(),
            requires_scopes: Vec::new(),
        }
    }
}

impl<W: Words> InputType for Word<W> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        W::NAME.into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::Enum, Self::create_type)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        match value.unwrap_or_default() {
            Value::Enum(name) => Ok(Self::named(name)),
            Value::String(name) => Ok(Self::named(Name::new(name))),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Enum(self.name.clone())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<W: Words> OutputType for Word<W> {
    fn type_name() -> Cow<'static, str> {
        W::NAME.into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Enum, Self::create_type)
    }

    async fn resolve(
        &self,
        _: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        Ok(Value::Enum(self.name.clone()))
    }
}

/// A condition on each of some dimensions, by their names, as fields of another filter.
#[derive(Clone, Debug, Default)]
pub struct DimensionFilters(IndexMap<Name, Value>);

impl DimensionFilters {
    pub(super) fn predicates(mut self, vocabulary: &Vocabulary) -> Result<Vec<Predicate>> {
        let mut predicates = Vec::new();
        for dimension in vocabulary.dimensions() {
            let Some(given) = self.0.swap_remove(dimension.name()) else {
                continue;
            };
            let filter = Option::<StringFilter>::parse(Some(given));
            let filter = filter.map_err(|error| {
                client_error(
                    error
                        .into_server_error(async_graphql::Pos::default())
                        .message,
                )
            })?;
            let of_it = filter.map(|filter| filter.predicates(*dimension));
            predicates.extend(of_it.into_iter().flatten());
        }
        Ok(predicates)
    }
}

impl InputObjectType for DimensionFilters {}

impl InputType for DimensionFilters {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        "DimensionFilters".into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::InputObject, |registry| {
            let ty = Option::<StringFilter>::create_type_info(registry);
            let field = |it: &kpi::Dimension| {
                let field = MetaInputValue {
                    name: it.name().to_owned(),
                    description: Some(it.description().to_owned()),
                    ty: ty.clone(),
                    deprecation: Deprecation::default(),
                    default_value: None,
                    visible: None,
                    inaccessible: false,
                    tags: Vec::new(),
                    is_secret: false,
                    directive_invocations: Vec::new(),
                };
                (it.name().to_owned(), field)
            };
            MetaType::InputObject {
                name: Self::type_name().into_owned(),
                description: None,
                input_fields: in_use().dimensions().iter().map(field).collect(),
                visible: None,
                inaccessible: false,
                tags: Vec::new(),
                rust_typename: Some(std::any::type_name::<Self>()),
                oneof: false,
                directive_invocations: Vec::new(),
            }
        })
    }

    /// Whatever is there: which of it are dimensions is known once the shop is.
    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        match value.unwrap_or_default() {
            Value::Object(fields) => Ok(Self(fields)),
            Value::Null => Ok(Self::default()),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Object(self.0.clone())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}
