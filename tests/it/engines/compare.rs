//! The same question to two engines.

use std::time::{Duration, Instant};

use async_graphql::Response;
use salesgraph::{
    engine::{Choice, memory::Replica},
    kpi::Vocabulary,
    store::Store,
};
use serde_json::Value;

use super::text::Text;
use crate::support::{Shop, caught_up, replica_of};

/// Two shops that must answer alike: MongoDB's, and one in memory.
pub struct Pair {
    mongo: Shop,
    memory: Shop,
    replica: Replica,
}

/// Tries to make a failing query smaller; it takes two answers each.
const TRIES: usize = 300;
/// How long a smaller query is looked for: on a large shop each may take seconds.
const PATIENCE: Duration = Duration::from_secs(60);

impl Pair {
    /// Both engines over a database that does not change.
    pub async fn over(store: &Store, vocabulary: &'static Vocabulary) -> Self {
        let replica = replica_of(vocabulary, usize::MAX, store);
        caught_up(&replica).await;
        Self::with(replica, store, vocabulary)
    }

    /// Both engines, the one in memory with this replica.
    pub fn with(replica: Replica, store: &Store, vocabulary: &'static Vocabulary) -> Self {
        let shop = |choice| Shop::speaking(vocabulary, choice, store.clone());
        Self {
            mongo: shop(Choice::Mongo),
            memory: shop(Choice::Memory(replica.clone())),
            replica,
        }
    }

    /// The smallest query found that is answered differently, with both answers.
    pub async fn disagreement(&self, query: &Text, case: &str) -> Option<String> {
        let difference = async |query: &Text| self.difference(query).await;
        let (smallest, mongo, memory) = smallest(query, difference).await?;
        Some(format!(
            "{case}\nquery:  {smallest}\nmongo:  {mongo}\nmemory: {memory}\n"
        ))
    }

    /// Both answers, where they are different.
    async fn difference(&self, query: &Text) -> Option<(String, String)> {
        if self.replica.view().is_none() {
            // A large answer kept this thread busy, and the replica may seem too old by now.
            caught_up(&self.replica).await;
        }
        let query = query.to_string();
        let (mongo, memory) = tokio::join!(self.mongo.execute(&query), self.memory.execute(&query));
        let (mongo, memory) = (text(&mongo), text(&memory));
        (mongo != memory).then_some((mongo, memory))
    }
}

/// The smallest query found to which there are two answers, with both of them.
pub async fn smallest(
    query: &Text,
    difference: impl AsyncFn(&Text) -> Option<(String, String)>,
) -> Option<(Text, String, String)> {
    let (mut one, mut other) = difference(query).await?;
    let mut query = query.clone();
    let (mut tries, start) = (0, Instant::now());
    'smaller: loop {
        for smaller in query.smaller() {
            tries += 1;
            if tries > TRIES || start.elapsed() > PATIENCE {
                break 'smaller;
            }
            // It may happen at times only: then what was seen last is told.
            if let Some(answers) = difference(&smaller).await {
                (one, other) = answers;
                query = smaller;
                continue 'smaller;
            }
        }
        break;
    }
    Some((query, one, other))
}

/// An answer as text: its data to the last digit, and its errors in no order.
///
/// Fields come in the order in which they were done, which is the engines' own affair.
pub fn text(response: &Response) -> String {
    let data = sorted(&serde_json::to_value(&response.data).unwrap());
    let errors = response.errors.iter();
    let mut errors: Vec<String> = errors
        .map(|error| serde_json::to_string(error).unwrap())
        .collect();
    errors.sort_unstable();
    errors.insert(0, data);
    errors.join("\n")
}

/// As JSON, with the fields of every object by name.
fn sorted(value: &Value) -> String {
    let inside = |items: Vec<String>| items.join(",");
    match value {
        Value::Object(fields) => {
            let field = |(name, value)| format!("{name:?}:{}", sorted(value));
            let mut fields: Vec<String> = fields.iter().map(field).collect();
            fields.sort_unstable();
            format!("{{{}}}", inside(fields))
        }
        Value::Array(items) => format!("[{}]", inside(items.iter().map(sorted).collect())),
        other => other.to_string(),
    }
}
