//! A schema in which anything can happen.

use std::{future::ready, time::Duration};

use async_graphql::{
    InputValueError, InputValueResult, Object, Scalar, ScalarType, Subscription as Root, Value,
};
use futures::{Stream, StreamExt, future::pending, stream};

pub(super) type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

pub(super) fn schema() -> Schema {
    Schema::new(Query, Mutation, Subscription)
}

/// A number with all its digits.
struct Exact(serde_json::Number);

#[Scalar]
impl ScalarType for Exact {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::Number(number) => Ok(Self(number)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Number(self.0.clone())
    }
}

pub(super) struct Query;

#[Object]
impl Query {
    async fn hello(&self) -> &'static str {
        "hello"
    }

    async fn echo(&self, number: Exact) -> Exact {
        number
    }

    async fn whole(&self, number: i32) -> i32 {
        number
    }

    async fn float(&self, number: f64) -> f64 {
        number
    }

    async fn money(&self) -> Exact {
        Exact(serde_json::from_str("12345678901234567890.1234").expect("a number"))
    }

    async fn fails(&self) -> async_graphql::Result<Option<i32>> {
        ready(Err("no luck".into())).await
    }

    async fn fails_all(&self) -> async_graphql::Result<i32> {
        ready(Err("no luck".into())).await
    }

    async fn panics(&self) -> i32 {
        std::hint::black_box(None).expect("what the test wants to fail")
    }

    async fn waits(&self, millis: u64) -> u64 {
        tokio::time::sleep(Duration::from_millis(millis)).await;
        millis
    }

    async fn inner(&self) -> Query {
        Query
    }

    async fn long(&self) -> String {
        "all work and no play ".repeat(1_000)
    }
}

pub(super) struct Mutation;

#[Object]
impl Mutation {
    async fn touch(&self) -> bool {
        true
    }
}

pub(super) struct Subscription;

#[Root]
impl Subscription {
    /// Counts to a number and ends.
    async fn counts(&self, to: u32) -> impl Stream<Item = u32> {
        stream::iter(1..=to)
    }

    /// Says one thing and goes on for ever.
    async fn lasts(&self) -> impl Stream<Item = &'static str> {
        stream::iter(["hello"]).chain(stream::pending())
    }

    /// Never says anything.
    async fn waits(&self) -> impl Stream<Item = u32> {
        stream::once(pending())
    }

    /// Says much, for ever.
    async fn floods(&self) -> impl Stream<Item = String> {
        stream::repeat_with(|| "all work and no play ".repeat(1_000))
    }
}
