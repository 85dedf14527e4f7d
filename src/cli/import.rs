//! `salesgraph import`.

use std::process::ExitCode;

use super::{Failure, failure::REJECTED_ROWS, options::Import, serve::connect};
use crate::import::{self, Files, Mapping};

pub(super) async fn run(options: Import) -> Result<ExitCode, Failure> {
    let path = &options.files.mapping;
    let mapping = Mapping::read(path)
        .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
    let store = connect(&options.server.mongo_uri, &options.database).await?;
    let files = Files {
        input: options.files.input,
        rejects: options.files.rejects,
    };
    let report = import::run(&store, &mapping, &files)
        .await
        .map_err(Failure::runtime)?;
    let complete = report.rejected == 0;
    Ok(if complete {
        ExitCode::SUCCESS
    } else {
        REJECTED_ROWS.into()
    })
}
