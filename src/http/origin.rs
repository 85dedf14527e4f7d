//! Whose pages may ask: names that the server answers to, and requests that another
//! site makes a browser send.
//!
//! A server on this machine alone is reached by every page that its user opens. A page
//! may have its own name point here (DNS rebinding), so such a server answers only to
//! names that nobody else can have; and it may send a query blindly, so what a browser
//! says comes from another site is not run.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::answer::Refusal;
use crate::guard::Code;

/// The names that the server answers to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Hosts {
    /// All of them.
    #[default]
    Any,
    /// These, `localhost`, and addresses in digits, which nobody can have point elsewhere.
    Only(Vec<String>),
}

impl Hosts {
    /// What a server that listens there answers to: on loopback, and where names are
    /// given, only to those.
    #[must_use]
    pub fn listening_on(address: SocketAddr, names: &[String]) -> Self {
        if names.is_empty() && !address.ip().is_loopback() {
            return Self::Any;
        }
        Self::Only(names.iter().map(|name| name.to_ascii_lowercase()).collect())
    }

    fn admit(&self, host: &str) -> bool {
        let Self::Only(names) = self else {
            return true;
        };
        let host = host.to_ascii_lowercase();
        let digits = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost"
            || host.ends_with(".localhost")
            || digits.parse::<IpAddr>().is_ok()
            || names.contains(&host)
    }
}

/// Refuses requests to a name that is not this server's.
pub(super) async fn of_this_host(
    State(hosts): State<Hosts>,
    request: Request,
    next: Next,
) -> Response {
    let named = request.headers().get(header::HOST);
    let named = named.and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let host = named.as_ref().or(request.uri().authority());
    match host {
        Some(host) if !hosts.admit(host.host()) => Refusal::new(
            StatusCode::MISDIRECTED_REQUEST,
            Code::HostNotAllowed,
            "the server does not answer to this name; start it with --allowed-host and the name",
        )
        .into_response(),
        _ => next.run(request).await,
    }
}

/// Why a request that another site made a browser send is not run.
pub(super) fn refuse_other_sites(headers: &HeaderMap) -> Result<(), Refusal> {
    let site = headers.get("sec-fetch-site");
    if site.is_some_and(|site| site == "cross-site") {
        return Err(other_site());
    }
    Ok(())
}

/// What is answered to a page of another site.
pub(super) fn other_site() -> Refusal {
    let message = "a page of another site may not send queries; ask from a page of this server, or from a program";
    Refusal::new(StatusCode::FORBIDDEN, Code::CrossSiteRequest, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_on_loopback_answers_to_names_that_nobody_else_can_have() {
        let hosts = Hosts::listening_on(([127, 0, 0, 1], 80).into(), &["Shop.Example".into()]);
        for ours in [
            "localhost",
            "LOCALHOST",
            "a.localhost",
            "127.0.0.1",
            "[::1]",
            "192.0.2.7",
            "shop.example",
        ] {
            assert!(hosts.admit(ours), "{ours}");
        }
        for foreign in [
            "evil.example",
            "localhost.evil.example",
            "shop.example.evil.example",
            "",
        ] {
            assert!(!hosts.admit(foreign), "{foreign}");
        }
    }

    #[test]
    fn a_server_on_the_network_answers_to_any_name_unless_some_are_given() {
        let everywhere = ([0, 0, 0, 0], 80).into();
        assert_eq!(Hosts::listening_on(everywhere, &[]), Hosts::Any);
        let named = Hosts::listening_on(everywhere, &["shop.example".into()]);
        assert!(named.admit("shop.example") && !named.admit("evil.example"));
    }
}
