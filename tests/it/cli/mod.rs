//! The `salesgraph` command as a process: options, exit codes, a database that comes and goes.

#![cfg(unix)]

mod configuration;
mod database;
mod files;
mod inspected;
mod mcp;
mod metrics;

use std::{
    net::TcpListener,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use reqwest::StatusCode;
use tempfile::TempDir;

/// The command, in an empty folder and without the environment's settings.
pub fn salesgraph(folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_salesgraph"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SALESGRAPH_")) {
        command.env_remove(name);
    }
    command.current_dir(folder.path());
    command
}

pub fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

fn run(command: &mut Command) -> Output {
    command.output().expect("the command runs")
}

pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// A process that does not outlive its test.
pub struct Process(Child);

impl Process {
    pub fn start(command: &mut Command) -> Self {
        Self(command.spawn().expect("it starts"))
    }

    fn quiet(command: &mut Command) -> Self {
        Self::start(command.stdout(Stdio::null()).stderr(Stdio::null()))
    }

    /// The system's number for it.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        self.0.try_wait().expect("a child").is_none()
    }

    /// Sends a signal by name and waits for the process to end.
    pub fn end(mut self, signal: &str) -> Option<i32> {
        let id = self.0.id().to_string();
        Command::new("kill")
            .args(["-s", signal, &id])
            .status()
            .expect("kill");
        self.0.wait().expect("it ends").code()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The status of a path once it is the expected one, or the last one seen.
async fn status_of(url: &str, expected: StatusCode) -> Option<StatusCode> {
    let start = Instant::now();
    let mut seen = None;
    while seen != Some(expected) && start.elapsed() < Duration::from_secs(60) {
        seen = reqwest::get(url)
            .await
            .ok()
            .map(|response| response.status());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    seen
}
