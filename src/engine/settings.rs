//! The shop's settings as this server applies them.

use std::sync::Arc;

use chrono_tz::Tz;

use super::{Error, Session};
use crate::{
    kpi::{Calendar, CalendarRules},
    store::{ShopCalendar, ShopSettings},
};

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
    /// How days, weeks, months and years are cut.
    pub calendar: Calendar,
    /// The statuses whose orders are not counted.
    pub uncounted: Arc<[String]>,
}

impl Session {
    /// The shop's settings: from memory where that answers, else read now.
    ///
    /// # Errors
    /// When the database does not answer, or its time zone or calendar is none.
    pub async fn settings(&self, overrides: &SettingsOverrides) -> Result<Settings, Error> {
        let shop = match &self.view {
            Some(view) => ShopSettings::clone(&view.settings),
            None => self.store.settings().await?.unwrap_or_default(),
        };
        let overrides = overrides.clone();
        let zone = match overrides.time_zone {
            Some(zone) => zone,
            None => zone_of(&shop)?,
        };
        Ok(Settings {
            calendar: calendar_of(zone, &shop.calendar)?,
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

fn calendar_of(zone: Tz, shop: &ShopCalendar) -> Result<Calendar, Error> {
    let rules = CalendarRules::parse(
        shop.first_weekday.as_deref(),
        shop.first_month,
        shop.weeks.as_deref(),
        shop.year_ends.as_deref(),
    );
    rules
        .and_then(|rules| Calendar::new(zone, rules))
        .map_err(|error| Error::Unreadable(format!("the shop's calendar cannot be: {error}")))
}
