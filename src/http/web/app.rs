//! One web app: its files, how browsers may keep them, what its pages may do.

use std::{borrow::Cow, fmt::Write as _};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::EmbeddedFile;

use super::encoding::Encoding;

/// A web app that was built into the binary, or was not.
pub(super) struct WebApp {
    /// The file at a path below the app's own.
    pub(super) file: fn(&str) -> Option<File>,
    /// The `Content-Security-Policy` of its pages, but for who may frame them.
    pub(super) policy: &'static str,
}

/// A file as it was built.
pub(super) struct File {
    bytes: Cow<'static, [u8]>,
    /// The SHA-256 of the bytes.
    hash: [u8; 32],
}

impl From<EmbeddedFile> for File {
    fn from(file: EmbeddedFile) -> Self {
        Self {
            hash: file.metadata.sha256_hash(),
            bytes: file.data,
        }
    }
}

impl WebApp {
    /// The file at a path in the variant that the client likes best, or word that
    /// the client has it; `None` when there is no such file.
    pub(super) fn answer(
        &self,
        path: &str,
        request: &HeaderMap,
        framed_by: &str,
    ) -> Option<Response> {
        let content_type = content_type(path)?;
        let file = (self.file)(path)?;
        let tag = tag(&file);
        let policy = format!("{}; frame-ancestors {framed_by}", self.policy);
        let headers = [
            (header::CONTENT_SECURITY_POLICY, &*policy),
            (header::CACHE_CONTROL, caching(path)),
            (header::ETAG, &tag),
            (header::VARY, "accept-encoding"),
        ];
        let mut response = if has(request, &tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            self.variant(path, file, request, content_type)
        };
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).expect("no control characters in it");
            response.headers_mut().insert(name, value);
        }
        Some(response)
    }

    /// What is encoded already, the compression of other answers leaves alone.
    fn variant(
        &self,
        path: &str,
        file: File,
        request: &HeaderMap,
        content_type: &'static str,
    ) -> Response {
        let content_type = [(header::CONTENT_TYPE, content_type)];
        for encoding in Encoding::accepted(request) {
            if let Some(variant) = (self.file)(&format!("{path}{}", encoding.ending())) {
                let encoding = [(header::CONTENT_ENCODING, encoding.token())];
                return (content_type, encoding, Body::from(variant.bytes)).into_response();
            }
        }
        (content_type, Body::from(file.bytes)).into_response()
    }
}

/// The one tag of all variants, hence a weak one: they say the same in other bytes.
fn tag(file: &File) -> String {
    let mut tag = String::from("W/\"");
    for byte in &file.hash[..12] {
        write!(tag, "{byte:02x}").expect("a string takes everything");
    }
    tag + "\""
}

/// Whether the client has the file with this tag.
fn has(request: &HeaderMap, tag: &str) -> bool {
    let weak = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let values = request.get_all(header::IF_NONE_MATCH).iter();
    let lists = values.filter_map(|value| value.to_str().ok());
    lists
        .flat_map(|list| list.split(','))
        .any(|known| known.trim() == "*" || weak(known) == weak(tag))
}

/// The build names what is in `assets` by its content: it never changes under a name.
fn caching(path: &str) -> &'static str {
    if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// The media type of a file by its ending; `None` for what no app is made of.
fn content_type(path: &str) -> Option<&'static str> {
    let (_, ending) = path.rsplit_once('.')?;
    Some(match ending {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/vnd.microsoft.icon",
        "js" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "ttf" => "font/ttf",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: WebApp = WebApp {
        file: |path| {
            let (hash, text) = match path {
                "index.html" => (1, "a page"),
                "index.html.br" => (2, "brotli"),
                "index.html.gz" => (3, "gzip"),
                "assets/chart-B1x.js" => (4, "a script"),
                "assets/chart-B1x.js.gz" => (5, "gzip"),
                "assets/letters-C2y.woff2" => (6, "a font"),
                _ => return None,
            };
            Some(File {
                bytes: text.as_bytes().into(),
                hash: [hash; 32],
            })
        },
        policy: "default-src 'none'",
    };

    fn answer(path: &str, request: &[(header::HeaderName, &str)]) -> Response {
        let headers = request
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().unwrap()));
        APP.answer(path, &headers.collect(), "'none'")
            .expect("a file")
    }

    fn value(response: &Response, name: &header::HeaderName) -> String {
        let value = response.headers().get(name);
        value.map_or("none", |value| value.to_str().unwrap()).into()
    }

    #[test]
    fn the_client_gets_the_variant_that_it_reads() {
        for (path, accepted, expected) in [
            ("index.html", "gzip, br", "br"),
            ("index.html", "gzip", "gzip"),
            ("index.html", "identity", "none"),
            ("assets/chart-B1x.js", "gzip, br", "gzip"),
            ("assets/letters-C2y.woff2", "gzip, br", "none"),
        ] {
            let response = answer(path, &[(header::ACCEPT_ENCODING, accepted)]);
            let encoding = value(&response, &header::CONTENT_ENCODING);
            assert_eq!(encoding, expected, "{path} for {accepted}");
            assert_eq!(value(&response, &header::VARY), "accept-encoding");
        }
    }

    #[test]
    fn pages_are_asked_for_again_and_assets_kept() {
        let page = answer("index.html", &[]);
        assert_eq!(value(&page, &header::CACHE_CONTROL), "no-cache");
        let asset = answer("assets/chart-B1x.js", &[]);
        let immutable = "public, max-age=31536000, immutable";
        assert_eq!(value(&asset, &header::CACHE_CONTROL), immutable);
    }

    #[test]
    fn a_file_that_the_client_has_is_not_sent() {
        let tag = value(&answer("index.html", &[]), &header::ETAG);
        let strong = tag.trim_start_matches("W/");
        for known in [
            &*tag,
            strong,
            &format!("\"other\", {tag}"),
            &format!("{tag},\"other\""),
            "*",
        ] {
            let response = answer("index.html", &[(header::IF_NONE_MATCH, known)]);
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(value(&response, &header::ETAG), tag);
            assert_eq!(value(&response, &header::CACHE_CONTROL), "no-cache");
            assert_eq!(value(&response, &header::CONTENT_TYPE), "none");
        }
        let response = answer("index.html", &[(header::IF_NONE_MATCH, "\"other\"")]);
        assert_eq!(response.status(), StatusCode::OK);
    }

    #[test]
    fn all_variants_have_the_tag_of_the_file() {
        let tags = ["br", "gzip", "identity"].map(|accepted| {
            let response = answer("index.html", &[(header::ACCEPT_ENCODING, accepted)]);
            value(&response, &header::ETAG)
        });
        assert_eq!(tags, ["W/\"010101010101010101010101\""; 3]);
    }

    #[test]
    fn every_answer_says_what_it_is_and_may() {
        for (path, expected) in [
            ("index.html", "text/html; charset=utf-8"),
            ("assets/chart-B1x.js", "text/javascript; charset=utf-8"),
            ("assets/letters-C2y.woff2", "font/woff2"),
        ] {
            let response = answer(path, &[]);
            assert_eq!(value(&response, &header::CONTENT_TYPE), expected);
            let policy = value(&response, &header::CONTENT_SECURITY_POLICY);
            assert_eq!(policy, "default-src 'none'; frame-ancestors 'none'");
        }
    }

    #[test]
    fn what_is_no_file_of_the_app_is_not_found() {
        // A variant is no file of its own.
        for path in [
            "",
            "assets",
            "assets/other-D3z.js",
            "index.html.br",
            "../app.rs",
        ] {
            assert!(
                APP.answer(path, &HeaderMap::new(), "'none'").is_none(),
                "{path}"
            );
        }
    }
}
