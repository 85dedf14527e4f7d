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

use super::completion::{Types, named};
use crate::{
    auth::Scope,
    guard::Code,
    kpi::{Axis, Count, Dimension, Kpi, Measures, Request, Vocabulary},
};

/// What a name of the schema stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thing {
    Kpi(Kpi),
    Dimension(Dimension),
}

/// What a field, or a value of an enum in another case, stands for, if anything.
fn meaning(vocabulary: &Vocabulary, name: &str) -> Option<Thing> {
    // Single orders, lines and return records call these otherwise.
    let name = match name {
        "sales" | "revenue" | "amount" => "totalSales",
        "profit" => "totalProfit",
        "cost" => "costOfGoods",
        "tax" => "taxes",
        "shipping" => "shippingCharges",
        "listAmount" => "grossSales",
        "discount" | "discountAmount" => "discounts",
        "units" | "quantity" => "unitsSold",
        "productCode" => "product",
        "shipTo" | "shipFrom" => "location",
        other => other,
    };
    let kpi = vocabulary.kpi(name).map(Thing::Kpi);
    kpi.or_else(|| vocabulary.dimension(name).map(Thing::Dimension))
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

fn forbidden(thing: Thing) -> Error {
    let message = match thing {
        Thing::Kpi(kpi) => format!("you may not use the KPI `{}`", kpi.name()),
        Thing::Dimension(it) => format!("you may not use the dimension `{}`", it.name()),
    };
    Code::Forbidden.error(format!(
        "{message}; ask whoever gave you access, or leave it out"
    ))
}

/// Whether a dimension may be used.
pub(super) fn allowed_dimension(scope: &Scope, dimension: Dimension) -> Result<(), Error> {
    if scope.allows_dimension(dimension) {
        return Ok(());
    }
    Err(forbidden(Thing::Dimension(dimension)))
}

/// Whether a request for something to count asks for nothing that may not be used.
pub(super) fn allowed_request(
    scope: &Scope,
    vocabulary: &Vocabulary,
    request: &Request,
) -> Result<(), Error> {
    if scope.allows_everything() {
        return Ok(());
    }
    let sliced = request.slice.iter().map(|(axis, _)| axis);
    let grouped = sliced.chain(&request.axes).filter_map(|axis| match axis {
        Axis::Dimension(dimension) => Some(*dimension),
        Axis::Bucket(_) | Axis::Slot(_) => None,
    });
    let tested = request.scope.predicates.iter();
    let tested = tested.flat_map(|it| it.dimensions().iter().copied());
    for dimension in grouped.chain(tested) {
        allowed_dimension(scope, dimension)?;
    }
    let wanted = match request.count {
        Count::Measures(measures) => measures,
        Count::Cohorts(_) => Kpi::CUSTOMER_COUNT.measures(),
        Count::Distances => Kpi::ORDER_COUNT.measures(),
    };
    let kpis = || vocabulary.kpis().iter();
    let usable = kpis().filter(|kpi| scope.allows_kpi(**kpi));
    let usable = usable.fold(Measures::NONE, |all, kpi| all.union(kpi.measures()));
    for measure in wanted.iter().filter(|it| !usable.contains(*it)) {
        // What no KPI is finished from tells nothing: when the first order was placed, say.
        if let Some(kpi) = kpis().find(|kpi| kpi.measures().contains(measure)) {
            return Err(forbidden(Thing::Kpi(*kpi)));
        }
    }
    Ok(())
}

/// Whether a document names nothing that may not be used.
pub(super) fn allowed(
    scope: &Scope,
    document: &ExecutableDocument,
    variables: &Variables,
    types: &Types,
    vocabulary: &Vocabulary,
) -> Result<(), Error> {
    if !scope.fits(vocabulary) {
        return Err(Code::Forbidden.error(
            "your scope tells rows by a dimension that this shop has on its order lines; ask \
             whoever gave you access for another",
        ));
    }
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
        permit.stands_for(meaning_of_type(on))?;
        permit.selected(on, &fragment.node.selection_set.node)?;
    }
    Ok(())
}

struct Permit<'a> {
    scope: &'a Scope,
    types: &'a Types,
    vocabulary: &'a Vocabulary,
}

impl Permit<'_> {
    fn stands_for(&self, thing: Option<Thing>) -> Result<(), Error> {
        match thing {
            Some(Thing::Kpi(kpi)) if !self.scope.allows_kpi(kpi) => Err(forbidden(Thing::Kpi(kpi))),
            Some(Thing::Dimension(it)) => allowed_dimension(self.scope, it),
            Some(Thing::Kpi(_)) | None => Ok(()),
        }
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
                self.constant(value, Some(of))?;
            }
        }
        self.selected("Query", &operation.selection_set.node)
    }

    fn selected(&self, on: &str, set: &SelectionSet) -> Result<(), Error> {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => self.field(on, &field.node)?,
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref();
                    let to = condition.map_or(on, |it| it.node.on.node.as_str());
                    self.stands_for(meaning_of_type(to))?;
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
        self.stands_for(meaning(self.vocabulary, name))?;
        for (argument, value) in &field.arguments {
            let of = self.types.argument(on, name, &argument.node);
            self.value(&value.node, of)?;
        }
        if let Some(of) = self.types.field(on, name) {
            let of = named(of);
            self.stands_for(meaning_of_type(of))?;
            self.selected(of, &field.selection_set.node)?;
        }
        Ok(())
    }

    fn value(&self, value: &Value, of: Option<&Type>) -> Result<(), Error> {
        match value {
            Value::Enum(name) => self.stands_for(meaning(self.vocabulary, &as_field(name))),
            Value::String(text) => self.text(text, of),
            Value::List(items) => items.iter().try_for_each(|it| self.value(it, of)),
            Value::Object(fields) => fields.iter().try_for_each(|(name, value)| {
                let of = self.input(name, of)?;
                self.value(value, of)
            }),
            // What a variable holds is looked at where it is declared.
            _ => Ok(()),
        }
    }

    fn constant(&self, value: &ConstValue, of: Option<&Type>) -> Result<(), Error> {
        match value {
            ConstValue::Enum(name) => self.stands_for(meaning(self.vocabulary, &as_field(name))),
            ConstValue::String(text) => self.text(text, of),
            ConstValue::List(items) => items.iter().try_for_each(|it| self.constant(it, of)),
            ConstValue::Object(fields) => fields.iter().try_for_each(|(name, value)| {
                let of = self.input(name, of)?;
                self.constant(value, of)
            }),
            _ => Ok(()),
        }
    }

    /// A text, which may stand for a value of an enum.
    fn text(&self, text: &str, of: Option<&Type>) -> Result<(), Error> {
        if of.is_some_and(|of| self.types.is_enum(named(of))) {
            return self.stands_for(meaning(self.vocabulary, &as_field(text)));
        }
        Ok(())
    }

    /// The type of a field of an input object.
    fn input(&self, name: &Name, of: Option<&Type>) -> Result<Option<&Type>, Error> {
        self.stands_for(meaning(self.vocabulary, name))?;
        Ok(of.and_then(|of| self.types.input(named(of), name)))
    }
}
