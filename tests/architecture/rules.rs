//! What each module may know.

/// A folder or file under `src`.
pub struct Rule {
    pub module: &'static str,
    /// The other modules that it may know.
    pub knows: &'static [&'static str],
    /// The crates that it must not know.
    pub never: &'static [&'static [&'static str]],
}

/// How GraphQL and HTTP are spoken.
const PROTOCOLS: &[&str] = &[
    "async_graphql",
    "async_graphql_axum",
    "async_graphql_value",
    "axum",
    "tower_http",
];
/// How HTTP is.
const HTTP: &[&str] = &["async_graphql_axum", "axum", "tower_http"];
const DRIVER: &[&str] = &["mongodb"];
const DOCUMENTS: &[&str] = &["bson"];
/// What waits for something.
const RUNTIME: &[&str] = &["tokio"];

pub const RULES: &[Rule] = &[
    Rule {
        module: "kpi",
        knows: &[],
        never: &[PROTOCOLS, DRIVER, DOCUMENTS, RUNTIME],
    },
    Rule {
        module: "store",
        knows: &[],
        never: &[PROTOCOLS],
    },
    Rule {
        module: "engine",
        knows: &["kpi", "store"],
        never: &[PROTOCOLS],
    },
    Rule {
        module: "auth",
        knows: &["kpi", "store"],
        never: &[PROTOCOLS],
    },
    Rule {
        module: "guard",
        knows: &[],
        never: &[HTTP, DRIVER, DOCUMENTS, RUNTIME],
    },
    Rule {
        module: "asking",
        knows: &["auth", "engine", "guard", "kpi", "store"],
        never: &[PROTOCOLS, DRIVER, DOCUMENTS],
    },
    Rule {
        module: "graphql",
        knows: &["asking", "auth", "engine", "guard", "kpi", "store"],
        never: &[HTTP],
    },
    Rule {
        module: "tables",
        knows: &["asking", "auth", "guard", "kpi"],
        never: &[PROTOCOLS, DRIVER, DOCUMENTS],
    },
    Rule {
        module: "sql",
        knows: &["asking", "auth", "guard", "kpi", "store", "tables", "tls"],
        never: &[PROTOCOLS, DRIVER, DOCUMENTS],
    },
    Rule {
        module: "http",
        knows: &["asking", "auth", "guard", "kpi", "tables", "tls"],
        never: &[DRIVER, DOCUMENTS],
    },
    Rule {
        module: "values",
        knows: &[],
        never: &[PROTOCOLS, DRIVER, RUNTIME],
    },
    Rule {
        module: "files",
        knows: &["values"],
        never: &[PROTOCOLS, DRIVER, RUNTIME],
    },
    Rule {
        module: "import",
        knows: &["files", "store", "values"],
        never: &[PROTOCOLS],
    },
    Rule {
        module: "model",
        knows: &["kpi", "store", "values"],
        never: &[PROTOCOLS, DRIVER, RUNTIME],
    },
    Rule {
        module: "inspect",
        knows: &["model", "values"],
        never: &[PROTOCOLS, DRIVER, RUNTIME],
    },
    Rule {
        module: "bridge",
        knows: &["files", "inspect", "model", "store", "values"],
        never: &[PROTOCOLS],
    },
    Rule {
        module: "demo",
        knows: &["store", "values"],
        never: &[PROTOCOLS],
    },
    Rule {
        module: "tls",
        knows: &[],
        never: &[PROTOCOLS, DRIVER, DOCUMENTS],
    },
    Rule {
        module: "mongod",
        knows: &[],
        never: &[PROTOCOLS],
    },
];
