//! `salesgraph serve --model`: a shop from its own MongoDB or files.

use std::{path::Path, process::ExitCode, sync::Arc, time::Duration};

use super::{
    Failure, access,
    door::Door,
    failure::REJECTED_ROWS,
    options::{Check, Serve, Serving, ShopSource, SourceDatabase},
    print, private,
    progress::{bar, show},
    serve::{connect, serve, stop_signal, without_secrets},
};
use crate::{
    bridge::{self, Bridge, Following, Source},
    cli::failure::in_one_line,
    http::Reading,
    model::Model,
    store,
};

/// Serves a shop by its model, from the server that was named or a private one.
pub(super) async fn run(options: Serve, model: &Path) -> Result<ExitCode, Failure> {
    let path = model;
    let model = self::model(path)?;
    access::check(&options.serving, model.vocabulary())?;
    let deadline = options.serving.database.query_timeout;
    let source = source(&options.source, deadline).await?;
    let bridged = Bridged {
        door: Door::open(&options.serving).await?,
        model,
        source,
        serving: options.serving,
    };
    if let Some(uri) = options.server.named()? {
        return Box::pin(bridged.follow_and_serve(&uri)).await;
    }
    let serving = &bridged.serving;
    let (private, name) = (&options.private, &serving.database.database);
    // It may have to be fetched first.
    let (door, reading) = (&bridged.door, Reading::begun("read"));
    let mut server = door.until(reading, private::start(private, name)).await??;
    private::tell_of_keys(&server, serving, Some(path));
    let uri = server.uri();
    let done = tokio::select! {
        done = bridged.follow_and_serve(&uri) => done,
        reason = server.ended() => Err(Failure::runtime(reason)),
    };
    // Whatever happened, the database must not stay behind.
    let stopped = server.stop().await.map_err(Failure::runtime);
    done.and_then(|code| stopped.map(|()| code))
}

/// Tries a model out.
pub(super) async fn check(options: Check) -> Result<ExitCode, Failure> {
    let Some(model) = &options.source.model else {
        return Err(Failure::usage(
            "say which model to check, with --model, and --source-database or --source-files",
        ));
    };
    let model = self::model(model)?;
    let source = source(&options.source, LONG).await?;
    let bar = bar("reading the shop");
    let shown = bar.clone();
    let progress = Arc::new(move |done, total| show(&shown, done, total));
    let checked = bridge::check(model, &source, progress)
        .await
        .map_err(failure)?;
    bar.finish_and_clear();
    print::text(&checked.to_string())?;
    Ok(if checked.is_whole() {
        ExitCode::SUCCESS
    } else {
        REJECTED_ROWS.into()
    })
}

/// Reads a model file.
pub(super) fn model(path: &Path) -> Result<Model, Failure> {
    Model::from_path(path).map_err(|error| Failure::usage(error.to_string()))
}

/// A handle on the shop's own database or files.
async fn source(options: &ShopSource, deadline: Duration) -> Result<Source, Failure> {
    match &options.source_files {
        None => database(&options.database, deadline).await,
        Some(folder) if folder.is_dir() => Ok(Source::folder(folder.clone())),
        Some(folder) => Err(Failure::usage(format!(
            "`{}` is no folder: --source-files names the one that the files are in",
            folder.display()
        ))),
    }
}

/// A handle on the shop's own database.
pub(super) async fn database(
    options: &SourceDatabase,
    deadline: Duration,
) -> Result<Source, Failure> {
    let SourceDatabase {
        source_uri,
        source_database,
    } = options;
    let options = store::Options {
        uri: source_uri.clone(),
        database: source_database.clone().unwrap_or_default(),
        deadline,
    };
    let source = Source::connect(&options).await;
    source.map_err(|error| Failure::usage(without_secrets(source_uri, &in_one_line(&error))))
}

/// What serves a shop by its model.
struct Bridged {
    door: Door,
    model: Model,
    source: Source,
    serving: Serving,
}

impl Bridged {
    async fn follow_and_serve(self, uri: &str) -> Result<ExitCode, Failure> {
        // Taken now: Ctrl-C while the shop is loaded must stop a private database too.
        let mut stopped = Box::pin(stop_signal()?);
        let store = connect(uri, &self.serving.database).await?;
        let vocabulary = self.model.vocabulary();
        let apart = store.apart(LONG).map_err(Failure::runtime)?;
        let bridge = Bridge::new(self.model, self.source, apart);
        let started = tokio::select! {
            started = started(bridge, &self.door) => started?,
            () = &mut stopped => return Ok(ExitCode::SUCCESS),
        };
        let mut following = tokio::spawn(started.run(self.serving.engine.reload_every));
        let served = tokio::select! {
            served = serve(self.door, store, vocabulary, self.serving, stopped) => served,
            // It ends in a panic only. Old figures, of which nobody is told, are worse than none.
            Err(died) = &mut following => return Err(Failure::runtime(died)),
        };
        following.abort();
        served
    }
}

/// Starts the bridge, and tells whoever comes meanwhile how far it is.
async fn started(bridge: Bridge, door: &Door) -> Result<Following, Failure> {
    let bar = bar("reading the shop");
    let (shown, reading) = (bar.clone(), Reading::begun("read"));
    let told = Arc::clone(&reading);
    let progress = Arc::new(move |done, total| {
        show(&shown, done, total);
        told.tell(done, total);
    });
    let started = door.until(reading, bridge.start(progress)).await?;
    bar.finish_and_clear();
    started.map_err(failure)
}

/// How long the canonical database may take for one step of the bridge.
const LONG: Duration = Duration::from_secs(60);

pub(super) fn failure(error: bridge::Error) -> Failure {
    if error.is_usage() {
        Failure::usage(error.to_string())
    } else {
        Failure::runtime(error)
    }
}
