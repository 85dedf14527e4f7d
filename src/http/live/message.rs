//! What is said over a socket.

use axum::{
    extract::ws::Message,
    http::{HeaderMap, HeaderName, HeaderValue, header},
};
use serde_json::{Map, Value, json};

use super::{close::Close, operation::Told};
use crate::{
    guard::Incoming,
    http::{answer::mended, incoming},
};

/// What a client says.
#[derive(Debug)]
pub(super) enum Said {
    Init(Map<String, Value>),
    Ping(Option<Value>),
    Pong,
    Subscribe { id: String, incoming: Incoming },
    Complete { id: String },
}

impl Said {
    /// Reads a message.
    ///
    /// # Errors
    /// When it is none of the protocol's.
    pub fn read(text: &str) -> Result<Self, Close> {
        let bad = |what: String| Close::BadRequest(what);
        let value: Value = serde_json::from_str(text)
            .map_err(|error| bad(format!("the message is no JSON ({error})")))?;
        let Value::Object(mut message) = value else {
            return Err(bad("a message is a JSON object with a `type`".into()));
        };
        let payload = message.remove("payload").filter(|it| !it.is_null());
        let id = message.remove("id");
        let named = || match id {
            Some(Value::String(id)) if !id.is_empty() => Ok(id),
            _ => Err(bad("the message has no `id`".into())),
        };
        match message.get("type").and_then(Value::as_str) {
            Some("connection_init") => match payload {
                None => Ok(Self::Init(Map::new())),
                Some(Value::Object(payload)) => Ok(Self::Init(payload)),
                Some(_) => Err(bad("the `payload` must be an object".into())),
            },
            Some("ping") => Ok(Self::Ping(payload)),
            Some("pong") => Ok(Self::Pong),
            Some("subscribe") => {
                let incoming = incoming::from_json(payload.unwrap_or_default());
                Ok(Self::Subscribe {
                    id: named()?,
                    incoming: incoming.map_err(|refusal| bad(refusal.message().into()))?,
                })
            }
            Some("complete") => Ok(Self::Complete { id: named()? }),
            _ => Err(bad("there is no message of this `type`".into())),
        }
    }
}

/// The headers that an initialisation stands for: browsers let scripts set none.
pub(super) fn headers(payload: &Map<String, Value>) -> HeaderMap {
    let allowed = [header::AUTHORIZATION, HeaderName::from_static("x-api-key")];
    let header = |(name, value): (&String, &Value)| {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        let value = HeaderValue::from_str(value.as_str()?).ok()?;
        allowed.contains(&name).then_some((name, value))
    };
    payload.iter().filter_map(header).collect()
}

pub(super) fn ack() -> Message {
    text(&json!({ "type": "connection_ack" }))
}

pub(super) fn pong(payload: Option<Value>) -> Message {
    match payload {
        None => text(&json!({ "type": "pong" })),
        Some(payload) => text(&json!({ "type": "pong", "payload": payload })),
    }
}

/// What comes of the operation with this id.
pub(super) fn told(id: &str, told: Told) -> Message {
    match told {
        Told::Next(response) => text(&json!({ "id": id, "type": "next", "payload": response })),
        Told::Refused(errors) => {
            text(&json!({ "id": id, "type": "error", "payload": mended(errors) }))
        }
        Told::Done => text(&json!({ "id": id, "type": "complete" })),
    }
}

fn text(message: &Value) -> Message {
    Message::text(message.to_string())
}
