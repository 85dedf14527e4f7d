//! A request's parameters, from a body or a URL.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::answer::Refusal;
use crate::guard::Incoming;

/// The parameters of a `GET`; the two objects are JSON in text.
#[derive(Debug, Deserialize)]
pub(super) struct Parameters {
    query: Option<String>,
    #[serde(rename = "documentId")]
    document_id: Option<String>,
    #[serde(rename = "operationName")]
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

impl TryFrom<Parameters> for Incoming {
    type Error = Refusal;

    fn try_from(parameters: Parameters) -> Result<Self, Refusal> {
        let object = |name: &str, text: Option<String>| {
            let value = text.filter(|text| !text.is_empty()).map(|text| {
                serde_json::from_str(&text)
                    .map_err(|error| Refusal::bad_request(format!("`{name}` is no JSON ({error})")))
            });
            into_object(name, value.transpose()?)
        };
        Ok(Self {
            query: parameters.query,
            document_id: parameters.document_id,
            operation_name: parameters.operation_name.filter(|name| !name.is_empty()),
            variables: object("variables", parameters.variables)?,
            extensions: object("extensions", parameters.extensions)?,
        })
    }
}

/// The parameters in the body of a `POST`.
pub(super) fn from_body(body: &[u8]) -> Result<Incoming, Refusal> {
    let body = serde_json::from_slice(body)
        .map_err(|error| Refusal::bad_request(format!("the body is no JSON ({error})")))?;
    from_json(body)
}

/// The parameters in an object.
pub(super) fn from_json(body: Value) -> Result<Incoming, Refusal> {
    let mut body = match body {
        Value::Object(body) => body,
        Value::Array(_) => {
            let message =
                "batches are not supported; ask for several things in one query, with aliases";
            return Err(Refusal::bad_request(message));
        }
        _ => {
            return Err(Refusal::bad_request(
                "the body must be a JSON object with a `query`",
            ));
        }
    };
    Ok(Incoming {
        query: into_text("query", body.remove("query"))?,
        document_id: into_text("documentId", body.remove("documentId"))?,
        operation_name: into_text("operationName", body.remove("operationName"))?,
        variables: into_object("variables", body.remove("variables"))?,
        extensions: into_object("extensions", body.remove("extensions"))?,
    })
}

fn into_text(name: &str, value: Option<Value>) -> Result<Option<String>, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Refusal::bad_request(format!("`{name}` must be a string"))),
    }
}

fn into_object(name: &str, value: Option<Value>) -> Result<Map<String, Value>, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object),
        Some(_) => Err(Refusal::bad_request(format!("`{name}` must be an object"))),
    }
}
