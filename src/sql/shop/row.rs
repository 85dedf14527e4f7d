//! Rows of a table, and columns made of them.

use std::sync::Arc;

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use datafusion::arrow::{
    array::{
        ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array,
        StringArray, TimestampMicrosecondArray,
    },
    error::ArrowError,
};
use rust_decimal::Decimal;

use super::{
    super::{
        columns::{SCALE, numeric},
        time_key::since_1970,
    },
    column::{Column, Holder, Source},
    declared::RowsOf,
    scan::Named,
};
use crate::{
    kpi::calendar::local_date,
    store::{Fields, Record},
};

/// A row: what its columns are read from.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    record: &'a Record,
    document: Fields<'a>,
    /// The line, and its place on the order, from 0.
    line: Option<(usize, Fields<'a>)>,
    /// The return record, and its place, from 0.
    returned: Option<(usize, Fields<'a>)>,
    customer: Option<Fields<'a>>,
    ship_to: Option<Fields<'a>>,
    product: Option<Fields<'a>>,
}

/// What rows are told by that is not of one document.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// The statuses whose orders do not count.
    pub uncounted: &'a [String],
    /// The session's zone.
    pub zone: Tz,
    pub named: &'a Named,
}

/// The rows of records.
pub fn rows<'a>(records: &'a [Record], of: RowsOf, around: Around<'a>) -> Vec<Row<'a>> {
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let row = Row::of(record, around.named);
        match of {
            RowsOf::Documents => rows.push(row),
            RowsOf::Lines => rows.extend(row.lines(around.named)),
            RowsOf::Returns => rows.extend(row.returns(around.named)),
            RowsOf::Entries if row.is_counted(around.uncounted) => {
                rows.extend(row.lines(around.named));
                rows.extend(row.returns(around.named));
            }
            RowsOf::Entries => {}
        }
    }
    rows
}

impl<'a> Row<'a> {
    fn of(record: &'a Record, named: &'a Named) -> Self {
        let document = record.fields();
        Self {
            record,
            document,
            line: None,
            returned: None,
            customer: named.customer(document),
            ship_to: named.ship_to(document),
            product: None,
        }
    }

    fn lines(self, named: &'a Named) -> impl Iterator<Item = Self> {
        let lines = self.record.lines().into_iter().enumerate();
        lines.map(move |(at, line)| Self {
            line: Some((at, line)),
            product: named.product(line),
            ..self
        })
    }

    fn returns(self, named: &'a Named) -> impl Iterator<Item = Self> {
        let returns = self.record.returns().into_iter().enumerate();
        returns.map(move |(at, returned)| Self {
            line: returned.line,
            returned: Some((at, returned.fields)),
            product: returned.line.and_then(|(_, line)| named.product(line)),
            ..self
        })
    }

    fn is_counted(&self, uncounted: &[String]) -> bool {
        let status = self.document.text("status").unwrap_or_default();
        let is_counted = uncounted.iter().all(|it| it != status);
        is_counted && !self.record.lines().is_empty()
    }

    fn fields(&self, of: Holder) -> Option<Fields<'a>> {
        match of {
            Holder::Document => Some(self.document),
            Holder::Line => self.line.map(|(_, line)| line),
            Holder::Return => self.returned.map(|(_, returned)| returned),
            Holder::Customer => self.customer,
            Holder::ShipTo => self.ship_to,
            Holder::Product => self.product,
        }
    }

    fn text(&self, source: Source) -> Option<&'a str> {
        match source {
            Source::EntryKind if self.returned.is_some() => Some("return"),
            Source::EntryKind => Some("line"),
            Source::Text(holder, path) => self.fields(holder)?.text(path),
            _ => None,
        }
    }

    fn number(&self, source: Source) -> Option<Decimal> {
        match source {
            Source::Number(holder, path) => self.fields(holder)?.number(path),
            // A return brings back nothing of them.
            Source::OwnNumber(..) | Source::ListAmount if self.returned.is_some() => None,
            Source::OwnNumber(holder, name) => self.fields(holder)?.own_number(name),
            Source::Entry { line, returned } => match self.returned {
                Some((_, record)) => record.number(returned?).map(|it| -it),
                None => self.fields(Holder::Line)?.number(line?),
            },
            Source::ListAmount => {
                let line = self.fields(Holder::Line)?;
                Some(line.number("revenue")? + line.number("discountAmount")?)
            }
            Source::Total(path) => {
                let lines = self.record.lines();
                let known = lines.iter().filter_map(|it| it.number(path));
                let is_sum = matches!(path, "quantity" | "revenue");
                known
                    .reduce(|all, it| all + it)
                    .or(is_sum.then_some(Decimal::ZERO))
            }
            _ => None,
        }
    }

    fn time(&self, source: Source) -> Option<DateTime<Utc>> {
        match source {
            Source::Time(holder, path) => self.fields(holder)?.time(path),
            Source::At | Source::FirstDay(_) | Source::Year | Source::Slot(_) => {
                match self.returned {
                    Some((_, record)) => record.time("returnedAt"),
                    None => self.document.time("orderedAt"),
                }
            }
            _ => None,
        }
    }

    fn whole(&self, source: Source, zone: Tz) -> Option<i64> {
        let place = |at: usize| i64::try_from(at + 1).ok();
        match source {
            Source::Position => place(self.line?.0),
            Source::ReturnPosition => place(self.returned?.0),
            Source::LineCount => i64::try_from(self.record.lines().len()).ok(),
            Source::Year => Some(local_date(self.time(source)?, zone).year().into()),
            Source::Slot(cycle) => Some(cycle.slot(self.time(source)?, zone)),
            _ => None,
        }
    }
}

/// A column of rows.
///
/// # Errors
/// When a number has more digits than a column holds.
pub fn array(
    column: &Column,
    rows: &[Row<'_>],
    around: Around<'_>,
) -> Result<ArrayRef, ArrowError> {
    let (source, zone) = (column.source, around.zone);
    Ok(match source {
        Source::Text(..) | Source::EntryKind => {
            let texts = rows.iter().map(|it| it.text(source));
            Arc::new(texts.collect::<StringArray>())
        }
        Source::Number(..)
        | Source::OwnNumber(..)
        | Source::Entry { .. }
        | Source::ListAmount
        | Source::Total(_) => {
            let numbers = rows
                .iter()
                .map(|it| it.number(source).map(digits).transpose());
            let numbers: Decimal128Array = numbers.collect::<Result<_, ArrowError>>()?;
            Arc::new(numbers.with_precision_and_scale(38, SCALE.cast_signed())?)
        }
        Source::Time(..) | Source::At => {
            let times = rows.iter().map(|it| it.time(source));
            let times = times.map(|it| it.map(|at| at.timestamp_micros()));
            let times: TimestampMicrosecondArray = times.collect();
            Arc::new(times.with_timezone(zone.name()))
        }
        Source::Degrees(at) => {
            let degrees = rows.iter().map(|it| it.document.degrees("point", at));
            Arc::new(degrees.collect::<Float64Array>())
        }
        Source::IsCounted => {
            let counted = rows.iter().map(|it| Some(it.is_counted(around.uncounted)));
            Arc::new(counted.collect::<BooleanArray>())
        }
        Source::FirstDay(grain) => {
            let day = |at| since_1970(grain.first_day(local_date(at, zone), zone.into()));
            let days = rows.iter().map(|it| it.time(source).map(day));
            Arc::new(days.collect::<Date32Array>())
        }
        Source::LineCount
        | Source::Position
        | Source::ReturnPosition
        | Source::Year
        | Source::Slot(_) => {
            let numbers = rows.iter().map(|it| it.whole(source, zone));
            Arc::new(numbers.collect::<Int64Array>())
        }
    })
}

fn digits(number: Decimal) -> Result<i128, ArrowError> {
    numeric(number).ok_or_else(|| {
        ArrowError::ComputeError(format!("{number} has more digits than a column holds"))
    })
}
