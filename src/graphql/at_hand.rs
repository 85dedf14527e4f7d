//! Objects and lists whose fields are at hand, resolved one field after the other.
//!
//! The library makes a task of every field and of every item of a list, so that those
//! that wait do so together. In a dashboard's answer of thousands of fields a few dozen
//! wait. [`AtHand`] says of a selection that nothing in it does; such a one is resolved
//! here, field by field, in the order in which it stands. Whatever waits or is out of
//! the ordinary is left to the library.
//!
//! Extensions of the schema do not see the fields resolved here: what they take in the
//! answer is counted here, too.

use std::borrow::Cow;

use async_graphql::{
    Context, ContextSelectionSet, Name, OutputType, Positioned, ServerResult, Value,
    parser::types::{Field, Selection, SelectionSet},
    registry::Registry,
    resolver_utils::ContainerType,
};
use indexmap::IndexMap;

use super::{bytes, request::State};

/// What may have all the fields at hand that are selected on it.
pub(super) trait AtHand: ContainerType {
    /// Whether the field need not be waited for, nor anything selected in it.
    fn has(&self, _ctx: &ContextSelectionSet<'_>, _field: &Field) -> bool {
        true
    }

    /// The value of a field that the object has.
    fn value(&self, ctx: &Context<'_>) -> impl Future<Output = ServerResult<Option<Value>>> + Send {
        self.resolve_field(ctx)
    }
}

/// Whether nothing selected on the object has to be waited for.
pub(super) fn has_all<T: AtHand>(object: &T, ctx: &ContextSelectionSet<'_>) -> bool {
    Selected::on(object, ctx).is_some()
}

/// An object that may have its fields at hand.
pub struct Ready<T>(pub(super) T);

impl<T: AtHand> OutputType for Ready<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        match Selected::on(&self.0, ctx) {
            Some(selected) => Ok(selected.of(&self.0, ctx).await),
            None => self.0.resolve(ctx, field).await,
        }
    }
}

/// A list of objects that may have their fields at hand, all of them or none.
pub struct Rows<T>(pub(super) Vec<T>);

impl<T: AtHand> OutputType for Rows<T> {
    fn type_name() -> Cow<'static, str> {
        Vec::<T>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<T>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<T>::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let first = self.0.first().map(|first| Selected::on(first, ctx));
        let Some(Some(selected)) = first else {
            return self.0.resolve(ctx, field).await;
        };
        let mut list = Vec::with_capacity(self.0.len());
        for (at, row) in self.0.iter().enumerate() {
            list.push(selected.of(row, &ctx.with_index(at)).await);
            // A list may have a million rows, and nobody else is asked in between.
            bytes::check(ctx)?;
        }
        Ok(Value::List(list))
    }
}

/// Fields selected on an object, all of them at hand.
struct Selected<'a> {
    fields: Vec<&'a Positioned<Field>>,
    /// An object with all keys and no values yet: copied, its keys need not be hashed again.
    blank: IndexMap<Name, Value>,
    /// What the keys take in the answer.
    bytes: usize,
}

impl<'a> Selected<'a> {
    /// What is selected on the object; nothing where that is not at hand.
    fn on<T: AtHand>(object: &T, ctx: &ContextSelectionSet<'a>) -> Option<Self> {
        let set = &ctx.item.node;
        let mut selected = Self {
            fields: Vec::with_capacity(set.items.len()),
            blank: IndexMap::with_capacity(set.items.len()),
            bytes: 0,
        };
        selected.take_in(object, ctx, set)?;
        selected.bytes = selected.blank.keys().map(|key| bytes::of_key(key)).sum();
        Some(selected)
    }

    fn take_in<T: AtHand>(
        &mut self,
        object: &T,
        ctx: &ContextSelectionSet<'a>,
        set: &'a SelectionSet,
    ) -> Option<()> {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => self.take_in_field(object, ctx, field)?,
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let fragment = &ctx.query_env.fragments.get(name)?.node;
                    is_of::<T>(&fragment.type_condition.node.on.node)?;
                    self.take_in(object, ctx, &fragment.selection_set.node)?;
                }
                Selection::InlineFragment(inline) => {
                    if let Some(condition) = &inline.node.type_condition {
                        is_of::<T>(&condition.node.on.node)?;
                    }
                    self.take_in(object, ctx, &inline.node.selection_set.node)?;
                }
            }
        }
        Some(())
    }

    /// A field that is selected twice is resolved once; two selections within it are
    /// left to the library to merge.
    fn take_in_field<T: AtHand>(
        &mut self,
        object: &T,
        ctx: &ContextSelectionSet<'a>,
        field: &'a Positioned<Field>,
    ) -> Option<()> {
        let Field {
            directives,
            selection_set,
            ..
        } = &field.node;
        if !directives.is_empty() || !object.has(ctx, &field.node) {
            return None;
        }
        let key = field.node.response_key().node.clone();
        if self.blank.insert(key, Value::Null).is_none() {
            self.fields.push(field);
            return Some(());
        }
        selection_set.node.items.is_empty().then_some(())
    }

    /// The object with these fields.
    async fn of<T: AtHand>(&self, object: &T, ctx: &ContextSelectionSet<'_>) -> Value {
        let mut result = self.blank.clone();
        let (mut failed, mut bytes) = (Vec::new(), self.bytes);
        for (at, field) in self.fields.iter().enumerate() {
            let value = if field.node.name.node == TYPE_NAME {
                Ok(Some(Value::String(T::type_name().into_owned())))
            } else {
                let ctx: Context<'_> = ctx.with_field(field);
                object.value(&ctx).await
            };
            match value {
                Ok(value) => {
                    let value = value.unwrap_or_default();
                    bytes += bytes::of(&value);
                    result[at] = value;
                }
                Err(error) => {
                    ctx.add_error(error);
                    failed.push(at);
                }
            }
        }
        if let Err(error) = State::of(ctx).allowance.take_bytes(bytes) {
            ctx.add_error(error.into_server_error(ctx.item.pos));
        }
        for at in failed.into_iter().rev() {
            result.shift_remove_index(at);
        }
        if result.is_empty() {
            Value::Null
        } else {
            Value::Object(result)
        }
    }
}

/// The field that every object has.
pub(super) const TYPE_NAME: &str = "__typename";

fn is_of<T: OutputType>(condition: &Name) -> Option<()> {
    (T::type_name() == condition.as_str()).then_some(())
}
