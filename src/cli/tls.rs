//! `--tls-certificate` and `--tls-key`.

use tokio::task::AbortHandle;

use super::{Failure, options};
use crate::tls::{Files, LOOK, Tls};

/// Reads a certificate again when it changes, as long as it is held.
pub(super) struct Renewal(AbortHandle);

impl Drop for Renewal {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The certificate that options name, and what reads it again.
pub(super) async fn start(options: &options::Tls) -> Result<Option<(Tls, Renewal)>, Failure> {
    let (Some(certificates), Some(key)) = (&options.tls_certificate, &options.tls_key) else {
        return Ok(None);
    };
    let files = Files {
        certificates: certificates.clone(),
        key: key.clone(),
    };
    let tls = Tls::of(files).await;
    let tls = tls.map_err(|error| Failure::usage(format!("no TLS: {error}")))?;
    let following = tokio::spawn(tls.clone().follow(LOOK));
    Ok(Some((tls, Renewal(following.abort_handle()))))
}
