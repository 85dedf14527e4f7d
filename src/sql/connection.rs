//! What one connection is: who asks, in which zone, and what the statement at hand sees.

use std::sync::{
    Arc, OnceLock, PoisonError, RwLock,
    atomic::{AtomicUsize, Ordering},
};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use tokio::sync::OnceCell;

use super::{Setup, columns::Columns, refusal::Refusal};
use crate::{
    auth::{Gate, Scope},
    engine::{Session, Settings},
    kpi::{Answer, Request, Vocabulary, merge},
};

/// One client.
#[derive(Debug)]
pub struct Connection {
    setup: Arc<Setup>,
    columns: Arc<Columns>,
    /// The key that the client has shown, if one is asked for, once they have.
    key: OnceLock<Option<String>>,
    /// The zone that days are cut in; the shop's unless the client names one.
    zone: RwLock<Tz>,
    /// None between statements, so that nothing of the shop is held then.
    statement: RwLock<Option<Arc<Statement>>>,
}

/// One statement: all that it reads is of one instant.
#[derive(Debug)]
pub struct Statement {
    setup: Arc<Setup>,
    scope: Arc<Scope>,
    opened: OnceCell<(Session, Settings)>,
    passes: AtomicUsize,
}

impl Connection {
    pub fn new(setup: Arc<Setup>, columns: Arc<Columns>) -> Self {
        Self {
            setup,
            columns,
            key: OnceLock::new(),
            zone: RwLock::new(Tz::UTC),
            statement: RwLock::default(),
        }
    }

    /// What the shop can be asked about.
    pub fn vocabulary(&self) -> &'static Vocabulary {
        self.setup.vocabulary
    }

    /// The columns of `kpis`.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    pub fn now(&self) -> DateTime<Utc> {
        (self.setup.clock)()
    }

    /// Whether the client need not say who they are.
    pub fn is_open(&self) -> bool {
        matches!(self.setup.gate, Gate::Open)
    }

    /// Lets the client ask who shows this key, where one is asked for.
    ///
    /// # Errors
    /// When the key opens nothing, or the database is away, whose settings say what the
    /// shop's days are.
    pub async fn open(&self, key: Option<String>) -> Result<(), Refusal> {
        let _ = self.key.set(key);
        self.begin_statement()?;
        let statement = self.statement()?;
        let zone = statement.settings().await?.zone;
        self.set_zone(zone);
        self.end_statement();
        Ok(())
    }

    /// What whoever asks may see, by now: a key that is revoked opens nothing any more.
    fn scope_now(&self) -> Result<Arc<Scope>, Refusal> {
        let key = self.key.get();
        let key = key.ok_or_else(|| Refusal::new("28000", "say who you are first"))?;
        let identity = self.setup.gate.identity(key.as_deref())?;
        let scope = identity.map(|it| it.scope).unwrap_or_default();
        if scope.fits(self.vocabulary()) {
            return Ok(scope);
        }
        Err(Refusal::new(
            "42501",
            "your scope tells rows by a dimension that this shop has on its order lines; ask \
             whoever gave you access for another",
        ))
    }

    pub fn zone(&self) -> Tz {
        *self.zone.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn set_zone(&self, zone: Tz) {
        *self.zone.write().unwrap_or_else(PoisonError::into_inner) = zone;
    }

    /// The statement at hand.
    ///
    /// # Errors
    /// Between statements.
    pub fn statement(&self) -> Result<Arc<Statement>, Refusal> {
        let statement = self
            .statement
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let statement = statement.as_ref().map(Arc::clone);
        statement.ok_or_else(|| Refusal::new("25P01", "there is no statement at hand"))
    }

    /// From now on another statement is at hand.
    ///
    /// # Errors
    /// When the client may ask no more.
    pub fn begin_statement(&self) -> Result<(), Refusal> {
        let begun = Statement::new(Arc::clone(&self.setup), self.scope_now()?);
        self.put(Some(Arc::new(begun)));
        Ok(())
    }

    /// The statement at hand is done.
    pub fn end_statement(&self) {
        self.put(None);
    }

    fn put(&self, at_hand: Option<Arc<Statement>>) {
        let statement = self.statement.write();
        *statement.unwrap_or_else(PoisonError::into_inner) = at_hand;
    }
}

impl Statement {
    fn new(setup: Arc<Setup>, scope: Arc<Scope>) -> Self {
        Self {
            setup,
            scope,
            opened: OnceCell::new(),
            passes: AtomicUsize::new(0),
        }
    }

    /// What whoever asks may see.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The shop's settings.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn settings(&self) -> Result<&Settings, Refusal> {
        Ok(&self.opened().await?.1)
    }

    /// The groups of these requests, counted at once.
    ///
    /// # Errors
    /// When they may not be asked, are too many, or cannot be counted.
    pub async fn answers(&self, requests: &[Request]) -> Result<Vec<Arc<Answer>>, Refusal> {
        let vocabulary = self.setup.vocabulary;
        for request in requests {
            self.scope.permit(vocabulary, request)?;
        }
        let merged = merge(requests);
        let parts = merged.iter().map(|it| it.pass.parts(vocabulary)).sum();
        self.take_passes(parts)?;
        let passes = merged.iter().map(|it| it.pass.clone()).collect();
        let (session, _) = self.opened().await?;
        let counted = session.answers(passes).await;
        let mut answers: Vec<Option<Arc<Answer>>> = vec![None; requests.len()];
        for (merged, answer) in merged.iter().zip(counted) {
            let answer = answer?;
            let served: Vec<&Request> = merged.serves.iter().map(|at| &requests[*at]).collect();
            for (at, part) in merged.serves.iter().zip(answer.split(&served)) {
                answers[*at] = Some(part);
            }
        }
        Ok(answers.into_iter().flatten().collect())
    }

    fn take_passes(&self, more: usize) -> Result<(), Refusal> {
        let most = self.setup.passes;
        let before = self.passes.fetch_add(more, Ordering::Relaxed);
        if before.saturating_add(more) > most {
            return Err(Refusal::new(
                "54000",
                format!(
                    "the statement has the orders counted more than {most} times; ask for less at once"
                ),
            ));
        }
        Ok(())
    }

    async fn opened(&self) -> Result<&(Session, Settings), Refusal> {
        let open = || async {
            let setup = &self.setup;
            let store = setup.store.for_request(self.scope.rows(setup.vocabulary));
            let rows = self.scope.predicates(setup.vocabulary);
            let session = setup.engine.session(store, rows, setup.vocabulary).await;
            let settings = session.settings(&setup.overrides).await?;
            Ok::<_, Refusal>((session, settings))
        };
        self.opened.get_or_try_init(open).await
    }
}
