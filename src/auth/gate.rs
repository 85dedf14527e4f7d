//! The gate: a credential becomes an identity, or is refused.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    task::AbortHandle,
    time::{MissedTickBehavior, interval},
};

use super::{
    Clock, Identity,
    keys::{BadKey, KeyRecord, Keys, hash},
};

/// How often the keys are read again: a new one opens and a revoked one closes within this.
/// They are few, and a request costs the database nothing, whatever key it shows.
const READ_EVERY: Duration = Duration::from_secs(1);

/// Whose requests are answered.
#[derive(Clone, Debug)]
pub enum Gate {
    /// Everybody's.
    Open,
    /// Those of who shows an API key.
    Keys(Arc<Keyring>),
}

/// Why a request is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// It shows no credential.
    #[error("show an API key: send `Authorization: Bearer` and the key, or `X-API-Key`")]
    Missing,
    /// There is no such credential, or there is no longer.
    #[error("the API key is not known here; it may have been revoked")]
    Unknown,
    /// It has ended.
    #[error("the API key has expired; ask for a new one")]
    Expired,
    /// Which keys there are has not been read from the database yet.
    #[error("the database cannot be reached to look the API key up; try again later")]
    NotReady,
}

/// The keys that open the gate, as of a moment ago.
#[derive(Debug)]
pub struct Keyring {
    /// By hash; `None` before they were first read.
    known: watch::Receiver<Option<HashMap<String, Identity>>>,
    clock: Clock,
    reader: AbortHandle,
}

impl Drop for Keyring {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl Gate {
    /// A gate that the keys in a database open; it goes on with those it knows while the
    /// database is away.
    #[must_use]
    pub fn of_keys(keys: Keys, clock: Clock) -> Self {
        let (sender, known) = watch::channel(None);
        let reader = tokio::spawn(follow(keys, sender)).abort_handle();
        Self::Keys(Arc::new(Keyring {
            known,
            clock,
            reader,
        }))
    }

    /// Who shows this credential; nobody in particular where everybody may ask.
    ///
    /// # Errors
    /// Why the request is not answered.
    pub fn identity(&self, credential: Option<&str>) -> Result<Option<Identity>, Denied> {
        match self {
            Self::Open => Ok(None),
            Self::Keys(ring) => ring.identity(credential).map(Some),
        }
    }
}

impl Keyring {
    fn identity(&self, credential: Option<&str>) -> Result<Identity, Denied> {
        let key = credential.ok_or(Denied::Missing)?;
        let known = self.known.borrow();
        let known = known.as_ref().ok_or(Denied::NotReady)?;
        let identity = known.get(&hash(key)).ok_or(Denied::Unknown)?;
        let now = (self.clock)();
        if identity.expires_at.is_some_and(|end| end <= now) {
            return Err(Denied::Expired);
        }
        Ok(identity.clone())
    }
}

async fn follow(keys: Keys, sender: watch::Sender<Option<HashMap<String, Identity>>>) {
    let mut ticks = interval(READ_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // Said once, and again only when it changes.
    let mut told = Vec::new();
    let mut is_away = false;
    loop {
        ticks.tick().await;
        match keys.list().await {
            Ok(records) => {
                let (known, unusable) = sorted(records);
                if unusable != told {
                    for (name, error) in &unusable {
                        tracing::warn!("the API key `{name}` opens nothing: {error}");
                    }
                    told = unusable;
                }
                if is_away {
                    tracing::info!("the API keys can be read again");
                    is_away = false;
                }
                sender.send_replace(Some(known));
            }
            Err(error) if !is_away => {
                tracing::warn!(%error, "the API keys cannot be read; those known last go on");
                is_away = true;
            }
            Err(_) => {}
        }
    }
}

/// Whom keys make of who shows them, by their hashes, and which open nothing and why.
fn sorted(records: Vec<KeyRecord>) -> (HashMap<String, Identity>, Vec<(String, BadKey)>) {
    let mut known = HashMap::with_capacity(records.len());
    let mut unusable = Vec::new();
    for record in records {
        match record.scope {
            Ok(scope) => {
                let identity = Identity {
                    name: record.name.into(),
                    scope: Arc::new(scope),
                    expires_at: record.expires_at,
                };
                known.insert(record.hash, identity);
            }
            Err(error) => unusable.push((record.name, error)),
        }
    }
    (known, unusable)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;
    use crate::auth::Scope;

    fn noon() -> DateTime<Utc> {
        "2024-04-10T12:00:00Z".parse().unwrap()
    }

    fn ring(known: Option<Vec<(&str, Option<&str>)>>) -> Gate {
        let identity = |(key, end): (&str, Option<&str>)| {
            let identity = Identity {
                name: key.into(),
                scope: Arc::new(Scope::default()),
                expires_at: end.map(|it| it.parse().unwrap()),
            };
            (hash(key), identity)
        };
        let known = known.map(|keys| keys.into_iter().map(identity).collect());
        Gate::Keys(Arc::new(Keyring {
            known: watch::channel(known).1,
            clock: noon,
            reader: tokio::spawn(async {}).abort_handle(),
        }))
    }

    #[tokio::test]
    async fn a_key_opens_until_it_ends() {
        let gate = ring(Some(vec![
            ("forever", None),
            ("ended", Some("2024-04-10T12:00:00Z")),
            ("ending", Some("2024-04-10T12:00:01Z")),
        ]));
        let shown = |key: Option<&str>| {
            let identity = gate.identity(key)?;
            Ok(identity.map(|it| it.name.to_string()))
        };
        for (key, expected) in [
            (Some("forever"), Ok(Some("forever".to_owned()))),
            (Some("ending"), Ok(Some("ending".to_owned()))),
            (Some("ended"), Err(Denied::Expired)),
            (Some("guessed"), Err(Denied::Unknown)),
            (None, Err(Denied::Missing)),
        ] {
            assert_eq!(shown(key), expected, "{key:?}");
        }
    }

    #[tokio::test]
    async fn nobody_is_let_in_before_the_keys_are_known() {
        let gate = ring(None);
        assert_eq!(gate.identity(Some("a")).err(), Some(Denied::NotReady));
    }
}
