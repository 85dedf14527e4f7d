//! What the model says of the shop as a whole.

use chrono_tz::Tz;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    kpi::{Calendar, CalendarError, CalendarRules},
    store::{ShopCalendar, ShopSettings},
    values::dates::Zone,
};

/// The shop's settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopSection {
    pub name: Option<String>,
    pub currency: String,
    /// Digits after the point that amounts are rounded to; the currency's own when left out.
    pub decimals: Option<u32>,
    pub time_zone: Option<Zone>,
    pub calendar: Option<Spanned<CalendarSection>>,
    pub uncounted_statuses: Option<Vec<String>>,
}

/// How the shop cuts its weeks, months and years.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarSection {
    pub first_weekday: Option<String>,
    pub first_month: Option<u32>,
    pub weeks: Option<String>,
    pub year_ends: Option<String>,
}

impl ShopSection {
    /// The settings; what the section leaves out is as usual.
    ///
    /// # Errors
    /// When the calendar cannot be: where it stands, and what to write.
    pub fn settings(&self) -> Result<ShopSettings, (usize, String)> {
        let usual = ShopSettings::default();
        let zone = self.time_zone.map(|zone| zone.0);
        let calendar = match &self.calendar {
            Some(section) => section.get_ref().calendar(zone.unwrap_or(Tz::UTC)),
            None => Ok(ShopCalendar::default()),
        };
        let place = self.calendar.as_ref().map_or(0, |it| it.span().start);
        Ok(ShopSettings {
            name: self.name.clone().unwrap_or(usual.name),
            currency: self.currency.clone(),
            time_zone: zone.map_or(usual.time_zone, |zone| zone.name().to_owned()),
            calendar: calendar.map_err(|error| (place, error.to_string()))?,
            uncounted_statuses: self
                .uncounted_statuses
                .clone()
                .unwrap_or(usual.uncounted_statuses),
        })
    }
}

impl CalendarSection {
    fn calendar(&self, zone: Tz) -> Result<ShopCalendar, CalendarError> {
        let rules = CalendarRules::parse(
            self.first_weekday.as_deref(),
            self.first_month,
            self.weeks.as_deref(),
            self.year_ends.as_deref(),
        )?;
        Calendar::new(zone, rules)?;
        Ok(ShopCalendar {
            first_weekday: self.first_weekday.clone(),
            first_month: self.first_month,
            weeks: self.weeks.clone(),
            year_ends: self.year_ends.clone(),
        })
    }
}
