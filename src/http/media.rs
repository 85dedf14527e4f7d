//! What a client reads: `Accept` and its siblings, and the two media types of GraphQL over HTTP.

use axum::http::{HeaderMap, HeaderName, header};

/// How an answer is labelled, and what its status means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/graphql-response+json`: the status is about the GraphQL request.
    GraphqlResponse,
    /// `application/json`, from before the draft: 200 for whatever is GraphQL.
    Json,
}

impl Media {
    /// What the client prefers, or `None` when it reads neither.
    ///
    /// One that names no type is taken for an older client.
    pub(super) fn accepted(headers: &HeaderMap) -> Option<Self> {
        match best(headers, understood) {
            None if !headers.contains_key(header::ACCEPT) => Some(Self::Json),
            accepted => accepted,
        }
    }

    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

/// What an `Accept` header or one of its siblings names, in small letters and in its order,
/// and how much the client likes each, from 0, not at all, to 1.
pub(super) fn ranges(headers: &HeaderMap, of: &HeaderName) -> Vec<(String, f32)> {
    let values = headers.get_all(of).iter();
    let lists = values.filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).map(range).collect()
}

/// What the client likes best of what is understood, of equals what it names first.
pub(super) fn best<T>(headers: &HeaderMap, understood: impl Fn(&str) -> Option<T>) -> Option<T> {
    let mut best: Option<(T, f32)> = None;
    for (name, quality) in ranges(headers, &header::ACCEPT) {
        let is_better = quality > best.as_ref().map_or(0.0, |(_, best)| *best);
        if let Some(it) = understood(&name).filter(|_| is_better) {
            best = Some((it, quality));
        }
    }
    best.map(|(it, _)| it)
}

fn range(text: &str) -> (String, f32) {
    let text = text.to_ascii_lowercase();
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_owned();
    let quality = parts.find_map(|part| part.strip_prefix("q="));
    let quality = quality.map_or(1.0, |it| it.parse().unwrap_or(0.0));
    (name, quality)
}

/// A media range of ours.
fn understood(name: &str) -> Option<Media> {
    match name {
        "application/graphql-response+json" => Some(Media::GraphqlResponse),
        "application/json" | "application/*" | "*/*" => Some(Media::Json),
        _ => None,
    }
}

/// Whether a body is JSON in UTF-8, by its `Content-Type`.
///
/// The type is required: a form on another site can send any other one without
/// the browser asking first.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    let Some(content_type) = content_type.and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let content_type = content_type.to_ascii_lowercase();
    let mut parts = content_type.split(';').map(str::trim);
    let charset = |part: &str| {
        part.strip_prefix("charset=")
            .map(|name| name.trim_matches('"').to_owned())
    };
    parts.next() == Some("application/json")
        && parts.filter_map(charset).all(|name| name == "utf-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(accept: &[&str]) -> Option<Media> {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append(header::ACCEPT, value.parse().unwrap());
        }
        Media::accepted(&headers)
    }

    #[test]
    fn the_client_chooses() {
        let (new, old) = (Some(Media::GraphqlResponse), Some(Media::Json));
        for (accept, expected) in [
            (&[][..], old),
            (&["*/*"], old),
            (&["application/json"], old),
            (&["application/graphql-response+json"], new),
            (
                &["application/graphql-response+json, application/json"],
                new,
            ),
            (
                &["application/graphql-response+json, application/json;q=0.9"],
                new,
            ),
            (
                &["application/graphql-response+json;q=0.5, application/json"],
                old,
            ),
            (&["text/html, */*;q=0.1"], old),
            (
                &[
                    "text/html",
                    "Application/GraphQL-Response+JSON; charset=utf-8",
                ],
                new,
            ),
            (&["text/html"], None),
            (&["application/json;q=0"], None),
        ] {
            assert_eq!(accepted(accept), expected, "{accept:?}");
        }
    }

    #[test]
    fn only_json_in_utf_8_is_json() {
        let judged = |content_type: &str| {
            is_json(&HeaderMap::from_iter([(
                header::CONTENT_TYPE,
                content_type.parse().unwrap(),
            )]))
        };
        assert!(judged("application/json"));
        assert!(judged("Application/JSON; charset=\"UTF-8\""));
        assert!(!judged("application/json; charset=latin1"));
        assert!(!judged("text/plain"));
        assert!(!judged("application/x-www-form-urlencoded"));
        assert!(!is_json(&HeaderMap::new()));
    }
}
