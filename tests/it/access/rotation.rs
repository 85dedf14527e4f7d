//! Keys of tokens that change, at an address that comes and goes.

use std::{
    fs,
    time::{Duration, Instant},
};

use salesgraph::auth::{Denied, Gate, KeySource, Refresh, TokenOptions, Tokens, Unread};
use tempfile::TempDir;

use super::{
    issuer::{Published, RSA_PUBLIC_PEM, SigningKey, key_set},
    tokens::{ADA, claims, gate, noon, options, shown},
};

/// Waits until a token opens.
async fn opens(gate: &Gate, token: &str) {
    let start = Instant::now();
    while let Err(denied) = shown(gate, token) {
        assert!(start.elapsed() < Duration::from_secs(30), "{denied}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Waits until an address has been asked so often.
async fn asked(published: &Published, times: usize) {
    let start = Instant::now();
    while published.fetched() < times {
        assert!(start.elapsed() < Duration::from_secs(30), "it is not asked");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn keys_at_an_address_are_rotated_and_outlive_an_outage() {
    let (old, new) = (SigningKey::p256("old"), SigningKey::p256("new"));
    let token = |key: &SigningKey| key.token("ES256", &claims());
    let published = Published::start().await;
    let refresh = Refresh {
        every: Duration::from_secs(3600),
        at_least: Duration::from_millis(50),
    };
    let gate = gate(TokenOptions {
        refresh,
        ..options(KeySource::Url(published.url.clone()))
    })
    .await;
    // The server starts while the address is away, and lets nobody in.
    asked(&published, 2).await;
    assert_eq!(shown(&gate, &token(&old)), Err(Denied::NoSigningKeys));
    // More than a set may have is none; nor is a page, as of a proxy.
    for text in [
        key_set(&[&old]) + &" ".repeat(256 << 10),
        "<h1>Sign in</h1>".to_owned(),
    ] {
        published.answer(Some(text));
        asked(&published, published.fetched() + 3).await;
        assert_eq!(shown(&gate, &token(&old)), Err(Denied::NoSigningKeys));
    }
    published.answer(Some(key_set(&[&old])));
    opens(&gate, &token(&old)).await;

    // A token that names a new key has the set read again, an hour before its time.
    published.answer(Some(key_set(&[&old, &new])));
    opens(&gate, &token(&new)).await;
    assert_eq!(shown(&gate, &token(&old)).as_deref(), Ok(ADA));

    published.answer(None);
    let stranger = token(&SigningKey::p256("stranger"));
    assert_eq!(shown(&gate, &stranger), Err(Denied::BadToken));
    asked(&published, published.fetched() + 3).await;
    assert_eq!(shown(&gate, &token(&new)).as_deref(), Ok(ADA));

    // A key that is published no more opens nothing.
    published.answer(Some(key_set(&[&new])));
    let start = Instant::now();
    while shown(&gate, &token(&old)).is_ok() {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "the old key opens"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(shown(&gate, &token(&new)).as_deref(), Ok(ADA));
}

/// Whoever makes tokens up does not have the issuer asked for each.
#[tokio::test]
async fn unknown_keys_are_asked_for_at_intervals() {
    let key = SigningKey::p256("p256");
    let published = Published::start().await;
    published.answer(Some(key_set(&[&key])));
    let refresh = Refresh {
        every: Duration::from_secs(3600),
        at_least: Duration::from_secs(3600),
    };
    let gate = gate(TokenOptions {
        refresh,
        ..options(KeySource::Url(published.url.clone()))
    })
    .await;
    opens(&gate, &key.token("ES256", &claims())).await;
    let stranger = SigningKey::p256("stranger").token("ES256", &claims());
    for _ in 0..100 {
        assert_eq!(shown(&gate, &stranger), Err(Denied::BadToken));
        tokio::task::yield_now().await;
    }
    assert_eq!(published.fetched(), 1);
}

#[tokio::test]
async fn a_file_that_holds_no_keys_is_refused_at_once() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keys.json");
    let start = async || {
        let started = Tokens::start(options(KeySource::File(path.clone())), noon).await;
        started.err()
    };
    assert!(matches!(start().await, Some(Unread::File(_))));
    fs::write(&path, RSA_PUBLIC_PEM).unwrap();
    assert!(matches!(start().await, Some(Unread::NoSet(_))));
}
