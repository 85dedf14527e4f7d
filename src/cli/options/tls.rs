//! TLS by certificate files.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
#[command(next_help_heading = "TLS")]
pub(in crate::cli) struct Tls {
    /// The server's certificate and those that it was signed by, a PEM file: HTTP and SQL are served over TLS only. Read again when it changes.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(in crate::cli) tls_certificate: Option<PathBuf>,
    /// The certificate's private key, a PEM file.
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    pub(in crate::cli) tls_key: Option<PathBuf>,
}
