//! TLS by certificate files, as clients see it.

use std::{sync::Arc, time::Duration};

use axum::{Router, routing};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use salesgraph::{
    http::{self, Connections, Listener},
    tls::{Error, Files, Tls},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{Instant, sleep, timeout},
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName},
    },
};

/// A folder with a certificate and its key.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub fn files(&self) -> Files {
        Files {
            certificates: self.0.path().join("certificate.pem"),
            key: self.0.path().join("key.pem"),
        }
    }

    /// Makes a certificate for `localhost`, as a renewal does.
    pub fn renew(&self) -> CertificateDer<'static> {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(self.files().certificates, cert.pem()).unwrap();
        std::fs::write(self.files().key, signing_key.serialize_pem()).unwrap();
        cert.der().clone()
    }
}

/// A TLS connection of a client that trusts this certificate and no other.
pub async fn agreed(
    stream: TcpStream,
    trusted: &CertificateDer<'static>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
}

/// What the server answers to a client that trusts this certificate and no other.
async fn answer(port: u16, trusted: &CertificateDer<'static>) -> std::io::Result<String> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let mut stream = agreed(stream, trusted).await?;
    let request = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

/// A server with one page, and its port.
async fn served(tls: &Tls, connections: Connections) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let router = Router::new().route("/", routing::get(async || "here"));
    let listener = Listener::over_tls(listener, tls).unwrap();
    let stop = std::future::pending();
    let grace = Duration::from_secs(1);
    tokio::spawn(http::serve(listener, router, connections, stop, grace));
    port
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_without_a_restart() {
    let folder = Folder::new();
    let first = folder.renew();
    let tls = Tls::of(folder.files()).await.unwrap();
    let port = served(&tls, Connections::DEFAULT).await;
    assert!(answer(port, &first).await.unwrap().ends_with("here"));

    // Half of a renewal: the key of another certificate.
    let key = std::fs::read(folder.files().key).unwrap();
    let second = folder.renew();
    let renewed = std::fs::read(folder.files().key).unwrap();
    std::fs::write(folder.files().key, key).unwrap();
    let wrong = tls.read_again().await.unwrap_err();
    assert!(matches!(wrong, Error::Mismatch { .. }), "{wrong}");
    assert!(answer(port, &first).await.unwrap().ends_with("here"));

    std::fs::write(folder.files().key, renewed).unwrap();
    tokio::spawn(tls.clone().follow(Duration::from_millis(10)));
    let start = Instant::now();
    while answer(port, &second).await.is_err() {
        assert!(start.elapsed() < Duration::from_secs(30), "it is not shown");
        sleep(Duration::from_millis(10)).await;
    }
    assert!(answer(port, &first).await.is_err(), "the first one is gone");
}

#[tokio::test]
async fn nothing_is_said_over_an_open_line() {
    let folder = Folder::new();
    folder.renew();
    let tls = Tls::of(folder.files()).await.unwrap();
    let port = served(&tls, Connections::DEFAULT).await;
    let mut open = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let request = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    open.write_all(request.as_bytes()).await.unwrap();
    let mut said = Vec::new();
    // An alert of TLS, or nothing.
    let _ = open.read_to_end(&mut said).await;
    assert!(!String::from_utf8_lossy(&said).contains("here"));
}

#[tokio::test]
async fn whoever_does_not_begin_is_not_waited_for() {
    let folder = Folder::new();
    folder.renew();
    let tls = Tls::of(folder.files()).await.unwrap();
    let connections = Connections {
        first: Duration::from_millis(200),
        ..Connections::DEFAULT
    };
    let port = served(&tls, connections).await;
    let mut silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let mut said = Vec::new();
    let closed = silent.read_to_end(&mut said);
    let closed = timeout(Duration::from_secs(10), closed).await;
    drop(closed.expect("it is closed"));
}
