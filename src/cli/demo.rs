//! `salesgraph demo`.

use std::process::ExitCode;

use super::{
    Failure,
    options::{Demo, GeneratedShop, Serving},
    serve::{connect, serve, stop_signal},
};
use crate::{
    demo::{self, fill},
    mongod::{self, Mongod},
};

pub(super) async fn run(options: Demo) -> Result<ExitCode, Failure> {
    if let Some(uri) = options.shop.demo_mongo_uri.clone() {
        return fill_and_serve(&uri, &options.shop, options.serving).await;
    }
    let server = mongod::Options {
        program: options.shop.mongod.clone(),
        data_dir: options.shop.data_dir.clone(),
    };
    let server = Mongod::start(&server).await.map_err(Failure::runtime)?;
    let done = fill_and_serve(&server.uri(), &options.shop, options.serving).await;
    // Whatever happened, the database must not stay behind.
    server.stop().await.map_err(Failure::runtime)?;
    done
}

async fn fill_and_serve(
    uri: &str,
    shop: &GeneratedShop,
    serving: Serving,
) -> Result<ExitCode, Failure> {
    // Taken now: Ctrl-C while the shop is filled must stop the database too.
    let mut stopped = Box::pin(stop_signal()?);
    let store = connect(uri, &serving.database).await?;
    let options = demo::Options {
        orders: shop.orders,
        seed: shop.seed,
        until: shop.until,
    };
    tokio::select! {
        filled = fill(&store, &options) => filled.map_err(Failure::runtime)?,
        () = &mut stopped => return Ok(ExitCode::SUCCESS),
    }
    if shop.fill_only {
        return Ok(ExitCode::SUCCESS);
    }
    serve(store, serving, stopped).await
}
