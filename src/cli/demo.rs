//! `salesgraph demo`.

use std::process::ExitCode;

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
    kpi::Vocabulary,
    store::Store,
};

pub(super) async fn run(options: Demo) -> Result<ExitCode, Failure> {
    let Demo { shop, serving, .. } = options;
    if !shop.fill_only {
        super::access::check(&serving, Vocabulary::built_in())?;
    }
    if let Some(uri) = &shop.demo_mongo_uri {
        return fill_and_serve(uri, &shop, serving).await;
    }
    let mut server = private::start(&shop.private, "demo").await?;
    private::tell_of_keys(&server, &serving, None);
    let uri = server.uri();
    let done = tokio::select! {
        done = fill_and_serve(&uri, &shop, serving) => done,
        reason = server.ended() => Err(Failure::runtime(reason)),
    };
    // Whatever happened, the database must not stay behind.
    let stopped = server.stop().await.map_err(Failure::runtime);
    done.and_then(|code| stopped.map(|()| code))
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
    let door = Door::open(&serving).await?;
    serve(door, store, Vocabulary::built_in(), serving, stopped).await
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
