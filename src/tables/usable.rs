//! The words that whoever asks may use, by name.

use crate::{
    asking::Refused,
    auth::Scope,
    kpi::{Dimension, Kpi, Vocabulary},
};

/// The words of a shop for who may see so much: what is refused is named in no list.
#[derive(Clone, Copy, Debug)]
pub struct Usable<'s> {
    vocabulary: &'static Vocabulary,
    scope: &'s Scope,
}

impl<'s> Usable<'s> {
    /// Those of a shop, as far as a scope allows them.
    #[must_use]
    pub fn new(vocabulary: &'static Vocabulary, scope: &'s Scope) -> Self {
        Self { vocabulary, scope }
    }

    /// The KPIs that may be used.
    pub fn kpis(&self) -> impl Iterator<Item = Kpi> {
        let Self { vocabulary, scope } = *self;
        let kpis = vocabulary.kpis().iter().copied();
        kpis.filter(move |it| scope.allows_kpi(vocabulary, *it))
    }

    /// The dimensions that may be used.
    pub fn dimensions(&self) -> impl Iterator<Item = Dimension> {
        let Self { vocabulary, scope } = *self;
        let dimensions = vocabulary.dimensions().iter().copied();
        dimensions.filter(move |it| scope.allows_dimension(*it))
    }

    /// The KPI of a name, whether or not it may be used: that is refused as such.
    ///
    /// # Errors
    /// When there is none, with those that there are.
    pub fn kpi(&self, name: &str) -> Result<Kpi, Refused> {
        self.vocabulary.kpi(name).ok_or_else(|| {
            let names = listed(self.kpis().map(Kpi::name));
            Refused::input(format!("there is no KPI `{name}`: there are {names}"))
        })
    }

    /// The dimension of a name, whether or not it may be used; `None` where there is none.
    #[must_use]
    pub fn dimension(&self, name: &str) -> Option<Dimension> {
        self.vocabulary.dimension(name)
    }

    /// The names of the dimensions that may be used.
    #[must_use]
    pub fn dimension_names(&self) -> String {
        listed(self.dimensions().map(Dimension::name))
    }
}

/// Names between commas.
pub fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
