//! What becomes of an order once it is placed.

use chrono::{DateTime, TimeDelta, Utc};

use super::{calendar::milliseconds, dice::Dice};

/// A way to travel: its name, and the hours until the parcel leaves.
struct Mode {
    name: &'static str,
    hours: (u64, u64),
}

const MODES: [Mode; 4] = [
    mode("Standard Class", (48, 168)),
    mode("Second Class", (24, 96)),
    mode("First Class", (12, 60)),
    mode("Same Day", (1, 9)),
];
/// How often each is chosen: running sums in percent.
const MODE_SUMS: [u64; 4] = [58, 79, 94, 100];

const fn mode(name: &'static str, hours: (u64, u64)) -> Mode {
    Mode { name, hours }
}

/// Orders in a thousand that the customer or the shop calls off.
const CANCELLED: u64 = 18;
const UNAVAILABLE: u64 = 7;

const MINUTE: u64 = 60_000;
/// How long a parcel is on its way.
const ON_ITS_WAY: TimeDelta = TimeDelta::days(3);

/// How far an order has come, by the end of the data.
pub(super) struct Progress {
    pub status: &'static str,
    pub ship_mode: Option<&'static str>,
    pub shipped_at: Option<DateTime<Utc>>,
}

impl Progress {
    /// An order that is taken along at once.
    pub fn over_the_counter() -> Self {
        Self {
            status: "completed",
            ship_mode: None,
            shipped_at: None,
        }
    }

    /// An order that is sent, or called off; what would lie past the end has not happened yet.
    pub fn of_parcel(placed: DateTime<Utc>, end: DateTime<Utc>, dice: &mut Dice) -> Self {
        let mode = &MODES[dice.weighted(&MODE_SUMS)];
        let minutes = dice.between(mode.hours.0 * 60, mode.hours.1 * 60);
        let leaves = placed + milliseconds(minutes * MINUTE);
        let status = match dice.below(1000) {
            fate if fate < CANCELLED => "cancelled",
            fate if fate < CANCELLED + UNAVAILABLE => "unavailable",
            _ if leaves >= end => "processing",
            _ if leaves + ON_ITS_WAY >= end => "shipped",
            _ => "completed",
        };
        let has_left = matches!(status, "shipped" | "completed");
        Self {
            status,
            ship_mode: Some(mode.name),
            shipped_at: has_left.then_some(leaves),
        }
    }
}
