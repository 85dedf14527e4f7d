//! The one place where the time of day is read.

use chrono::{DateTime, Utc};

/// The present instant.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub(super) fn now() -> DateTime<Utc> {
    Utc::now()
}
