//! A line in the log for each request, and the id that it is known by.
//!
//! A line says who asked, by which operation, how long it took and what came of it. What was
//! asked for, and with which values, it does not say. It is written when all is done that the
//! request set going: behind the last event of a stream of them, behind the last answer to an
//! operation over a socket.

use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher,
    sync::{
        Arc, LazyLock, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use async_graphql::{Name, Response as Answer, Value};
use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};

use super::live::Told;
use crate::{
    auth::{Identity, audit},
    guard::Code,
};

/// The header with a request's id, and with that of the answer to it.
const ID: HeaderName = HeaderName::from_static("x-request-id");
/// The most letters of an id, and of an operation's name as it is shown.
const LONGEST: usize = 64;
/// What is asked by whatever looks after the server, again and again.
const QUIET: [&str; 3] = ["/health/live", "/health/ready", "/metrics"];
/// What is refused for who asks, or for what may not be asked.
const AUDITED: [Code; 6] = [
    Code::Unauthenticated,
    Code::Forbidden,
    Code::PersistedDocumentsOnly,
    Code::TooManyRequests,
    Code::CrossSiteRequest,
    Code::HostNotAllowed,
];

/// A request's line, which is written when nobody adds to it any more.
#[derive(Clone, Debug)]
pub(super) struct Line(Arc<Entry>);

#[derive(Debug)]
struct Entry {
    id: String,
    method: String,
    /// The path of the route: what else stands in an address may be anything.
    path: Option<String>,
    begun: Instant,
    known: Mutex<Known>,
}

/// What is known of a request by now.
#[derive(Debug, Default)]
struct Known {
    identity: Option<Arc<str>>,
    operation: Option<String>,
    status: Option<u16>,
    /// Of the first error.
    code: Option<Code>,
    /// What counted, and in how many passes over the orders.
    engine: Option<String>,
    passes: Option<u64>,
    /// Answers, where there may be several.
    answers: Option<u64>,
}

/// Gives a request its id and its line.
pub(super) async fn logged(mut request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    let line = Line(Arc::new(Entry {
        id: id(request.headers()),
        method: request.method().to_string(),
        path: path.map(|it| it.as_str().to_owned()),
        begun: Instant::now(),
        known: Mutex::default(),
    }));
    request.extensions_mut().insert(line.clone());
    let mut response = next.run(request).await;
    line.responded(&response);
    if let Ok(id) = HeaderValue::from_str(&line.0.id) {
        response.headers_mut().insert(ID, id);
    }
    response
}

impl Line {
    /// A line for an operation of its own over the same connection.
    pub fn of_operation(&self) -> Self {
        let known = Known {
            identity: self.known().identity.clone(),
            ..Known::default()
        };
        Self(Arc::new(Entry {
            id: self.0.id.clone(),
            method: "WS".to_owned(),
            path: self.0.path.clone(),
            begun: Instant::now(),
            known: Mutex::new(known),
        }))
    }

    /// Says who asks.
    pub fn asked_by(&self, identity: Option<&Identity>) {
        self.known().identity = identity.map(|it| Arc::clone(&it.name));
    }

    /// Says what the operation is called.
    pub fn asks_for(&self, operation: Option<&str>) {
        let shown = operation.map(|it| it.chars().take(LONGEST).collect());
        self.known().operation = shown;
    }

    /// Says why it is not answered.
    pub fn refused(&self, code: Code) {
        self.known().code = Some(code);
    }

    /// Says what came of it.
    pub fn answered(&self, answer: &Answer) {
        let mut known = self.known();
        known.code = answer.errors.first().and_then(Code::of).or(known.code);
        let Some(Value::Object(engines)) = answer.extensions.get("engine") else {
            return;
        };
        let names: Vec<&str> = engines.keys().map(Name::as_str).collect();
        known.engine = Some(names.join("+"));
        let passes = engines.values().filter_map(|work| match work {
            Value::Object(work) => match work.get("passes") {
                Some(Value::Number(passes)) => passes.as_u64(),
                _ => None,
            },
            _ => None,
        });
        let passes: u64 = passes.sum();
        known.passes = Some(known.passes.unwrap_or_default() + passes);
    }

    /// Says what has come of it so far, where there may be more.
    pub fn told(&self, told: &Told) {
        match told {
            Told::Next(answer) => {
                self.answered(answer);
                *self.known().answers.get_or_insert_default() += 1;
            }
            // What has no code never reached a resolver.
            Told::Refused(errors) => {
                let code = errors.first().and_then(Code::of);
                self.known().code = code.or(Some(Code::ValidationFailed));
            }
            Told::Done => {}
        }
    }

    fn responded(&self, response: &Response) {
        let mut known = self.known();
        known.status = Some(response.status().as_u16());
        if let Some(code) = response.extensions().get::<Code>() {
            known.code = Some(*code);
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes an event of this level.
macro_rules! event {
    ($level:ident, $entry:ident, $known:ident) => {
        tracing::$level!(
            target: "salesgraph::request",
            id = $entry.id,
            method = $entry.method,
            path = $entry.path,
            status = $known.status,
            identity = $known.identity.as_deref(),
            operation = $known.operation,
            code = $known.code.map(Code::name),
            engine = $known.engine,
            passes = $known.passes,
            answers = $known.answers,
            milliseconds = $entry.begun.elapsed().as_secs_f64() * 1000.0,
            "request"
        )
    };
}

impl Drop for Entry {
    fn drop(&mut self) {
        let known = self.known.get_mut().unwrap_or_else(PoisonError::into_inner);
        let known = std::mem::take(known);
        let entry = &*self;
        // Files of the web apps have no route of their own.
        let path = entry.path.as_deref().unwrap_or_default();
        if known.status.is_some_and(|it| it >= 500) {
            event!(warn, entry, known);
        } else if path.is_empty() || QUIET.contains(&path) {
            event!(debug, entry, known);
        } else {
            event!(info, entry, known);
        }
        if let Some(code) = known.code.filter(|it| AUDITED.contains(it)) {
            audit::refused(&entry.id, known.identity.as_deref(), path, code.name());
        }
    }
}

/// The id that a request has already, by `X-Request-Id` or by the trace that it is a part of
/// (`traceparent` of W3C's Trace Context), or a new one.
fn id(headers: &HeaderMap) -> String {
    let header = |name: &str| headers.get(name)?.to_str().ok();
    let given = header(ID.as_str()).filter(|it| is_id(it));
    given
        .or_else(|| trace(header("traceparent")?))
        .map_or_else(new_id, str::to_owned)
}

/// Letters, digits, dots and dashes alone: neither a key nor anything that a log could be
/// broken with.
fn is_id(text: &str) -> bool {
    let is_fine = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '.';
    (1..=LONGEST).contains(&text.len()) && text.chars().all(is_fine)
}

/// The id of a trace.
fn trace(parent: &str) -> Option<&str> {
    let id = parent.split('-').nth(1)?;
    let is_hex = id
        .bytes()
        .all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it));
    let is_one = id.len() == 32 && is_hex && id.bytes().any(|it| it != b'0');
    is_one.then_some(id)
}

/// One that no other request has: told apart by a number, and in each process by another hash.
fn new_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    static HASHERS: LazyLock<[RandomState; 2]> =
        LazyLock::new(|| [RandomState::new(), RandomState::new()]);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let [first, second] = HASHERS.each_ref().map(|it| it.hash_one(number));
    format!("{first:016x}{second:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_of(given: &[(&'static str, &str)]) -> String {
        let headers = given.iter().map(|(name, value)| {
            let name = HeaderName::from_static(name);
            (name, HeaderValue::from_str(value).unwrap())
        });
        id(&headers.collect())
    }

    #[test]
    fn a_request_keeps_the_id_that_it_has() {
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let of_trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        assert_eq!(id_of(&[("x-request-id", "a-1.b")]), "a-1.b");
        assert_eq!(id_of(&[("traceparent", trace)]), of_trace);
        assert_eq!(
            id_of(&[("traceparent", trace), ("x-request-id", "mine")]),
            "mine"
        );
        // What could be anything is not taken over.
        for odd in ["", "a b", "a\"b", "sg_key", &"a".repeat(65)] {
            let headers = [("x-request-id", odd), ("traceparent", trace)];
            assert_eq!(id_of(&headers), of_trace, "{odd}");
        }
        for odd in [
            "",
            "00",
            "00-xyz-1-01",
            &trace.replace(of_trace, &"0".repeat(32)),
        ] {
            assert_eq!(id_of(&[("traceparent", odd)]).len(), 32, "{odd}");
        }
        assert_ne!(id_of(&[]), id_of(&[]));
    }
}
