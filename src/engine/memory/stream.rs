//! The database's change stream, read ahead of who applies it.

use std::time::Duration;

use bson::doc;
use chrono::{DateTime, TimeDelta, Utc};
use mongodb::{
    change_stream::{ChangeStream, event::ResumeToken},
    options::{FullDocumentType, ReadConcern},
};
use tokio::{sync::mpsc, task::AbortHandle, time::Instant};

use super::{
    Clock,
    changes::{COLLECTIONS, Event},
    replica::STALE_FOR,
};
use crate::store::{self, NOT_RESUMABLE, Pauses, Store};

/// How long the server waits for a change before it says that there is none.
const IDLE: Duration = Duration::from_millis(100);
/// How long it may take to say so.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the stream may be away before the shop is loaded afresh instead.
const RESUME_FOR: Duration = STALE_FOR;
/// So many times in a row the stream may break off without having said anything: what it
/// cannot say today, it will not say tomorrow.
const BREAKS: u32 = 8;
/// Events that wait to be applied.
const AHEAD: usize = 10_000;

/// The server's code where it is no member of a replica set.
const ONLY_ON_REPLICA_SETS: i32 = 40_573;

/// What the stream says.
#[derive(Debug)]
pub enum Heard {
    /// Something changed. Everything before this instant has been said.
    Change(Box<Event>, DateTime<Utc>),
    /// Nothing more had changed when it was asked.
    Nothing(Asked),
    /// The stream has ended and cannot be resumed.
    Lost,
}

/// When the stream was asked: by a clock that can be set, and by one that cannot.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub at: DateTime<Utc>,
    pub when: Instant,
}

impl Asked {
    pub fn now(clock: Clock) -> Self {
        Self {
            at: clock(),
            when: Instant::now(),
        }
    }

    /// How far the clock was set forward between an earlier question and this one.
    fn set_since(&self, earlier: &Self) -> TimeDelta {
        let gone = TimeDelta::from_std(self.when - earlier.when).unwrap_or_default();
        self.at - earlier.at - gone
    }
}

/// A change stream that is being read; it ends when this is dropped.
#[derive(Debug)]
pub struct Changing {
    heard: mpsc::Receiver<Heard>,
    reader: AbortHandle,
}

impl Drop for Changing {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl Changing {
    /// Starts to listen; `None` where the server has no change streams.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(store: &Store, clock: Clock) -> store::Result<Option<Self>> {
        let opened = Asked::now(clock);
        let stream = match open(store, None).await {
            Ok(stream) => stream,
            Err(error) if error.has_code(&[ONLY_ON_REPLICA_SETS]) => return Ok(None),
            Err(error) => return Err(error),
        };
        let ahead_of_us = clock_difference(store, clock).await?;
        let (sender, heard) = mpsc::channel(AHEAD);
        let reader = Reader {
            store: store.clone(),
            stream,
            opened: Some(opened),
            pauses: Pauses::default(),
            breaks: 0,
            sender,
            ahead_of_us,
            compared: opened,
            clock,
        };
        let reader = tokio::spawn(reader.run()).abort_handle();
        Ok(Some(Self { heard, reader }))
    }

    /// What comes next. It may be dropped while it waits, and nothing is lost.
    pub async fn hear(&mut self) -> Heard {
        self.heard.recv().await.unwrap_or(Heard::Lost)
    }
}

struct Reader {
    store: Store,
    stream: ChangeStream<Event>,
    /// When the stream was asked for, as long as its first answer has not been heard: that
    /// comes with the stream itself, and knows of nothing later.
    opened: Option<Asked>,
    pauses: Pauses,
    /// How often it has broken off since it last said something.
    breaks: u32,
    sender: mpsc::Sender<Heard>,
    /// How much later it is on the server's clock than on ours.
    ahead_of_us: TimeDelta,
    /// When the clocks were compared.
    compared: Asked,
    clock: Clock,
}

impl Reader {
    async fn run(mut self) {
        loop {
            let asked = self.opened.take().unwrap_or_else(|| Asked::now(self.clock));
            self.follow_the_clock(asked);
            let answer = tokio::time::timeout(PATIENCE, self.stream.next_if_any()).await;
            let is_broken = !matches!(answer, Ok(Ok(_)));
            self.breaks = if is_broken { self.breaks + 1 } else { 0 };
            let heard = match answer {
                Ok(Ok(Some(event))) => {
                    let at = event.wall_time.map(|it| it.to_chrono() - self.ahead_of_us);
                    Heard::Change(Box::new(event), at.unwrap_or(asked.at).min(asked.at))
                }
                Ok(Ok(None)) => Heard::Nothing(asked),
                // It has said nothing yet about the time that it was away, and may have
                // broken off within a transaction.
                broken if self.breaks <= BREAKS && self.resumed().await => {
                    tracing::debug!(cause = ?broken, "the change stream broke off");
                    continue;
                }
                _ => Heard::Lost,
            };
            let is_lost = matches!(heard, Heard::Lost);
            // Nobody listens any more, or there is nothing more to hear.
            if self.sender.send(heard).await.is_err() || is_lost {
                return;
            }
        }
    }

    /// Takes note of a clock that was set to another time: MongoDB's is as far ahead of it as
    /// before, but for that.
    fn follow_the_clock(&mut self, now: Asked) {
        /// The least that is no mere tuning.
        const SET: TimeDelta = TimeDelta::seconds(1);
        let set = now.set_since(&self.compared);
        if set.abs() >= SET {
            self.ahead_of_us -= set;
            self.compared = now;
        }
    }

    /// Takes the stream up where it broke off; whether it could.
    async fn resumed(&mut self) -> bool {
        let Some(token) = self.stream.resume_token() else {
            return false;
        };
        let resume = async {
            loop {
                self.pauses.wait().await;
                let opened = Asked::now(self.clock);
                match open(&self.store, Some(token.clone())).await {
                    Ok(stream) => return Some((stream, opened)),
                    Err(error) if error.has_code(&NOT_RESUMABLE) => return None,
                    Err(_) => {}
                }
            }
        };
        match tokio::time::timeout(RESUME_FOR, resume).await {
            Ok(Some((stream, opened))) => {
                self.stream = stream;
                self.opened = Some(opened);
                true
            }
            _ => false,
        }
    }
}

async fn open(store: &Store, after: Option<ResumeToken>) -> store::Result<ChangeStream<Event>> {
    let of_the_shop = doc! { "$match": { "$or": [
        { "ns.coll": { "$in": COLLECTIONS.as_slice() } },
        { "operationType": { "$in": ["dropDatabase", "invalidate", "rename"] } },
    ] } };
    // The document comes as it is now: together with what has changed of it, an event may be
    // larger than the server sends.
    let slim = doc! { "$unset": "updateDescription" };
    let watch = store
        .database()
        .watch()
        .pipeline([of_the_shop, slim])
        .full_document(FullDocumentType::UpdateLookup)
        // The server refuses any other, and the store's own is another.
        .read_concern(ReadConcern::majority())
        .max_await_time(IDLE)
        .resume_after(after);
    let opened = tokio::time::timeout(PATIENCE, async { watch.await }).await;
    let stream = opened.map_err(|_| store::Error::Deadline)??;
    Ok(stream.with_type())
}

/// The most that the server's clock can be ahead of ours: the replica may seem older
/// than it is by the way of the question, and never younger.
async fn clock_difference(store: &Store, clock: Clock) -> store::Result<TimeDelta> {
    let asked = clock();
    let hello = store.database().run_command(doc! { "hello": 1 });
    let hello = store.bounded(hello).await?;
    let theirs = hello.get_datetime("localTime").map(|it| it.to_chrono());
    // The server cuts its time to whole milliseconds.
    let theirs = theirs.map(|it| it + TimeDelta::milliseconds(1));
    Ok(theirs.map_or(TimeDelta::zero(), |theirs| theirs - asked))
}
