//! What values take in an answer, counted as they are resolved.
//!
//! An alias of twenty thousand letters on every hour of five years makes an answer of
//! hundreds of megabytes of a query that is short, and a list that is not long. Fields
//! that the library resolves are seen by [`Measured`], those [at hand](super::at_hand)
//! say themselves what they take.

use std::sync::Arc;

use async_graphql::{
    ContextSelectionSet, QueryPathSegment, ServerResult, Value,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextResolve, ResolveInfo},
};

use super::request::State;

/// What a key takes, with its quotes, the colon and the comma.
pub(super) fn of_key(key: &str) -> usize {
    key.len() + 4
}

/// What a value takes but for what is inside it, which has been counted on its own.
pub(super) fn of(value: &Value) -> usize {
    /// A number or a truth value, about.
    const SCALAR: usize = 8;
    match value {
        Value::String(text) => text.len() + 2,
        Value::Enum(name) => name.len() + 2,
        Value::List(items) => 2 + items.len(),
        Value::Binary(bytes) => bytes.len(),
        Value::Null | Value::Number(_) | Value::Boolean(_) | Value::Object(_) => SCALAR,
    }
}

/// Why the request is refused, if it is by now.
pub(super) fn check(ctx: &ContextSelectionSet<'_>) -> ServerResult<()> {
    match State::of(ctx).allowance.refusal() {
        Some(error) => Err(error.clone().into_server_error(ctx.item.pos)),
        None => Ok(()),
    }
}

/// Counts the fields that the library resolves.
pub(super) struct Measured;

impl ExtensionFactory for Measured {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Measured {
    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let key = match info.path_node.segment {
            QueryPathSegment::Index(_) => 0,
            QueryPathSegment::Name(name) => of_key(name),
        };
        let pos = info.field.name.pos;
        let value = next.run(ctx, info).await?;
        let bytes = key + value.as_ref().map_or(4, of);
        let taken = ctx.data_unchecked::<State>().allowance.take_bytes(bytes);
        taken.map_err(|error| error.into_server_error(pos))?;
        Ok(value)
    }
}
