//! An operation, from what is asked to its last answer.

use std::{panic::AssertUnwindSafe, thread, time::Duration};

use async_graphql::{Executor, Request, Response, ServerError};
use futures::{StreamExt, stream, stream::BoxStream};
use tokio::time::timeout;

use super::{Live, Place};
use crate::{
    guard::Code,
    http::answer::{panicked, too_slow, was_not_run},
};

/// What comes of an operation.
pub(in crate::http) enum Told {
    /// An answer; there may be more.
    Next(Response),
    /// It is not run, and why; nothing follows.
    Refused(Vec<ServerError>),
    /// There are no more answers.
    Done,
}

/// The answers to an operation, until one of them panics: others share its connection.
type Answers = BoxStream<'static, thread::Result<Response>>;

/// How far an operation is.
enum Step {
    Asked(Answers, Place),
    Running(Answers, Place),
    Over,
}

impl Live {
    /// Runs an operation, whose first answer has to come in time.
    pub(in crate::http) fn run<E: Executor>(
        &self,
        schema: &E,
        request: Request,
        in_time: Duration,
    ) -> BoxStream<'static, Told> {
        let Some(place) = self.operation() else {
            return refused(busy(self.limits.operations));
        };
        let answers = AssertUnwindSafe(schema.execute_stream(request, None));
        let answers = answers.catch_unwind().boxed();
        let told = stream::unfold(Step::Asked(answers, place), move |step| next(step, in_time));
        told.boxed()
    }
}

async fn next(step: Step, in_time: Duration) -> Option<(Told, Step)> {
    match step {
        Step::Asked(mut answers, place) => match timeout(in_time, answers.next()).await {
            Err(_) => Some((Told::Refused(vec![too_slow()]), Step::Over)),
            Ok(None) => Some((Told::Done, Step::Over)),
            Ok(Some(Err(_))) => Some((Told::Refused(vec![panicked()]), Step::Over)),
            Ok(Some(Ok(answer))) if was_not_run(&answer) => {
                Some((Told::Refused(answer.errors), Step::Over))
            }
            Ok(Some(Ok(answer))) => Some((Told::Next(answer), Step::Running(answers, place))),
        },
        Step::Running(mut answers, place) => match answers.next().await {
            Some(Err(_)) => Some((Told::Refused(vec![panicked()]), Step::Over)),
            Some(Ok(answer)) => Some((Told::Next(answer), Step::Running(answers, place))),
            None => Some((Told::Done, Step::Over)),
        },
        Step::Over => None,
    }
}

/// An operation that is not run.
pub(in crate::http) fn refused(error: ServerError) -> BoxStream<'static, Told> {
    stream::iter([Told::Refused(vec![error])]).boxed()
}

/// So many run already.
pub(super) fn busy(most: usize) -> ServerError {
    let message = format!(
        "{most} operations run already, which is as many as may; end some of them, or try again later"
    );
    Code::TooManySubscriptions.of_request(message)
}
