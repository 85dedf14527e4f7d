//! Constants that stand for instants, read on the clock of the session's zone.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use datafusion::{
    common::{DFSchema, ScalarValue},
    config::ConfigOptions,
    error::Result,
    logical_expr::{Cast, Expr, simplify::SimplifyContext},
    optimizer::simplify_expressions::ExprSimplifier,
};
use std::sync::Arc;

use super::refusal::{Refusal, as_sql};
use crate::kpi::calendar::{resolve, start_of_day};

/// What reads constants.
#[derive(Debug)]
pub struct Constants {
    /// The zone whose clock times without a zone are on.
    pub zone: Tz,
    /// What time it is.
    pub now: DateTime<Utc>,
}

impl Constants {
    /// The value of an expression without columns; `None` where it has some.
    ///
    /// # Errors
    /// When it has no value.
    pub fn value(&self, expression: &Expr) -> Result<Option<ScalarValue>> {
        if let Expr::Literal(value, _) = expression {
            return Ok(Some(value.clone()));
        }
        if !expression.column_refs().is_empty() || expression.any_column_refs() {
            return Ok(None);
        }
        let mut options = ConfigOptions::default();
        options.execution.time_zone = Some(self.zone.name().to_owned());
        let context = SimplifyContext::builder()
            .with_config_options(Arc::new(options))
            .with_query_execution_start_time(Some(self.now))
            .build();
        let simplifier = ExprSimplifier::new(context);
        let coerced = simplifier.coerce(expression.clone(), &DFSchema::empty())?;
        Ok(match simplifier.simplify(coerced)? {
            Expr::Literal(value, _) => Some(value),
            _ => None,
        })
    }

    /// The instant that an expression without columns stands for; `None` where it has some.
    ///
    /// # Errors
    /// When it stands for none.
    pub fn instant(&self, expression: &Expr) -> Result<Option<DateTime<Utc>>> {
        let Some(value) =
            Self::written(expression).map_or_else(|| self.value(expression), |it| Ok(Some(it)))?
        else {
            return Ok(None);
        };
        let instant = match &value {
            ScalarValue::Utf8(Some(text))
            | ScalarValue::LargeUtf8(Some(text))
            | ScalarValue::Utf8View(Some(text)) => self.read(text),
            ScalarValue::Date32(Some(days)) => {
                NaiveDate::from_num_days_from_ce_opt(days.saturating_add(DAYS_TO_1970))
                    .map(|day| start_of_day(day, self.zone))
            }
            ScalarValue::TimestampSecond(Some(at), zone) => {
                self.at(i128::from(*at) * 1_000_000_000, zone.is_some())
            }
            ScalarValue::TimestampMillisecond(Some(at), zone) => {
                self.at(i128::from(*at) * 1_000_000, zone.is_some())
            }
            ScalarValue::TimestampMicrosecond(Some(at), zone) => {
                self.at(i128::from(*at) * 1000, zone.is_some())
            }
            ScalarValue::TimestampNanosecond(Some(at), zone) => {
                self.at(i128::from(*at), zone.is_some())
            }
            _ => None,
        };
        let instant = instant.ok_or_else(|| {
            Refusal::new(
                "22007",
                format!(
                    "{} is no time: write it like '2025-03-31' or '2025-03-31 14:00'",
                    as_sql(expression)
                ),
            )
        })?;
        Ok(Some(instant))
    }

    /// A text that is made a time of: what it says is on the session's clock, and the library
    /// would take it for UTC.
    fn written(expression: &Expr) -> Option<ScalarValue> {
        match expression {
            Expr::Cast(Cast { expr, field }) if field.data_type().is_temporal() => match &**expr {
                Expr::Literal(text @ ScalarValue::Utf8(Some(_)), _) => Some(text.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    fn read(&self, text: &str) -> Option<DateTime<Utc>> {
        const ZONED: [&str; 2] = ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z"];
        const LOCAL: [&str; 2] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
        let text = text.trim();
        if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Some(start_of_day(day, self.zone));
        }
        let text = text.replacen(' ', "T", 1);
        let zoned = ZONED
            .iter()
            .find_map(|it| DateTime::parse_from_str(&text, it).ok());
        let local = || {
            let local = LOCAL
                .iter()
                .find_map(|it| NaiveDateTime::parse_from_str(&text, it).ok());
            local.map(|it| self.local(it))
        };
        zoned.map(|it| it.to_utc()).or_else(local)
    }

    fn at(&self, nanoseconds: i128, is_instant: bool) -> Option<DateTime<Utc>> {
        const SECOND: i128 = 1_000_000_000;
        let seconds = i64::try_from(nanoseconds.div_euclid(SECOND)).ok()?;
        let rest = u32::try_from(nanoseconds.rem_euclid(SECOND)).ok()?;
        let at = DateTime::from_timestamp(seconds, rest)?;
        Some(if is_instant {
            at
        } else {
            self.local(at.naive_utc())
        })
    }

    fn local(&self, local: NaiveDateTime) -> DateTime<Utc> {
        if local.time() == NaiveTime::MIN {
            return start_of_day(local.date(), self.zone);
        }
        resolve(local, self.zone)
    }
}

/// From the first day of the first year to 1 January 1970.
const DAYS_TO_1970: i32 = 719_163;

#[cfg(test)]
mod tests {
    use datafusion::prelude::lit;

    use super::*;

    fn instant(expression: &Expr) -> String {
        let constants = Constants {
            zone: Tz::Europe__Paris,
            now: "2025-06-01T00:00:00Z".parse().unwrap(),
        };
        let instant = constants.instant(expression).unwrap().unwrap();
        instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
    }

    #[test]
    fn times_are_on_the_clock_of_the_zone() {
        for (text, expected) in [
            ("2025-01-01", "2024-12-31T23:00:00Z"),
            ("2025-07-01 14:30", "2025-07-01T12:30:00Z"),
            ("2025-07-01T14:30:05.25", "2025-07-01T12:30:05.250Z"),
            ("2025-07-01 14:30:00+00", "2025-07-01T14:30:00Z"),
            ("2025-07-01T14:30:00Z", "2025-07-01T14:30:00Z"),
            // There is no such time on that day.
            ("2025-03-30 02:30", "2025-03-30T01:30:00Z"),
        ] {
            assert_eq!(instant(&lit(text)), expected, "{text}");
        }
        let day = lit(ScalarValue::Date32(Some(20_089)));
        assert_eq!(instant(&day), "2024-12-31T23:00:00Z");
    }
}
