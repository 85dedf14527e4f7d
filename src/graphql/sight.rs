//! The schema as an identity sees it: without what it may not use.
//!
//! Whoever may not use everything asks a schema of their own, from which the fields, values of
//! enums and fields of inputs are taken whose names [may not be used](super::permit), and what
//! then has nothing left. So introspection does not show them, and no error proposes them. What
//! a query names that is refused is refused before it reaches that schema.
//!
//! The library builds its registry of types from the roots, subscriptions last: what is to be
//! taken out of it is left where [`Seen`], the root of subscriptions, finds it.

use std::{borrow::Cow, cell::RefCell, collections::HashSet, pin::Pin, sync::Arc};

use async_graphql::{
    Context, Response, SubscriptionType,
    registry::{MetaField, MetaInputValue, MetaType, MetaTypeName, Registry},
};
use futures::Stream;
use indexmap::IndexMap;
use quick_cache::sync::Cache;

use super::{
    Schema, builder, completion::Types, permit::Permit, subscription::Subscription,
    vocabulary::spoken,
};
use crate::{auth::Scope, kpi::Vocabulary};

/// Schemas that are kept: one for each scope that is in use, of some hundred kilobytes.
const SCHEMAS: usize = 64;

thread_local! {
    static SIGHT: RefCell<Option<Sight>> = const { RefCell::new(None) };
}

/// What an identity may see of a schema.
#[derive(Clone)]
struct Sight {
    scope: Arc<Scope>,
    types: Arc<Types>,
    vocabulary: &'static Vocabulary,
}

/// The schemas of identities that may not use everything.
pub(super) struct Sights {
    types: Arc<Types>,
    vocabulary: &'static Vocabulary,
    schemas: Cache<Arc<Scope>, Schema>,
}

impl Sights {
    /// Of a schema with these types, of a shop with these words.
    pub fn new(types: Arc<Types>, vocabulary: &'static Vocabulary) -> Self {
        Self {
            types,
            vocabulary,
            schemas: Cache::new(SCHEMAS),
        }
    }

    /// The schema as who may see so much sees it.
    pub fn schema(&self, scope: &Arc<Scope>) -> Schema {
        let uses = Arc::new(scope.uses());
        let build = || {
            let sight = Sight {
                scope: Arc::clone(&uses),
                types: Arc::clone(&self.types),
                vocabulary: self.vocabulary,
            };
            SIGHT.set(Some(sight));
            let schema = spoken(self.vocabulary, || builder().finish());
            SIGHT.set(None);
            Ok::<_, std::convert::Infallible>(schema)
        };
        match self.schemas.get_or_insert_with(&uses, build) {
            Ok(schema) => schema,
            Err(never) => match never {},
        }
    }
}

/// The root of subscriptions, of a schema that an identity sees as it may.
pub struct Seen(pub(super) Subscription);

impl SubscriptionType for Seen {
    fn type_name() -> Cow<'static, str> {
        Subscription::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        let name = Subscription::create_type_info(registry);
        if let Some(sight) = SIGHT.with_borrow(Clone::clone) {
            sight.narrow(registry);
        }
        name
    }

    fn create_field_stream<'a>(
        &'a self,
        ctx: &'a Context<'_>,
    ) -> Option<Pin<Box<dyn Stream<Item = Response> + Send + 'a>>> {
        self.0.create_field_stream(ctx)
    }
}

impl Sight {
    fn permit(&self) -> Permit<'_> {
        Permit {
            scope: &self.scope,
            types: &self.types,
            vocabulary: self.vocabulary,
        }
    }

    /// Takes what may not be used out of a registry.
    fn narrow(&self, registry: &mut Registry) {
        let types = registry.types.values_mut();
        for ty in types.filter(|it| !it.name().starts_with("__")) {
            self.narrow_type(ty);
        }
        // What takes or gives what has nothing left has nothing to take or give itself.
        let mut gone = HashSet::new();
        loop {
            let empty = registry.types.values().filter(|it| is_empty(it));
            let empty = empty.map(|it| it.name().to_owned());
            let empty: Vec<String> = empty.filter(|it| !gone.contains(it)).collect();
            if empty.is_empty() {
                return;
            }
            gone.extend(empty);
            for ty in registry.types.values_mut() {
                without(ty, &gone);
            }
        }
    }

    fn narrow_type(&self, ty: &mut MetaType) {
        let permit = self.permit();
        match ty {
            MetaType::Object { name, fields, .. } => self.narrow_fields(name, fields),
            MetaType::Interface {
                name,
                fields,
                possible_types,
                ..
            } => {
                self.narrow_fields(name, fields);
                possible_types.retain(|it| permit.shows_type(it));
            }
            MetaType::Union { possible_types, .. } => {
                possible_types.retain(|it| permit.shows_type(it));
            }
            MetaType::Enum { enum_values, .. } => {
                enum_values.retain(|value, _| permit.shows_value(value));
            }
            MetaType::InputObject { input_fields, .. } => {
                input_fields.retain(|name, _| permit.shows_input(name));
            }
            MetaType::Scalar { .. } => {}
        }
    }

    fn narrow_fields(&self, on: &str, fields: &mut IndexMap<String, MetaField>) {
        let permit = self.permit();
        fields.retain(|name, _| permit.shows_field(on, name));
        for (name, field) in fields {
            for argument in self.types.arguments(on, name) {
                let default = argument.default.as_ref();
                if default.is_some_and(|it| !permit.shows_default(argument, it)) {
                    // It has to be given.
                    if let Some(argument) = field.args.get_mut(argument.name.as_str()) {
                        argument.default_value = None;
                    }
                }
            }
        }
    }
}

fn is_empty(ty: &MetaType) -> bool {
    match ty {
        MetaType::Object { fields, .. } | MetaType::Interface { fields, .. } => fields.is_empty(),
        MetaType::Union { possible_types, .. } => possible_types.is_empty(),
        MetaType::Enum { enum_values, .. } => enum_values.is_empty(),
        MetaType::InputObject { input_fields, .. } => input_fields.is_empty(),
        MetaType::Scalar { .. } => false,
    }
}

/// Leaves a type what takes and gives nothing of the types that are gone.
fn without(ty: &mut MetaType, gone: &HashSet<String>) {
    let is_gone = |of: &str| gone.contains(MetaTypeName::concrete_typename(of));
    let has_to_be_given = |it: &MetaInputValue| it.ty.ends_with('!') && it.default_value.is_none();
    match ty {
        MetaType::Object { fields, .. } | MetaType::Interface { fields, .. } => {
            fields.retain(|_, field| {
                let mut args = field.args.values();
                !is_gone(&field.ty) && !args.any(|it| is_gone(&it.ty) && has_to_be_given(it))
            });
            for field in fields.values_mut() {
                field.args.retain(|_, it| !is_gone(&it.ty));
            }
        }
        MetaType::InputObject { input_fields, .. } => {
            let mut fields = input_fields.values();
            if fields.any(|it| is_gone(&it.ty) && has_to_be_given(it)) {
                input_fields.clear();
            }
            input_fields.retain(|_, it| !is_gone(&it.ty));
        }
        MetaType::Union { possible_types, .. } => possible_types.retain(|it| !is_gone(it)),
        MetaType::Enum { .. } | MetaType::Scalar { .. } => {}
    }
}
