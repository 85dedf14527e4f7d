//! `salesgraph demo`.

use std::{process::ExitCode, sync::Arc};

use super::{
    Failure, clock,
    door::Door,
    options::{Demo, GeneratedShop, Serving},
    private,
    progress::{bar, show},
    serve::{connect, serve, stop_signal},
};
use crate::{
    demo::{self, fill},
    http::Reading,
    kpi::Vocabulary,
    store::Store,
};

pub(super) async fn run(options: Demo) -> Result<ExitCode, Failure> {
    let Demo { shop, serving, .. } = options;
    let door = if shop.fill_only {
        None
    } else {
        super::access::check(&serving, Vocabulary::built_in())?;
        Some(Door::open(&serving).await?)
    };
    if let Some(uri) = &shop.demo_mongo_uri {
        return fill_and_serve(uri, &shop, door, serving).await;
    }
    let starting = private::start(&shop.private, "demo");
    let mut server = until(door.as_ref(), Reading::begun("generated"), starting).await??;
    private::tell_of_keys(&server, &serving, None);
    let uri = server.uri();
    let done = tokio::select! {
        done = fill_and_serve(&uri, &shop, door, serving) => done,
        reason = server.ended() => Err(Failure::runtime(reason)),
    };
    // Whatever happened, the database must not stay behind.
    let stopped = server.stop().await.map_err(Failure::runtime);
    done.and_then(|code| stopped.map(|()| code))
}

async fn fill_and_serve(
    uri: &str,
    shop: &GeneratedShop,
    door: Option<Door>,
    serving: Serving,
) -> Result<ExitCode, Failure> {
    // Taken now: Ctrl-C while the shop is filled must stop the database too.
    let mut stopped = Box::pin(stop_signal()?);
    let store = connect(uri, &serving.database).await?;
    let reading = Reading::begun("generated");
    let filling = fill_shop(&store, shop, &reading);
    tokio::select! {
        filled = until(door.as_ref(), Arc::clone(&reading), filling) => filled??,
        () = &mut stopped => return Ok(ExitCode::SUCCESS),
    }
    match door {
        None => Ok(ExitCode::SUCCESS),
        Some(door) => serve(door, store, Vocabulary::built_in(), serving, stopped).await,
    }
}

/// Does what has to be done first, and tells who comes to the door meanwhile, where there is one.
async fn until<T>(
    door: Option<&Door>,
    reading: Arc<Reading>,
    doing: impl Future<Output = T>,
) -> Result<T, Failure> {
    match door {
        None => Ok(doing.await),
        Some(door) => door.until(reading, doing).await,
    }
}

async fn fill_shop(store: &Store, shop: &GeneratedShop, reading: &Reading) -> Result<(), Failure> {
    let request = demo::Request {
        orders: shop.orders,
        seed: shop.seed,
        until: shop.until,
    };
    let bar = bar("generating the shop");
    let today = clock::now().date_naive();
    let filled = fill(store, &request, today, |done, total| {
        show(&bar, done, total);
        reading.tell(done, total);
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
