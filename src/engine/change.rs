//! When figures may be others than they were.

use std::time::Duration;

use tokio::time::sleep;

use super::{
    Choice, Engine,
    memory::{Replica, Version},
};

/// How often MongoDB is asked whether figures have changed, where memory does not say so.
/// Each time, they are counted anew.
const ASKED_EVERY: Duration = Duration::from_secs(5);

impl Engine {
    /// The version of the shop in memory; `None` where it does not answer.
    #[must_use]
    pub fn version(&self) -> Option<Version> {
        match &self.choice {
            Choice::Mongo => None,
            Choice::Memory(replica) | Choice::Auto(replica) => version(replica),
        }
    }

    /// Waits until the figures may be others than those of this version: until the shop in
    /// memory has changed, or, where MongoDB answers, for five seconds.
    pub async fn changed(&self, since: Option<&Version>) {
        match &self.choice {
            Choice::Mongo => sleep(ASKED_EVERY).await,
            Choice::Memory(replica) => replica.changed(since).await,
            Choice::Auto(replica) => {
                let changed = replica.changed(since);
                tokio::select! {
                    () = changed => {}
                    () = behind(replica) => {}
                }
            }
        }
    }
}

fn version(replica: &Replica) -> Option<Version> {
    replica.view().map(|view| view.version())
}

/// Done after a while in which memory did not answer.
async fn behind(replica: &Replica) {
    loop {
        sleep(ASKED_EVERY).await;
        if replica.view().is_none() {
            return;
        }
    }
}
