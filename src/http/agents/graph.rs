//! Questions that the graph answers.

use async_graphql::{Executor, Request, Response};
use serde_json::Value;

use super::{Agents, Caller};
use crate::{asking::Refused, guard::Code};

impl<E: Executor> Agents<E> {
    /// What the graph answers to whoever asks.
    ///
    /// # Errors
    /// With what the graph says is wrong first.
    pub(super) async fn told(&self, caller: &Caller, request: Request) -> Result<Value, Refused> {
        let request = match &caller.0 {
            Some(identity) => request.data(identity.clone()),
            None => request,
        };
        let response = self.schema.execute(request).await;
        match response.errors.first() {
            Some(error) => Err(Refused::new(code(&response), error.message.clone())),
            None => response.data.into_json().map_err(|_| Refused::internal()),
        }
    }
}

/// The code of what went wrong.
fn code(response: &Response) -> Code {
    let extensions = response
        .errors
        .first()
        .and_then(|it| it.extensions.as_ref());
    let named = extensions.and_then(|it| it.get("code"));
    let is_named =
        |code: &&Code| named.is_some_and(|it| *it == async_graphql::Value::from(code.name()));
    let code = Code::ALL.iter().find(is_named);
    code.copied().unwrap_or(Code::InternalServerError)
}
