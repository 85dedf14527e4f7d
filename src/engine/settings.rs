//! The shop's settings as this server applies them.

use std::sync::Arc;

use chrono_tz::Tz;

use super::{Error, Session};
use crate::store::ShopSettings;

/// Settings that take precedence over those in the database.
#[derive(Clone, Debug, Default)]
pub struct SettingsOverrides {
    /// The shop's name.
    pub name: Option<String>,
    /// The currency's ISO 4217 code.
    pub currency: Option<String>,
    /// The zone that days are cut in.
    pub time_zone: Option<Tz>,
    /// The statuses whose orders are not counted.
    pub uncounted_statuses: Option<Vec<String>>,
}

/// The shop's settings as this server applies them.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What the shop is called.
    pub name: String,
    /// The currency's ISO 4217 code.
    pub currency: String,
    /// The zone that days are cut in.
    pub zone: Tz,
    /// The statuses whose orders are not counted.
    pub uncounted: Arc<[String]>,
}

impl Session {
    /// The shop's settings: from memory where that answers, else read now.
    ///
    /// # Errors
    /// When the database does not answer, or its time zone is none.
    pub async fn settings(&self, overrides: &SettingsOverrides) -> Result<Settings, Error> {
        let shop = match &self.view {
            Some(view) => ShopSettings::clone(&view.settings),
            None => self.store.settings().await?.unwrap_or_default(),
        };
        let overrides = overrides.clone();
        Ok(Settings {
            zone: match overrides.time_zone {
                Some(zone) => zone,
                None => zone_of(&shop)?,
            },
            name: overrides.name.unwrap_or(shop.name),
            currency: overrides.currency.unwrap_or(shop.currency),
            uncounted: overrides
                .uncounted_statuses
                .unwrap_or(shop.uncounted_statuses)
                .into(),
        })
    }
}

fn zone_of(shop: &ShopSettings) -> Result<Tz, Error> {
    let name = &shop.time_zone;
    name.parse()
        .map_err(|_| Error::Unreadable(format!("the shop's time zone `{name}` is no IANA zone")))
}
