//! Clients that ask one question after the other, and what they are told.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use reqwest::{Client, StatusCode};
use serde_json::Value;
use tokio::task::JoinHandle;

use super::{Server, ask};

/// What no client may read: where the database is, and how it is asked.
const INTERNALS: [&str; 4] = ["127.0.0.1", "$match", "mongodb", "pipeline"];

/// What clients have been told so far.
#[derive(Debug, Default)]
pub struct Told {
    /// Answers without an error.
    pub answers: usize,
    /// The first engine that counted, and how often it did.
    pub engines: BTreeMap<String, usize>,
    /// Errors by their code.
    pub refusals: BTreeMap<String, usize>,
    /// What is no answer at all, an error without a code, and signs of life that did not come.
    pub failures: Vec<String>,
}

impl Told {
    /// Takes note of an answer.
    fn hear(&mut self, answer: reqwest::Result<Value>) {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return self.failures.push(format!("{error:?}")),
        };
        let Some(error) = answer["errors"].get(0) else {
            self.answers += 1;
            let engines = answer["extensions"]["engine"].as_object();
            if let Some(engine) = engines.and_then(|it| it.keys().next()) {
                *self.engines.entry(engine.clone()).or_default() += 1;
            }
            return;
        };
        let text = answer.to_string();
        let code = error["extensions"]["code"].as_str();
        match code {
            Some(code) if !INTERNALS.iter().any(|it| text.contains(it)) => {
                *self.refusals.entry(code.to_owned()).or_default() += 1;
            }
            _ => self.failures.push(text),
        }
    }
}

/// Clients of one server, and somebody who looks whether it is alive.
pub struct Clients {
    told: Arc<Mutex<Told>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Clients {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Clients {
    /// So many clients, who all ask this for as long as they are there.
    pub fn of(server: &Server, many: usize, query: &'static str) -> Self {
        let told = Arc::new(Mutex::new(Told::default()));
        let clients = (0..many).map(|_| {
            let (told, url) = (Arc::clone(&told), server.url.clone());
            tokio::spawn(async move {
                let client = Client::new();
                loop {
                    let answer = ask(&client, &url, query).await;
                    told.lock().unwrap().hear(answer);
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            })
        });
        let mut tasks: Vec<_> = clients.collect();
        tasks.push(tokio::spawn(stays_alive(
            Arc::clone(&told),
            format!("{}/health/live", server.url),
        )));
        Self { told, tasks }
    }

    /// What they have been told so far.
    pub fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap()
    }

    /// The codes of what has been refused; nothing has failed otherwise.
    pub fn codes(&self) -> Vec<String> {
        let told = self.told();
        assert!(told.failures.is_empty(), "{:#?}", told.failures);
        assert!(told.answers > 0, "nobody was answered");
        told.refusals.keys().cloned().collect()
    }
}

/// Asks for signs of life.
async fn stays_alive(told: Arc<Mutex<Told>>, url: String) {
    let client = Client::new();
    loop {
        let status = client.get(&url).send().await.map(|it| it.status());
        if !matches!(status, Ok(StatusCode::OK)) {
            let failure = format!("no sign of life but {status:?}");
            told.lock().unwrap().failures.push(failure);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
