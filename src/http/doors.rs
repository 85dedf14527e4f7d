//! What stands before questions of every kind but GraphQL's, which answers in words of its own.

use std::sync::Arc;

use axum::{http::HeaderMap, response::Response};

use super::{answer::Refusal, credentials, origin::refuse_other_sites, request_log::Line};
use crate::auth::{Gate, Identity, Quotas, Scope, Turn};

/// Who is let in, and how much they may ask.
#[derive(Clone, Debug)]
pub(super) struct Doors {
    pub gate: Gate,
    pub quotas: Arc<Quotas>,
}

/// Somebody who has been let in, for one request.
pub(super) struct Guest {
    /// Nobody in particular where nobody is asked.
    pub identity: Option<Identity>,
    _turn: Option<Turn>,
}

impl Guest {
    /// What they may see.
    pub fn scope(&self) -> Arc<Scope> {
        Identity::scope_of(self.identity.as_ref())
    }
}

impl Doors {
    /// Whoever asks, where they may.
    ///
    /// # Errors
    /// Why not, as this makes a response of it.
    pub fn let_in(
        &self,
        headers: &HeaderMap,
        line: &Line,
        respond: fn(Refusal) -> Response,
    ) -> Result<Guest, Box<Response>> {
        refuse_other_sites(headers).map_err(|refusal| Box::new(respond(refusal)))?;
        let identity = self.gate.identity(credentials::shown(headers));
        let identity = identity.map_err(|denied| Box::new(credentials::denied(denied, respond)))?;
        line.asked_by(identity.as_ref());
        let turn = self.quotas.turn(identity.as_ref());
        let turn = turn.map_err(|over| Box::new(respond(over.into())))?;
        Ok(Guest {
            identity,
            _turn: turn,
        })
    }
}
