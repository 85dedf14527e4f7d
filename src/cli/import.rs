//! `salesgraph import`.

use std::process::ExitCode;

use super::{
    Failure,
    failure::REJECTED_ROWS,
    options::Import,
    print,
    progress::{bar, show},
    serve::connect,
};
use crate::import::{self, Mapping, Progress, Request};

pub(super) async fn run(options: Import) -> Result<ExitCode, Failure> {
    let files = options.files;
    let mapping = Mapping::from_path(&files.mapping).map_err(Failure::input)?;
    let store = connect(&options.server.uri()?, &options.database).await?;
    let (reading, writing) = (bar("reading"), bar("writing"));
    let progress = move |progress| match progress {
        Progress::Reading {
            bytes, total_bytes, ..
        } => show(&reading, bytes, total_bytes.unwrap_or(bytes)),
        Progress::Writing { documents, total } => show(&writing, documents, total),
    };
    let request = Request {
        mapping: &mapping,
        input: files.input.as_deref(),
        rejects: &files.rejects,
        replace: files.replace,
    };
    let report = import::run(&request, &store, progress)
        .await
        .map_err(|error| {
            if error.is_usage() {
                Failure::input(error)
            } else {
                Failure::runtime(error)
            }
        })?;
    print::text(&report.to_string())?;
    let complete = report.rejected == 0;
    Ok(if complete {
        ExitCode::SUCCESS
    } else {
        REJECTED_ROWS.into()
    })
}
