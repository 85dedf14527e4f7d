//! What is answered while the shop is read, or generated, for the first time: that it is.
//!
//! A shop of millions of orders takes minutes. Whoever watches the process sees meanwhile that
//! it is alive, and whoever opens the dashboard how far it is.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware,
    response::{Html, IntoResponse, Response},
    routing,
};

use super::{
    answer::Refusal, finish, health, origin, origin::Hosts, pages, request_log, web::Framing,
};

/// After how many seconds to ask again.
const AGAIN: u64 = 2;
/// Stands in the page for what is being done.
const PLACE: &str = "{reading}";

/// How far the shop has been read, or generated.
#[derive(Debug)]
pub struct Reading {
    /// What is done to the shop: `read`.
    how: &'static str,
    done: AtomicU64,
    total: AtomicU64,
}

impl Reading {
    /// Nothing is done yet of what is being done to the shop: it is being `how`.
    #[must_use]
    pub fn begun(how: &'static str) -> Arc<Self> {
        Arc::new(Self {
            how,
            done: AtomicU64::new(0),
            total: AtomicU64::new(0),
        })
    }

    /// So many of so many documents are done.
    pub fn tell(&self, done: u64, total: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// As much as anybody may know, who may not know how many orders there are.
    fn in_words(&self) -> String {
        let Self { how, .. } = self;
        let done = self.done.load(Ordering::Relaxed);
        let part = done.saturating_mul(100);
        match part.checked_div(self.total.load(Ordering::Relaxed)) {
            None | Some(0) => format!("the shop is being {how}"),
            Some(percent) => format!("the shop is being {how}: {} %", percent.min(100)),
        }
    }
}

#[derive(Clone)]
struct Pages {
    reading: Arc<Reading>,
    framing: Framing,
}

/// Every path, to be served by [`serve`](super::serve) until there is something to answer.
pub fn reading(reading: Arc<Reading>, hosts: Hosts, framing: Framing) -> Router {
    Router::new()
        .route("/health/live", routing::get(health::live))
        .route("/health/ready", routing::get(not_ready))
        .fallback(other)
        .with_state(Pages { reading, framing })
        .layer(middleware::from_fn_with_state(hosts, origin::of_this_host))
        .layer(middleware::map_response(closed))
        .layer(middleware::map_response(finish))
        .layer(middleware::from_fn(request_log::logged))
}

async fn not_ready(State(pages): State<Pages>) -> (StatusCode, String) {
    let said = pages.reading.in_words() + "\n";
    (StatusCode::SERVICE_UNAVAILABLE, said)
}

/// A page that asks again by itself, for who reads pages; an error for programs.
async fn other(State(pages): State<Pages>, headers: HeaderMap, request: Request) -> Response {
    let said = pages.reading.in_words();
    let is_page = request.uri().path() != "/graphql" && reads_pages(&headers);
    if !is_page {
        return Refusal::not_read(format!("{said}; ask again once it is"), AGAIN).into();
    }
    let page = include_str!("reading.html").replace(PLACE, &said);
    let headers = [
        (
            header::CONTENT_SECURITY_POLICY,
            pages::policy(&pages.framing),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::RETRY_AFTER, AGAIN.to_string()),
    ];
    (StatusCode::SERVICE_UNAVAILABLE, headers, Html(page)).into_response()
}

fn reads_pages(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(header::ACCEPT).iter();
    accepted.any(|it| it.to_str().is_ok_and(|it| it.contains("text/html")))
}

/// What comes next on a connection, another server answers.
async fn closed(mut response: Response) -> Response {
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_how_far_it_is_but_not_how_many_there_are() {
        let reading = Reading::begun("read");
        assert_eq!(reading.in_words(), "the shop is being read");
        reading.tell(4, 1_000);
        assert_eq!(reading.in_words(), "the shop is being read");
        reading.tell(123_456, 300_000);
        assert_eq!(reading.in_words(), "the shop is being read: 41 %");
        reading.tell(3, 2);
        assert_eq!(reading.in_words(), "the shop is being read: 100 %");
    }

    #[test]
    fn the_page_has_room_for_it_and_asks_again() {
        let page = include_str!("reading.html");
        assert_eq!(page.matches(PLACE).count(), 1);
        assert!(page.contains(&format!("http-equiv=\"refresh\" content=\"{AGAIN}\"")));
    }
}
