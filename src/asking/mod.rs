//! Questions for KPIs by groups, whatever language they are asked in.
//!
//! An [`Asking`] is one question, or several that see the same shop: it holds what whoever
//! asks may see, refuses what they may not use, and has all that is asked counted in the
//! fewest passes. Nothing here knows GraphQL, SQL or HTTP.

mod told;

use std::{
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
    engine::{Engine, Session, Settings, SettingsOverrides},
    guard::Code,
    kpi::{Answer, Dimension, Holder, Request, Vocabulary, merge},
    store::Store,
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
    /// The most passes over its orders for one question.
    pub passes: usize,
    /// What time it is.
    pub clock: Clock,
}

/// What one question, or one statement, sees: all of it of one instant.
#[derive(Debug)]
pub struct Asking {
    shop: Shop,
    scope: Arc<Scope>,
    store: Store,
    opened: OnceCell<(Session, Settings)>,
    passes: AtomicUsize,
}

impl Asking {
    /// A question of who may see so much.
    ///
    /// # Errors
    /// When the shop cannot tell which rows that are.
    pub fn new(shop: Shop, scope: Arc<Scope>) -> Result<Self, Refused> {
        if !scope.fits(shop.vocabulary) {
            let message = "your scope tells rows by a dimension that this shop has on its order \
                           lines; ask whoever gave you access for another";
            return Err(Refused::new(Code::Forbidden, message));
        }
        Ok(Self {
            store: shop.store.for_request(scope.rows(shop.vocabulary)),
            shop,
            scope,
            opened: OnceCell::new(),
            passes: AtomicUsize::new(0),
        })
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
        Ok(&self.opened().await?.1)
    }

    /// Which state of the shop is seen: the same number within one process is the same state.
    /// `None` where MongoDB counts, which does not tell.
    ///
    /// # Errors
    /// As [`Asking::settings`].
    pub async fn version(&self) -> Result<Option<u64>, Refused> {
        Ok(self.opened().await?.0.version())
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
        let (session, _) = self.opened().await?;
        let counted = session.answers(passes).await;
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
        Ok(self.opened().await?.0.hold(bytes)?)
    }

    /// Holds as much again as an answer takes.
    ///
    /// # Errors
    /// As [`Asking::hold`].
    pub async fn hold_copy(&self, answer: &Answer) -> Result<(), Refused> {
        Ok(self.opened().await?.0.hold_copy(answer)?)
    }

    /// Whether the values of a dimension are ids of what has a name.
    #[must_use]
    pub fn has_names(dimension: Dimension) -> bool {
        matches!(dimension.names(), Some(Holder::Product | Holder::Customer))
    }

    /// What products or customers are called, by their ids; empty for dimensions whose values
    /// are their own names.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn names(
        &self,
        of: Dimension,
        ids: &[&str],
    ) -> Result<HashMap<String, String>, Refused> {
        /// Ids that are sent along at once.
        const BATCH: usize = 10_000;
        let (session, _) = self.opened().await?;
        let Some(holder) = of.names().filter(|_| Self::has_names(of)) else {
            return Ok(HashMap::new());
        };
        if session.knows_names() {
            let named = |id: &&str| Some(((*id).to_owned(), session.name(of, id)?));
            return Ok(ids.iter().filter_map(named).collect());
        }
        let mut names = HashMap::new();
        for ids in ids.chunks(BATCH) {
            let found = match holder {
                Holder::Product => self.store.product_names(ids).await,
                _ => self.store.customer_names(ids).await,
            };
            names.extend(found.map_err(|error| Refused::from(&error))?);
        }
        Ok(names)
    }

    fn take_passes(&self, more: usize) -> Result<(), Refused> {
        let most = self.shop.passes;
        let before = self.passes.fetch_add(more, Ordering::Relaxed);
        if before.saturating_add(more) > most {
            let message =
                format!("this has the orders counted more than {most} times; ask for less at once");
            return Err(Refused::new(Code::QueryTooComplex, message));
        }
        Ok(())
    }

    async fn opened(&self) -> Result<&(Session, Settings), Refused> {
        let open = || async {
            let shop = &self.shop;
            let rows = self.scope.predicates(shop.vocabulary);
            let session = shop
                .engine
                .session(self.store.clone(), rows, shop.vocabulary);
            let session = session.await;
            let settings = session.settings(&shop.overrides).await;
            let settings = settings.map_err(|error| Refused::from(&error))?;
            Ok::<_, Refused>((session, settings))
        };
        self.opened.get_or_try_init(open).await
    }
}
