//! What an aggregation of `kpis` asks, and its answer as rows.

use std::sync::Arc;

use chrono_tz::Tz;
use datafusion::{
    arrow::{
        array::{ArrayRef, RecordBatch, RecordBatchOptions, new_empty_array},
        compute::cast,
        datatypes::SchemaRef,
    },
    common::ScalarValue,
    error::Result,
};
use rust_decimal::prelude::ToPrimitive;

use super::{
    columns::{SCALE, numeric},
    narrowing::Narrowing,
    refusal::Refusal,
    time_key::TimeKey,
};
use crate::{
    asking::{Asking, Refused, apart, groups},
    kpi::{
        Answer, Axis, Count, Dimension, KeyPart, Kpi, Measures, NumberKind, Request, ReturnsOn,
        Scope, Values, float,
    },
};

/// Something to group by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKey {
    /// The values of a dimension.
    Dimension(Dimension),
    /// An expression of the time of orders.
    Time(TimeKey),
}

/// KPIs by groups, of some order lines.
#[derive(Clone, Debug)]
pub struct Question {
    /// The order lines.
    pub narrowing: Narrowing,
    /// The zone that days are cut in.
    pub zone: Tz,
    /// What is grouped by, a column each.
    pub keys: Vec<GroupKey>,
    /// The keys of each grouping, by their places: one grouping of all of them, unless there
    /// are grouping sets.
    pub sets: Vec<Vec<usize>>,
    /// Whether a column tells the groupings apart, after the keys.
    pub has_grouping_id: bool,
    /// What is asked of each group, a column each.
    pub kpis: Vec<Kpi>,
}

impl GroupKey {
    fn axis(self) -> Axis {
        match self {
            Self::Dimension(dimension) => Axis::Dimension(dimension),
            Self::Time(time) => time.axis(),
        }
    }

    fn value(self, part: &KeyPart, zone: Tz) -> ScalarValue {
        match self {
            Self::Dimension(_) => ScalarValue::Utf8(part.text().map(str::to_owned)),
            Self::Time(time) => time.value(part, zone),
        }
    }
}

impl Question {
    /// The answer, a row for each group that has an order or a return record.
    ///
    /// # Errors
    /// When it may not be asked, or cannot be counted.
    pub async fn rows(
        self: Arc<Self>,
        statement: &Asking,
        schema: SchemaRef,
    ) -> Result<RecordBatch> {
        let answers = self.answers(statement).await.map_err(Refusal::from)?;
        let columns = self.keys.len() + usize::from(self.has_grouping_id) + self.kpis.len();
        for (axes, answer) in &answers {
            let rows = groups(answer, axes).len();
            let cells = rows.saturating_mul(columns);
            let held = async {
                statement.hold_copy(answer).await?;
                statement
                    .hold(cells.saturating_mul(size_of::<ScalarValue>()))
                    .await
            };
            held.await.map_err(Refusal::from)?;
        }
        let written = apart(move || self.batch(&answers, &schema));
        written.await.map_err(Refusal::from)?
    }

    /// The answer of each grouping, with what it is grouped by.
    async fn answers(&self, statement: &Asking) -> Result<Vec<(Vec<Axis>, Arc<Answer>)>, Refused> {
        let settings = statement.settings().await?;
        let scope = Arc::new(Scope {
            period: self.narrowing.period,
            returns_on: ReturnsOn::default(),
            calendar: self.zone.into(),
            uncounted: Arc::clone(&settings.uncounted),
            predicates: self.narrowing.predicates.clone(),
        });
        let requests: Vec<Request> = self
            .sets
            .iter()
            .map(|set| self.request(&scope, set))
            .collect();
        let answers = if scope.period.is_empty() {
            let nothing = Arc::new(Answer::Measures(Vec::new()));
            requests.iter().map(|_| Arc::clone(&nothing)).collect()
        } else {
            statement.answers(&requests).await?
        };
        let axes = requests.into_iter().map(|it| it.axes);
        Ok(axes.zip(answers).collect())
    }

    fn batch(
        &self,
        answers: &[(Vec<Axis>, Arc<Answer>)],
        schema: &SchemaRef,
    ) -> Result<RecordBatch> {
        let mut columns: Vec<Vec<ScalarValue>> = vec![Vec::new(); schema.fields().len()];
        for (set, (axes, answer)) in self.sets.iter().zip(answers) {
            self.append(&mut columns, set, axes, answer);
        }
        batch(columns, schema)
    }

    fn request(&self, scope: &Arc<Scope>, set: &[usize]) -> Request {
        let mut axes: Vec<Axis> = Vec::new();
        for axis in set.iter().map(|at| self.keys[*at].axis()) {
            if !axes.contains(&axis) {
                axes.push(axis);
            }
        }
        Request {
            scope: Arc::clone(scope),
            slice: Vec::new(),
            axes,
            count: Count::Measures(Measures::of(self.kpis.iter().copied())),
        }
    }

    fn append(
        &self,
        columns: &mut [Vec<ScalarValue>],
        set: &[usize],
        axes: &[Axis],
        answer: &Answer,
    ) {
        for group in groups(answer, axes) {
            let (key, values) = group.as_ref();
            let mut column = columns.iter_mut();
            for (at, group_key) in self.keys.iter().enumerate() {
                let part = set.contains(&at).then(|| {
                    let place = axes.iter().position(|axis| *axis == group_key.axis());
                    place.and_then(|place| key.get(place))
                });
                let value = match part.flatten() {
                    Some(part) => group_key.value(part, self.zone),
                    None => ScalarValue::Null,
                };
                push(column.next(), value);
            }
            if self.has_grouping_id {
                push(
                    column.next(),
                    ScalarValue::UInt64(Some(self.grouping_id(set))),
                );
            }
            for kpi in &self.kpis {
                push(column.next(), number(*kpi, values));
            }
        }
    }

    /// A bit for each key that is not in the set, the last one's first.
    fn grouping_id(&self, set: &[usize]) -> u64 {
        let bit = |at: usize| u64::from(!set.contains(&at)) << (self.keys.len() - 1 - at);
        (0..self.keys.len()).map(bit).sum()
    }
}

fn batch(columns: Vec<Vec<ScalarValue>>, schema: &SchemaRef) -> Result<RecordBatch> {
    let rows = columns.first().map_or(0, Vec::len);
    let array = |(values, field): (Vec<ScalarValue>, &Arc<datafusion::arrow::datatypes::Field>)| {
        let of = field.data_type();
        if values.is_empty() {
            return Ok(new_empty_array(of));
        }
        let values = values.into_iter().map(|it| it.cast_to(of));
        let values: Vec<ScalarValue> = values.collect::<Result<_>>()?;
        Ok(cast(&ScalarValue::iter_to_array(values)?, of)?)
    };
    let arrays = columns.into_iter().zip(schema.fields()).map(array);
    let arrays: Vec<ArrayRef> = arrays.collect::<Result<_>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    Ok(RecordBatch::try_new_with_options(
        Arc::clone(schema),
        arrays,
        &options,
    )?)
}

fn push(column: Option<&mut Vec<ScalarValue>>, value: ScalarValue) {
    if let Some(column) = column {
        column.push(value);
    }
}

/// A KPI's value as its column has it.
fn number(kpi: Kpi, values: &Values) -> ScalarValue {
    let number = kpi.number();
    let value = number.told(kpi.finish(values));
    match number.kind {
        NumberKind::Decimal => {
            ScalarValue::Decimal128(value.and_then(numeric), 38, SCALE.cast_signed())
        }
        NumberKind::Float => ScalarValue::Float64(value.map(float)),
        NumberKind::Int => ScalarValue::Int64(value.and_then(|it| it.to_i64())),
    }
}
