//! API keys, from the command that makes one to the request that shows it.

use std::{
    fs::{self, File},
    path::Path,
    process::Output,
    time::{Duration, Instant},
};

use bson::{Document, doc};
use reqwest::{Client, RequestBuilder, StatusCode, header, redirect::Policy};
use salesgraph::store::Store;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    cli::{Process, folder, free_port, salesgraph},
    support::{fresh_store, server_uri},
};

/// What the server says, in the folder of a shop.
const LOG: &str = "log";

/// A shop's database, and a server that asks for keys.
pub(super) struct Shop {
    folder: TempDir,
    store: Store,
    pub(super) url: String,
    _server: Process,
}

impl Shop {
    pub(super) async fn start(name: &str) -> Self {
        let store = fresh_store(name).await;
        let database = store.database().name();
        let (folder, listen) = (folder(), format!("127.0.0.1:{}", free_port()));
        let server = Process::start(
            salesgraph(&folder)
                .args(["serve", "--auth", "keys", "--listen", &listen])
                .args(["--mongo-uri", server_uri(), "--database", database])
                .stderr(File::create(folder.path().join(LOG)).unwrap()),
        );
        Self {
            folder,
            store,
            url: format!("http://{listen}"),
            _server: server,
        }
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What the server has said.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join(LOG)).unwrap()
    }

    pub(super) fn keys(&self, arguments: &[&str]) -> Output {
        let mut command = salesgraph(&self.folder);
        command.arg("keys").args(arguments);
        command.args([
            "--mongo-uri",
            server_uri(),
            "--database",
            self.store.database().name(),
        ]);
        command.output().unwrap()
    }

    /// Makes a key, and gives what is printed.
    pub(super) fn key(&self, arguments: &[&str]) -> String {
        let output = self.keys(&[&["add"], arguments].concat());
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// What the server says to a key, as soon as it knows of it.
    pub(super) async fn refusal(&self, key: &str) -> String {
        let start = Instant::now();
        loop {
            let answer = self.query().bearer_auth(key).send().await;
            let told: Value = match answer {
                Ok(answer) => answer.json().await.unwrap(),
                Err(_) => Value::Null,
            };
            let message = told["errors"][0]["message"].as_str().unwrap_or_default();
            if !message.is_empty() && !message.contains("not known") {
                return message.to_owned();
            }
            assert!(start.elapsed() < Duration::from_secs(30), "{told}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn query(&self) -> RequestBuilder {
        let request = Client::new().post(format!("{}/graphql", self.url));
        request
            .header(header::CONTENT_TYPE, "application/json")
            .body(json!({ "query": "{ shop { currency } }" }).to_string())
    }

    /// Waits until the answer to this key has this status.
    pub(super) async fn answers(&self, key: &str, expected: StatusCode) {
        let start = Instant::now();
        loop {
            let answer = self.query().bearer_auth(key).send().await;
            let status = answer.map(|it| it.status());
            if matches!(status, Ok(status) if status == expected) {
                return;
            }
            let in_time = start.elapsed() < Duration::from_secs(30);
            assert!(in_time, "{status:?} in place of {expected}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test]
async fn a_key_opens_the_shop_until_it_is_revoked() {
    let shop = Shop::start("keys").await;
    let key = shop.key(&["dashboard of Ada"]);
    // 256 bits in base64, behind what keys are found by where one has leaked.
    assert_eq!(key.strip_prefix("sg_").unwrap().len(), 43, "{key}");
    shop.answers(&key, StatusCode::OK).await;
    let answer = shop.query().header("X-API-Key", &key).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["data"]["shop"]["currency"], "USD");

    let revoked = shop.keys(&["revoke", "dashboard of Ada"]);
    assert!(revoked.status.success(), "{revoked:?}");
    shop.answers(&key, StatusCode::UNAUTHORIZED).await;
}

/// A document that another hand wrote opens nothing, and keeps no key from being revoked.
#[tokio::test]
async fn a_damaged_key_is_its_own_loss() {
    let shop = Shop::start("damaged").await;
    let keys = shop.store.database().collection::<Document>("api_keys");
    keys.insert_one(doc! { "_id": "a damaged one", "hash": 5 })
        .await
        .unwrap();
    let key = shop.key(&["dashboard of Ada"]);
    shop.answers(&key, StatusCode::OK).await;
    let listed = shop.keys(&["list"]).stdout;
    let listed = String::from_utf8(listed).unwrap();
    let damaged = listed.lines().find(|it| it.starts_with("a damaged one\t"));
    let damaged = damaged.unwrap();
    assert!(
        damaged.contains("nothing: what is kept of it cannot be read"),
        "{damaged}"
    );
    let revoked = shop.keys(&["revoke", "dashboard of Ada"]);
    assert!(revoked.status.success(), "{revoked:?}");
    shop.answers(&key, StatusCode::UNAUTHORIZED).await;
}

#[tokio::test]
async fn without_a_key_nothing_is_answered() {
    let shop = Shop::start("no_key").await;
    shop.answers("sg_guessed", StatusCode::UNAUTHORIZED).await;
    let answer = shop.query().send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let challenge = &answer.headers()[header::WWW_AUTHENTICATE];
    assert_eq!(challenge, "Bearer realm=\"salesgraph\"");
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert!(body.get("data").is_none(), "{body}");
    // By GET, too; what an orchestrator asks stays open.
    let get = |path: &str| reqwest::get(format!("{}{path}", shop.url));
    let asked = get("/graphql?query={shop{name}}").await.unwrap();
    assert_eq!(asked.status(), StatusCode::UNAUTHORIZED);
    for path in ["/health/live", "/health/ready", "/metrics"] {
        assert_eq!(get(path).await.unwrap().status(), StatusCode::OK, "{path}");
    }
}

/// Tables show no more than the graph does.
#[tokio::test]
async fn tables_ask_for_a_key_and_keep_to_its_scope() {
    let shop = Shop::start("tables").await;
    let scope = shop.folder.path().join("orders.toml");
    std::fs::write(scope, "kpis = [\"orderCount\"]\n").unwrap();
    let key = shop.key(&["packer", "--scope", "orders.toml"]);
    shop.answers(&key, StatusCode::OK).await;
    let get = async |path: &str, key: Option<&str>| {
        let request = Client::new().get(format!("{}{path}", shop.url));
        let request = match key {
            Some(key) => request.bearer_auth(key),
            None => request,
        };
        let answer = request.send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    };
    for path in ["/kpis.csv?measures=orderCount", "/openapi.json"] {
        let (status, problem) = get(path, None).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(problem.contains("UNAUTHENTICATED"), "{path}: {problem}");
    }
    let allowed = get("/kpis.csv?measures=orderCount", Some(&key)).await;
    assert_eq!(allowed, (StatusCode::OK, "orderCount\r\n0\r\n".into()));
    // A ratio tells of no more than the ratio.
    let scope = shop.folder.path().join("margin.toml");
    std::fs::write(scope, "kpis = [\"profitMargin\"]\n").unwrap();
    let margin = shop.key(&["margin", "--scope", "margin.toml"]);
    shop.answers(&margin, StatusCode::OK).await;
    for (key, kpi) in [
        (&key, "totalSales"),
        (&margin, "totalSales"),
        (&margin, "totalProfit"),
    ] {
        let (status, problem) = get(&format!("/kpis.csv?measures={kpi}"), Some(key)).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{kpi}");
        assert!(problem.contains("FORBIDDEN"), "{problem}");
    }
}

#[tokio::test]
async fn keys_are_listed_without_what_opens() {
    let shop = Shop::start("list").await;
    std::fs::write(
        shop.folder.path().join("west.toml"),
        "[rows]\nregion = [\"West\"]\n",
    )
    .unwrap();
    let key = shop.key(&["agency", "--expires", "2199-01-01", "--scope", "west.toml"]);
    let listed = shop.keys(&["list"]);
    let listed = String::from_utf8(listed.stdout).unwrap();
    let row = listed
        .lines()
        .find(|it| it.starts_with("agency\t"))
        .unwrap();
    assert!(
        row.ends_with("\t2199-01-01 00:00\trows = { region = [\"West\"] }"),
        "{row}"
    );
    assert!(!listed.contains(&key), "{listed}");
    // Nor is it anywhere in the database.
    let keys = shop.store.database().collection::<Document>("api_keys");
    let kept = keys.find_one(doc! { "_id": "agency" }).await.unwrap();
    assert!(!kept.unwrap().to_string().contains(&key));
}

#[tokio::test]
async fn what_cannot_be_is_refused_in_one_line() {
    let shop = Shop::start("refused").await;
    std::fs::write(
        shop.folder.path().join("bad.toml"),
        "rows = { colour = [\"red\"] }",
    )
    .unwrap();
    shop.key(&["twice"]);
    for (arguments, reason) in [
        (&["add", "twice"][..], "there is a key `twice` already"),
        (
            &["add", "x", "--scope", "bad.toml"],
            "`colour`, which is no dimension",
        ),
        (
            &["add", "x", "--scope", "none.toml"],
            "the scope cannot be read",
        ),
        (
            &["add", "x", "--expires", "2001-01-01"],
            "--expires has passed",
        ),
        (
            &["add", "x", "--expires", "soon"],
            "give a time, such as 90d",
        ),
        (&["add", " "], "give a name of 1 to 100 letters"),
        (&["revoke", "nobody"], "there is no key `nobody`"),
    ] {
        let output = shop.keys(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(
            said.contains(reason) && said.trim().lines().count() == 1,
            "{said}"
        );
    }
}

#[tokio::test]
async fn a_browser_signs_in_and_out() {
    let shop = Shop::start("browser").await;
    let key = shop.key(&["Ada <ada@shop.example>"]);
    shop.answers(&key, StatusCode::OK).await;
    let browser = Client::builder().redirect(Policy::none()).build().unwrap();
    let page = format!("{}/sign-in", shop.url);
    let form = |key: &str| {
        let request = browser.post(&page).body(format!("key={key}"));
        request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
    };
    let wrong = form("sg_guessed").send().await.unwrap();
    assert_eq!(wrong.status(), StatusCode::FORBIDDEN);
    assert!(wrong.headers().get(header::SET_COOKIE).is_none());
    let other_site = form(&key)
        .header("Sec-Fetch-Site", "cross-site")
        .send()
        .await;
    assert_eq!(other_site.unwrap().status(), StatusCode::FORBIDDEN);

    let signed_in = form(&key).send().await.unwrap();
    assert_eq!(signed_in.status(), StatusCode::SEE_OTHER);
    let cookie = signed_in.headers()[header::SET_COOKIE].to_str().unwrap();
    let (pair, rest) = cookie.split_once(';').unwrap();
    assert_eq!(rest.trim(), "Path=/; HttpOnly; SameSite=Strict");
    let asked = shop.query().header(header::COOKIE, pair).send().await;
    assert_eq!(asked.unwrap().status(), StatusCode::OK);
    let who = browser.get(&page).header(header::COOKIE, pair).send().await;
    let who = who.unwrap().text().await.unwrap();
    assert!(who.contains("Ada &lt;ada@shop.example&gt;"), "{who}");
    assert!(!who.contains(&key), "{who}");

    let out = browser
        .post(format!("{}/sign-out", shop.url))
        .send()
        .await
        .unwrap();
    assert_eq!(out.status(), StatusCode::SEE_OTHER);
    let cookie = out.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("salesgraph=;") && cookie.ends_with("Max-Age=0"),
        "{cookie}"
    );
}
