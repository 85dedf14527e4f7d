//! Values that are checked as they are read.

use std::{str::FromStr, time::Duration};

use axum::http::Uri;
use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;
use clap::builder::RangedU64ValueParser;

use super::options::End;
use crate::{auth::Algorithm, guard::Limits, values::currency::is_code};

/// The most that two clocks may differ: a token that has ended would go on for as long.
const LONGEST_LEEWAY: Duration = Duration::from_secs(300);

pub(super) fn currency(text: &str) -> Result<String, String> {
    is_code(text)
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

/// A site as `Content-Security-Policy` writes it: all of one origin, or the server's own.
pub(super) fn frame_ancestor(text: &str) -> Result<String, String> {
    if text == "self" {
        return Ok("'self'".into());
    }
    let is_site = served(text).is_some_and(|it| it.path() == "/" && it.query().is_none());
    (is_site && !text.ends_with('/'))
        .then(|| text.to_owned())
        .ok_or_else(|| {
            "give a site without a path, such as https://intranet.example, or self".into()
        })
}

/// The address of a page of the dashboard, which a link can lead to.
pub(super) fn page(text: &str) -> Result<String, String> {
    let is_page = served(text).is_some() && !text.contains('#');
    is_page.then(|| text.to_owned()).ok_or_else(|| {
        "give the address of a page of the dashboard, such as https://shop.example/products".into()
    })
}

/// An address that HTTP serves; a `*` may stand for any port, as in policies.
fn served(text: &str) -> Option<Uri> {
    let address: Uri = text.parse().ok()?;
    let (host, authority) = (address.host()?, address.authority()?.as_str());
    let port = authority.strip_prefix(host)?;
    let is_port = port.is_empty() || port == ":*" || address.port_u16().is_some_and(|it| it > 0);
    let is_http = matches!(address.scheme_str(), Some("https" | "http"));
    let is_host = !host.is_empty() && !host.contains([';', ',']);
    (is_http && is_host && is_port).then_some(address)
}

/// When something ends: after a time, or at the start of a day.
pub(super) fn end(text: &str) -> Result<End, String> {
    if let Ok(day) = NaiveDate::from_str(text) {
        return Ok(End::At(day.and_time(NaiveTime::MIN).and_utc()));
    }
    let time = duration(text).map(End::After);
    time.map_err(|_| "give a time, such as 90d, or a day, such as 2027-01-01".into())
}

/// How tokens may be signed.
pub(super) fn algorithm(text: &str) -> Result<Algorithm, String> {
    let known = || Algorithm::ALL.map(Algorithm::name).join(", ");
    Algorithm::named(text).ok_or_else(|| {
        let known = known();
        format!("give one of {known}; tokens without a private key behind them can be forged")
    })
}

/// How far two clocks may differ.
pub(super) fn leeway(text: &str) -> Result<Duration, String> {
    let read = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    (read <= LONGEST_LEEWAY)
        .then_some(read)
        .ok_or_else(|| "give at most 5m".into())
}

/// A name that is told apart from others on a line of a list.
pub(super) fn key_name(text: &str) -> Result<String, String> {
    let is_plain = !text.trim().is_empty()
        && text.len() <= 100
        && text.trim() == text
        && !text.contains(char::is_control);
    is_plain
        .then(|| text.to_owned())
        .ok_or_else(|| "give a name of 1 to 100 letters, without spaces around it".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_of_a_site() {
        for site in [
            "https://intranet.example",
            "http://localhost:*",
            "https://*.shop.example:8443",
            "http://[::1]:8080",
        ] {
            assert_eq!(frame_ancestor(site).as_deref(), Ok(site));
        }
        assert_eq!(frame_ancestor("self").as_deref(), Ok("'self'"));
        for other in [
            "intranet.example",
            "ftp://intranet.example",
            "https://intranet.example/",
            "https://intranet.example/wiki",
            "https://intranet.example?page",
            "https://ada@intranet.example",
            "https://intranet.example:99999",
            "https://intranet.example; script-src *",
            "'none'",
            "*",
        ] {
            assert!(frame_ancestor(other).is_err(), "{other}");
        }
    }

    #[test]
    fn a_link_leads_to_an_address() {
        let address = "https://sales.example/products?period=2026";
        assert_eq!(page(address).as_deref(), Ok(address));
        for other in ["/products", "https://sales.example/#key", "https://:80/"] {
            assert!(page(other).is_err(), "{other}");
        }
    }
}
