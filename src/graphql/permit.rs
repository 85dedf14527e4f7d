//! What of the schema an identity may use.
//!
//! KPIs and dimensions go by the same names wherever they stand: as fields, as values to
//! group, sort and order by, as fields of filters. So a query is looked through once, before
//! anything of it is run, for names of what its identity may not use. What is counted is
//! looked at again [when it is asked for](allowed_request): what follows from a KPI, such as
//! a share of the sales, is no more to be had than the KPI.

use async_graphql::{
    Error, Name, Variables,
    parser::types::{
        ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet, Type,
    },
};
use async_graphql_value::{ConstValue, Value};

use super::completion::{Argument, Types, named, root};
use super::error::failed;
use crate::{
    auth::{Scope, Thing, meanings},
    guard::Code,
    kpi::{Dimension, Kpi, Request, Vocabulary},
};

/// The KPIs that a field follows from whose name does not say so.
fn follows_from(on: &str, name: &str) -> Vec<Kpi> {
    match (on, name) {
        ("BreakdownRow", "share" | "cumulativeShare" | "class")
        | ("SeasonSlot", "seasonalIndex") => vec![Kpi::TOTAL_SALES],
        ("Kpis", "cohorts") => vec![Kpi::CUSTOMER_COUNT, Kpi::NEW_CUSTOMER_COUNT],
        ("Kpis", "deliveryDistance" | "pairs") | ("Product", "boughtTogether") => {
            vec![Kpi::ORDER_COUNT]
        }
        ("Kpis", "rfm") => vec![Kpi::CUSTOMER_COUNT, Kpi::ORDER_COUNT, Kpi::TOTAL_SALES],
        ("Drivers", "salesTree") => vec![
            Kpi::TOTAL_SALES,
            Kpi::CUSTOMER_COUNT,
            Kpi::ORDERS_PER_CUSTOMER,
            Kpi::AVERAGE_UNITS_PER_ORDER,
            Kpi::AVERAGE_SELLING_PRICE,
        ],
        _ => Vec::new(),
    }
}

/// What a type of nodes, or of pages of them, stands for.
fn meaning_of_type(name: &str) -> Option<Thing> {
    let name = name.strip_prefix("Ranked").unwrap_or(name);
    let name = name.strip_suffix("Connection").unwrap_or(name);
    let node = match name {
        "Customer" => Dimension::CUSTOMER,
        "Product" => Dimension::PRODUCT,
        "Location" => Dimension::LOCATION,
        _ => return None,
    };
    Some(Thing::Dimension(node))
}

/// A value of an enum as a field would be written: `SUB_CATEGORY` is `subCategory`.
fn as_field(value: &str) -> String {
    let mut words = value.split('_').map(str::to_ascii_lowercase);
    let first = words.next().unwrap_or_default();
    words.fold(first, |name, word| {
        let (initial, rest) = word.split_at(word.len().min(1));
        name + &initial.to_ascii_uppercase() + rest
    })
}

/// Whether a dimension may be used.
pub(super) fn allowed_dimension(scope: &Scope, dimension: Dimension) -> Result<(), Error> {
    scope.permit_dimension(dimension).map_err(failed)
}

/// Whether a request for something to count asks for nothing that may not be used.
pub(super) fn allowed_request(
    scope: &Scope,
    vocabulary: &Vocabulary,
    request: &Request,
) -> Result<(), Error> {
    scope.permit(vocabulary, request).map_err(failed)
}

/// Whether a document names nothing that may not be used.
pub(super) fn allowed(
    scope: &Scope,
    document: &ExecutableDocument,
    variables: &Variables,
    types: &Types,
    vocabulary: &Vocabulary,
) -> Result<(), Error> {
    scope.permit_rows(vocabulary).map_err(failed)?;
    if scope.allows_everything() {
        return Ok(());
    }
    let permit = Permit {
        scope,
        types,
        vocabulary,
    };
    for (_, operation) in document.operations.iter() {
        permit.operation(&operation.node, variables)?;
    }
    for fragment in document.fragments.values() {
        let on = fragment.node.type_condition.node.on.node.as_str();
        permit.may_use(meaning_of_type(on))?;
        permit.selected(on, &fragment.node.selection_set.node)?;
    }
    Ok(())
}

/// What a scope allows of a schema.
pub(super) struct Permit<'a> {
    pub scope: &'a Scope,
    pub types: &'a Types,
    pub vocabulary: &'a Vocabulary,
}

impl Permit<'_> {
    fn may_use(&self, things: impl IntoIterator<Item = Thing>) -> Result<(), Error> {
        let mut things = things.into_iter();
        things.try_for_each(|thing| {
            self.scope
                .permit_thing(self.vocabulary, thing)
                .map_err(failed)
        })
    }

    /// Whether a field may be read, whatever its arguments.
    pub fn shows_field(&self, on: &str, name: &str) -> bool {
        self.named_field(on, name).is_ok()
    }

    /// Whether a value of an enum may be given.
    pub fn shows_value(&self, value: &str) -> bool {
        self.may_use(meanings(self.vocabulary, &as_field(value)))
            .is_ok()
    }

    /// Whether a field of an input may be given.
    pub fn shows_input(&self, name: &str) -> bool {
        self.may_use(meanings(self.vocabulary, name)).is_ok()
    }

    /// Whether objects of a type may be read.
    pub fn shows_type(&self, name: &str) -> bool {
        self.may_use(meaning_of_type(name)).is_ok()
    }

    /// Whether an argument may be what it is where it is not given.
    pub fn shows_default(&self, argument: &Argument, default: &ConstValue) -> bool {
        self.default(argument, default).is_ok()
    }

    /// What a field tells by its name, and by the type of what it gives.
    fn named_field(&self, on: &str, name: &str) -> Result<(), Error> {
        self.may_use(meanings(self.vocabulary, name))?;
        self.may_use(follows_from(on, name).into_iter().map(Thing::Kpi))?;
        let of = self.types.field(on, name);
        self.may_use(of.and_then(|of| meaning_of_type(named(of))))
    }

    fn operation(
        &self,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> Result<(), Error> {
        for definition in &operation.variable_definitions {
            let (name, of) = (&definition.node.name.node, &definition.node.var_type.node);
            let default = definition.node.default_value.as_ref();
            let given = [variables.get(name), default.map(|it| &it.node)];
            for value in given.into_iter().flatten() {
                self.value(&value.clone().into_value(), Some(of))?;
            }
        }
        self.selected(root(operation.ty), &operation.selection_set.node)
    }

    fn selected(&self, on: &str, set: &SelectionSet) -> Result<(), Error> {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => self.field(on, &field.node)?,
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref();
                    let to = condition.map_or(on, |it| it.node.on.node.as_str());
                    self.may_use(meaning_of_type(to))?;
                    self.selected(to, &inline.node.selection_set.node)?;
                }
                // Looked at with the other fragments.
                Selection::FragmentSpread(_) => {}
            }
        }
        Ok(())
    }

    fn field(&self, on: &str, field: &Field) -> Result<(), Error> {
        let name = &field.name.node;
        // Introspection names everything and gives nothing.
        if on.starts_with("__") || name.starts_with("__") {
            return Ok(());
        }
        self.named_field(on, name)?;
        for argument in self.types.arguments(on, name) {
            match (field.get_argument(&argument.name), &argument.default) {
                (Some(value), _) => self.value(&value.node, Some(&argument.of))?,
                (None, Some(default)) => self.default(argument, default)?,
                (None, None) => {}
            }
        }
        if let Some(of) = self.types.field(on, name) {
            self.selected(named(of), &field.selection_set.node)?;
        }
        Ok(())
    }

    /// What an argument is that is not given.
    fn default(&self, argument: &Argument, default: &ConstValue) -> Result<(), Error> {
        let allowed = self.value(&default.clone().into_value(), Some(&argument.of));
        allowed.map_err(|_| {
            let name = &argument.name;
            Code::Forbidden.error(format!(
                "`{name}` is {default} unless given, which you may not use; give another"
            ))
        })
    }

    fn value(&self, value: &Value, of: Option<&Type>) -> Result<(), Error> {
        match value {
            Value::Enum(name) => self.may_use(meanings(self.vocabulary, &as_field(name))),
            // It may be written for a value of an enum.
            Value::String(text) if of.is_some_and(|of| self.types.is_enum(named(of))) => {
                self.may_use(meanings(self.vocabulary, &as_field(text)))
            }
            Value::List(items) => items.iter().try_for_each(|it| self.value(it, of)),
            Value::Object(fields) => fields.iter().try_for_each(|(name, value)| {
                let of = self.input(name, of)?;
                self.value(value, of)
            }),
            // What a variable holds is looked at where it is declared.
            _ => Ok(()),
        }
    }

    /// The type of a field of an input object.
    fn input(&self, name: &Name, of: Option<&Type>) -> Result<Option<&Type>, Error> {
        self.may_use(meanings(self.vocabulary, name))?;
        Ok(of.and_then(|of| self.types.input(named(of), name)))
    }
}
