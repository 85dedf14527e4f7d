//! Abbreviations of time zones, such as `PDT`, as offsets.

use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{OffsetName, Tz};

/// What an abbreviation means where the field's own zone does not have it, in
/// minutes east: those of RFC 5322, and of zones that share them with no other
/// country. `IST` is Indian, Irish and Israeli: it needs its zone.
const OFFSETS: &[(&str, i64)] = &[
    ("UTC", 0),
    ("UT", 0),
    ("GMT", 0),
    ("Z", 0),
    ("EST", -300),
    ("EDT", -240),
    ("CST", -360),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("AKST", -540),
    ("AKDT", -480),
    ("HST", -600),
    ("NST", -210),
    ("NDT", -150),
    ("WET", 0),
    ("WEST", 60),
    ("BST", 60),
    ("CET", 60),
    ("CEST", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("SAST", 120),
    ("JST", 540),
    ("AWST", 480),
    ("ACST", 570),
    ("ACDT", 630),
    ("AEST", 600),
    ("AEDT", 660),
    ("NZST", 720),
    ("NZDT", 780),
];

/// The instant of a wall clock's time beside an abbreviation, or `None` where
/// nobody can tell what that means.
///
/// What the zone itself calls by that name comes first, so that `CST` is
/// Chinese in Shanghai, and the hour that occurs twice is told apart.
pub(crate) fn instant(local: NaiveDateTime, abbreviation: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let named = zone.from_local_datetime(&local);
    let own = [named.earliest(), named.latest()];
    let own = own.into_iter().flatten();
    if let Some(own) = own
        .filter(|time| time.offset().abbreviation() == Some(abbreviation))
        .map(|time| time.offset().fix().local_minus_utc())
        .next()
    {
        return local
            .and_utc()
            .checked_sub_signed(TimeDelta::seconds(own.into()));
    }
    let (_, minutes) = OFFSETS.iter().find(|(name, _)| *name == abbreviation)?;
    local
        .and_utc()
        .checked_sub_signed(TimeDelta::minutes(*minutes))
}
