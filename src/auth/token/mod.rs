//! JSON Web Tokens, which somebody else makes (Keycloak, Auth0, Entra), as identities.
//!
//! A token is believed when a key of the issuer has signed it in a way that is allowed, and
//! it says that it is by this issuer, for this server, and holds now. Its claims then say
//! what it may see: [`Grants`].
//!
//! `jsonwebtoken` reads headers and keys, `ring` verifies. The claims are checked here: the
//! library goes by the system's clock, and takes no number for one where `serde_json` keeps
//! all digits of numbers, as it does in this program.

mod algorithm;
mod claims;
mod grants;
mod key_set;
mod source;

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use jsonwebtoken::decode_header;
use tokio::{
    sync::{Notify, watch},
    task::AbortHandle,
};

pub use self::{
    algorithm::Algorithm,
    grants::{BadRoles, Grants},
    source::{KeySource, Refresh, Unread},
};
use self::{
    claims::{Claims, Rules, name},
    key_set::KeySet,
    source::follow,
};
use super::{Clock, Denied, Identity};

/// The most bytes of a token. Browsers and proxies take fewer in a header; those of people in
/// hundreds of groups come near to it.
const MOST_BYTES: usize = 16 << 10;

/// Which tokens are believed, and what they may see.
#[derive(Clone, Debug)]
pub struct TokenOptions {
    /// Where the public keys are that they are signed with.
    pub keys: KeySource,
    /// Who makes them: their `iss`.
    pub issuer: String,
    /// Whom they are for: their `aud` is, or has among others, one of these.
    pub audiences: Vec<String>,
    /// How they may be signed.
    pub algorithms: Vec<Algorithm>,
    /// How much the issuer's clock and this one may differ: a token begins so much earlier
    /// and ends so much later than it says.
    pub leeway: Duration,
    /// What they may see.
    pub grants: Grants,
    /// How often the keys are read.
    pub refresh: Refresh,
}

/// The tokens that open the gate.
#[derive(Debug)]
pub struct Tokens {
    /// `None` before the keys were first read.
    keys: watch::Receiver<Option<KeySet>>,
    /// Told when a token names a key that is not known.
    wanted: Arc<Notify>,
    rules: Rules,
    algorithms: Vec<Algorithm>,
    grants: Grants,
    clock: Clock,
    reader: AbortHandle,
}

/// Why a token is not accepted, for the log. Nothing of the token stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Flaw {
    #[error("it is no signed JSON Web Token, or has more than {MOST_BYTES} bytes")]
    Malformed,
    #[error("its header asks for something that is not known here (`crit`)")]
    Critical,
    #[error("it is signed in a way that --jwt-algorithms does not allow")]
    Algorithm,
    #[error("the keys have not been read yet")]
    NoKeys,
    #[error("there is no key of its `kid` for how it is signed")]
    UnknownKey,
    #[error("its signature is wrong")]
    Signature,
    #[error("its `iss` is not --jwt-issuer")]
    Issuer,
    #[error("its `aud` has none of --jwt-audience")]
    Audience,
    #[error("its `nbf` is still to come")]
    NotYet,
    #[error("it has no `exp` that can be read")]
    NoEnd,
    #[error("its `exp` has passed")]
    Expired,
    #[error("its --jwt-claim is missing, or holds no role of --jwt-scopes or no scope")]
    NoScope,
    #[error("its --jwt-claim holds a scope that names what this shop does not have")]
    UnknownWord,
    #[error("its roles have several scopes; give whoever has both a role of their own")]
    SeveralScopes,
}

impl Drop for Tokens {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl Tokens {
    /// Reads the keys, and goes on reading them; those known last go on where they cannot be.
    ///
    /// # Errors
    /// When they are in a file that does not hold them. What is elsewhere may be away for now.
    pub async fn start(options: TokenOptions, clock: Clock) -> Result<Self, Unread> {
        let known = match &options.keys {
            file @ KeySource::File(_) => Some(file.read().await?),
            KeySource::Url(_) => None,
        };
        let (sender, keys) = watch::channel(known);
        let wanted = Arc::new(Notify::new());
        let follow = follow(options.keys, options.refresh, sender, Arc::clone(&wanted));
        Ok(Self {
            keys,
            wanted,
            rules: Rules {
                issuer: options.issuer,
                audiences: options.audiences,
                leeway: TimeDelta::from_std(options.leeway).unwrap_or(TimeDelta::zero()),
            },
            algorithms: options.algorithms,
            grants: options.grants,
            clock,
            reader: tokio::spawn(follow).abort_handle(),
        })
    }

    /// Who shows this token.
    pub(super) fn identity(&self, token: &str) -> Result<Identity, Denied> {
        self.checked(token).map_err(|flaw| {
            tracing::debug!("a token is not accepted: {flaw}");
            match flaw {
                Flaw::NoKeys => Denied::NoSigningKeys,
                Flaw::Expired => Denied::TokenExpired,
                Flaw::UnknownWord => Denied::BadScope,
                _ => Denied::BadToken,
            }
        })
    }

    fn checked(&self, token: &str) -> Result<Identity, Flaw> {
        let claims = self.verified(token)?;
        let expires_at = self.rules.check(&claims, (self.clock)())?;
        Ok(Identity {
            name: name(&claims).into(),
            scope: self.grants.scope(&claims)?,
            expires_at: Some(expires_at),
        })
    }

    /// What a token says, where its signature is right.
    fn verified(&self, token: &str) -> Result<Claims, Flaw> {
        if token.len() > MOST_BYTES {
            return Err(Flaw::Malformed);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(Flaw::Malformed)?;
        let (_, claims) = message.split_once('.').ok_or(Flaw::Malformed)?;
        let header = decode_header(token).map_err(|_| Flaw::Malformed)?;
        if header.crit.is_some() {
            return Err(Flaw::Critical);
        }
        let algorithm = Algorithm::named(&format!("{:?}", header.alg));
        let algorithm = algorithm.filter(|it| self.algorithms.contains(it));
        let algorithm = algorithm.ok_or(Flaw::Algorithm)?;
        let signature = decoded(signature)?;
        let keys = self.keys.borrow();
        let keys = keys.as_ref().ok_or(Flaw::NoKeys)?;
        let Some(key) = keys.key(header.kid.as_deref(), algorithm) else {
            self.wanted.notify_one();
            return Err(Flaw::UnknownKey);
        };
        if !algorithm.verifies(key, message.as_bytes(), &signature) {
            return Err(Flaw::Signature);
        }
        serde_json::from_slice(&decoded(claims)?).map_err(|_| Flaw::Malformed)
    }
}

fn decoded(part: &str) -> Result<Vec<u8>, Flaw> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Flaw::Malformed)
}
