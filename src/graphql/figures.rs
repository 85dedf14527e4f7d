//! Objects whose fields are a shop's KPIs.

use std::borrow::Cow;

use async_graphql::{
    Context, ContextSelectionSet, OutputType, Positioned, Result, ServerResult, Value,
    parser::types::Field,
    registry::{CacheControl, Deprecation, MetaField, MetaType, MetaTypeId, Registry},
    resolver_utils::{ContainerType, resolve_container},
};
use indexmap::IndexMap;
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{request::State, scalars, vocabulary};
use crate::kpi::{Kpi, Number, NumberKind, float};

/// What KPIs are asked of.
pub trait Figures: Send + Sync + 'static {
    /// The name of the object's type.
    const TYPE_NAME: &str;
    /// What the object is.
    const DESCRIPTION: &str;

    /// What kind of number stands in a KPI's field.
    fn number(kpi: Kpi) -> Number;

    /// What that number counts, as a sentence.
    #[must_use]
    fn unit(kpi: Kpi) -> String {
        format!("Unit: {}.", kpi.unit().words())
    }

    /// The number.
    fn value(
        &self,
        ctx: &Context<'_>,
        kpi: Kpi,
    ) -> impl Future<Output = Result<Option<Decimal>>> + Send;
}

/// An object with a field for each KPI of the shop.
pub struct Fields<F>(pub(super) F);

impl<F: Figures> OutputType for Fields<F> {
    fn type_name() -> Cow<'static, str> {
        F::TYPE_NAME.into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Object, |registry| {
            let field = |kpi: &Kpi| {
                let field = field::<F>(*kpi, registry);
                (field.name.clone(), field)
            };
            let fields: IndexMap<_, _> = vocabulary::in_use().kpis().iter().map(field).collect();
            MetaType::Object {
                name: F::TYPE_NAME.to_owned(),
                description: Some(F::DESCRIPTION.to_owned()),
                fields,
                cache_control: CacheControl::default(),
                extends: false,
                shareable: false,
                resolvable: true,
                keys: None,
                visible: None,
                inaccessible: false,
                interface_object: false,
                tags: Vec::new(),
                is_subscription: false,
                rust_typename: Some(std::any::type_name::<Self>()),
                directive_invocations: Vec::new(),
                requires_scopes: Vec::new(),
            }
        })
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        resolve_container(ctx, self).await
    }
}

fn field<F: Figures>(kpi: Kpi, registry: &mut Registry) -> MetaField {
    let number = F::number(kpi);
    MetaField {
        name: kpi.name().to_owned(),
        description: Some(format!("{}\n{}", kpi.definition(), F::unit(kpi))),
        args: IndexMap::new(),
        ty: ty(number, registry),
        deprecation: Deprecation::default(),
        cache_control: CacheControl::default(),
        external: false,
        requires: None,
        provides: None,
        visible: None,
        shareable: false,
        inaccessible: false,
        tags: Vec::new(),
        override_from: None,
        compute_complexity: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

fn ty(number: Number, registry: &mut Registry) -> String {
    let required = match number.kind {
        NumberKind::Decimal => <scalars::Decimal as OutputType>::create_type_info(registry),
        NumberKind::Float => <f64 as OutputType>::create_type_info(registry),
        NumberKind::Int => <i64 as OutputType>::create_type_info(registry),
    };
    if number.is_nullable {
        required.trim_end_matches('!').to_owned()
    } else {
        required
    }
}

impl<F: Figures> ContainerType for Fields<F> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        let vocabulary = State::of(ctx).vocabulary();
        let Some(kpi) = vocabulary.kpi(&ctx.item.node.name.node) else {
            return Ok(None);
        };
        let value = self.0.value(ctx, kpi).await;
        let value =
            value.map_err(|error| ctx.set_error_path(error.into_server_error(ctx.item.pos)))?;
        Ok(Some(written(F::number(kpi), value)))
    }
}

/// A number as its field has it; what cannot be null is 0 where there is none.
fn written(number: Number, value: Option<Decimal>) -> Value {
    let value = match value {
        None if number.is_nullable => return Value::Null,
        value => value.unwrap_or_default(),
    };
    match number.kind {
        NumberKind::Decimal => async_graphql::ScalarType::to_value(&scalars::Decimal(value)),
        NumberKind::Float => Value::from(float(value)),
        NumberKind::Int => match value.to_i64() {
            None if number.is_nullable => Value::Null,
            whole => Value::from(whole.unwrap_or_default()),
        },
    }
}
