//! The shop itself.

use async_graphql::{ComplexObject, Context, Object, Result, SimpleObject};
use chrono::{DateTime, Datelike, Utc};

use super::{
    breakdown::{DimensionValue, row_limit},
    calendar::ShopCalendar,
    enums,
    error::failed,
    permit::allowed_dimension,
    request::State,
    scalars::TimeZone,
};
use crate::{
    kpi::{self, Holder, Kpi},
    store::{self, Condition, Field, Test, Value, searcher},
};

/// The shop: what it is called, what it counts in, what there is to filter by.
pub struct Shop;

/// How old the figures may be, and what is not in them.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Freshness {
    /// The figures hold every order that the database held at this instant.
    as_of: DateTime<Utc>,
}

/// A dimension: what breakdowns group by and filters test.
#[derive(SimpleObject)]
pub struct ShopDimension {
    /// Its name among the values of the enum, as breakdowns take it.
    dimension: enums::Dimension,
    /// The field of filters that tests it.
    field: &'static str,
    /// What it is.
    description: &'static str,
    /// Whether this shop's model declares it, and not every shop has it.
    is_own: bool,
}

/// A KPI: a figure of any group of order lines.
#[derive(SimpleObject)]
pub struct ShopKpi {
    /// Its name among the values of the enum, as rows are ordered by it.
    kpi: enums::KpiName,
    /// The field of `Kpis` that it is.
    field: &'static str,
    /// What it means.
    description: &'static str,
    /// What its number counts, such as `the shop's currency per order` or `ratio`.
    unit: String,
    /// Whether this shop's model declares it, and not every shop has it.
    is_own: bool,
}

/// Documents that are in no figure and no list, because the same field of theirs is missing
/// or not of its type.
#[derive(SimpleObject)]
pub struct OddDocuments {
    /// Their collection.
    collection: &'static str,
    /// The field, as its path.
    field: &'static str,
    /// How many there are, of the first 10,000 odd documents of the collection.
    count: usize,
    /// The ids of ten of them at most, as the database's shell shows them where they are no text.
    ids: Vec<String>,
}

/// What could not be used of the shop's own database or files, for one reason.
#[derive(SimpleObject)]
pub struct Rejects {
    /// What was left out: an order, a line, a return, or a row of a file that cannot be read.
    what: String,
    /// Why.
    reason: String,
    /// How many there are.
    count: i64,
    /// The ids of ten of the orders at most, with file and line where they are from files.
    ids: Vec<String>,
}

/// How old the figures may be, and what is not in them.
#[ComplexObject]
impl Freshness {
    /// What could not be used of the shop's own database or files, by reason, until it is mended there;
    /// nothing where the shop is not read by a model.
    async fn rejects(&self, ctx: &Context<'_>) -> Result<Vec<Rejects>> {
        let rejects = State::of(ctx).store().rejects().await;
        let rejects = rejects.map_err(|error| failed(&error))?;
        let shown = |it: store::Rejects| Rejects {
            what: it.what,
            reason: it.reason,
            count: it.count,
            ids: it.ids,
        };
        Ok(rejects.into_iter().map(shown).collect())
    }

    /// The documents in the database that are in no figure and no list until they are mended,
    /// because a field is missing or not of its type; looked for when asked.
    async fn odd_documents(&self, ctx: &Context<'_>) -> Result<Vec<OddDocuments>> {
        let odd = State::of(ctx).store().odd_documents().await;
        let odd = odd.map_err(|error| failed(&error))?;
        let shown = |it: store::OddDocuments| OddDocuments {
            collection: it.collection,
            field: it.field,
            count: it.count,
            ids: it.ids,
        };
        Ok(odd.into_iter().map(shown).collect())
    }
}

/// The shop: what it is called, what it counts in, what there is to filter by.
#[Object]
impl Shop {
    /// What the shop is called.
    async fn name(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(State::of(ctx).settings().await?.name.clone())
    }

    /// The one currency of every amount, as its ISO 4217 code.
    async fn currency(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(State::of(ctx).settings().await?.currency.clone())
    }

    /// The time zone that days are cut in unless a filter names another.
    async fn time_zone(&self, ctx: &Context<'_>) -> Result<TimeZone> {
        Ok(TimeZone(State::of(ctx).settings().await?.calendar.zone))
    }

    /// How weeks, months, quarters and years are cut unless a filter says otherwise.
    async fn calendar(&self, ctx: &Context<'_>) -> Result<ShopCalendar> {
        let state = State::of(ctx);
        let calendar = state.settings().await?.calendar;
        Ok(ShopCalendar::at(calendar, state.now()))
    }

    /// When the first order was placed that counts; null without orders.
    async fn first_order_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime<Utc>>> {
        let [first, _] = State::of(ctx).ends().await?;
        Ok(*first)
    }

    /// When the last order was placed that counts; null without orders.
    async fn last_order_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime<Utc>>> {
        let [_, last] = State::of(ctx).ends().await?;
        Ok(*last)
    }

    /// Every calendar year from the first order's to the last order's, in the shop's time zone.
    async fn years(&self, ctx: &Context<'_>) -> Result<Vec<i32>> {
        let zone = State::of(ctx).settings().await?.calendar.zone;
        let year = |instant: DateTime<Utc>| instant.with_timezone(&zone).year();
        let [first, last] = *State::of(ctx).ends().await?;
        let years = first
            .zip(last)
            .map(|(first, last)| year(first)..=year(last));
        Ok(years.into_iter().flatten().collect())
    }

    /// The dimensions that whoever asks may use: those that every shop has, and then this
    /// shop's own.
    async fn dimensions(&self, ctx: &Context<'_>) -> Vec<ShopDimension> {
        let state = State::of(ctx);
        let all = state.vocabulary().dimensions().iter().copied();
        let all = all.filter(|it| state.scope.allows_dimension(*it));
        let shown = |it: kpi::Dimension| ShopDimension {
            dimension: it.into(),
            field: it.name(),
            description: it.description(),
            is_own: it.own().is_some(),
        };
        all.map(shown).collect()
    }

    /// The KPIs that whoever asks may use: those that every shop has, and then this shop's own.
    async fn kpis(&self, ctx: &Context<'_>) -> Vec<ShopKpi> {
        let state = State::of(ctx);
        let all = state.vocabulary().kpis().iter().copied();
        let shown = |it: Kpi| ShopKpi {
            kpi: it.into(),
            field: it.name(),
            description: it.definition(),
            unit: it.unit().words(),
            is_own: it.example().is_none(),
        };
        let all = all.filter(|it| state.scope.allows_kpi(state.vocabulary(), *it));
        all.map(shown).collect()
    }

    /// The values of a dimension, sorted: what a filter on it can ask for. The page after this
    /// one begins `after` its last value.
    async fn values(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dimension.")] of: enums::Dimension,
        #[graphql(
            desc = "Only values, or names of products and customers, that hold this text, to the letter.",
            validator(chars_max_length = 1000)
        )]
        contains: Option<String>,
        #[graphql(
            desc = "Only values, or names of products and customers, that hold every word of this text, in any order, whatever its capitals and accents; products, customers and locations are found by their ids, too.",
            validator(chars_max_length = 200)
        )]
        search: Option<String>,
        #[graphql(desc = "How many, 1 to 1,000.", default = 100)] first: i32,
        #[graphql(
            desc = "Only values that come after this one.",
            validator(chars_max_length = 1000)
        )]
        after: Option<String>,
    ) -> Result<Vec<DimensionValue>> {
        let state = State::of(ctx);
        let dimension = of.meant(state.vocabulary())?;
        allowed_dimension(&state.scope, dimension)?;
        let first = row_limit(first)?;
        let value = |it| DimensionValue::new(dimension, Some(it));
        if let Some(all) = dimension.values() {
            let finds = search.as_deref().map(searcher);
            let is_wanted = |it: &&&str| {
                contains.as_ref().is_none_or(|text| it.contains(text))
                    && finds.as_ref().is_none_or(|finds| finds(it))
                    && after.as_deref().is_none_or(|after| **it > after)
            };
            let wanted = all.iter().filter(is_wanted).take(first);
            return Ok(wanted.map(|it| value((*it).to_owned())).collect());
        }
        let (collection, field, named) = place(dimension);
        let contains = contains.map(|it| Condition::Field(named, Test::Contains(it)));
        let search = search.map(|it| {
            let found = |field| Condition::Field(field, Test::Search(it.clone()));
            Condition::Any(vec![found(named), found(field)])
        });
        let after = after.map(|it| Condition::Field(field, Test::Above(Value::Text(it))));
        let wanted = Condition::All([contains, search, after].into_iter().flatten().collect());
        let values = state
            .store()
            .distinct_values(collection, field, &wanted, first)
            .await
            .map_err(|error| failed(&error))?;
        state.allowance.take_list(ctx, values.len())?;
        Ok(values.into_iter().map(value).collect())
    }

    /// How old the figures may be, and what is not in them.
    async fn freshness(&self, ctx: &Context<'_>) -> Freshness {
        let state = State::of(ctx);
        Freshness {
            as_of: state.session.as_of().unwrap_or_else(|| state.now()),
        }
    }
}

/// The collection and field that hold a dimension's values, and the field that names them.
fn place(dimension: kpi::Dimension) -> (&'static str, Field, Field) {
    let (collection, field, named) = match dimension.names() {
        Some(Holder::ShipTo) => ("locations", "_id", kpi::Dimension::CITY.path()),
        Some(holder) => (holder.collection(), "_id", "name"),
        None => {
            let path = dimension.path();
            (dimension.holder().collection(), path, path)
        }
    };
    (collection, Field::text(field), Field::text(named))
}
