//! Which JSON Web Tokens open the gate.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use ring::hmac;
use salesgraph::{
    auth::{Algorithm, Denied, Gate, Grants, KeySource, Refresh, TokenOptions, Tokens},
    kpi::Vocabulary,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::issuer::{AUDIENCE, ISSUER, RSA_PUBLIC_PEM, SigningKey, base64, key_set, unsigned};

/// 10 April 2024, 12:00 in Paris, in seconds since 1970.
const NOON: i64 = 1_712_743_200;

pub fn noon() -> DateTime<Utc> {
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
        grants: Grants::in_claim("salesgraph".into(), Vocabulary::built_in()),
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
pub fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    let all = claims.as_object_mut().unwrap();
    match value {
        Value::Null => all.remove(name),
        value => all.insert(name.into(), value),
    };
    claims
}

pub async fn gate(options: TokenOptions) -> Gate {
    Gate::Tokens(Arc::new(Tokens::start(options, noon).await.unwrap()))
}

/// Who is let in, as a name and a scope.
pub fn shown(gate: &Gate, token: &str) -> Result<String, Denied> {
    let identity = gate.identity(Some(token))?.unwrap();
    Ok(format!(
        "{}: {}",
        identity.name,
        identity.scope.in_one_line()
    ))
}

pub const ADA: &str = "Ada: rows = { region = [\"South\"] }";

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
