//! Who may ask, as the options say.

use std::{fs, net::IpAddr, path::Path, sync::Arc, time::Duration};

use super::{
    Failure, clock,
    options::{Access, Auth, Jwt, Serving},
};
use crate::{
    auth::{Gate, Grants, KeySource, Keyring, Keys, Refresh, TokenOptions, Tokens},
    kpi::Vocabulary,
    store::Store,
};

/// How long it may take to read the API keys: one that is revoked meanwhile goes on.
const KEYS: Duration = Duration::from_secs(5);

/// Refuses what lets in more than was meant, before anything is started.
pub(super) fn check(serving: &Serving, words: &'static Vocabulary) -> Result<(), Failure> {
    let access = &serving.access;
    if access.takes(Auth::Off) && !access.is_open() {
        return Err(Failure::usage(
            "--auth off lets anybody ask; leave it out beside others",
        ));
    }
    if access.takes(Auth::Jwt) {
        tokens(&access.jwt, words)?;
    } else if is_about_tokens(&access.jwt) {
        return Err(Failure::usage(
            "no token is asked for; give --auth jwt, too, or leave the --jwt options out",
        ));
    }
    refuse_strangers(serving)
}

/// What lets in who may ask; keys are in the database.
pub(super) async fn gate(
    access: &Access,
    store: &Store,
    words: &'static Vocabulary,
) -> Result<Gate, Failure> {
    let keys = if access.takes(Auth::Keys) {
        let brief = store.apart(KEYS).map_err(Failure::runtime)?;
        Some(Arc::new(Keyring::of(Keys::new(brief), words, clock::now)))
    } else {
        None
    };
    let tokens = if access.takes(Auth::Jwt) {
        let tokens = Tokens::start(tokens(&access.jwt, words)?, clock::now).await;
        Some(Arc::new(tokens.map_err(Failure::input)?))
    } else {
        None
    };
    Ok(match (keys, tokens) {
        (None, None) => Gate::Open,
        (Some(keys), None) => Gate::Keys(keys),
        (None, Some(tokens)) => Gate::Tokens(tokens),
        (Some(keys), Some(tokens)) => Gate::Either(keys, tokens),
    })
}

/// Refuses to let everybody on a network read the shop, unless that is wanted.
fn refuse_strangers(serving: &Serving) -> Result<(), Failure> {
    let access = &serving.access;
    if !access.is_open() || access.insecure {
        return Ok(());
    }
    let http = Some(("--listen", serving.http.listen));
    let sql = serving.sql.sql_listen.map(|it| ("--sql-listen", it));
    let mut listens = [http, sql].into_iter().flatten();
    let Some((option, address)) = listens.find(|(_, it)| !it.ip().is_loopback()) else {
        return Ok(());
    };
    Err(Failure::usage(format!(
        "whoever reaches {address} could read the whole shop; give --auth keys to ask for a key, \
         {option} 127.0.0.1:{} to serve this machine alone, or --insecure to let anybody ask",
        address.port()
    )))
}

/// Whether any option says which tokens are accepted.
fn is_about_tokens(jwt: &Jwt) -> bool {
    jwt.jwt_keys.is_some()
        || jwt.jwt_issuer.is_some()
        || !jwt.jwt_audience.is_empty()
        || jwt.jwt_claim.is_some()
        || jwt.jwt_scopes.is_some()
}

/// Which tokens are accepted. Whatever would let in more where it is left out must be said.
fn tokens(jwt: &Jwt, words: &'static Vocabulary) -> Result<TokenOptions, Failure> {
    let audiences = jwt.jwt_audience.iter().filter(|it| !it.is_empty());
    let audiences: Vec<String> = audiences.cloned().collect();
    let (Some(keys), Some(issuer), Some(claim), false) = (
        &jwt.jwt_keys,
        &jwt.jwt_issuer,
        &jwt.jwt_claim,
        audiences.is_empty(),
    ) else {
        return Err(Failure::usage(
            "--auth jwt needs --jwt-keys, --jwt-issuer, --jwt-audience and --jwt-claim: who makes \
             the tokens, for whom, and where they say what they may see",
        ));
    };
    let keys = key_source(keys)?;
    let grants = match &jwt.jwt_scopes {
        Some(path) => by_role(claim, path, words)?,
        None => Grants::in_claim(claim.clone(), words),
    };
    Ok(TokenOptions {
        keys,
        issuer: issuer.clone(),
        audiences,
        algorithms: jwt.jwt_algorithms.clone(),
        leeway: jwt.jwt_leeway,
        grants,
        refresh: Refresh::DEFAULT,
    })
}

fn by_role(claim: &str, path: &Path, words: &'static Vocabulary) -> Result<Grants, Failure> {
    let named = |message: String| Failure::usage(format!("{}: {message}", path.display()));
    let text = fs::read_to_string(path)
        .map_err(|error| named(format!("the scopes of roles cannot be read ({error})")))?;
    Grants::by_role(claim.to_owned(), &text, words).map_err(|error| named(error.to_string()))
}

/// Where the keys of tokens are. Not an option's own check, which would repeat a password.
fn key_source(text: &str) -> Result<KeySource, Failure> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Ok(KeySource::File(text.into()));
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_fetched = ["http", "https"].contains(&scheme) && !host.is_empty() && !host.contains('@');
    if !is_fetched {
        return Err(Failure::usage(
            "--jwt-keys is a file, or an address such as https://login.example/keys, without a \
             password",
        ));
    }
    warn_of_plain_http(text);
    Ok(KeySource::Url(text.to_owned()))
}

/// Whoever is on the way could put keys of their own in the place of those that are fetched.
fn warn_of_plain_http(url: &str) {
    let Some(rest) = url.strip_prefix("http://") else {
        return;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    if host != "localhost" && !address.is_ok_and(|it| it.is_loopback()) {
        tracing::warn!(
            "--jwt-keys is fetched without TLS: whoever is on the way can make tokens; give an https address"
        );
    }
}
