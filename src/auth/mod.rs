//! Who asks, and what they may see.
//!
//! A request shows a credential, the [`Gate`] makes an [`Identity`] of it or says why not,
//! and the identity's [`Scope`] goes with the request to whatever answers it. Nothing here
//! knows how a KPI is counted or how HTTP carries a credential.
//!
//! An API [key](Key) is 256 random bits. The database keeps only their SHA-256, which is
//! enough: a slow hash such as Argon2 makes guessing a *password* expensive, because people
//! choose from few; nobody guesses one of 2²⁵⁶ numbers at any speed. A fast hash also keeps
//! whoever floods the server with wrong keys from costing it anything.
//!
//! A JSON Web [token](Tokens) is made by somebody else, who signs what it says.

pub mod audit;
mod gate;
mod keyring;
mod keys;
mod named;
mod permit;
mod quota;
mod rows;
mod scope;
mod token;

use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use gate::{Credential, Denied, Gate};
pub use keyring::Keyring;
pub use keys::{BadKey, Key, KeyError, KeyRecord, Keys};
pub use named::{Thing, meanings};
pub use permit::Forbidden;
pub use quota::{OverQuota, Quota, Quotas, Turn};
pub use scope::{BadScope, Scope};
pub use token::{Algorithm, BadRoles, Grants, KeySource, Refresh, TokenOptions, Tokens, Unread};

/// Tells the time.
pub type Clock = fn() -> DateTime<Utc>;

/// Who asks.
#[derive(Clone, Debug)]
pub struct Identity {
    /// What the identity is called: a key's name, or whom a token names.
    pub name: Arc<str>,
    /// What it may see.
    pub scope: Arc<Scope>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Identity {
    /// What whoever asks may see: everything where nobody in particular does.
    #[must_use]
    pub fn scope_of(identity: Option<&Self>) -> Arc<Scope> {
        identity.map(|it| Arc::clone(&it.scope)).unwrap_or_default()
    }
}
