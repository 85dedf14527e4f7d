//! Where the keys come from: a file or an address, read again from time to time.

use std::{fs, io::Read, path::PathBuf, sync::Arc, time::Duration};

use tokio::{
    sync::{Notify, watch},
    time::sleep,
};

use super::key_set::KeySet;

/// The most bytes of a set; the large ones that are published have a tenth of it.
const MOST_BYTES: u64 = 256 << 10;
/// How long it may take to fetch one.
const DEADLINE: Duration = Duration::from_secs(5);

/// Where a set of keys is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// In a file.
    File(PathBuf),
    /// At an address by HTTP or HTTPS.
    Url(String),
}

/// How often a set is read.
#[derive(Clone, Copy, Debug)]
pub struct Refresh {
    /// How long it is from one reading to the next, where all is well.
    pub every: Duration,
    /// How long it is at least, also where a token names a key that is not known, or where the
    /// last reading failed.
    pub at_least: Duration,
}

impl Refresh {
    /// Keys that are new or gone are noticed within five minutes, new ones at once when a
    /// token names them; whoever makes tokens up costs the other side six requests a minute.
    pub const DEFAULT: Self = Self {
        every: Duration::from_secs(300),
        at_least: Duration::from_secs(10),
    };
}

/// Why a set was not read.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// The file cannot be read.
    #[error("the keys of tokens cannot be read: {0}")]
    File(#[from] std::io::Error),
    /// The address does not answer as it should.
    #[error("the keys of tokens cannot be fetched: {0}")]
    Url(Box<ureq::Error>),
    /// The address answers with something else.
    #[error("the keys of tokens cannot be fetched: the answer has the status {0}, not 200")]
    Status(u16),
    /// It has too many bytes.
    #[error("the keys of tokens have more than {MOST_BYTES} bytes")]
    TooLong,
    /// It is none.
    #[error("the keys of tokens are no JSON Web Key Set: {0}")]
    NoSet(#[from] serde_json::Error),
    /// The reading was cut off.
    #[error("the keys of tokens were not read to their end")]
    Stopped,
}

impl KeySource {
    /// Reads the set.
    pub(super) async fn read(&self) -> Result<KeySet, Unread> {
        let source = self.clone();
        // A blocking client: it is far smaller, and there is one request every five minutes.
        let read = tokio::task::spawn_blocking(move || source.read_blocking());
        read.await.map_err(|_| Unread::Stopped)?
    }

    fn read_blocking(&self) -> Result<KeySet, Unread> {
        let text = match self {
            Self::File(path) => read_to_end(fs::File::open(path)?)?,
            Self::Url(url) => fetch(url)?,
        };
        Ok(KeySet::read(&text)?)
    }
}

fn fetch(url: &str) -> Result<Vec<u8>, Unread> {
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(DEADLINE))
        // Nobody else says where the keys are.
        .max_redirects(0)
        .build()
        .new_agent();
    let answer = agent.get(url).call();
    let answer = answer.map_err(|error| Unread::Url(Box::new(error)))?;
    let status = answer.status().as_u16();
    if status != 200 {
        return Err(Unread::Status(status));
    }
    read_to_end(answer.into_body().into_reader())
}

fn read_to_end(from: impl Read) -> Result<Vec<u8>, Unread> {
    let mut text = Vec::new();
    let read = from.take(MOST_BYTES + 1).read_to_end(&mut text)?;
    if read as u64 > MOST_BYTES {
        return Err(Unread::TooLong);
    }
    Ok(text)
}

/// Logs what is wrong, once, and again only when it changes.
fn tell(told: &mut Option<String>, read: &Result<KeySet, Unread>) {
    let wrong = match read {
        Ok(set) if set.is_empty() => Some("no key of tokens can be used: no token opens".into()),
        Ok(_) => None,
        Err(error) => Some(format!("{error}; those known last go on")),
    };
    match &wrong {
        Some(wrong) if told.as_ref() != Some(wrong) => tracing::warn!("{wrong}"),
        None if told.is_some() => tracing::info!("the keys of tokens can be read again"),
        _ => {}
    }
    *told = wrong;
}

/// Reads the set again and again; `wanted` says that a token names a key that is not in it.
pub(super) async fn follow(
    source: KeySource,
    refresh: Refresh,
    sender: watch::Sender<Option<KeySet>>,
    wanted: Arc<Notify>,
) {
    let mut told = None;
    loop {
        let read = source.read().await;
        tell(&mut told, &read);
        let wait = match read {
            Ok(set) => {
                sender.send_replace(Some(set));
                refresh.every
            }
            Err(_) => refresh.at_least,
        };
        sleep(refresh.at_least).await;
        tokio::select! {
            () = sleep(wait.saturating_sub(refresh.at_least)) => {}
            () = wanted.notified() => {}
        }
    }
}
