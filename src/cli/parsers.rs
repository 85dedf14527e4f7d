//! Values that are checked as they are read.

use std::str::FromStr;

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

pub(super) fn at_least_one() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=u64::from(u32::MAX))
}

pub(super) fn depth() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=Limits::DEEPEST as u64)
}
