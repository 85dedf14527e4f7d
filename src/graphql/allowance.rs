//! What one request may still have: fields and bytes in its answer, and passes over the orders.
//!
//! The [guard](crate::guard) bounds a query, and each list has a bound of its own. Lists
//! within lists multiply, and how long they are is only known once they have been
//! counted. So each list asks here before its items are resolved, and each batch of
//! passes before it is counted. Which of them is one too many depends on which was
//! counted first; so the request is refused as a whole, whoever asked.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_graphql::{Context, Error, Result, SelectionField};
use tokio::sync::SetOnce;

use super::error::failed;
use crate::{engine::allotment::Stopped, guard::Code};

/// The most that the answer to one request may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerLimits {
    /// Fields of everything in lists. Those of a list within a list count for each item of
    /// the outer one, and once more for each of its own.
    pub fields: usize,
    /// Passes over the orders.
    pub passes: usize,
    /// Bytes of the answer, as JSON.
    pub bytes: usize,
}

impl AnswerLimits {
    /// What a server allows unless told otherwise: every hour of twenty years with two KPIs,
    /// or a period of its own for every day of five years.
    pub const DEFAULT: Self = Self {
        fields: 1_000_000,
        passes: 2_000,
        bytes: 32 << 20,
    };
}

impl Default for AnswerLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// How much of the limits a request has used.
#[derive(Debug)]
pub(super) struct Allowance {
    limits: AnswerLimits,
    fields: AtomicUsize,
    passes: AtomicUsize,
    bytes: AtomicUsize,
    refused: SetOnce<Error>,
}

impl Allowance {
    pub fn new(limits: AnswerLimits) -> Self {
        Self {
            limits,
            fields: AtomicUsize::new(0),
            passes: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            refused: SetOnce::new(),
        }
    }

    /// Why the request is refused, if it is.
    pub fn refusal(&self) -> Option<&Error> {
        self.refused.get()
    }

    /// Why the request is refused, as soon as it is, which may be never.
    pub async fn refused(&self) -> &Error {
        self.refused.wait().await
    }

    /// Takes what a list of so many items needs; the context is that of the field that gives it.
    pub fn take_list(&self, ctx: &Context<'_>, items: usize) -> Result<()> {
        self.take_fields(items.saturating_mul(fields(ctx.field())))
    }

    /// Takes so many fields.
    pub fn take_fields(&self, more: usize) -> Result<()> {
        let most = self.limits.fields;
        self.take(&self.fields, more, most, || {
            Code::AnswerTooLarge.error(format!(
                "the answer would hold more than {most} fields; ask for fewer rows, a coarser grain or a shorter period"
            ))
        })
    }

    /// Takes so many passes over the orders.
    pub fn take_passes(&self, more: usize) -> Result<()> {
        let most = self.limits.passes;
        self.take(&self.passes, more, most, || {
            Code::QueryTooComplex.error(format!(
                "the query has the orders counted more than {most} times; ask for fewer periods within periods, and for fewer filters"
            ))
        })
    }

    /// Takes so many bytes of the answer.
    pub fn take_bytes(&self, more: usize) -> Result<()> {
        let most = self.limits.bytes;
        self.take(&self.bytes, more, most, || {
            Code::AnswerTooLarge.error(format!(
                "the answer would take more than {most} bytes; ask for fewer rows, a coarser grain or a shorter period, and by shorter aliases"
            ))
        })
    }

    /// Holds what an engine lets it hold, or refuses the request.
    pub fn held(&self, held: std::result::Result<(), Stopped>) -> Result<()> {
        held.map_err(|stopped| self.refuse(failed(stopped)))
    }

    /// Refuses the request as a whole; what it was refused for first is told.
    pub fn refuse(&self, error: Error) -> Error {
        let _ = self.refused.set(error.clone());
        self.refusal().cloned().unwrap_or(error)
    }

    /// Uses so much more. Once something was refused, so is all that is asked for later.
    fn take(
        &self,
        used: &AtomicUsize,
        more: usize,
        most: usize,
        too_much: impl FnOnce() -> Error,
    ) -> Result<()> {
        let before = used.fetch_add(more, Ordering::Relaxed);
        if before.checked_add(more).is_none_or(|sum| sum > most) {
            return Err(self.refuse(too_much()));
        }
        self.refusal().cloned().map_or(Ok(()), Err)
    }
}

/// The fields that are selected on a field, and on those. The guard has bounded their number.
fn fields(field: SelectionField<'_>) -> usize {
    let selected = field.selection_set();
    selected.map(|it| 1 + fields(it)).sum()
}
