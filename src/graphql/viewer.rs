//! Who asks.

use async_graphql::{Context, SimpleObject};
use chrono::{DateTime, Utc};

use crate::auth::Identity;

/// Who asks: the holder of an API key or of a token.
#[derive(SimpleObject)]
pub struct Viewer {
    /// What the key is called, or whom the token is of.
    name: String,
    /// When the key or the token ends; null where it does not.
    expires_at: Option<DateTime<Utc>>,
    /// What may be seen, in one line; null where that is everything.
    scope: Option<String>,
}

impl Viewer {
    pub(super) fn of(ctx: &Context<'_>) -> Option<Self> {
        let Identity {
            name,
            scope,
            expires_at,
        } = ctx.data_opt::<Identity>()?;
        Some(Self {
            name: name.to_string(),
            expires_at: *expires_at,
            scope: (!scope.hides_nothing()).then(|| scope.in_one_line()),
        })
    }
}
