//! The answer as the specification has it, whatever order its fields came in.
//!
//! The library resolves fields side by side: their keys stand in the order in which
//! they were done, and a field that failed leaves no key. Here each object gets its
//! keys in the order of the query ([GraphQL 7.2.2][order]), and a field that failed is
//! null, or the nearest object around it that may be null is ([6.4.4][errors]).
//!
//! [order]: https://spec.graphql.org/October2021/#sec-Serialized-Map-Ordering
//! [errors]: https://spec.graphql.org/October2021/#sec-Handling-Field-Errors

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Positioned, Value,
    parser::{
        parse_schema,
        types::{
            BaseType, ExecutableDocument, Field, FieldDefinition, InputValueDefinition,
            OperationDefinition, OperationType, Selection, SelectionSet, Type, TypeDefinition,
            TypeKind, TypeSystemDefinition,
        },
    },
};
use indexmap::IndexMap;

/// What the schema says of types.
#[derive(Default)]
pub(super) struct Types {
    /// The fields of objects and interfaces, by the type that they stand on.
    fields: HashMap<Name, HashMap<Name, Signature>>,
    /// The fields of input objects.
    inputs: HashMap<Name, HashMap<Name, Type>>,
    enums: HashSet<Name>,
}

/// The type of a field, and its arguments.
struct Signature {
    of: Type,
    arguments: Vec<Argument>,
}

/// An argument of a field.
pub(super) struct Argument {
    pub(super) name: Name,
    pub(super) of: Type,
    /// What it is when it is not given.
    pub(super) default: Option<Value>,
}

impl Types {
    /// Those of a schema in GraphQL's own language, as the library writes it.
    pub(super) fn of(sdl: &str) -> Self {
        let document = parse_schema(sdl).expect("the library reads what it writes");
        let mut types = Self::default();
        for definition in document.definitions {
            if let TypeSystemDefinition::Type(definition) = definition {
                types.add(definition.node);
            }
        }
        types
    }

    fn add(&mut self, definition: TypeDefinition) {
        let name = definition.name.node;
        let fields = match definition.kind {
            TypeKind::Object(object) => object.fields,
            TypeKind::Interface(interface) => interface.fields,
            TypeKind::InputObject(object) => {
                self.inputs.insert(name, of_inputs(object.fields));
                return;
            }
            TypeKind::Enum(_) => {
                self.enums.insert(name);
                return;
            }
            TypeKind::Scalar | TypeKind::Union(_) => return,
        };
        let signature = |field: Positioned<FieldDefinition>| {
            let signature = Signature {
                of: field.node.ty.node,
                arguments: field.node.arguments.into_iter().map(argument).collect(),
            };
            (field.node.name.node, signature)
        };
        let fields = fields.into_iter().map(signature).collect();
        self.fields.insert(name, fields);
    }

    /// The type of a field.
    pub(super) fn field(&self, on: &str, name: &str) -> Option<&Type> {
        Some(&self.fields.get(on)?.get(name)?.of)
    }

    /// The arguments that a field takes.
    pub(super) fn arguments(&self, on: &str, field: &str) -> &[Argument] {
        let signature = self.fields.get(on).and_then(|it| it.get(field));
        signature.map_or(&[], |it| &it.arguments)
    }

    /// The type of a field of an input object.
    pub(super) fn input(&self, of: &str, name: &str) -> Option<&Type> {
        self.inputs.get(of)?.get(name)
    }

    pub(super) fn is_enum(&self, name: &str) -> bool {
        self.enums.contains(name)
    }
}

fn argument(definition: Positioned<InputValueDefinition>) -> Argument {
    let InputValueDefinition {
        name,
        ty,
        default_value,
        ..
    } = definition.node;
    Argument {
        name: name.node,
        of: ty.node,
        default: default_value.map(|it| it.node),
    }
}

fn of_inputs(fields: Vec<Positioned<InputValueDefinition>>) -> HashMap<Name, Type> {
    let of = |it: Positioned<InputValueDefinition>| (it.node.name.node, it.node.ty.node);
    fields.into_iter().map(of).collect()
}

/// The operation of that name; without a name, the only one, whether it has one or not.
pub(super) fn asked<'d>(
    document: &'d ExecutableDocument,
    name: Option<&str>,
) -> Option<&'d OperationDefinition> {
    let is_asked = |own: Option<&Name>| name.is_none_or(|asked| own.is_none_or(|own| own == asked));
    let mut operations = document.operations.iter();
    let (_, operation) = operations.find(|(own, _)| is_asked(*own))?;
    Some(&operation.node)
}

/// The type that the fields of an operation stand on.
pub(super) fn root(operation: OperationType) -> &'static str {
    match operation {
        OperationType::Query => "Query",
        OperationType::Mutation => "Mutation",
        OperationType::Subscription => "Subscription",
    }
}

/// What is selected of an object, in the order of the query.
#[derive(Default)]
pub(super) struct Shape<'t>(IndexMap<Name, Selected<'t>>);

struct Selected<'t> {
    /// `None` where the schema does not say, as for introspection.
    of: Option<&'t Type>,
    /// Whether the key may be left out: by a directive, or on objects of another type.
    optional: bool,
    shape: Shape<'t>,
}

impl<'t> Shape<'t> {
    /// What the operation selects that is asked for.
    pub(super) fn of(
        document: &ExecutableDocument,
        operation: Option<&str>,
        types: &'t Types,
    ) -> Self {
        let mut shape = Self::default();
        if let Some(operation) = asked(document, operation) {
            let mut shaping = Shaping {
                document,
                types,
                within: Vec::new(),
            };
            let set = &operation.selection_set.node;
            shaping.take_in(&mut shape, root(operation.ty), set, false);
        }
        shape
    }

    /// Whether one field of the schema is selected, and nothing else.
    pub(super) fn is_one_field(&self) -> bool {
        self.0.len() == 1 && self.0.values().all(|selected| selected.of.is_some())
    }

    /// Puts the data of what was run in order, and nulls where fields failed.
    pub(super) fn complete(&self, data: &mut Value) {
        if let Value::Object(object) = data
            && !settled(object, self)
        {
            *data = Value::Null;
        }
    }

    /// Whether all that is selected may be left out.
    fn may_be_empty(&self) -> bool {
        !self.0.is_empty() && self.0.values().all(|selected| selected.optional)
    }
}

/// What shapes are made from.
struct Shaping<'d, 't> {
    document: &'d ExecutableDocument,
    types: &'t Types,
    /// The fragments that are being taken in: one within itself is left to validation.
    within: Vec<&'d Name>,
}

impl<'d, 't> Shaping<'d, 't> {
    fn take_in(&mut self, shape: &mut Shape<'t>, on: &str, set: &'d SelectionSet, optional: bool) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => self.take_in_field(shape, on, &field.node, optional),
                Selection::FragmentSpread(spread) => {
                    let optional = optional || !spread.node.directives.is_empty();
                    let name = &spread.node.fragment_name.node;
                    self.take_in_fragment(shape, on, name, optional);
                }
                Selection::InlineFragment(inline) => {
                    let inline = &inline.node;
                    let condition = inline.type_condition.as_ref();
                    let to = condition.map_or(on, |condition| condition.node.on.node.as_str());
                    let optional = optional || to != on || !inline.directives.is_empty();
                    self.take_in(shape, to, &inline.selection_set.node, optional);
                }
            }
        }
    }

    fn take_in_fragment(
        &mut self,
        shape: &mut Shape<'t>,
        on: &str,
        name: &'d Name,
        optional: bool,
    ) {
        let Some(fragment) = self.document.fragments.get(name) else {
            return;
        };
        if self.within.contains(&name) {
            return;
        }
        self.within.push(name);
        let fragment = &fragment.node;
        let to = fragment.type_condition.node.on.node.as_str();
        let optional = optional || to != on;
        self.take_in(shape, to, &fragment.selection_set.node, optional);
        self.within.pop();
    }

    fn take_in_field(&mut self, shape: &mut Shape<'t>, on: &str, field: &'d Field, optional: bool) {
        let of = self.types.field(on, &field.name.node);
        let optional = optional || !field.directives.is_empty();
        let key = field.response_key().node.clone();
        let selected = shape.0.entry(key).or_insert_with(|| Selected {
            of,
            optional,
            shape: Shape::default(),
        });
        selected.optional &= optional;
        if let Some(of) = of {
            let set = &field.selection_set.node;
            self.take_in(&mut selected.shape, named(of), set, false);
        }
    }
}

/// The type within all lists.
pub(super) fn named(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => named(inner),
    }
}

/// Whether the value may stand where its type is this one; else it is null now, and may not be.
fn settled_value(value: &mut Value, of: &Type, shape: &Shape<'_>) -> bool {
    let holds = match (&mut *value, &of.base) {
        (Value::Null, _) if !of.nullable && shape.may_be_empty() => {
            // The library makes null of an object all of whose fields are left out.
            *value = Value::Object(IndexMap::new());
            true
        }
        (Value::Null, _) => return of.nullable,
        (Value::List(items), BaseType::List(inner)) => {
            let mut items = items.iter_mut();
            items.all(|item| settled_value(item, inner, shape))
        }
        (Value::Object(object), BaseType::Named(_)) if !shape.0.is_empty() => {
            settled(object, shape)
        }
        _ => true,
    };
    if !holds {
        *value = Value::Null;
    }
    holds || of.nullable
}

/// Puts an object's keys in order; false where it has to be null for a field that failed.
fn settled(object: &mut IndexMap<Name, Value>, shape: &Shape<'_>) -> bool {
    let settled = |value: &mut Value, selected: &Selected<'_>| {
        let of = selected.of;
        of.is_none_or(|of| settled_value(value, of, &selected.shape))
    };
    if object.keys().eq(shape.0.keys()) {
        let mut fields = object.values_mut().zip(shape.0.values());
        return fields.all(|(value, selected)| settled(value, selected));
    }
    let mut found = std::mem::take(object);
    for (key, selected) in &shape.0 {
        let mut value = match found.swap_remove(key) {
            Some(value) => value,
            None if selected.optional => continue,
            None => Value::Null,
        };
        if !settled(&mut value, selected) {
            return false;
        }
        object.insert(key.clone(), value);
    }
    // Nothing is lost, whatever the shape.
    object.extend(found);
    true
}

#[cfg(test)]
mod tests;
