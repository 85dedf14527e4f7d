//! Counts what the server is asked, to hold a request to the commands it may cost.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use mongodb::event::{EventHandler, command::CommandEvent};

/// The commands that were started, by name: `aggregate`, `find`, `getMore` …
#[derive(Clone, Debug, Default)]
pub struct CommandCounter {
    started: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl CommandCounter {
    /// For `ClientOptions::command_event_handler`.
    pub fn handler(&self) -> EventHandler<CommandEvent> {
        let counter = self.clone();
        EventHandler::callback(move |event| {
            if let CommandEvent::Started(event) = event {
                *counter.lock().entry(event.command_name).or_default() += 1;
            }
        })
    }

    /// How many commands of this name were started since the last reset.
    pub fn count(&self, command: &str) -> usize {
        self.lock().get(command).copied().unwrap_or_default()
    }

    /// All of them.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        self.lock().clone()
    }

    /// Counts from zero again.
    pub fn reset(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.started.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
