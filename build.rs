//! Sees to it that a release has the web apps in it.
//!
//! A release build runs `web/build.mjs` for every app under `web` that is not built
//! or older than its sources, where Node is there to do so; a failure is told and
//! the build goes on, with a plain page in the app's place. Other builds take what
//! there is. Nothing is written but the apps' `dist` and `node_modules`.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

/// Folders that hold what is made or fetched, besides those that begin with a dot.
const NO_SOURCES: [&str; 3] = ["dist", "generated", "node_modules"];

fn main() {
    let release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=web/build.mjs");
    println!("cargo::rerun-if-changed=schema.graphql");
    for app in apps() {
        let stale = built(&app) < newest(&app).max(modified(Path::new("schema.graphql")));
        if release && stale {
            // What it writes is newer than the start of this run: watched, it would
            // have the next build compile everything again.
            build(&app);
        } else {
            watch_built(&app);
        }
        // Only now: a folder is told apart by what has been made in it, and a whole one
        // that something is made in counts as changed.
        watch(&app);
    }
}

/// Every folder under `web` that npm can install.
fn apps() -> Vec<PathBuf> {
    let mut apps = children(Path::new("web"));
    apps.retain(|path| path.join("package-lock.json").is_file());
    apps
}

fn build(app: &Path) {
    let name = app.file_name().unwrap_or_default();
    let run = Command::new("node").arg("web/build.mjs").arg(name).output();
    let reason = match run {
        Ok(run) if run.status.success() => return,
        Ok(run) => last_words(&run.stdout, &run.stderr),
        Err(error) => format!("Node does not run: {error}"),
    };
    let app = app.display();
    println!("cargo::warning={app} is embedded as it was built last, or left out: {reason}");
}

/// What went wrong, in the few lines that a warning can hold.
fn last_words(stdout: &[u8], stderr: &[u8]) -> String {
    let said = [stdout, stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let lines: Vec<_> = said
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines[lines.len().saturating_sub(8)..].join(" | ")
}

/// When the last build of an app was done: this file comes last.
fn built(app: &Path) -> Option<SystemTime> {
    modified(&app.join("dist/index.html.br"))
        .filter(|done| modified(&app.join("dist/index.html")) <= Some(*done))
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

/// When the newest source below a path was written.
fn newest(path: &Path) -> Option<SystemTime> {
    let below = sources(path).iter().filter_map(|child| newest(child)).max();
    below.max(modified(path).filter(|_| path.is_file()))
}

/// Has Cargo run this again when a source changes, comes or goes.
///
/// Cargo looks at whole folders, so one with something made in it is told apart.
fn watch(path: &Path) {
    if holds_only_sources(path) {
        println!("cargo::rerun-if-changed={}", path.display());
    } else {
        for child in sources(path) {
            watch(&child);
        }
    }
}

fn holds_only_sources(path: &Path) -> bool {
    let children = children(path);
    children.len() == sources(path).len() && children.iter().all(|child| holds_only_sources(child))
}

/// Has Cargo run this again, and embed anew, when someone builds the app by hand.
fn watch_built(app: &Path) {
    let dist = app.join("dist");
    // A folder that is not there counts as changed every time.
    if fs::create_dir_all(&dist).is_ok() {
        println!("cargo::rerun-if-changed={}", dist.display());
    }
}

fn sources(path: &Path) -> Vec<PathBuf> {
    let mut sources = children(path);
    sources.retain(|child| {
        let name = child.file_name().unwrap_or_default().to_string_lossy();
        !name.starts_with('.') && !NO_SOURCES.contains(&&*name)
    });
    sources
}

/// What is in a folder; nothing is in a file.
fn children(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}
