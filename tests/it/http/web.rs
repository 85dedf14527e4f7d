//! The web apps, or the plain page where they were not built into these tests.

use std::{fs, path::Path};

use reqwest::{Response, StatusCode, header};

use salesgraph::http::{self, App};

use super::{Server, app, content_type};

const PLACES: [&str; 5] = ["/", "/products", "/customers", "/time", "/places"];
const GRAPHIQL: [&str; 2] = ["/graphiql", "/graphiql/"];

/// An app's page as the build left it; `None` when there was no build.
fn built(app: &str) -> Option<String> {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    fs::read_to_string(web.join(app).join("dist/index.html")).ok()
}

/// The files that a page names with its own addresses.
fn files(page: &str) -> Vec<&str> {
    let quoted = page.split('"').skip(1).step_by(2);
    quoted.filter(|value| value.contains("/assets/")).collect()
}

fn header_of(response: &Response, name: header::HeaderName) -> &str {
    let value = response.headers().get(name);
    value.map_or("none", |value| value.to_str().expect("text"))
}

async fn get(server: &Server, path: &str) -> Response {
    server.get(path).send().await.expect("an answer")
}

#[tokio::test]
async fn every_place_has_its_page() {
    let server = Server::of_the_tests().await;
    for (app, paths) in [("dashboard", &PLACES[..]), ("graphiql", &GRAPHIQL)] {
        let plain = "was not built into this server";
        for path in paths {
            let page = get(&server, path).await;
            assert_eq!(page.status(), StatusCode::OK, "{path}");
            assert_eq!(content_type(&page), "text/html; charset=utf-8");
            assert_eq!(header_of(&page, header::CACHE_CONTROL), "no-cache");
            let page = page.text().await.unwrap();
            match built(app) {
                Some(built) => assert_eq!(page, built, "{path}"),
                None => assert!(page.contains(plain), "{path}: {page}"),
            }
        }
    }
}

#[tokio::test]
async fn pages_may_only_use_what_is_here() {
    let server = Server::of_the_tests().await;
    for path in PLACES.iter().chain(&GRAPHIQL) {
        let page = get(&server, path).await;
        let policy = header_of(&page, header::CONTENT_SECURITY_POLICY);
        let rules: Vec<_> = policy.split("; ").collect();
        for rule in [
            "default-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(rules.contains(&rule), "{path}: {policy}");
        }
        for scripts in rules.iter().filter(|rule| rule.starts_with("script-src")) {
            assert_eq!(*scripts, "script-src 'self'", "{path}");
        }
        assert!(
            !policy.contains("http") && !policy.contains('*'),
            "{policy}"
        );
    }
}

#[tokio::test]
async fn pages_of_named_sites_may_frame_the_dashboard() {
    let sites = ["https://intranet.example", "'self'"].map(str::to_owned);
    let framing = http::Framing::by(&sites);
    let server = Server::start(http::router(App { framing, ..app() })).await;
    let nowhere = "frame-ancestors 'none'";
    let dashboard = match built("dashboard") {
        Some(_) => "frame-ancestors https://intranet.example 'self'",
        // The page in its place has nothing to show.
        None => nowhere,
    };
    for (path, expected) in [
        ("/", dashboard),
        ("/time", dashboard),
        ("/graphiql", nowhere),
    ] {
        let page = get(&server, path).await;
        let policy = header_of(&page, header::CONTENT_SECURITY_POLICY);
        assert!(policy.ends_with(expected), "{path}: {policy}");
    }
}

#[tokio::test]
async fn the_files_of_a_page_are_kept_for_good() {
    let server = Server::of_the_tests().await;
    let pages = ["dashboard", "graphiql"].into_iter().filter_map(built);
    for page in pages {
        let files = files(&page);
        assert!(files.len() >= 2, "a script and a style in {page}");
        for path in files {
            let file = get(&server, path).await;
            assert_eq!(file.status(), StatusCode::OK, "{path}");
            assert!(header_of(&file, header::CACHE_CONTROL).ends_with("immutable"));
            let (_, ending) = path.rsplit_once('.').unwrap();
            let expected = match ending {
                "js" => "text/javascript; charset=utf-8",
                "css" => "text/css; charset=utf-8",
                _ => content_type(&file),
            };
            assert_eq!(content_type(&file), expected, "{path}");
        }
    }
}

#[tokio::test]
async fn a_page_that_the_client_has_is_not_sent_again() {
    let server = Server::of_the_tests().await;
    for (app, path) in [("dashboard", "/"), ("graphiql", "/graphiql")] {
        let tag = header_of(&get(&server, path).await, header::ETAG).to_owned();
        assert_eq!(tag != "none", built(app).is_some(), "{path}");
        let again = server.get(path).header(header::IF_NONE_MATCH, &tag);
        let again = again.send().await.unwrap();
        let expected = built(app).map_or(StatusCode::OK, |_| StatusCode::NOT_MODIFIED);
        assert_eq!(again.status(), expected, "{path}");
    }
}

/// Made at build time where `web/build.mjs` ran, by the server on the way elsewhere.
#[tokio::test]
async fn pages_are_compressed_for_those_who_read_that() {
    let server = Server::of_the_tests().await;
    for path in ["/", "/graphiql"] {
        let page = get(&server, path).await.text().await.unwrap();
        for encoding in ["br", "gzip"] {
            let request = server.get(path).header(header::ACCEPT_ENCODING, encoding);
            let response = request.send().await.unwrap();
            assert_eq!(header_of(&response, header::CONTENT_ENCODING), encoding);
            assert_eq!(header_of(&response, header::VARY), "accept-encoding");
            assert!(response.bytes().await.unwrap().len() < page.len(), "{path}");
        }
    }
}

#[tokio::test]
async fn what_no_build_made_is_not_found() {
    let server = Server::of_the_tests().await;
    for path in [
        "/nowhere",
        "/products/nowhere",
        "/assets/nowhere-A1b.js",
        "/graphiql/assets/nowhere-A1b.js",
        "/graphiql/nowhere",
        "/index.html.br",
        "/assets/../../Cargo.toml",
    ] {
        let response = get(&server, path).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        let text = "text/plain; charset=utf-8";
        assert_eq!(content_type(&response), text, "{path}");
    }
}

#[tokio::test]
async fn files_are_only_to_be_read() {
    let server = Server::of_the_tests().await;
    for path in ["/index.html", "/graphiql/index.html", "/nowhere"] {
        let url = format!("{}{path}", server.url);
        let response = server.client.post(url).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
    }
}
