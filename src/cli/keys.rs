//! `salesgraph keys`: makes, lists and revokes API keys.

use std::{fmt::Write as _, fs, path::Path, process::ExitCode};

use super::{
    Failure, clock,
    options::{End, Keys, KeysAction, NewKey},
    print,
    serve::connect,
    vocabulary,
};
use crate::{
    auth::{self, BadScope, KeyError, KeyRecord, Scope},
    kpi::Vocabulary,
    store,
};

pub(super) async fn run(options: Keys) -> Result<ExitCode, Failure> {
    let words = vocabulary(&options.words)?;
    // Without its model, nobody knows what words a shop has of its own.
    let is_whole = options.words.model.is_some();
    let store = connect(&options.server.uri()?, &options.database).await?;
    let keys = auth::Keys::new(store);
    match options.action {
        KeysAction::Add(new) => add(&keys, new, words, is_whole).await,
        KeysAction::List => {
            let all = keys.list().await.map_err(Failure::runtime)?;
            print::text(&table(&all, is_whole.then_some(words)))
        }
        KeysAction::Revoke { name } => revoke(&keys, &name).await,
    }
}

async fn add(
    keys: &auth::Keys,
    new: NewKey,
    words: &Vocabulary,
    is_whole: bool,
) -> Result<ExitCode, Failure> {
    let scope = match &new.scope {
        Some(path) => read(path, words, is_whole)?,
        None => Scope::default(),
    };
    let now = clock::now();
    let expires_at = match new.expires {
        Some(End::After(time)) => Some(now + time),
        Some(End::At(instant)) => Some(instant),
        None => None,
    };
    if expires_at.is_some_and(|end| end <= now) {
        return Err(Failure::usage("--expires has passed; give a later day"));
    }
    let key = keys.add(&new.name, &scope, now, expires_at).await;
    let key = key.map_err(|error| match error {
        KeyError::Taken(_) => Failure::input(error),
        KeyError::NoRandomness(_) | KeyError::Store(_) => Failure::runtime(error),
    })?;
    match new.link {
        // Browsers do not send what stands behind #: it is in no log but the reader's history.
        Some(page) => print::text(&format!("{page}#key={}", key.text())),
        None => print::text(key.text()),
    }
}

async fn revoke(keys: &auth::Keys, name: &str) -> Result<ExitCode, Failure> {
    let revoked: store::Result<bool> = keys.revoke(name).await;
    if revoked.map_err(Failure::runtime)? {
        return print::text(&format!("{name} is revoked"));
    }
    Err(Failure::usage(format!(
        "there is no key `{name}`; see `salesgraph keys list`"
    )))
}

fn read(path: &Path, words: &Vocabulary, is_whole: bool) -> Result<Scope, Failure> {
    let named = |message: String| Failure::usage(format!("{}: {message}", path.display()));
    let text = fs::read_to_string(path)
        .map_err(|error| named(format!("the scope cannot be read ({error})")))?;
    Scope::from_toml(&text, words).map_err(|error| {
        let is_unknown = matches!(error, BadScope::NoDimension { .. } | BadScope::NoKpi(_));
        let hint = if is_unknown && !is_whole {
            "; for one of the shop's own, give its --model, too"
        } else {
            ""
        };
        named(format!("{error}{hint}"))
    })
}

/// A line for each key; what a scope names is looked for where all words are known.
fn table(keys: &[KeyRecord], words: Option<&Vocabulary>) -> String {
    let mut table = String::from("NAME\tCREATED\tEXPIRES\tMAY SEE\n");
    for key in keys {
        let created = key.created_at.map(|it| it.format("%Y-%m-%d").to_string());
        let created = created.as_deref().unwrap_or("unknown");
        let expires = key
            .expires_at
            .map(|it| it.format("%Y-%m-%d %H:%M").to_string());
        let expires = expires.as_deref().unwrap_or("never");
        let scope = key.scope.clone().and_then(|scope| {
            words.map_or(Ok(()), |words| scope.check(words))?;
            Ok(scope)
        });
        let scope = match scope {
            Ok(scope) => scope.in_one_line(),
            Err(error) => format!("nothing: {error}"),
        };
        let _ = writeln!(table, "{}\t{created}\t{expires}\t{scope}", key.name);
    }
    table
}
