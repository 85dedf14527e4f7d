//! A server whose shop has not been read yet.

use reqwest::{StatusCode, header};

use super::{FIGURES, PATIENCE, killed::House, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_before_the_shop_is_read_is_told_so() {
    let mut house = House::start_without_source().await;
    let server = &house.server;
    until("the process is alive", PATIENCE, async || {
        let is_alive = server.status("/health/live").await? == StatusCode::OK;
        is_alive.then_some(())
    })
    .await;
    let unavailable = Some(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(server.status("/health/ready").await, unavailable);
    let told = server.ask(FIGURES).await.unwrap();
    let error = &told["errors"][0];
    assert_eq!(error["extensions"]["code"], "ENGINE_NOT_READY");
    assert_eq!(
        error["message"],
        "the shop is being read; ask again once it is"
    );
    assert_eq!(told.get("data"), None);

    let page = server.client.get(format!("{}/products", server.url));
    let page = page.header(header::ACCEPT, "text/html,*/*;q=0.8");
    let page = page.send().await.unwrap();
    assert_eq!(Some(page.status()), unavailable);
    assert_eq!(page.headers()[header::RETRY_AFTER], "2");
    let text = page.text().await.unwrap();
    assert!(text.contains("the shop is being read."), "{text}");

    house.source_returns().await;
    house.is_right().await;
    assert_eq!(house.server.status("/").await, Some(StatusCode::OK));
}
