//! How a socket begins.

use async_graphql::Executor;
use axum::{
    extract::ws::WebSocketUpgrade,
    http::{HeaderMap, StatusCode, header, uri::Authority},
    response::{IntoResponse, Response},
};

use super::{Link, close::Close, socket::Socket};
use crate::{
    guard::Code,
    http::{
        answer::Refusal,
        credentials,
        graphql::Endpoint,
        origin::{other_site, refuse_other_sites},
        request_log::Line,
    },
};

/// What the socket speaks.
const PROTOCOL: &str = "graphql-transport-ws";

/// Whether a request asks for a socket.
pub(in crate::http) fn is_asked(headers: &HeaderMap) -> bool {
    let upgrade = headers.get(header::UPGRADE);
    upgrade.is_some_and(|it| it.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Makes a socket of a request.
pub(in crate::http) fn shake<E: Executor>(
    endpoint: Endpoint<E>,
    headers: &HeaderMap,
    upgrade: WebSocketUpgrade,
    (link, entry): (Link, Line),
) -> Response {
    if let Err(refusal) = refuse_other_sites(headers).and_then(|()| refuse_other_origins(headers)) {
        return refusal.into();
    }
    let Some(place) = endpoint.live.socket() else {
        let most = endpoint.live.limits.most;
        let message =
            format!("{most} sockets are open already, which is as many as may be; try again later");
        let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, Code::ServerBusy, message);
        return ([(header::RETRY_AFTER, "5")], refusal).into_response();
    };
    let credential = credentials::shown(headers).map(str::to_owned);
    let longest = endpoint.max_bytes;
    // One that is a little too long is told so; one that goes on is cut off.
    let upgrade = upgrade
        .protocols([PROTOCOL])
        .max_message_size(longest.saturating_mul(2))
        .max_frame_size(longest.saturating_mul(2));
    // From here on: the connection is over before the socket is there.
    let streaming = link.activity.stream();
    upgrade.on_upgrade(async move |stream| {
        let speaks = stream.protocol().is_some_and(|it| it == PROTOCOL);
        let mut socket = Socket::new(stream, endpoint, credential, entry);
        let close = if speaks {
            socket.talk(link).await
        } else {
            Close::Subprotocol
        };
        socket.end(&close).await;
        drop((place, streaming));
    })
}

/// Refuses what a page of another site makes a browser ask for: it says where the page is
/// from, and lets it open sockets anywhere.
fn refuse_other_origins(headers: &HeaderMap) -> Result<(), Refusal> {
    // Behind a proxy `Host` may be another name than the page's, and the browser knows better.
    if headers
        .get("sec-fetch-site")
        .is_some_and(|it| it == "same-origin")
    {
        return Ok(());
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    let text = |value: &axum::http::HeaderValue| value.to_str().ok().map(str::to_ascii_lowercase);
    let origin = text(origin).unwrap_or_default();
    let of_page = origin
        .split_once("://")
        .and_then(|(_, it)| it.parse::<Authority>().ok());
    let ours = headers.get(header::HOST).and_then(text);
    let ours = ours.and_then(|it| it.parse::<Authority>().ok());
    if of_page.is_some() && of_page == ours {
        return Ok(());
    }
    Err(other_site())
}
