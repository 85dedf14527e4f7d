//! A question that a URL asks, and its answer as rows.

use std::{
    borrow::Cow,
    cmp::Ordering,
    collections::{HashMap, HashSet},
    hash::BuildHasher as _,
    sync::Arc,
};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rust_decimal::prelude::ToPrimitive;
use rustc_hash::FxBuildHasher;

#[cfg(feature = "sql")]
use super::arrow;
use super::{
    csv,
    form::{Cell, Column, Form, Holds, Kind, Table},
    json,
    parameters::{GroupKey, OrderBy, Parameters},
    parquet, xlsx,
};
use crate::{
    asking::{Asking, Refused, apart, groups},
    kpi::{
        Answer, Axis, Calendar, Count, Dimension, Grain, Key, KeyPart, Kpi, Measures, NumberKind,
        Request, Scope, Values, calendar::local_date, float,
    },
};

/// A question, and what it may take to answer it.
#[derive(Debug)]
pub struct Question {
    asking: Asking,
    parameters: Arc<Parameters>,
    /// The most bytes of the file.
    bytes: usize,
}

/// What customers and products are called, by dimension and id.
type Names = HashMap<Dimension, HashMap<String, String>>;

impl Question {
    pub(super) fn new(asking: Asking, parameters: Parameters, bytes: usize) -> Self {
        Self {
            asking,
            parameters: Arc::new(parameters),
            bytes,
        }
    }

    /// What the answer follows from beside the question: the same number within one process
    /// is the same answer. `None` where that cannot be told.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn state(&self) -> Result<Option<u64>, Refused> {
        // What things are called may change without the figures.
        if self.parameters.keys.iter().any(|it| named(it).is_some()) {
            return Ok(None);
        }
        let version = self.asking.version().await?;
        Ok(version.map(|it| FxBuildHasher.hash_one(it)))
    }

    /// The answer as a file.
    ///
    /// # Errors
    /// When it may not be asked, cannot be counted, or has too many bytes.
    pub async fn file(&self, kind: Kind, form: Form) -> Result<Vec<u8>, Refused> {
        let settings = self.asking.settings().await?;
        let calendar = settings.calendar.in_zone(self.parameters.zone);
        let request = self.request(calendar, Arc::clone(&settings.uncounted));
        let answer = self.answer(&request).await?;
        self.asking.hold_copy(&answer).await?;
        let parameters = Arc::clone(&self.parameters);
        let groups = apart(move || sorted(&answer, &request.axes, &parameters)).await?;
        let names = self.names(&groups).await?;
        let columns = self.parameters.keys.len() + self.parameters.kpis.len() + names.len();
        let cell = match kind {
            Kind::Xlsx => xlsx::CELL,
            _ => size_of::<Cell>(),
        };
        self.asking
            .hold(groups.len().saturating_mul(columns * cell))
            .await?;
        let (parameters, bytes) = (Arc::clone(&self.parameters), self.bytes);
        let written = apart(move || {
            let table = table(&parameters, &groups, &names, calendar.zone);
            match kind {
                Kind::Csv => csv::written(&table, form, bytes),
                Kind::Json => json::written(&table, bytes),
                Kind::Xlsx => xlsx::written(&table, bytes),
                Kind::Parquet => parquet::written(&table, bytes),
                #[cfg(feature = "sql")]
                Kind::Arrow => arrow::written(&table, bytes),
            }
        });
        written.await?
    }

    fn request(&self, calendar: Calendar, uncounted: Arc<[String]>) -> Request {
        let Parameters { keys, kpis, .. } = &*self.parameters;
        let scope = Scope {
            period: self.parameters.period.interval(calendar.zone),
            returns_on: self.parameters.returns_on,
            calendar,
            uncounted,
            predicates: self.parameters.predicates.clone(),
        };
        Request {
            scope: Arc::new(scope),
            slice: Vec::new(),
            axes: keys.iter().map(|it| it.axis).collect(),
            count: Count::Measures(Measures::of(kpis.iter().copied())),
        }
    }

    async fn answer(&self, request: &Request) -> Result<Arc<Answer>, Refused> {
        let answers = self.asking.answers(std::slice::from_ref(request)).await?;
        answers.into_iter().next().ok_or_else(Refused::internal)
    }

    async fn names(&self, groups: &[(Key, Values)]) -> Result<Names, Refused> {
        let mut names = Names::new();
        for (at, key) in self.parameters.keys.iter().enumerate() {
            let Some(dimension) = named(key) else {
                continue;
            };
            let ids: HashSet<&str> = groups
                .iter()
                .filter_map(|(key, _)| key[at].text())
                .collect();
            let ids: Vec<&str> = ids.into_iter().collect();
            names.insert(dimension, self.asking.names(dimension, &ids).await?);
        }
        Ok(names)
    }
}

/// The groups of an answer, sorted, as many as are asked for.
fn sorted(answer: &Answer, axes: &[Axis], parameters: &Parameters) -> Vec<(Key, Values)> {
    let groups = groups(answer, axes).into_iter();
    let mut groups: Vec<_> = groups.map(Cow::into_owned).collect();
    sort(&mut groups, parameters);
    groups.truncate(parameters.limit.unwrap_or(usize::MAX));
    groups
}

/// By what was asked for, then by the keys, so that the same question has the same order.
fn sort(groups: &mut [(Key, Values)], parameters: &Parameters) {
    let Parameters {
        keys,
        kpis,
        order_by,
        ..
    } = parameters;
    let by = |one: &(Key, Values), other: &(Key, Values), order: &OrderBy| {
        let place = order.column.checked_sub(keys.len());
        let Some(kpi) = place.map(|at| kpis[at]) else {
            let (one, other) = (&one.0[order.column], &other.0[order.column]);
            return directed(one.cmp(other), order);
        };
        // What is unknown comes last, whichever way.
        match (kpi.finish(&one.1), kpi.finish(&other.1)) {
            (Some(one), Some(other)) => directed(one.cmp(&other), order),
            (one, other) => one.is_none().cmp(&other.is_none()),
        }
    };
    groups.sort_by(|one, other| {
        let mut asked = order_by.iter().map(|it| by(one, other, it));
        let asked = asked.find(|it| it.is_ne());
        asked.unwrap_or_else(|| one.0.cmp(&other.0))
    });
}

fn table(parameters: &Parameters, groups: &[(Key, Values)], names: &Names, zone: Tz) -> Table {
    let Parameters { keys, kpis, .. } = parameters;
    let mut columns = Vec::new();
    for key in keys {
        let name = key.name.clone();
        let holds = held_by(key.axis);
        columns.push(Column { name, holds });
        if named(key).is_some_and(|it| names.contains_key(&it)) {
            let name = format!("{}Name", key.name);
            let holds = Holds::Text;
            columns.push(Column { name, holds });
        }
    }
    columns.extend(kpis.iter().map(|it| Column {
        name: it.name().to_owned(),
        holds: match it.number().kind {
            NumberKind::Decimal => Holds::Decimal,
            NumberKind::Float => Holds::Double,
            NumberKind::Int => Holds::Whole,
        },
    }));
    let row = |(key, values): &(Key, Values)| {
        let mut cells = Vec::with_capacity(columns.len());
        for (of, part) in keys.iter().zip(key) {
            cells.push(cell(of.axis, part, zone));
            if let Some(names) = named(of).and_then(|it| names.get(&it)) {
                let name = part.text().and_then(|id| names.get(id));
                cells.push(name.map_or(Cell::Missing, |it| Cell::Text(it.clone())));
            }
        }
        cells.extend(kpis.iter().map(|kpi| figure(*kpi, values)));
        cells
    };
    let rows = groups.iter().map(row).collect();
    Table { columns, rows }
}

fn directed(order: Ordering, by: &OrderBy) -> Ordering {
    if by.is_descending {
        order.reverse()
    } else {
        order
    }
}

/// The dimension of a key whose values have names of their own.
fn named(key: &GroupKey) -> Option<Dimension> {
    match key.axis {
        Axis::Dimension(it) if it.has_names() => Some(it),
        _ => None,
    }
}

/// What groups on an axis are told by.
fn held_by(axis: Axis) -> Holds {
    match axis {
        Axis::Dimension(_) => Holds::Text,
        Axis::Bucket(Grain::Hour) => Holds::Instant,
        Axis::Bucket(_) | Axis::Cohort(_) => Holds::Day,
        Axis::Slot(_) => Holds::Whole,
        Axis::Number(_) => unreachable!("no question groups by a number"),
    }
}

fn cell(axis: Axis, part: &KeyPart, zone: Tz) -> Cell {
    match part {
        KeyPart::Number(slot) => Cell::Whole(*slot),
        KeyPart::Text(text) => Cell::Text(text.to_string()),
        KeyPart::Missing => Cell::Missing,
        KeyPart::Time(start) => time(axis, *start, zone),
        KeyPart::Decimal(_) => unreachable!("no question groups by a number"),
    }
}

/// The local day that a bucket starts with; of hours, the instant.
fn time(axis: Axis, start: DateTime<Utc>, zone: Tz) -> Cell {
    match axis {
        Axis::Bucket(Grain::Hour) => Cell::Instant(start.with_timezone(&zone).fixed_offset()),
        _ => Cell::Day(local_date(start, zone)),
    }
}

fn figure(kpi: Kpi, values: &Values) -> Cell {
    let number = kpi.number();
    let Some(value) = number.told(kpi.finish(values)) else {
        return Cell::Missing;
    };
    match number.kind {
        NumberKind::Decimal => Cell::Decimal(value),
        NumberKind::Float => Cell::Double(float(value)),
        NumberKind::Int => value.to_i64().map_or(Cell::Missing, Cell::Whole),
    }
}
