//! Which JSON Web Tokens open the gate, and what they may see.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use ring::hmac;
use salesgraph::auth::{
    Algorithm, Denied, Gate, Grants, KeySource, Refresh, TokenOptions, Tokens, Unread,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::issuer::{
    AUDIENCE, ISSUER, Published, RSA_PUBLIC_PEM, SigningKey, base64, key_set, unsigned,
};

/// 10 April 2024, 12:00 in Paris, in seconds since 1970.
const NOON: i64 = 1_712_743_200;

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(NOON, 0).unwrap()
}

/// What is accepted unless a test says otherwise.
pub fn options(keys: KeySource) -> TokenOptions {
    TokenOptions {
        keys,
        issuer: ISSUER.into(),
        audiences: vec![AUDIENCE.into(), "shop-tools".into()],
        algorithms: vec![Algorithm::RS256, Algorithm::ES256],
        leeway: Duration::from_secs(30),
        grants: Grants::in_claim("salesgraph".into()),
        refresh: Refresh::DEFAULT,
    }
}

/// A file with these keys.
pub fn file(folder: &TempDir, keys: &[&SigningKey]) -> KeySource {
    let path = folder.path().join("keys.json");
    fs::write(&path, key_set(keys)).unwrap();
    KeySource::File(path)
}

/// What a token says that is right, for an hour.
pub fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "b1946ac9", "name": "Ada",
        "iat": NOON, "exp": NOON + 3600,
        "salesgraph": { "rows": { "region": ["South"] } },
    })
}

/// The same with another value of a claim; none where it is null.
fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    let all = claims.as_object_mut().unwrap();
    match value {
        Value::Null => all.remove(name),
        value => all.insert(name.into(), value),
    };
    claims
}

async fn gate(options: TokenOptions) -> Gate {
    Gate::Tokens(Arc::new(Tokens::start(options, noon).await.unwrap()))
}

/// Who is let in, as a name and a scope.
fn shown(gate: &Gate, token: &str) -> Result<String, Denied> {
    let identity = gate.identity(Some(token))?.unwrap();
    Ok(format!(
        "{}: {}",
        identity.name,
        identity.scope.in_one_line()
    ))
}

const ADA: &str = "Ada: rows = { region = [\"South\"] }";

#[tokio::test]
async fn what_the_issuer_has_signed_opens() {
    let folder = TempDir::new().unwrap();
    let (rsa, p256) = (SigningKey::rsa("rsa"), SigningKey::p256("p256"));
    let (p384, ed) = (SigningKey::p384("p384"), SigningKey::ed25519("ed"));
    let gate = gate(TokenOptions {
        algorithms: Algorithm::ALL.to_vec(),
        ..options(file(&folder, &[&rsa, &p256, &p384, &ed]))
    })
    .await;
    for (key, algorithm) in [
        (&rsa, "RS256"),
        (&rsa, "RS384"),
        (&rsa, "RS512"),
        (&rsa, "PS256"),
        (&rsa, "PS384"),
        (&rsa, "PS512"),
        (&p256, "ES256"),
        (&p384, "ES384"),
        (&ed, "EdDSA"),
    ] {
        let token = key.token(algorithm, &claims());
        assert_eq!(shown(&gate, &token).as_deref(), Ok(ADA), "{algorithm}");
    }
    // One of several audiences, a fraction of a second, an issuer that names no key.
    for claims in [
        with("aud", json!(["another", "shop-tools"])),
        with("exp", json!(1_712_743_260.75)),
        with("nbf", json!(NOON)),
    ] {
        assert_eq!(
            shown(&gate, &p256.token("ES256", &claims)).as_deref(),
            Ok(ADA),
            "{claims}"
        );
    }
    let unnamed = p256.token_with(&json!({ "alg": "ES256" }), &claims());
    assert_eq!(shown(&gate, &unnamed).as_deref(), Ok(ADA));
}

#[tokio::test]
async fn forged_tokens_are_not_accepted() {
    let folder = TempDir::new().unwrap();
    let (rsa, p256) = (SigningKey::rsa("rsa"), SigningKey::p256("p256"));
    let (stranger, p384) = (SigningKey::p256("p256"), SigningKey::p384("p384"));
    let gate = gate(options(file(&folder, &[&rsa, &p256, &p384]))).await;
    let right = p256.token("ES256", &claims());
    assert_eq!(shown(&gate, &right).as_deref(), Ok(ADA));

    let header = |algorithm: &str| json!({ "alg": algorithm, "kid": "rsa" });
    let without = |algorithm: &str| format!("{}.", unsigned(&header(algorithm), &claims()));
    let parts: Vec<&str> = right.split('.').collect();
    let all = with("salesgraph", json!("everything")).to_string();
    let other_payload = [parts[0], &base64(all.as_bytes()), parts[2]].join(".");
    let other_kind = p256.token_with(&json!({ "alg": "ES256", "kid": "rsa" }), &claims());
    let critical = json!({ "alg": "ES256", "kid": "p256", "crit": ["b64"], "b64": false });
    for (what, token) in [
        ("nothing", String::new()),
        ("no token", "sg_guessed".into()),
        ("no token, with dots", "a.b.c".into()),
        ("more parts", format!("{right}.{right}")),
        ("none", without("none")),
        ("None", without("None")),
        ("no signature", without("RS256")),
        ("an HMAC with the public key", by_public_key("HS256")),
        ("the same under another name", by_public_key("RS256")),
        ("a stranger's key", stranger.token("ES256", &claims())),
        ("another payload", other_payload),
        ("a way that is not allowed", p384.token("ES384", &claims())),
        ("another such way", rsa.token("PS256", &claims())),
        ("a key of another kind", other_kind),
        (
            "an unknown key",
            SigningKey::p256("new").token("ES256", &claims()),
        ),
        (
            "what must be understood",
            p256.token_with(&critical, &claims()),
        ),
    ] {
        assert_eq!(shown(&gate, &token), Err(Denied::BadToken), "{what}");
    }
    let asked = "show a token: send it as `Authorization: Bearer …` or `X-API-Key: …`";
    assert_eq!(gate.identity(None).unwrap_err().to_string(), asked);
}

/// A token whose signature is an HMAC with the RSA key's public half for a secret.
fn by_public_key(algorithm: &str) -> String {
    let message = unsigned(&json!({ "alg": algorithm, "kid": "rsa" }), &claims());
    let secret = hmac::Key::new(hmac::HMAC_SHA256, RSA_PUBLIC_PEM.as_bytes());
    let signature = hmac::sign(&secret, message.as_bytes());
    format!("{message}.{}", base64(signature.as_ref()))
}

#[tokio::test]
async fn tokens_that_are_not_for_this_server_or_for_now_are_not_accepted() {
    let folder = TempDir::new().unwrap();
    let key = SigningKey::p256("p256");
    let gate = gate(options(file(&folder, &[&key]))).await;
    for (name, value) in [
        ("iss", json!("https://login.example/realms/other")),
        ("iss", json!([ISSUER])),
        ("iss", Value::Null),
        ("aud", json!("account")),
        ("aud", json!(["account", "salesgraph2"])),
        ("aud", Value::Null),
        ("exp", json!("2199-01-01")),
        ("exp", json!(1e300)),
        ("exp", Value::Null),
        ("nbf", json!("now")),
        ("nbf", json!(NOON + 31)),
        ("salesgraph", Value::Null),
        // More bytes than a token may have.
        ("groups", json!("x".repeat(16 << 10))),
    ] {
        let token = key.token("ES256", &with(name, value.clone()));
        assert_eq!(
            shown(&gate, &token),
            Err(Denied::BadToken),
            "{name}: {value}"
        );
    }
}

/// A key is for what its set says.
#[tokio::test]
async fn a_key_for_something_else_signs_nothing() {
    let folder = TempDir::new().unwrap();
    let key = SigningKey::p256("p256");
    let token = key.token("ES256", &claims());
    let path = folder.path().join("keys.json");
    let opened = Ok(ADA.to_owned());
    let refused = Err(Denied::BadToken);
    for (name, value, expected) in [
        ("use", json!("sig"), &opened),
        ("alg", json!("ES256"), &opened),
        ("key_ops", json!(["verify"]), &opened),
        ("exp", json!(NOON), &opened),
        ("use", json!("enc"), &refused),
        ("alg", json!("ES384"), &refused),
        ("key_ops", json!(["deriveKey"]), &refused),
        ("kty", json!("oct"), &refused),
        ("crv", json!("secp256k1"), &refused),
    ] {
        let mut public = key.public();
        public[name] = value;
        // What is not understood keeps no other key from being used.
        let keys =
            json!({ "keys": [{ "kty": "new" }, public, SigningKey::p256("other").public()] });
        fs::write(&path, keys.to_string()).unwrap();
        let gate = gate(options(KeySource::File(path.clone()))).await;
        assert_eq!(shown(&gate, &token), *expected, "{public}");
    }
}

#[tokio::test]
async fn a_token_holds_from_its_beginning_to_its_end() {
    static NOW: AtomicI64 = AtomicI64::new(0);
    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(NOW.load(Ordering::SeqCst), 0).unwrap()
    }
    let folder = TempDir::new().unwrap();
    let key = SigningKey::p256("p256");
    let mut claims = with("nbf", json!(NOON));
    claims["exp"] = json!(NOON + 60);
    let token = key.token("ES256", &claims);
    for (leeway, first, end) in [(0, NOON, NOON + 60), (30, NOON - 30, NOON + 90)] {
        let options = TokenOptions {
            leeway: Duration::from_secs(leeway),
            ..options(file(&folder, &[&key]))
        };
        let gate = Gate::Tokens(Arc::new(Tokens::start(options, now).await.unwrap()));
        for (at, expected) in [
            (first - 1, Err(Denied::BadToken)),
            (first, Ok(ADA.to_owned())),
            (end - 1, Ok(ADA.to_owned())),
            (end, Err(Denied::TokenExpired)),
        ] {
            NOW.store(at, Ordering::SeqCst);
            assert_eq!(shown(&gate, &token), expected, "{leeway} {}", at - NOON);
        }
        // Only who holds a token that was right learns that it has ended.
        let forged = SigningKey::p256("p256").token("ES256", &claims);
        assert_eq!(shown(&gate, &forged), Err(Denied::BadToken));
    }
}

/// The scope that a claim makes; none where the token is refused.
fn scope(gate: &Gate, key: &SigningKey, claims: &Value) -> Option<String> {
    let identity = gate.identity(Some(&key.token("ES256", claims))).ok()?;
    Some(identity.unwrap().scope.in_one_line())
}

#[tokio::test]
async fn a_claim_that_holds_a_scope_is_one() {
    let folder = TempDir::new().unwrap();
    let key = SigningKey::p256("p256");
    let gate = gate(options(file(&folder, &[&key]))).await;
    for (claim, expected) in [
        (
            json!({ "rows": { "region": ["West", "East"], "category": { "not": ["Furniture"] } }, "kpis": ["orderCount"] }),
            Some(
                "rows = { category = { not = [\"Furniture\"] }, region = [\"West\", \"East\"] } kpis = [\"orderCount\"]",
            ),
        ),
        (
            json!({ "dimensions": ["region"] }),
            Some("dimensions = [\"region\"]"),
        ),
        (json!("everything"), Some("everything")),
        // What says nothing does not mean everything.
        (Value::Null, None),
        (json!({}), None),
        (json!({ "rows": {} }), None),
        (
            json!({ "rows": { "region": ["South"] }, "kpis": null }),
            None,
        ),
        (json!(""), None),
        (json!(true), None),
        (json!([]), None),
        (json!({ "rows": { "colour": ["red"] } }), None),
        (json!({ "rows": { "region": "South" } }), None),
        (json!({ "row": { "region": ["South"] } }), None),
        (json!({ "kpis": ["profit"] }), None),
    ] {
        let claims = with("salesgraph", claim.clone());
        assert_eq!(scope(&gate, &key, &claims).as_deref(), expected, "{claim}");
    }
}

const ROLES: &str = r#"
[manager-south]
rows = { region = ["South"] }

[clerk-south]
rows = { region = ["South"] }

[packer]
kpis = ["orderCount", "unitsSold"]

[owner]
"#;

#[tokio::test]
async fn roles_have_scopes() {
    let folder = TempDir::new().unwrap();
    let key = SigningKey::p256("p256");
    let south = Some("rows = { region = [\"South\"] }");
    let everything = Some("everything");
    // Entra's, Keycloak's, Auth0's.
    for (name, place) in [
        ("roles", &["roles"][..]),
        ("realm_access.roles", &["realm_access", "roles"]),
        (
            "https://shop.example/roles",
            &["https://shop.example/roles"],
        ),
    ] {
        let gate = gate(TokenOptions {
            grants: Grants::by_role(name.into(), ROLES).unwrap(),
            ..options(file(&folder, &[&key]))
        })
        .await;
        for (roles, expected) in [
            (json!("manager-south"), south),
            (json!(["offline_access", "manager-south"]), south),
            (json!(["manager-south", "clerk-south"]), south),
            (
                json!(["packer"]),
                Some("kpis = [\"orderCount\", \"unitsSold\"]"),
            ),
            (json!(["owner"]), everything),
            (json!(["packer", "owner"]), everything),
            (json!(["owner", "packer"]), everything),
            // Two scopes are none together.
            (json!(["packer", "manager-south"]), None),
            (json!(["packer", "manager-south", "packer"]), None),
            (json!(["offline_access"]), None),
            (json!("manager-south packer"), None),
            (json!([]), None),
            (json!(""), None),
            (json!(["everything"]), None),
            (json!({ "owner": true }), None),
        ] {
            let path = place.iter().rev();
            let claim = path.fold(roles.clone(), |inner, name| json!({ *name: inner }));
            let mut claims = with("salesgraph", Value::Null);
            claims
                .as_object_mut()
                .unwrap()
                .extend(claim.as_object().unwrap().clone());
            assert_eq!(
                scope(&gate, &key, &claims).as_deref(),
                expected,
                "{name}: {roles}"
            );
        }
    }
}

/// Waits until a token opens.
async fn opens(gate: &Gate, token: &str) {
    let start = Instant::now();
    while let Err(denied) = shown(gate, token) {
        assert!(start.elapsed() < Duration::from_secs(30), "{denied}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Waits until an address has been asked so often.
async fn asked(published: &Published, times: usize) {
    let start = Instant::now();
    while published.fetched() < times {
        assert!(start.elapsed() < Duration::from_secs(30), "it is not asked");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn keys_at_an_address_are_rotated_and_outlive_an_outage() {
    let (old, new) = (SigningKey::p256("old"), SigningKey::p256("new"));
    let token = |key: &SigningKey| key.token("ES256", &claims());
    let published = Published::start().await;
    let refresh = Refresh {
        every: Duration::from_secs(3600),
        at_least: Duration::from_millis(50),
    };
    let gate = gate(TokenOptions {
        refresh,
        ..options(KeySource::Url(published.url.clone()))
    })
    .await;
    // The server starts while the address is away, and lets nobody in.
    asked(&published, 2).await;
    assert_eq!(shown(&gate, &token(&old)), Err(Denied::NoSigningKeys));
    // More than a set may have is none; nor is a page, as of a proxy.
    for text in [
        key_set(&[&old]) + &" ".repeat(256 << 10),
        "<h1>Sign in</h1>".to_owned(),
    ] {
        published.answer(Some(text));
        asked(&published, published.fetched() + 3).await;
        assert_eq!(shown(&gate, &token(&old)), Err(Denied::NoSigningKeys));
    }
    published.answer(Some(key_set(&[&old])));
    opens(&gate, &token(&old)).await;

    // A token that names a new key has the set read again, an hour before its time.
    published.answer(Some(key_set(&[&old, &new])));
    opens(&gate, &token(&new)).await;
    assert_eq!(shown(&gate, &token(&old)).as_deref(), Ok(ADA));

    published.answer(None);
    let stranger = token(&SigningKey::p256("stranger"));
    assert_eq!(shown(&gate, &stranger), Err(Denied::BadToken));
    asked(&published, published.fetched() + 3).await;
    assert_eq!(shown(&gate, &token(&new)).as_deref(), Ok(ADA));

    // A key that is published no more opens nothing.
    published.answer(Some(key_set(&[&new])));
    let start = Instant::now();
    while shown(&gate, &token(&old)).is_ok() {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "the old key opens"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(shown(&gate, &token(&new)).as_deref(), Ok(ADA));
}

/// Whoever makes tokens up does not have the issuer asked for each.
#[tokio::test]
async fn unknown_keys_are_asked_for_at_intervals() {
    let key = SigningKey::p256("p256");
    let published = Published::start().await;
    published.answer(Some(key_set(&[&key])));
    let refresh = Refresh {
        every: Duration::from_secs(3600),
        at_least: Duration::from_secs(3600),
    };
    let gate = gate(TokenOptions {
        refresh,
        ..options(KeySource::Url(published.url.clone()))
    })
    .await;
    opens(&gate, &key.token("ES256", &claims())).await;
    let stranger = SigningKey::p256("stranger").token("ES256", &claims());
    for _ in 0..100 {
        assert_eq!(shown(&gate, &stranger), Err(Denied::BadToken));
        tokio::task::yield_now().await;
    }
    assert_eq!(published.fetched(), 1);
}

#[tokio::test]
async fn a_file_that_holds_no_keys_is_refused_at_once() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keys.json");
    let start = async || {
        let started = Tokens::start(options(KeySource::File(path.clone())), noon).await;
        started.err()
    };
    assert!(matches!(start().await, Some(Unread::File(_))));
    fs::write(&path, RSA_PUBLIC_PEM).unwrap();
    assert!(matches!(start().await, Some(Unread::NoSet(_))));
}
