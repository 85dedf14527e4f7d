//! Questions for KPIs by groups, whatever language they are asked in.
//!
//! An [`Asking`] is one question, or several that see the same shop: it holds what whoever
//! asks may see, refuses what they may not use, and has all that is asked counted in the
//! fewest passes. Nothing here knows GraphQL, SQL or HTTP.

mod told;

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::OnceCell;

pub use told::Refused;

use crate::{
    auth::{Clock, Scope},
    engine::{Engine, Session, Settings, SettingsOverrides, memory::Version},
    guard::Code,
    kpi::{
        Answer, Axis, Dimension, Key, Measures, Request, Values, Vocabulary, merge,
        series::has_entries,
    },
    store::{AsOf, Store},
};

/// The shop that is asked about.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Its database.
    pub store: Store,
    /// What counts its KPIs.
    pub engine: Engine,
    /// What this server says instead of the settings in the database.
    pub overrides: SettingsOverrides,
    /// What it can be asked about.
    pub vocabulary: &'static Vocabulary,
    /// What time it is.
    pub clock: Clock,
}

impl Shop {
    /// What a request sees that may see so much: its database, and what counts it.
    pub async fn open(&self, scope: &Scope) -> (Store, Session) {
        let store = self.store.for_request(scope.rows(self.vocabulary));
        let rows = scope.predicates(self.vocabulary);
        let session = self.engine.session(store.clone(), rows, self.vocabulary);
        (store, session.await)
    }
}

/// Does what takes long and waits for nothing beside what answers others.
///
/// # Errors
/// When it panics.
pub async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Refused> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Refused::internal())
}

/// The groups of an answer by these axes that have an order or a return record; over
/// everything there is one.
#[must_use]
pub fn groups<'a>(answer: &'a Answer, axes: &[Axis]) -> Vec<Cow<'a, (Key, Values)>> {
    let rows = match answer {
        Answer::Measures(rows) => rows.as_slice(),
        Answer::Cohorts(_) | Answer::Distances(_) | Answer::Pairs(_) | Answer::Customers(_) => &[],
    };
    if axes.is_empty() {
        let nothing = || Cow::Owned((Key::new(), Values::of_nothing(Measures::NONE)));
        return vec![rows.first().map_or_else(nothing, Cow::Borrowed)];
    }
    let rows = rows.iter().filter(|(_, values)| has_entries(values));
    rows.map(Cow::Borrowed).collect()
}

/// The shop as a question sees it, from when it is first asked on.
#[derive(Debug)]
struct Opened {
    store: Store,
    session: Session,
    settings: Settings,
    /// The instant that all records are read of.
    as_of: OnceCell<AsOf>,
}

/// What one question, or one statement, sees: all of it of one instant.
#[derive(Debug)]
pub struct Asking {
    shop: Shop,
    scope: Arc<Scope>,
    opened: OnceCell<Opened>,
    /// The most passes over the orders, and how many there have been.
    most_passes: usize,
    passes: AtomicUsize,
}

impl Asking {
    /// A question of who may see so much, that may take so many passes over the orders.
    ///
    /// # Errors
    /// When the shop cannot tell which rows that are.
    pub fn new(shop: Shop, scope: Arc<Scope>, most_passes: usize) -> Result<Self, Refused> {
        scope.permit_rows(shop.vocabulary)?;
        Ok(Self {
            shop,
            scope,
            opened: OnceCell::new(),
            most_passes,
            passes: AtomicUsize::new(0),
        })
    }

    /// What the shop can be asked about.
    pub fn vocabulary(&self) -> &'static Vocabulary {
        self.shop.vocabulary
    }

    /// What whoever asks may see.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The shop's settings.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn settings(&self) -> Result<&Settings, Refused> {
        Ok(&self.opened().await?.settings)
    }

    /// The version of the shop that is seen; `None` where MongoDB counts, which does not tell.
    ///
    /// # Errors
    /// As [`Asking::settings`].
    pub async fn version(&self) -> Result<Option<Version>, Refused> {
        Ok(self.opened().await?.session.version())
    }

    /// The groups of these requests, counted at once.
    ///
    /// # Errors
    /// When they may not be asked, are too many, or cannot be counted.
    pub async fn answers(&self, requests: &[Request]) -> Result<Vec<Arc<Answer>>, Refused> {
        let vocabulary = self.shop.vocabulary;
        for request in requests {
            self.scope.permit(vocabulary, request)?;
        }
        let merged = merge(requests);
        self.take_passes(merged.iter().map(|it| it.pass.parts(vocabulary)).sum())?;
        let passes = merged.iter().map(|it| it.pass.clone()).collect();
        let counted = self.opened().await?.session.answers(passes).await;
        let mut answers: Vec<Option<Arc<Answer>>> = vec![None; requests.len()];
        for (merged, answer) in merged.iter().zip(counted) {
            let answer = answer.map_err(|error| Refused::from(&error))?;
            let served: Vec<&Request> = merged.serves.iter().map(|at| &requests[*at]).collect();
            for (at, part) in merged.serves.iter().zip(answer.split(&served)) {
                answers[*at] = Some(part);
            }
        }
        Ok(answers.into_iter().flatten().collect())
    }

    /// Holds so many bytes until the question is answered.
    ///
    /// # Errors
    /// When that is more than it may.
    pub async fn hold(&self, bytes: usize) -> Result<(), Refused> {
        Ok(self.opened().await?.session.hold(bytes)?)
    }

    /// Holds as much again as an answer takes.
    ///
    /// # Errors
    /// As [`Asking::hold`].
    pub async fn hold_copy(&self, answer: &Answer) -> Result<(), Refused> {
        Ok(self.opened().await?.session.hold_copy(answer)?)
    }

    /// What products or customers are called; see [`Session::names`].
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn names(
        &self,
        of: Dimension,
        ids: &[&str],
    ) -> Result<HashMap<String, String>, Refused> {
        let names = self.opened().await?.session.names(of, ids).await;
        names.map_err(|error| Refused::from(&error))
    }

    /// The shop's database, and the instant that all which is read of it is of.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn records(&self) -> Result<(&Store, AsOf), Refused> {
        let Opened { store, as_of, .. } = self.opened().await?;
        let as_of = as_of.get_or_try_init(|| store.now()).await;
        let as_of = as_of.map_err(|error| Refused::from(&error))?;
        Ok((store, *as_of))
    }

    /// Takes the turn of going once through the orders, whatever for.
    ///
    /// # Errors
    /// When they have been gone through as often as they may.
    pub fn take_pass(&self) -> Result<(), Refused> {
        self.take_passes(1)
    }

    fn take_passes(&self, more: usize) -> Result<(), Refused> {
        let most = self.most_passes;
        let before = self.passes.fetch_add(more, Ordering::Relaxed);
        if before.saturating_add(more) > most {
            let message =
                format!("this has the orders counted more than {most} times; ask for less at once");
            return Err(Refused::new(Code::QueryTooComplex, message));
        }
        Ok(())
    }

    async fn opened(&self) -> Result<&Opened, Refused> {
        let open = || async {
            let (store, session) = self.shop.open(&self.scope).await;
            let settings = session.settings(&self.shop.overrides).await;
            let settings = settings.map_err(|error| Refused::from(&error))?;
            Ok::<_, Refused>(Opened {
                store,
                session,
                settings,
                as_of: OnceCell::new(),
            })
        };
        self.opened.get_or_try_init(open).await
    }
}
