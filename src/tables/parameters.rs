//! What a URL asks for.

use std::collections::{BTreeMap, HashSet};

use chrono_tz::Tz;

use super::{
    period::Period,
    usable::{Usable, listed},
};
use crate::{
    asking::Refused,
    kpi::{Axis, Cycle, Dimension, Grain, Kpi, Predicate, ReturnsOn},
};

/// Stretches of time, by their names.
pub const GRAINS: [(&str, Grain); 6] = [
    ("hour", Grain::Hour),
    ("day", Grain::Day),
    ("week", Grain::Week),
    ("month", Grain::Month),
    ("quarter", Grain::Quarter),
    ("year", Grain::Year),
];

/// What comes round again, by its names.
pub const CYCLES: [(&str, Cycle); 4] = [
    ("monthOfYear", Cycle::MonthOfYear),
    ("isoWeekday", Cycle::IsoWeekday),
    ("hourOfDay", Cycle::HourOfDay),
    ("weekdayHour", Cycle::WeekdayHour),
];

/// What may stand before the name of a dimension that is a filter, and has to where another
/// parameter has its name.
pub const FILTER: &str = "filter.";
/// What stands after the name of a dimension whose values are left out.
pub const NOT: char = '!';

/// What groups are told apart by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupKey {
    /// As the URL has it, and the table's column.
    pub name: String,
    pub axis: Axis,
}

/// What rows are sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderBy {
    /// The place of the column among keys and KPIs.
    pub column: usize,
    pub is_descending: bool,
}

/// What a URL asks for.
#[derive(Clone, Debug)]
pub struct Parameters {
    pub keys: Vec<GroupKey>,
    pub kpis: Vec<Kpi>,
    pub period: Period,
    pub returns_on: ReturnsOn,
    pub zone: Option<Tz>,
    pub predicates: Vec<Predicate>,
    pub order_by: Vec<OrderBy>,
    pub limit: Option<usize>,
}

impl Parameters {
    /// What the parameters of a URL say.
    ///
    /// # Errors
    /// When one is unknown, says what cannot be, or lacks.
    pub fn of(pairs: &[(String, String)], usable: Usable<'_>) -> Result<Self, Refused> {
        let mut given = Given::default();
        for (name, value) in pairs {
            given.take(name, value, usable)?;
        }
        let keys = list(given.by.as_deref())
            .map(|name| key(name, usable))
            .collect::<Result<Vec<_>, _>>()?;
        let times = keys
            .iter()
            .filter(|it| !matches!(it.axis, Axis::Dimension(_)));
        if times.count() > 1 {
            return Err(Refused::input("`by` may hold one stretch of time or cycle"));
        }
        let kpis = list(given.measures.as_deref())
            .map(|name| usable.kpi(name))
            .collect::<Result<Vec<_>, _>>()?;
        if kpis.is_empty() {
            return Err(Refused::input(
                "say which KPIs, such as measures=totalSales,orderCount; `salesgraph kpis` lists them",
            ));
        }
        let columns = || {
            let keys = keys.iter().map(|it| it.name.as_str());
            keys.chain(kpis.iter().map(|it| it.name()))
        };
        if let Some(twice) = columns()
            .enumerate()
            .find(|(at, it)| columns().take(*at).any(|other| other == *it))
        {
            return Err(Refused::input(format!("`{}` is asked for twice", twice.1)));
        }
        let order_by = list(given.order_by.as_deref())
            .map(|text| order(text, columns()))
            .collect::<Result<Vec<_>, _>>()?;
        let columns: HashSet<usize> = order_by.iter().map(|it| it.column).collect();
        if columns.len() < order_by.len() {
            return Err(Refused::input("`orderBy` names a column twice"));
        }
        Ok(Self {
            period: given
                .period
                .as_deref()
                .map(Period::parse)
                .transpose()?
                .unwrap_or_default(),
            returns_on: given
                .returns_on
                .as_deref()
                .map(clock)
                .transpose()?
                .unwrap_or_default(),
            zone: given.zone.as_deref().map(zone).transpose()?,
            limit: given.limit.as_deref().map(limit).transpose()?,
            predicates: given.predicates(),
            order_by,
            keys,
            kpis,
        })
    }
}

/// The parameters as texts.
#[derive(Default)]
struct Given {
    by: Option<String>,
    measures: Option<String>,
    period: Option<String>,
    zone: Option<String>,
    returns_on: Option<String>,
    order_by: Option<String>,
    limit: Option<String>,
    /// The values of dimensions, by whether they are left out.
    filters: BTreeMap<(bool, Dimension), Vec<String>>,
}

impl Given {
    fn take(&mut self, name: &str, value: &str, usable: Usable<'_>) -> Result<(), Refused> {
        let place = match name {
            "by" => &mut self.by,
            "measures" => &mut self.measures,
            "period" => &mut self.period,
            "timeZone" => &mut self.zone,
            "returnsOn" => &mut self.returns_on,
            "orderBy" => &mut self.order_by,
            "limit" => &mut self.limit,
            _ => return self.filter(name, value, usable),
        };
        if place.is_some() {
            return Err(Refused::input(format!("`{name}` is given twice")));
        }
        *place = Some(value.to_owned());
        Ok(())
    }

    fn filter(&mut self, name: &str, value: &str, usable: Usable<'_>) -> Result<(), Refused> {
        let plain = name.strip_prefix(FILTER).unwrap_or(name);
        let (plain, is_out) = match plain.strip_suffix(NOT) {
            Some(plain) => (plain, true),
            None => (plain, false),
        };
        let dimension = usable.dimension(plain).ok_or_else(|| {
            Refused::input(format!(
                "there is no parameter `{name}`: there are by, measures, period, timeZone, returnsOn, orderBy, limit, and the dimensions {}",
                usable.dimension_names()
            ))
        })?;
        let values = self.filters.entry((is_out, dimension)).or_default();
        values.push(value.to_owned());
        Ok(())
    }

    fn predicates(&self) -> Vec<Predicate> {
        let filters = self.filters.iter();
        let predicate = |((is_out, of), values): (&(bool, Dimension), &Vec<String>)| {
            if *is_out {
                Predicate::none_of(*of, values)
            } else {
                Predicate::one_of(*of, values)
            }
        };
        filters.map(predicate).collect()
    }
}

/// The names between commas.
pub fn list(text: Option<&str>) -> impl Iterator<Item = &str> {
    let names = text.unwrap_or_default().split(',').map(str::trim);
    names.filter(|it| !it.is_empty())
}

fn key(name: &str, usable: Usable<'_>) -> Result<GroupKey, Refused> {
    let grain = GRAINS.iter().find(|(it, _)| *it == name);
    let cycle = || CYCLES.iter().find(|(it, _)| *it == name);
    // A shop's own word comes first: it was chosen later.
    let axis = usable.dimension(name).map(Axis::Dimension);
    let axis = axis.or_else(|| grain.map(|(_, it)| Axis::Bucket(*it)));
    let axis = axis.or_else(|| cycle().map(|(_, it)| Axis::Slot(*it)));
    let axis = axis.ok_or_else(|| {
        let times = GRAINS.iter().map(|(it, _)| *it);
        let times = times.chain(CYCLES.iter().map(|(it, _)| *it));
        Refused::input(format!(
            "`by` cannot hold `{name}`: there are {}, and {}",
            listed(times),
            usable.dimension_names()
        ))
    })?;
    Ok(GroupKey {
        name: name.to_owned(),
        axis,
    })
}

fn order<'n>(text: &str, mut columns: impl Iterator<Item = &'n str>) -> Result<OrderBy, Refused> {
    let (name, is_descending) = match text.strip_prefix('-') {
        Some(name) => (name, true),
        None => (text, false),
    };
    let column = columns.position(|it| it == name).ok_or_else(|| {
        Refused::input(format!(
            "`orderBy` names `{name}`, which is neither in `by` nor in `measures`"
        ))
    })?;
    Ok(OrderBy {
        column,
        is_descending,
    })
}

fn clock(text: &str) -> Result<ReturnsOn, Refused> {
    match text {
        "RETURN_DAY" => Ok(ReturnsOn::ReturnDay),
        "ORDER_DAY" => Ok(ReturnsOn::OrderDay),
        _ => Err(Refused::input("`returnsOn` is RETURN_DAY or ORDER_DAY")),
    }
}

pub fn zone(text: &str) -> Result<Tz, Refused> {
    let zone = text.parse();
    zone.map_err(|_| Refused::input("`timeZone` is an IANA name, such as Europe/Paris"))
}

pub fn limit(text: &str) -> Result<usize, Refused> {
    let limit = text.parse().ok().filter(|it| *it > 0);
    limit.ok_or_else(|| Refused::input("`limit` is a number of rows, from 1"))
}
