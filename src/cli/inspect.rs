//! `salesgraph inspect`: a first model of a shop's own database.

use std::{
    fs::OpenOptions, io::Write as _, path::Path, process::ExitCode, sync::Arc, time::Duration,
};

use super::{
    Failure,
    bridge::{database, failure},
    options::Inspect,
    print,
    progress::{bar, show},
};
use crate::{bridge, inspect};

/// How long one look at the source may take.
const DEADLINE: Duration = Duration::from_secs(30);

pub(super) async fn run(options: Inspect) -> Result<ExitCode, Failure> {
    if options.source.source_database.is_none() {
        return Err(Failure::usage(
            "say which database to look at, with --source-database",
        ));
    }
    let output = options.written.output.as_deref();
    if let Some(path) = output.filter(|path| path.exists()) {
        return Err(is_there(path));
    }
    let source = database(&options.source, DEADLINE).await?;
    let bar = bar("looking at collections");
    let shown = bar.clone();
    let progress = Arc::new(move |done, total| show(&shown, done, total));
    let sample = bridge::sample(&source, progress).await.map_err(failure)?;
    bar.finish_and_clear();
    let model = inspect::first_model(&sample).map_err(Failure::input)?;
    match output {
        Some(path) => write(path, &model),
        None => print::text(&model),
    }
}

fn write(path: &Path, model: &str) -> Result<ExitCode, Failure> {
    // What came there in the meantime stays, too.
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| file.write_all(model.as_bytes()));
    match written {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(is_there(path)),
        Err(error) => Err(Failure::usage(format!(
            "cannot write {}: {error}; name another file with --output",
            path.display()
        ))),
    }
}

fn is_there(path: &Path) -> Failure {
    let path = path.display();
    Failure::usage(format!(
        "{path} is there already, and may hold what somebody wrote: name another file with --output"
    ))
}
