//! The data folder: who owns it, and what the last run left in it.
//!
//! | name | what it is |
//! |---|---|
//! | `lock` | locked while a [`super::Mongod`] uses the folder; holds its owner's process id |
//! | `port` | the port of the last run, which the replica set remembers |
//! | `mongod.log` | the log of the last run |
//! | `db/` | the database |

use std::{
    fs::{self, File, TryLockError},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

use super::{Error, Result};

/// How often a state that must change is looked at.
pub(super) const POLL: Duration = Duration::from_millis(20);
/// How long a server may take to write everything down before it is killed.
pub(super) const STOP_LIMIT: Duration = Duration::from_secs(30);

/// The file that the server itself locks.
const SERVER_LOCK: &str = "mongod.lock";

/// A data folder that is ours until this is dropped.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    /// The system drops the lock with the file, however its owner dies.
    _lock: File,
}

impl Folder {
    /// Makes the folder where it is missing, and locks it.
    pub fn claim(root: &Path) -> Result<Self> {
        let db = root.join("db");
        fs::create_dir_all(&db).map_err(Error::on(&db))?;
        let path = root.join("lock");
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        let mut lock = options.open(&path).map_err(Error::on(&path))?;
        match lock.try_lock() {
            Ok(()) => sign(&mut lock).map_err(Error::on(&path))?,
            Err(TryLockError::WouldBlock) => return Err(in_use(root, &mut lock)),
            Err(TryLockError::Error(error)) => return Err(Error::on(&path)(error)),
        }
        Ok(Self {
            root: root.to_owned(),
            _lock: lock,
        })
    }

    pub fn db(&self) -> PathBuf {
        self.root.join("db")
    }

    pub fn log(&self) -> PathBuf {
        self.root.join("mongod.log")
    }

    /// The port of the last run.
    pub fn port(&self) -> Option<u16> {
        let text = fs::read_to_string(self.root.join("port")).ok()?;
        text.trim().parse().ok()
    }

    pub fn remember_port(&self, port: u16) -> Result<()> {
        let path = self.root.join("port");
        fs::write(&path, format!("{port}\n")).map_err(Error::on(&path))
    }

    /// Stops a server that outlived the process that had started it.
    ///
    /// The folder is locked by us, so that no living owner can be in the way.
    pub async fn stop_orphan(&self) -> Result<()> {
        for signal in [Signal::TERM, Signal::KILL] {
            if !self.is_database_locked()? {
                return Ok(());
            }
            if let Some(pid) = self.server_pid() {
                // It may end by itself between the look and the signal.
                let _ = kill_process(pid, signal);
            }
            if self.is_left_within(STOP_LIMIT).await? {
                return Ok(());
            }
        }
        Err(Error::InUse {
            folder: self.root.clone(),
            owner: "a mongod that does not stop".into(),
        })
    }

    async fn is_left_within(&self, limit: Duration) -> Result<bool> {
        let left = async {
            while self.is_database_locked()? {
                tokio::time::sleep(POLL).await;
            }
            Ok(true)
        };
        tokio::time::timeout(limit, left).await.unwrap_or(Ok(false))
    }

    /// Whether a `mongod` works on the database: it holds a lock as long as it lives.
    fn is_database_locked(&self) -> Result<bool> {
        let path = self.db().join(SERVER_LOCK);
        let file = match File::options().read(true).write(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(Error::on(path)(error)),
        };
        match file.try_lock() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(Error::on(path)(error)),
        }
    }

    /// The process id that the server wrote into its lock.
    ///
    /// It is the server's for certain only while the lock is held: after a
    /// crash the number stays, and by then may be someone else's.
    fn server_pid(&self) -> Option<Pid> {
        let text = fs::read_to_string(self.db().join(SERVER_LOCK)).ok()?;
        text.trim().parse().ok().and_then(Pid::from_raw)
    }
}

fn sign(lock: &mut File) -> io::Result<()> {
    lock.set_len(0)?;
    writeln!(lock, "{}", std::process::id())
}

fn in_use(root: &Path, lock: &mut File) -> Error {
    let mut pid = String::new();
    let owner = match lock.read_to_string(&mut pid) {
        Ok(_) if !pid.trim().is_empty() => format!("another salesgraph (process {})", pid.trim()),
        _ => "another salesgraph".into(),
    };
    Error::InUse {
        folder: root.to_owned(),
        owner,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_owner_at_a_time() {
        let root = tempfile::tempdir().unwrap();
        let first = Folder::claim(root.path()).unwrap();
        let error = Folder::claim(root.path()).unwrap_err().to_string();
        let owner = format!("process {}", std::process::id());
        assert!(error.contains(&owner), "{error}");
        drop(first);
        Folder::claim(root.path()).unwrap();
    }

    #[test]
    fn the_port_is_remembered() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::claim(root.path()).unwrap();
        assert_eq!(folder.port(), None);
        folder.remember_port(27_018).unwrap();
        assert_eq!(folder.port(), Some(27_018));
    }
}
