//! Whoever makes tokens, and publishes the keys that they are signed with.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, http::StatusCode, routing};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
        RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaKeyPair,
    },
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Who makes the tests' tokens.
pub const ISSUER: &str = "https://login.example/realms/shop";
/// Whom they are for.
pub const AUDIENCE: &str = "salesgraph";

/// A private key for tests alone, in PKCS #8: `ring` makes no RSA keys.
const RSA: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC5QjrXj4Gl5yh1Kk/wDnTiSJLEsEzkUYyDRVP/Zf\
    KzSXw7m4XWR0kPlmdvk90QgtBURnNqo+wIzs6XN5uzl2qdlcWS1q5ubwjJiQwS+tGkdKQko8OS2v5Gt2t2f4qIjNKr\
    /joe3yCF2J8ucpcR3Jq5c8VmQJvTqR0b7j4Fel4SZxMiRGsrrnl6OrkjOGVaCc5Uf9/Q11WZo3WLB9Szxnl+vA+iJH\
    EICEjNasaL4CruPFfQc/+UyQEkdq1lLKgw2n8vT4y69EBRdqNDB9FXHCzBc+nX2In2pnviwDYjnSiXg+bnUkEcNAaG\
    GS0ZMlRWUYPAdNYF+ROBL9ULSNs8WE1ZAgMBAAECggEAGrv5hNkDQx9AIeRYw9I6QNtrPrIYboxsJBdxnzYll4Tfxj\
    RT1I/V9cdlJt9mM/dEvByslDOSoNTDUGQodnq/2nzeFaogYvRoBrldwjFq5noko9r0IrGypx7aBbAzHDCCSGq4FXNq\
    nJYdppTHwz6cH24bCv4A3sMVXc38Kks13x688OhL/5wgJokEw4+C5nwJGN+l3uM9PXScRsrE3/2hHJB3HdUEbDaNWN\
    bt22sXGgt5uJLitxlKHV7qRHqFy/w43pHcNEwVNsvx5C5SCdTfm4S77fJGsEkUftCfOXaRkIKhMpvIrXm9PRKDBKSc\
    YU5ghyxeMviHBY5RM5SmDT7BFwKBgQDeBNJAhqFHycd61dcM/L9+WWyuPoj2BQUQw8fPA81mK2vbrA863m8OkXICtm\
    +Pk418cdYLiyJvrTSvdWnwmjXjzHUH5HMsgXFIEO82bM1YxYqHdxt8Vny+2tWH0KHgGJzZVbSWIVys042btk9kf9l2\
    NL9c8m20TZWTDN8vXOHpMwKBgQDVnRE8qUxFJapjI+reGKV6D6dmgL/QV62ZkIC9B1Kg9LhwUN3q1pgB/SpZXTQDeC\
    wKltXXggmbH/z9nVfDHpEYNFgAOalousgKg8T8FkGGi0i4iCvy9ib7vOSvKTT+Dig6bafrSZlihuCBnV1JI42QNC+R\
    l1kiDTlOHBV4qYinQwKBgQCdK/aYHXbxdkQUjmvGUutRjAbnN3gICjeyzZaW089Fw/mAMsc5WpxuSMLYbsR9dOyVq5\
    Tm6SGAw7JngAx2ewUpdeVnp+9tE1nZtbtS4SVh8b6G9efsVuHKzuqZUjY2idYH+ad1HLsZ0k4ObLq5n9SX3PGX4DuP\
    h9kal+MsCWoYhwKBgCAUUGxduFiCCY6N7E2iQeeMxkT8fNHa+PUg4FSC7wPA/JnRayJDS9ywmlWFS7RhrauBb2fH3Y\
    1wRlwH7xAcXQnXgoe2IRzbQANkOobpCLod3LPprz/ze3M+sNElTRICKkRsB1WsXd6QBtMwQLwlHLNVQveIVRhqB/sU\
    +JyASUdlAoGAbZdOORQNLAumv993//dR/MKGBoN+bXD7ItfpsFltA5iENC0fktBTouRxZHNZ0UT3fyFwupVlBv8NmQ\
    41Vwj7dsQES0t44kykHR0ib0dEeJIpztw8MvjzUbeg+q9GXrBFXGDSp5GJTmvKeiWC3zQaxttef4CGGKRdY+A/hHGR\
    s54=";
/// Its modulus, as OpenSSL tells it.
const RSA_MODULUS: &str = "uUI614-BpecodSpP8A504kiSxLBM5FGMg0VT_2Xys0l8O5uF1kdJD5Znb5PdEILQVEZzaqPsCM7Olzebs5dqnZXFkt\
    aubm8IyYkMEvrRpHSkJKPDktr-Rrdrdn-KiIzSq_46Ht8ghdifLnKXEdyauXPFZkCb06kdG-4-BXpeEmcTIkRrK655\
    ejq5IzhlWgnOVH_f0NdVmaN1iwfUs8Z5frwPoiRxCAhIzWrGi-Aq7jxX0HP_lMkBJHatZSyoMNp_L0-MuvRAUXajQw\
    fRVxwswXPp19iJ9qZ74sA2I50ol4Pm51JBHDQGhhktGTJUVlGDwHTWBfkTgS_VC0jbPFhNWQ";
/// Its public half in PEM, as OpenSSL writes it: what others take for the secret of an HMAC.
pub const RSA_PUBLIC_PEM: &str = "\
-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuUI614+BpecodSpP8A50
4kiSxLBM5FGMg0VT/2Xys0l8O5uF1kdJD5Znb5PdEILQVEZzaqPsCM7Olzebs5dq
nZXFktaubm8IyYkMEvrRpHSkJKPDktr+Rrdrdn+KiIzSq/46Ht8ghdifLnKXEdya
uXPFZkCb06kdG+4+BXpeEmcTIkRrK655ejq5IzhlWgnOVH/f0NdVmaN1iwfUs8Z5
frwPoiRxCAhIzWrGi+Aq7jxX0HP/lMkBJHatZSyoMNp/L0+MuvRAUXajQwfRVxws
wXPp19iJ9qZ74sA2I50ol4Pm51JBHDQGhhktGTJUVlGDwHTWBfkTgS/VC0jbPFhN
WQIDAQAB
-----END PUBLIC KEY-----
";

/// A key that signs tokens.
pub struct SigningKey {
    id: &'static str,
    pair: Pair,
}

enum Pair {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey {
    pub fn rsa(id: &'static str) -> Self {
        let der = STANDARD.decode(RSA).unwrap();
        let pair = Pair::Rsa(RsaKeyPair::from_pkcs8(&der).unwrap());
        Self { id, pair }
    }

    pub fn p256(id: &'static str) -> Self {
        let pair = ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING);
        let pair = Pair::P256(pair);
        Self { id, pair }
    }

    pub fn p384(id: &'static str) -> Self {
        let pair = Pair::P384(ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING));
        Self { id, pair }
    }

    pub fn ed25519(id: &'static str) -> Self {
        let der = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Pair::Ed25519(Ed25519KeyPair::from_pkcs8(der.as_ref()).unwrap());
        Self { id, pair }
    }

    /// The public half, as it stands in a set.
    pub fn public(&self) -> Value {
        let curve = |name: &str, pair: &EcdsaKeyPair| {
            let point = &pair.public_key().as_ref()[1..];
            let (x, y) = point.split_at(point.len() / 2);
            let (x, y) = (base64(x), base64(y));
            json!({ "kty": "EC", "crv": name, "kid": self.id, "use": "sig", "x": x, "y": y })
        };
        match &self.pair {
            Pair::Rsa(_) => {
                json!({ "kty": "RSA", "kid": self.id, "n": RSA_MODULUS, "e": "AQAB" })
            }
            Pair::P256(pair) => curve("P-256", pair),
            Pair::P384(pair) => curve("P-384", pair),
            Pair::Ed25519(pair) => {
                let x = base64(pair.public_key().as_ref());
                json!({ "kty": "OKP", "crv": "Ed25519", "kid": self.id, "x": x })
            }
        }
    }

    /// A token that says this, signed in the way of this name.
    pub fn token(&self, algorithm: &str, claims: &Value) -> String {
        let header = json!({ "alg": algorithm, "typ": "JWT", "kid": self.id });
        self.token_with(&header, claims)
    }

    /// A token with a header of its own.
    pub fn token_with(&self, header: &Value, claims: &Value) -> String {
        let message = unsigned(header, claims);
        let signature = self.signature(header["alg"].as_str().unwrap(), message.as_bytes());
        format!("{message}.{}", base64(&signature))
    }

    fn signature(&self, algorithm: &str, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let padding: &dyn ring::signature::RsaEncoding = match algorithm {
                    "RS256" => &RSA_PKCS1_SHA256,
                    "RS384" => &RSA_PKCS1_SHA384,
                    "RS512" => &RSA_PKCS1_SHA512,
                    "PS256" => &RSA_PSS_SHA256,
                    "PS384" => &RSA_PSS_SHA384,
                    "PS512" => &RSA_PSS_SHA512,
                    other => panic!("RSA signs no {other}"),
                };
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(padding, &random, message, &mut signature)
                    .unwrap();
                signature
            }
            Pair::P256(pair) | Pair::P384(pair) => {
                pair.sign(&random, message).unwrap().as_ref().to_vec()
            }
            Pair::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }
}

fn ecdsa(how: &'static ring::signature::EcdsaSigningAlgorithm) -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let der = EcdsaKeyPair::generate_pkcs8(how, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(how, der.as_ref(), &random).unwrap()
}

pub fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What a token's signature is of.
pub fn unsigned(header: &Value, claims: &Value) -> String {
    let [header, claims] = [header, claims].map(|it| base64(it.to_string().as_bytes()));
    format!("{header}.{claims}")
}

/// The set of these keys.
pub fn key_set(keys: &[&SigningKey]) -> String {
    let keys: Vec<Value> = keys.iter().map(|it| it.public()).collect();
    json!({ "keys": keys }).to_string()
}

/// An address that answers with a set of keys, or not.
pub struct Published {
    pub url: String,
    answer: Arc<Mutex<Option<String>>>,
    fetched: Arc<AtomicUsize>,
}

impl Published {
    /// One that is away so far.
    pub async fn start() -> Self {
        let answer = Arc::new(Mutex::new(None));
        let fetched = Arc::new(AtomicUsize::new(0));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (text, count) = (Arc::clone(&answer), Arc::clone(&fetched));
        let get = routing::get(async move || {
            count.fetch_add(1, Ordering::SeqCst);
            let text: Option<String> = text.lock().unwrap().clone();
            text.ok_or(StatusCode::SERVICE_UNAVAILABLE)
        });
        let router = Router::new().route("/keys", get);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            url: format!("http://{address}/keys"),
            answer,
            fetched,
        }
    }

    /// From now on it answers so; `None`, with an error.
    pub fn answer(&self, text: Option<String>) {
        *self.answer.lock().unwrap() = text;
    }

    /// How often it has been asked.
    pub fn fetched(&self) -> usize {
        self.fetched.load(Ordering::SeqCst)
    }
}
