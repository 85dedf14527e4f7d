//! A `mongod` that runs, from its start to its clean end.

use std::{
    fs::File,
    net::{Ipv4Addr, TcpListener},
    path::PathBuf,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use mongodb::{Client, options::ClientOptions};
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    net::TcpStream,
    process::{Child, Command},
};

use super::{
    Error, Result,
    folder::{Folder, POLL, STOP_LIMIT},
    log::last_useful_line,
    replica_set,
};

/// Another process may take a port between our look and the server's start.
const PORT_ATTEMPTS: usize = 4;

/// What to start, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The `mongod` program; [`super::Sources`] finds one.
    pub program: PathBuf,
    /// The folder that holds the database, its log and its lock; made where it is missing.
    pub folder: PathBuf,
    /// More arguments, such as `--wiredTigerCacheSizeGB=1`.
    pub arguments: Vec<String>,
    /// How long it may take to be ready; recovery after a crash counts in.
    pub patience: Duration,
}

impl Options {
    /// The program on the folder, with two minutes of patience.
    pub fn new(program: impl Into<PathBuf>, folder: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            folder: folder.into(),
            arguments: Vec::new(),
            patience: Duration::from_secs(120),
        }
    }
}

/// A private server, primary of a replica set of its own.
///
/// End it with [`Mongod::stop`]; one that is only dropped is killed, and
/// recovers from its journal at the next start.
#[derive(Debug)]
pub struct Mongod {
    server: Server,
    folder: Folder,
}

impl Mongod {
    /// Starts the server and waits until it takes writes.
    ///
    /// A server that an earlier owner left behind on the folder is stopped first.
    ///
    /// # Errors
    /// [`Error::InUse`] when another process uses the folder, [`Error::Exited`]
    /// and [`Error::NotReady`] with the server's own words when it does not come up.
    pub async fn start(options: Options) -> Result<Self> {
        let folder = Folder::claim(&options.folder)?;
        folder.stop_orphan().await?;
        let server = start_on_some_port(&folder, &options).await?;
        folder.remember_port(server.port)?;
        Ok(Self { server, folder })
    }

    /// The connection string: directly to this server, whatever its set is called.
    #[must_use]
    pub fn uri(&self) -> String {
        uri(self.server.port)
    }

    /// The server's process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.server.pid
    }

    /// The port that it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.server.port
    }

    /// Where its log is.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.folder.log()
    }

    /// Waits until the server ends without having been asked to, and says why it did.
    pub async fn ended(&mut self) -> Error {
        let status = self.server.child.wait().await;
        exited(&self.folder, status.ok())
    }

    /// Asks the server to write everything down and end, and waits for it.
    ///
    /// # Errors
    /// [`Error::Folder`] when the system does not let it be waited for.
    pub async fn stop(mut self) -> Result<()> {
        signal(&self.server.child, Signal::TERM);
        let ended = tokio::time::timeout(STOP_LIMIT, self.server.child.wait()).await;
        let result = match ended {
            Ok(status) => status.map(drop),
            Err(_) => self.server.child.kill().await,
        };
        result.map_err(Error::on(self.folder.db()))
    }
}

/// The process, and what is known of it from its start.
#[derive(Debug)]
struct Server {
    child: Child,
    pid: u32,
    port: u16,
}

/// Prefers the port of the last run, so that the replica set need not be changed:
/// one that finds another service on its old port waits up to 30 s to hear
/// whether that is itself.
async fn start_on_some_port(folder: &Folder, options: &Options) -> Result<Server> {
    let mut port = folder.port().filter(|port| free_port(*port).is_ok());
    for _ in 1..PORT_ATTEMPTS {
        match start_on(folder, options, port.take()).await {
            Err(Error::Exited { reason, .. }) if reason.contains("already in use") => {}
            result => return result,
        }
    }
    start_on(folder, options, None).await
}

async fn start_on(folder: &Folder, options: &Options, port: Option<u16>) -> Result<Server> {
    let any_free = || free_port(0).map_err(Error::on(folder.db()));
    let port = port.map_or_else(any_free, Ok)?;
    let mut child = spawn(folder, options, port)?;
    let pid = child.id().unwrap_or_default();
    tokio::select! {
        status = child.wait() => return Err(exited(folder, status.ok())),
        ready = ready(port, pid) => ready?,
        () = tokio::time::sleep(options.patience) => return Err(not_ready(folder)),
    }
    Ok(Server { child, pid, port })
}

fn spawn(folder: &Folder, options: &Options, port: u16) -> Result<Child> {
    let log = folder.log();
    let output = File::create(&log).map_err(Error::on(&log))?;
    let errors = output.try_clone().map_err(Error::on(&log))?;
    Command::new(&options.program)
        .arg("--dbpath")
        .arg(folder.db())
        .args(["--bind_ip", "127.0.0.1", "--replSet", replica_set::NAME])
        .args(["--port", &port.to_string()])
        .args(&options.arguments)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        // Ctrl-C goes to the whole group of the terminal: the server must
        // outlive it until its owner has finished and asks it to end.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| Error::Unusable {
            program: options.program.clone(),
            reason: error.to_string(),
        })
}

/// Waits until the server that was just started takes writes.
async fn ready(port: u16, pid: u32) -> Result<()> {
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port))
        .await
        .is_err()
    {
        tokio::time::sleep(POLL).await;
    }
    let client = Client::with_options(ClientOptions::parse(uri(port)).await?)?;
    // Another server may have taken the port first: it is not ours to configure.
    while replica_set::server_pid(&client).await? != Some(pid.into()) {
        tokio::time::sleep(POLL).await;
    }
    replica_set::become_primary(&client, &format!("127.0.0.1:{port}")).await?;
    Ok(())
}

/// Tries the port, or any with 0, and says which it was.
fn free_port(port: u16) -> std::io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    Ok(listener.local_addr()?.port())
}

fn uri(port: u16) -> String {
    format!("mongodb://127.0.0.1:{port}/?directConnection=true")
}

fn signal(child: &Child, signal: Signal) {
    let pid = child.id().and_then(|pid| i32::try_from(pid).ok());
    if let Some(pid) = pid.and_then(Pid::from_raw) {
        // It may have ended by itself: the wait that follows tells.
        let _ = kill_process(pid, signal);
    }
}

fn exited(folder: &Folder, status: Option<ExitStatus>) -> Error {
    let line = last_useful_line(&folder.log());
    let reason = match status {
        Some(status) => format!("{line} ({status})"),
        None => line,
    };
    Error::Exited {
        reason,
        log: folder.log(),
    }
}

fn not_ready(folder: &Folder) -> Error {
    Error::NotReady {
        reason: last_useful_line(&folder.log()),
        log: folder.log(),
    }
}
