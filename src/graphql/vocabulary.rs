//! A shop's words in the schema: its dimensions as values of an enum and as fields of filters.
//!
//! The library asks types what they are like by functions that take nothing but the
//! registry, so the vocabulary that a schema is built for is left where they find it:
//! in a variable of the thread, for as long as the schema is being [built](spoken).

use std::{borrow::Cow, cell::Cell};

use async_graphql::{
    ContextSelectionSet, InputObjectType, InputType, InputValueError, InputValueResult, Name,
    OutputType, Positioned, Result, ServerResult, Value,
    parser::types::Field,
    registry::{Deprecation, MetaEnumValue, MetaInputValue, MetaType, MetaTypeId, Registry},
};
use indexmap::IndexMap;

use super::{error::client_error, filter::StringFilter};
use crate::kpi::{self, Predicate, Vocabulary};

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

fn dimensions() -> &'static [kpi::Dimension] {
    let vocabulary = SPOKEN.get().unwrap_or_else(Vocabulary::built_in);
    vocabulary.dimensions()
}

/// What a breakdown groups by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Dimension(Name);

impl From<kpi::Dimension> for Dimension {
    fn from(dimension: kpi::Dimension) -> Self {
        Self(Name::new(dimension.enum_name()))
    }
}

impl Dimension {
    /// The shop's dimension of this name.
    pub(super) fn meant(&self, vocabulary: &Vocabulary) -> Result<kpi::Dimension> {
        let mut all = vocabulary.dimensions().iter().copied();
        let found = all.find(|it| it.enum_name() == self.0.as_str());
        found.ok_or_else(|| client_error(format!("{} is no dimension of this shop", self.0)))
    }

    fn create_type(registry: &mut Registry) -> MetaType {
        let _ = registry;
        let value = |it: &kpi::Dimension| {
            let value = MetaEnumValue {
                name: it.enum_name(),
                description: Some(it.description().to_owned()),
                deprecation: Deprecation::default(),
                visible: None,
                inaccessible: false,
                tags: Vec::new(),
                directive_invocations: Vec::new(),
            };
            (it.enum_name(), value)
        };
        MetaType::Enum {
            name: Self::NAME.to_owned(),
            description: Some("What a breakdown groups by.".to_owned()),
            enum_values: dimensions().iter().map(value).collect(),
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            rust_typename: Some(std::any::type_name::<Self>()),
            directive_invocations: Vec::new(),
            requires_scopes: Vec::new(),
        }
    }

    const NAME: &str = "Dimension";
}

impl InputType for Dimension {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        Self::NAME.into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::Enum, Self::create_type)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        match value.unwrap_or_default() {
            Value::Enum(name) => Ok(Self(name)),
            Value::String(name) => Ok(Self(Name::new(name))),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Enum(self.0.clone())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl OutputType for Dimension {
    fn type_name() -> Cow<'static, str> {
        Self::NAME.into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Enum, Self::create_type)
    }

    async fn resolve(
        &self,
        _: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        Ok(Value::Enum(self.0.clone()))
    }
}

/// A condition on each of some dimensions, by their names, as fields of another filter.
#[derive(Clone, Debug, Default)]
pub struct DimensionFilters(IndexMap<Name, Value>);

impl DimensionFilters {
    pub(super) fn predicates(self, vocabulary: &Vocabulary) -> Result<Vec<Predicate>> {
        let mut predicates = Vec::new();
        for dimension in vocabulary.dimensions() {
            let given = self.0.get(dimension.name()).cloned();
            let filter = Option::<StringFilter>::parse(given);
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
                input_fields: dimensions().iter().map(field).collect(),
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
