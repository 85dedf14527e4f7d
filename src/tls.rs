//! TLS by certificate files: read at the start, and again when they change.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use tokio::{fs, time::sleep};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, ServerConfig,
        crypto::{CryptoProvider, ring},
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
        server::{ClientHello, ResolvesServerCert},
        sign::CertifiedKey,
    },
};

/// How often the files are looked at: certificates are renewed days before they end.
pub const LOOK: Duration = Duration::from_secs(10);

/// Where a certificate and its key are.
#[derive(Clone, Debug)]
pub struct Files {
    /// The server's certificate, then those that it was signed by, as PEM.
    pub certificates: PathBuf,
    /// The key of the server's certificate, as PEM.
    pub key: PathBuf,
}

/// The certificate that the server shows by now.
#[derive(Clone, Debug)]
pub struct Tls {
    files: Files,
    provider: Arc<CryptoProvider>,
    shown: Arc<Shown>,
}

/// Why files are no certificate with its key.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read.
    #[error("{} cannot be read: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file does not hold what it should.
    #[error("{} holds no {what} as PEM", path.display())]
    Without {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        what: &'static str,
    },
    /// The two do not go together, or are of a kind that is not known.
    #[error("the key in {} is not the certificate's: {error}", path.display())]
    Mismatch {
        /// The file of the key.
        path: PathBuf,
        /// Why.
        error: rustls::Error,
    },
}

#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let shown = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&shown))
    }
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// When they cannot be read, or are no certificate with its key.
    pub async fn of(files: Files) -> Result<Self, Error> {
        let provider = Arc::new(ring::default_provider());
        let shown = files.certified(&provider).await?;
        Ok(Self {
            files,
            provider,
            shown: Arc::new(Shown(RwLock::new(Arc::new(shown)))),
        })
    }

    /// Reads the files again, that often, and says once what is wrong with them.
    pub async fn follow(self, every: Duration) {
        let mut wrong = None;
        loop {
            sleep(every).await;
            let now = self.read_again().await.err().map(|it| it.to_string());
            if let Some(error) = now.as_ref().filter(|it| wrong.as_ref() != Some(*it)) {
                tracing::warn!("the certificate stays as it was: {error}");
            }
            wrong = now;
        }
    }

    /// Reads the files again, and shows what they hold from the next connection on.
    ///
    /// # Errors
    /// As [`Tls::of`]; then what was shown before goes on being shown.
    pub async fn read_again(&self) -> Result<(), Error> {
        let certified = self.files.certified(&self.provider).await?;
        let mut shown = self.shown.0.write().unwrap_or_else(PoisonError::into_inner);
        if shown.cert != certified.cert {
            tracing::info!("showing another certificate");
        }
        *shown = Arc::new(certified);
        Ok(())
    }

    /// What connections are taken with that speak one of these protocols.
    ///
    /// # Errors
    /// When the library has no version of TLS.
    pub fn acceptor(&self, protocols: &[&str]) -> Result<TlsAcceptor, rustls::Error> {
        let versions = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()?;
        let shown: Arc<dyn ResolvesServerCert> = Arc::<Shown>::clone(&self.shown);
        let mut config = versions.with_no_client_auth().with_cert_resolver(shown);
        let protocols = protocols.iter().map(|it| it.as_bytes().to_vec());
        config.alpn_protocols = protocols.collect();
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

impl Files {
    async fn certified(&self, provider: &CryptoProvider) -> Result<CertifiedKey, Error> {
        let (certificates, key) = (read(&self.certificates).await?, read(&self.key).await?);
        let without = |path: &Path, what| Error::Without {
            path: path.to_owned(),
            what,
        };
        let chain = CertificateDer::pem_slice_iter(&certificates);
        let chain: Result<Vec<_>, _> = chain.collect();
        let chain = chain.ok().filter(|it| !it.is_empty());
        let chain = chain.ok_or_else(|| without(&self.certificates, "certificate"))?;
        let key = PrivateKeyDer::from_pem_slice(&key);
        let key = key.map_err(|_| without(&self.key, "private key"))?;
        CertifiedKey::from_der(chain, key, provider).map_err(|error| Error::Mismatch {
            path: self.key.clone(),
            error,
        })
    }
}

async fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let contents = fs::read(path).await;
    contents.map_err(|error| Error::Unreadable {
        path: path.to_owned(),
        error,
    })
}
