//! What a token may see, by its claims.

use salesgraph::{
    auth::{Gate, Grants, TokenOptions},
    kpi::Vocabulary,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    issuer::SigningKey,
    tokens::{file, gate, options, with},
};

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
            grants: Grants::by_role(name.into(), ROLES, Vocabulary::built_in()).unwrap(),
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
