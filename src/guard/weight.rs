//! How much a document stands for once its fragments are in place.
//!
//! Fragments form a graph without cycles, so each is measured once and its size
//! added wherever it is spread: 22 fragments that double each other take 22
//! steps here and 4 million in a validator.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned,
    parser::types::{
        Directive, ExecutableDocument, Field, FragmentDefinition, Selection, SelectionSet,
    },
};
use async_graphql_value::{ConstValue, Value};

use super::{Limits, Rejection, variables::Weights};

/// Introspection lists that may stand inside one another. Types have fields that
/// have types that have fields: each round multiplies the answer by the size of
/// the schema, and no tool needs a second one.
const MAX_LISTINGS: usize = 2;

/// The directives that a document may use; the library passes over others.
const DIRECTIVES: [&str; 2] = ["include", "skip"];

/// Refuses a document that stands for more than the limits.
pub(super) fn check(
    document: &ExecutableDocument,
    variables: &Weights,
    limits: &Limits,
) -> Result<(), Rejection> {
    let mut scale = Scale {
        document,
        variables,
        limits,
        defaults: defaults(document),
        fragments: HashMap::new(),
    };
    let size = scale.document()?;
    if size.levels > limits.depth {
        Err(Rejection::Depth(limits.depth))
    } else if size.selections > limits.selections {
        Err(Rejection::Selections(limits.selections))
    } else if size.aliases > limits.aliases {
        Err(Rejection::Aliases(limits.aliases))
    } else {
        Ok(())
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Size {
    selections: usize,
    aliases: usize,
    /// Selection sets inside one another.
    levels: usize,
    /// Introspection lists inside one another.
    listings: usize,
}

impl Size {
    fn weighing(selections: usize) -> Self {
        Self {
            selections,
            ..Self::default()
        }
    }

    /// Both, next to each other. Doubling overflows soon, so sums saturate.
    fn beside(self, other: Self) -> Self {
        Self {
            selections: self.selections.saturating_add(other.selections),
            aliases: self.aliases.saturating_add(other.aliases),
            levels: self.levels.max(other.levels),
            listings: self.listings.max(other.listings),
        }
    }
}

/// What each variable holds by default, in the operation where that is the most.
fn defaults(document: &ExecutableDocument) -> HashMap<&Name, usize> {
    let mut defaults = HashMap::new();
    for (_, operation) in document.operations.iter() {
        for variable in &operation.node.variable_definitions {
            if let Some(default) = &variable.node.default_value {
                let most = defaults.entry(&variable.node.name.node).or_default();
                *most = constant(&default.node).max(*most);
            }
        }
    }
    defaults
}

/// The number of values in a constant, itself included.
fn constant(value: &ConstValue) -> usize {
    match value {
        ConstValue::List(items) => 1 + items.iter().map(constant).sum::<usize>(),
        ConstValue::Object(fields) => 1 + fields.values().map(constant).sum::<usize>(),
        _ => 1,
    }
}

struct Scale<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Weights,
    /// What each variable holds that is not given.
    defaults: HashMap<&'a Name, usize>,
    limits: &'a Limits,
    /// The fragments measured so far; `None` while one is being measured.
    fragments: HashMap<&'a Name, Option<Size>>,
}

impl<'a> Scale<'a> {
    /// Fragments that no operation uses cost a validator as much as any.
    fn document(&mut self) -> Result<Size, Rejection> {
        let mut size = Size::default();
        for (_, operation) in self.document.operations.iter() {
            let root = self.set(&operation.node.selection_set.node, self.limits.depth)?;
            let mut own = self.directives(&operation.node.directives)?;
            let variables = &operation.node.variable_definitions;
            for variable in variables {
                own += self.directives(&variable.node.directives)?;
            }
            let defaults = variables
                .iter()
                .filter_map(|it| it.node.default_value.as_ref());
            let defaults = defaults.map(|it| constant(&it.node)).sum();
            size = size.beside(root).beside(Size::weighing(own));
            size = size.beside(Size::weighing(defaults));
        }
        for (name, fragment) in &self.document.fragments {
            if !self.fragments.contains_key(name) {
                size = size.beside(self.fragment(name, fragment, self.limits.depth)?);
            }
        }
        Ok(size)
    }

    /// Recursion ends where the limit of levels does, whatever the document.
    fn set(&mut self, set: &'a SelectionSet, levels: usize) -> Result<Size, Rejection> {
        let inside = levels
            .checked_sub(1)
            .ok_or(Rejection::Depth(self.limits.depth))?;
        let mut size = Size::default();
        for item in &set.items {
            size = size.beside(self.selection(&item.node, inside)?);
        }
        size.levels += 1;
        Ok(size)
    }

    fn selection(&mut self, selection: &'a Selection, levels: usize) -> Result<Size, Rejection> {
        let own = Size::weighing(1 + self.directives(selection.directives())?);
        let inside = match selection {
            Selection::Field(field) => self.field(&field.node, levels)?,
            Selection::InlineFragment(inline) => {
                self.set(&inline.node.selection_set.node, levels)?
            }
            Selection::FragmentSpread(spread) => {
                self.spread(&spread.node.fragment_name.node, levels)?
            }
        };
        Ok(own.beside(inside))
    }

    fn field(&mut self, field: &'a Field, levels: usize) -> Result<Size, Rejection> {
        let arguments = field
            .arguments
            .iter()
            .map(|(_, value)| self.value(&value.node))
            .sum();
        let mut size = Size::weighing(arguments);
        size.aliases = usize::from(field.alias.is_some());
        if !field.selection_set.node.items.is_empty() {
            size = size.beside(self.set(&field.selection_set.node, levels)?);
        }
        match field.name.node.as_str() {
            "fields" | "inputFields" | "interfaces" | "possibleTypes" => size.listings += 1,
            "__schema" | "__type" if size.listings > MAX_LISTINGS => {
                return Err(Rejection::Introspection(MAX_LISTINGS));
            }
            _ => {}
        }
        Ok(size)
    }

    /// A fragment that is not there weighs nothing; validation will say so.
    fn spread(&mut self, name: &'a Name, levels: usize) -> Result<Size, Rejection> {
        match self.fragments.get(name) {
            Some(Some(size)) => Ok(*size),
            Some(None) => Err(Rejection::Cycle(name.to_string())),
            None => match self.document.fragments.get(name) {
                Some(fragment) => self.fragment(name, fragment, levels),
                None => Ok(Size::default()),
            },
        }
    }

    fn fragment(
        &mut self,
        name: &'a Name,
        fragment: &'a Positioned<FragmentDefinition>,
        levels: usize,
    ) -> Result<Size, Rejection> {
        self.fragments.insert(name, None);
        let own = Size::weighing(self.directives(&fragment.node.directives)?);
        let size = own.beside(self.set(&fragment.node.selection_set.node, levels)?);
        self.fragments.insert(name, Some(size));
        Ok(size)
    }

    fn directives(&self, directives: &[Positioned<Directive>]) -> Result<usize, Rejection> {
        let mut names = directives.iter().map(|directive| &directive.node.name.node);
        if let Some(unknown) = names.find(|name| !DIRECTIVES.contains(&name.as_str())) {
            return Err(Rejection::UnknownDirective(unknown.to_string()));
        }
        let arguments = directives
            .iter()
            .flat_map(|directive| &directive.node.arguments);
        let values = arguments.map(|(_, value)| self.value(&value.node));
        Ok(directives.len() + values.sum::<usize>())
    }

    /// The number of values in a value, itself included. The lexer has bounded
    /// how deep they are nested.
    fn value(&self, value: &Value) -> usize {
        match value {
            Value::Variable(name) => {
                let given = self.variables.get(name.as_str());
                let held = given.or_else(|| self.defaults.get(name));
                held.copied().unwrap_or(1)
            }
            Value::List(items) => 1 + items.iter().map(|item| self.value(item)).sum::<usize>(),
            Value::Object(fields) => {
                1 + fields
                    .values()
                    .map(|field| self.value(field))
                    .sum::<usize>()
            }
            _ => 1,
        }
    }
}
