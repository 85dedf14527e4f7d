//! Values that are checked as they are read.

use std::{str::FromStr, time::Duration};

use chrono_tz::Tz;
use clap::builder::RangedU64ValueParser;

use crate::guard::Limits;

pub(super) fn currency(text: &str) -> Result<String, String> {
    let is_code = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    is_code
        .then(|| text.to_owned())
        .ok_or_else(|| "give three capital letters, such as EUR".into())
}

pub(super) fn time_zone(text: &str) -> Result<Tz, String> {
    Tz::from_str(text).map_err(|_| "give an IANA name, such as Europe/Paris".into())
}

/// A duration with its unit; none at all would refuse everything.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(duration) if duration < Duration::from_millis(1) => {
            Err("give at least a millisecond, such as 30s".into())
        }
        Ok(duration) => Ok(duration),
        Err(error) => Err(error.to_string()),
    }
}

/// A name that `MongoDB` takes for a database.
pub(super) fn database(text: &str) -> Result<String, String> {
    let is_taken = !text.is_empty()
        && text.len() < 64
        && !text.contains([
            '/', '\\', '.', ' ', '"', '$', '*', '<', '>', ':', '|', '?', '\0',
        ]);
    is_taken
        .then(|| text.to_owned())
        .ok_or_else(|| "give a name of 1 to 63 letters, digits, - or _".into())
}

pub(super) fn size() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=1 << 44)
}

pub(super) fn at_least_one() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=u64::from(u32::MAX))
}

pub(super) fn depth() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=Limits::DEEPEST as u64)
}
