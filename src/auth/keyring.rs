//! The API keys that open the gate, as of a moment ago.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    task::AbortHandle,
    time::{MissedTickBehavior, interval},
};

use super::{
    Clock, Denied, Identity, audit,
    keys::{BadKey, KeyRecord, Keys, hash},
};
use crate::kpi::Vocabulary;

/// How often the keys are read again: a new one opens and a revoked one closes within this.
/// They are few, and a request costs the database nothing, whatever key it shows.
const READ_EVERY: Duration = Duration::from_secs(1);

/// Keys by their hashes: whom each makes of who shows it, or that it opens nothing.
type Known = HashMap<String, Result<Identity, Denied>>;

/// The keys in a database; those known last go on while it is away.
#[derive(Debug)]
pub struct Keyring {
    /// `None` before they were first read.
    known: watch::Receiver<Option<Known>>,
    clock: Clock,
    reader: AbortHandle,
}

impl Drop for Keyring {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl Keyring {
    /// The keys in the database of a shop that knows these words, read at once and then every
    /// second. One whose scope names what the shop does not have opens nothing.
    #[must_use]
    pub fn of(keys: Keys, words: &'static Vocabulary, clock: Clock) -> Self {
        let (sender, known) = watch::channel(None);
        let reader = tokio::spawn(follow(keys, words, sender)).abort_handle();
        Self {
            known,
            clock,
            reader,
        }
    }

    /// Who shows this key.
    pub(super) fn identity(&self, key: &str) -> Result<Identity, Denied> {
        let known = self.known.borrow();
        let known = known.as_ref().ok_or(Denied::NotReady)?;
        let identity = known.get(&hash(key)).ok_or(Denied::Unknown)?;
        let identity = identity.as_ref().map_err(|denied| *denied)?;
        let now = (self.clock)();
        if identity.expires_at.is_some_and(|end| end <= now) {
            return Err(Denied::Expired);
        }
        Ok(identity.clone())
    }
}

async fn follow(keys: Keys, words: &'static Vocabulary, sender: watch::Sender<Option<Known>>) {
    let mut ticks = interval(READ_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // Said once, and again only when it changes.
    let mut told = Vec::new();
    // By their hashes.
    let mut names: Option<HashMap<String, String>> = None;
    let mut is_away = false;
    loop {
        ticks.tick().await;
        match keys.list().await {
            Ok(records) => {
                let now = records.iter().map(|it| (it.hash.clone(), it.name.clone()));
                let now: HashMap<String, String> = now.collect();
                let (known, unusable) = sorted(records, words);
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
                if let Some(before) = &names {
                    tell_of_changes(before, &now);
                }
                names = Some(now);
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

/// Tells the audit log which keys came and went, by their hashes and names.
fn tell_of_changes(before: &HashMap<String, String>, now: &HashMap<String, String>) {
    let other = |all: &HashMap<String, String>, of: &HashMap<String, String>| {
        let other = all.iter().filter(|(hash, _)| !of.contains_key(*hash));
        let mut other: Vec<String> = other.map(|(_, name)| name.clone()).collect();
        other.sort_unstable();
        other
    };
    for name in other(before, now) {
        audit::key_revoked(&name);
    }
    for name in other(now, before) {
        audit::key_added(&name);
    }
}

/// Whom keys make of who shows them, by their hashes, and which open nothing and why.
fn sorted(records: Vec<KeyRecord>, words: &Vocabulary) -> (Known, Vec<(String, BadKey)>) {
    let mut known = HashMap::with_capacity(records.len());
    let mut unusable = Vec::new();
    for record in records {
        let scope = record.scope.and_then(|scope| {
            scope.check(words)?;
            Ok(scope)
        });
        let identity = match scope {
            Ok(scope) => Ok(Identity {
                name: record.name.into(),
                scope: Arc::new(scope),
                expires_at: record.expires_at,
            }),
            Err(error) => {
                unusable.push((record.name, error));
                Err(Denied::BadScope)
            }
        };
        known.insert(record.hash, identity);
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

    fn ring(known: Option<Vec<(&str, Option<&str>)>>) -> Keyring {
        let identity = |(key, end): (&str, Option<&str>)| {
            let identity = Identity {
                name: key.into(),
                scope: Arc::new(Scope::default()),
                expires_at: end.map(|it| it.parse().unwrap()),
            };
            (hash(key), Ok(identity))
        };
        let known = known.map(|keys| keys.into_iter().map(identity).collect());
        Keyring {
            known: watch::channel(known).1,
            clock: noon,
            reader: tokio::spawn(async {}).abort_handle(),
        }
    }

    #[tokio::test]
    async fn a_key_opens_until_it_ends() {
        let ring = ring(Some(vec![
            ("forever", None),
            ("ended", Some("2024-04-10T12:00:00Z")),
            ("ending", Some("2024-04-10T12:00:01Z")),
        ]));
        let shown = |key: &str| ring.identity(key).map(|it| it.name.to_string());
        for (key, expected) in [
            ("forever", Ok("forever".to_owned())),
            ("ending", Ok("ending".to_owned())),
            ("ended", Err(Denied::Expired)),
            ("guessed", Err(Denied::Unknown)),
        ] {
            assert_eq!(shown(key), expected, "{key:?}");
        }
    }

    #[tokio::test]
    async fn nobody_is_let_in_before_the_keys_are_known() {
        assert_eq!(ring(None).identity("a").err(), Some(Denied::NotReady));
    }
}
