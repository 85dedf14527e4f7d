//! Who asks, for as long as they listen.

use crate::auth::{Denied, Gate, Identity};

/// Somebody who has been let in.
#[derive(Clone, Debug)]
pub(in crate::http) struct Session {
    gate: Gate,
    credential: Option<String>,
    pub identity: Option<Identity>,
}

impl Session {
    /// Whoever shows this credential.
    ///
    /// # Errors
    /// Why they are not let in.
    pub fn begin(gate: &Gate, credential: Option<&str>) -> Result<Self, Denied> {
        Ok(Self {
            gate: gate.clone(),
            identity: gate.identity(credential)?,
            credential: credential.map(str::to_owned),
        })
    }

    /// Why they may ask no longer, if that is so; who may see something else by now has to
    /// come anew.
    pub fn ended(&self) -> Option<Denied> {
        match (
            self.gate.identity(self.credential.as_deref()),
            &self.identity,
        ) {
            (Err(denied), _) => Some(denied),
            (Ok(Some(now)), Some(then)) if now.scope != then.scope => Some(Denied::Unknown),
            (Ok(_), _) => None,
        }
    }
}
