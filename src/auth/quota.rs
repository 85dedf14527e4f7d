//! How often an identity may ask, and how much at once.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Clock, Identity};

/// From how many identities on those are forgotten that ask nothing.
const MANY: usize = 1024;

/// What one identity may ask; without a number, as much as it likes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Quota {
    /// Requests a second, after a first second in which as many may come at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_per_second: Option<NonZeroU32>,
    /// Requests that are answered at the same time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrent_requests: Option<NonZeroU32>,
}

/// Why a request has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverQuota {
    /// There were too many of late.
    #[error("you may ask {most} times a second; ask again in {} s", .wait.as_secs())]
    Often {
        /// How many there may be in a second.
        most: u32,
        /// How long to wait for the next one, in whole seconds.
        wait: Duration,
    },
    /// There are too many just now.
    #[error(
        "{0} of your requests are being answered already, which is as many as may; wait for one of them"
    )]
    AtOnce(u32),
}

impl OverQuota {
    /// How long to wait, in whole seconds.
    #[must_use]
    pub fn wait(self) -> Duration {
        match self {
            Self::Often { wait, .. } => wait,
            Self::AtOnce(_) => Duration::from_secs(1),
        }
    }
}

/// What every identity has asked of late.
#[derive(Debug)]
pub struct Quotas {
    /// For those whose scope says nothing else.
    default: Quota,
    clock: Clock,
    used: Mutex<HashMap<Arc<str>, Used>>,
}

/// What one identity has asked.
#[derive(Debug)]
struct Used {
    /// Up to when its requests have used up its time: each takes its part of a second.
    until: DateTime<Utc>,
    running: u32,
}

/// A request that is being answered, as long as it is held.
#[derive(Debug)]
pub struct Turn {
    quotas: Arc<Quotas>,
    name: Arc<str>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(used) = self.quotas.used().get_mut(&self.name) {
            used.running = used.running.saturating_sub(1);
        }
    }
}

impl Quotas {
    /// Those of identities whose scope says nothing else are this.
    #[must_use]
    pub fn new(default: Quota, clock: Clock) -> Self {
        Self {
            default,
            clock,
            used: Mutex::default(),
        }
    }

    /// The turn of a request; of who is nobody in particular, there is no end.
    ///
    /// # Errors
    /// When whoever asks has to wait.
    pub fn turn(self: &Arc<Self>, identity: Option<&Identity>) -> Result<Option<Turn>, OverQuota> {
        let Some(identity) = identity else {
            return Ok(None);
        };
        let own = identity.scope.quota();
        let per_second = own.requests_per_second.or(self.default.requests_per_second);
        let at_once = own.concurrent_requests.or(self.default.concurrent_requests);
        if per_second.is_none() && at_once.is_none() {
            return Ok(None);
        }
        let now = (self.clock)();
        let mut all = self.used();
        if all.len() >= MANY {
            all.retain(|_, used| used.running > 0 || used.until > now);
        }
        let used = all.entry(Arc::clone(&identity.name)).or_insert(Used {
            until: now,
            running: 0,
        });
        let until = per_second.map_or(Ok(used.until), |most| used.after(now, most))?;
        if let Some(most) = at_once.filter(|most| used.running >= most.get()) {
            return Err(OverQuota::AtOnce(most.get()));
        }
        (used.until, used.running) = (until, used.running + 1);
        Ok(Some(Turn {
            quotas: Arc::clone(self),
            name: Arc::clone(&identity.name),
        }))
    }

    fn used(&self) -> MutexGuard<'_, HashMap<Arc<str>, Used>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Used {
    /// Up to when its time is used up after one more request, of so many in a second.
    fn after(&mut self, now: DateTime<Utc>, most: NonZeroU32) -> Result<DateTime<Utc>, OverQuota> {
        let second = TimeDelta::seconds(1);
        let part = TimeDelta::nanoseconds(1_000_000_000 / i64::from(most.get()));
        // A clock that was put back must not shut anybody out.
        self.until = self.until.clamp(now, now + second);
        let until = self.until + part;
        let over = until - now - second;
        if over <= TimeDelta::zero() {
            return Ok(until);
        }
        let seconds = over
            .num_nanoseconds()
            .unwrap_or(i64::MAX)
            .unsigned_abs()
            .div_ceil(1_000_000_000);
        Err(OverQuota::Often {
            most: most.get(),
            wait: Duration::from_secs(seconds),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;
    use crate::{auth::Scope, kpi::Vocabulary};

    fn identity(name: &str, scope: &str) -> Identity {
        let scope = Scope::from_toml(scope, Vocabulary::built_in()).unwrap();
        Identity {
            name: name.into(),
            scope: Arc::new(scope),
            expires_at: None,
        }
    }

    fn quota(per_second: u32, at_once: u32) -> Quota {
        Quota {
            requests_per_second: NonZeroU32::new(per_second),
            concurrent_requests: NonZeroU32::new(at_once),
        }
    }

    #[test]
    fn so_many_may_come_in_a_second() {
        static MILLISECONDS: AtomicI64 = AtomicI64::new(0);
        let clock =
            || DateTime::from_timestamp_millis(MILLISECONDS.load(Ordering::SeqCst)).unwrap();
        let quotas = Arc::new(Quotas::new(quota(4, 0), clock));
        let (ada, ben) = (identity("ada", ""), identity("ben", ""));
        let asks = |who: &Identity| quotas.turn(Some(who)).map(drop);
        let too_often = Err(OverQuota::Often {
            most: 4,
            wait: Duration::from_secs(1),
        });
        for _ in 0..4 {
            assert_eq!(asks(&ada), Ok(()));
        }
        assert_eq!(asks(&ada), too_often);
        // Others have time of their own.
        assert_eq!(asks(&ben), Ok(()));
        // A quarter of a second is one request's.
        MILLISECONDS.store(250, Ordering::SeqCst);
        assert_eq!(asks(&ada), Ok(()));
        assert_eq!(asks(&ada), too_often);
        MILLISECONDS.store(60_000, Ordering::SeqCst);
        for _ in 0..4 {
            assert_eq!(asks(&ada), Ok(()));
        }
        assert_eq!(asks(&ada), too_often);
        // The clock is put back by a day.
        MILLISECONDS.store(60_000 - 86_400_000, Ordering::SeqCst);
        assert_eq!(asks(&ada), too_often);
        MILLISECONDS.store(61_000 - 86_400_000, Ordering::SeqCst);
        assert_eq!(asks(&ada), Ok(()));
    }

    #[test]
    fn so_many_may_be_answered_at_once() {
        let clock = || DateTime::from_timestamp_millis(0).unwrap();
        let quotas = Arc::new(Quotas::new(quota(0, 2), clock));
        let ada = identity("ada", "");
        let turn = || quotas.turn(Some(&ada));
        let (first, _second) = (turn().unwrap(), turn().unwrap());
        assert_eq!(turn().unwrap_err(), OverQuota::AtOnce(2));
        drop(first);
        assert!(turn().is_ok());
    }

    #[test]
    fn a_scope_has_limits_of_its_own() {
        let clock = || DateTime::from_timestamp_millis(0).unwrap();
        let quotas = Arc::new(Quotas::new(quota(1, 0), clock));
        let own = identity("own", "[limits]\nrequestsPerSecond = 2\n");
        let asks = |who: Option<&Identity>| quotas.turn(who).is_ok();
        let both = [asks(Some(&own)), asks(Some(&own)), asks(Some(&own))];
        assert_eq!(both, [true, true, false]);
        let anybody = [asks(None), asks(None)];
        assert_eq!(anybody, [true, true]);
    }

    #[test]
    fn who_asks_nothing_is_forgotten() {
        static SECONDS: AtomicI64 = AtomicI64::new(0);
        let clock = || DateTime::from_timestamp(SECONDS.load(Ordering::SeqCst), 0).unwrap();
        let quotas = Arc::new(Quotas::new(quota(1, 0), clock));
        for number in 0..3 * MANY {
            SECONDS.fetch_add(2, Ordering::SeqCst);
            let who = identity(&number.to_string(), "");
            assert!(quotas.turn(Some(&who)).is_ok());
        }
        assert!(quotas.used().len() <= MANY);
    }
}
