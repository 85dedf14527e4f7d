//! What one connection is: who asks, in which zone, and what the statement at hand sees.

use std::{
    ops::Deref,
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{Setup, columns::Columns, refusal::Refusal};
use crate::{
    asking::Asking,
    auth::{
        Gate, Identity, Quotas, Turn,
        audit::{self, Door},
    },
};

/// While it is there, a statement may be at hand; whoever reads its rows holds on to it.
pub struct AtHand<'a>(&'a Connection);

impl Drop for AtHand<'_> {
    fn drop(&mut self) {
        self.0.put(None);
    }
}

/// One client.
#[derive(Debug)]
pub struct Connection {
    setup: Arc<Setup>,
    columns: Arc<Columns>,
    /// Who the client is, once they have said so.
    asks: OnceLock<Asks>,
    /// The zone that days are cut in; the shop's unless the client names one.
    zone: RwLock<Tz>,
    /// All that it reads is of one instant. None between statements, so that nothing of the shop is held then.
    statement: RwLock<Option<Arc<Statement>>>,
}

/// Who asks.
#[derive(Debug)]
enum Asks {
    /// Whoever has this key, if one is asked for.
    Key(Option<String>),
    /// Somebody who has been let in, and whose turn it is.
    Guest(Option<Identity>),
}

/// A statement: what it sees, and its turn, from when it first reads something of the shop.
///
/// What asks the catalogue alone needs no turn: tools do so a dozen times before their first
/// question.
#[derive(Debug)]
pub struct Statement {
    asking: Asking,
    identity: Option<Identity>,
    turn: OnceLock<Option<Turn>>,
}

impl Deref for Statement {
    type Target = Asking;

    fn deref(&self) -> &Asking {
        &self.asking
    }
}

impl Statement {
    fn take_turn(&self, quotas: &Arc<Quotas>) -> Result<(), Refusal> {
        if self.turn.get().is_none() {
            // Whoever was quicker has it.
            let _ = self.turn.set(quotas.turn(self.identity.as_ref())?);
        }
        Ok(())
    }
}

impl Connection {
    pub fn new(setup: Arc<Setup>, columns: Arc<Columns>) -> Self {
        Self {
            setup,
            columns,
            asks: OnceLock::new(),
            zone: RwLock::new(Tz::UTC),
            statement: RwLock::default(),
        }
    }

    /// That of somebody who has been let in by another door.
    pub fn of_guest(setup: Arc<Setup>, columns: Arc<Columns>, identity: Option<Identity>) -> Self {
        let connection = Self::new(setup, columns);
        let _ = connection.asks.set(Asks::Guest(identity));
        connection
    }

    /// The columns of `kpis`.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    pub fn now(&self) -> DateTime<Utc> {
        (self.setup.shop.clock)()
    }

    /// Whether the client need not say who they are.
    pub fn is_open(&self) -> bool {
        matches!(self.setup.gate, Gate::Open)
    }

    /// Lets the client ask who shows this key, where one is asked for. Gives the shop's zone.
    ///
    /// # Errors
    /// When the key opens nothing, or the database is away, whose settings say what the
    /// shop's days are.
    pub async fn open(&self, key: Option<String>) -> Result<Tz, Refusal> {
        let _ = self.asks.set(Asks::Key(key));
        let _statement = AtHand(self);
        self.begin_statement()
            .inspect_err(|refusal| audit::not_signed_in(&refusal.to_string(), Door::Sql))?;
        if let Ok(identity) = self.identity_now() {
            audit::signed_in(identity.as_ref(), Door::Sql);
        }
        let statement = self.statement()?;
        Ok(statement.settings().await?.calendar.zone)
    }

    /// Who asks, by now: a key that is revoked opens nothing any more.
    fn identity_now(&self) -> Result<Option<Identity>, Refusal> {
        match self.asks.get() {
            Some(Asks::Key(key)) => Ok(self.setup.gate.identity(key.as_deref())?),
            Some(Asks::Guest(identity)) => Ok(identity.clone()),
            None => Err(Refusal::new("28000", "say who you are first")),
        }
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

    /// The statement at hand, whose turn it is to read something of the shop.
    ///
    /// # Errors
    /// Between statements, or when whoever asks has to wait.
    pub fn reading(&self) -> Result<Arc<Statement>, Refusal> {
        let statement = self.statement()?;
        statement.take_turn(&self.setup.quotas)?;
        Ok(statement)
    }

    /// From now on another statement is at hand.
    ///
    /// # Errors
    /// When the client may ask no more.
    pub fn begin_statement(&self) -> Result<(), Refusal> {
        let identity = self.identity_now()?;
        let scope = Identity::scope_of(identity.as_ref());
        let turn = OnceLock::new();
        if matches!(self.asks.get(), Some(Asks::Guest(_))) {
            let _ = turn.set(None);
        }
        let begun = Statement {
            asking: Asking::new(self.setup.shop.clone(), scope, self.setup.passes)?,
            identity,
            turn,
        };
        self.put(Some(Arc::new(begun)));
        Ok(())
    }

    /// What ends the statement that is at hand by then, when it is dropped.
    #[must_use]
    pub fn at_hand(&self) -> AtHand<'_> {
        AtHand(self)
    }

    fn put(&self, at_hand: Option<Arc<Statement>>) {
        let statement = self.statement.write();
        *statement.unwrap_or_else(PoisonError::into_inner) = at_hand;
    }
}
