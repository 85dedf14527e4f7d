//! The half of an import that needs no database: from the file to orders.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Weak},
};

use chrono_tz::Tz;

use super::{
    Error, Mapping, Progress, Report,
    assemble::Assembly,
    bound::Columns,
    currency, files,
    header::{self, Header},
    reader::{Cells, Records},
    rejects::{Reject, RejectsFile},
    row::{self, Layout},
    text::visible,
};

/// How often the progress of reading is told, in rows.
const ROWS_PER_REPORT: u64 = 4_096;

/// What is read, and who wants to know.
pub(super) struct Reading<P> {
    pub mapping: Arc<Mapping>,
    /// The zone of dates that name none.
    pub zone: Tz,
    pub input: PathBuf,
    pub rejects: PathBuf,
    pub progress: Arc<P>,
    /// Gone when nobody waits for the import any more.
    pub caller: Weak<()>,
}

impl<P> Reading<P> {
    /// The zone of the days that orders were shipped on.
    pub fn shipping_zone(&self) -> Option<Tz> {
        let shipped = self.mapping.order.shipped_at.as_ref()?;
        Some(shipped.zone.map_or(self.zone, |zone| zone.0))
    }
}

impl<P: Fn(Progress)> Reading<P> {
    pub fn run(&self) -> Result<(Assembly, Report), Error> {
        let mut report = Report::default();
        let mut records = Records::open(&self.input, &self.mapping.file.text())?;
        let names = self.column_names(&mut records, &mut report)?;
        let mut columns = Columns::new(&names);
        let delimiter = records.delimiter;
        let width = names.len();
        let layout = Layout::bind(&self.mapping, self.zone, delimiter, width, &mut columns);
        columns.check()?;
        report.read_as.extend(self.unread_currency(&names));

        let mut rejects = RejectsFile::new(&self.rejects, &self.input, &names)?;
        let mut assembly = self.read_rows(&mut records, &layout, &mut rejects, &mut report)?;
        rejects.finish()?;
        assembly.catalogs.mark_homes();
        self.describe(&records, &layout, &assembly, &mut report);
        let decimals = currency::decimals(self.mapping.shop.currency());
        report.exceeding_totals = assembly.share_totals(decimals);
        assembly.check()?;
        Ok((assembly, report))
    }

    fn column_names(
        &self,
        records: &mut Records,
        report: &mut Report,
    ) -> Result<Vec<String>, Error> {
        if let Some(columns) = &self.mapping.file.columns {
            return Ok(columns.clone());
        }
        let header = header::find(records, &self.wanted_columns());
        let header = header.map_err(|source| self.unreadable(source))?;
        let Header { names, line, above } = header.ok_or_else(|| Error::EmptyInput {
            path: self.input.clone(),
        })?;
        records.begin_rows();
        if above > 0 {
            let sentence =
                format!("the columns are named in line {line}: what stands above is no row");
            report.read_as.push(sentence);
        }
        Ok(names)
    }

    /// The columns that the mapping names, which it looks for in vain where there are none.
    fn wanted_columns(&self) -> Vec<String> {
        let mut columns = Columns::new(&[]);
        Layout::bind(&self.mapping, self.zone, 0, 0, &mut columns);
        columns.into_missing()
    }

    /// Amounts in several currencies would be added up, where a column tells them apart.
    fn unread_currency(&self, names: &[String]) -> Option<String> {
        let read = self.wanted_columns();
        let is_currency = |name: &&String| name.to_lowercase().ends_with("currency");
        let name = names.iter().find(is_currency)?;
        let code = self.mapping.shop.currency();
        (!read.contains(name)).then(|| {
            format!(
                "the column `{}` is not read: all amounts are taken to be in {code}; `order.currency` would check it",
                visible(name)
            )
        })
    }

    fn read_rows(
        &self,
        records: &mut Records,
        layout: &Layout,
        rejects: &mut RejectsFile,
        report: &mut Report,
    ) -> Result<Assembly, Error> {
        let mut assembly = Assembly::new(self.mapping.order.discount_amount.is_some());
        while let Some(cells) = records.next().map_err(|source| self.unreadable(source))? {
            report.rows += 1;
            if let Err(reject) = take(cells, layout, &mut assembly, report) {
                rejects.write(cells, &reject)?;
                report.reject(&reject, &self.rejects);
            }
            if report.rows.is_multiple_of(ROWS_PER_REPORT) {
                self.tell(records, report);
            }
            if self.caller.strong_count() == 0 {
                break;
            }
        }
        self.tell(records, report);
        Ok(assembly)
    }

    fn tell(&self, records: &Records, report: &Report) {
        (self.progress)(Progress::Reading {
            rows: report.rows,
            bytes: records.bytes_read(),
            total_bytes: records.total_bytes,
        });
    }

    fn describe(
        &self,
        records: &Records,
        layout: &Layout,
        assembly: &Assembly,
        report: &mut Report,
    ) {
        assembly.describe(self.shipping_zone(), report);
        report.read_as.extend(read_as(records));
        report.blank_rows = records.blank_rows;
        report.incomplete_keys = layout.incomplete_keys();
        let places = [
            (
                "ship_to",
                self.mapping.ship_to.is_some(),
                assembly.orders_without(|said| said.ship_to.is_none()),
            ),
            (
                "ship_from",
                self.mapping.ship_from.is_some(),
                assembly.orders_without(|said| said.ship_from.is_none()),
            ),
        ];
        let known = places
            .into_iter()
            .filter(|(_, is_mapped, count)| *is_mapped && *count > 0);
        report.orders_without_place = known.map(|(place, _, count)| (place, count)).collect();
    }

    fn unreadable(&self, source: io::Error) -> Error {
        files::Error::Read {
            path: self.input.clone(),
            source,
        }
        .into()
    }
}

/// Fails where there is no such file, before the database is asked for anything.
///
/// It is not opened: what a pipe holds can be read once only.
pub(super) fn check_input(path: &Path) -> Result<(), Error> {
    match fs::metadata(path) {
        Ok(input) if input.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        found => found.map(drop),
    }
    .map_err(|source| {
        let path = path.into();
        files::Error::Read { path, source }.into()
    })
}

/// Adds a row to what it belongs to.
fn take(
    cells: Cells<'_>,
    layout: &Layout,
    assembly: &mut Assembly,
    report: &mut Report,
) -> Result<(), Reject> {
    match layout.read(cells) {
        row::Reading::Line(row) => {
            assembly.add(&row)?;
            report.uneven_rows += u64::from(cells.record.len() != layout.width);
            Ok(())
        }
        row::Reading::LeftOut(head) => {
            report.left_out += 1;
            if let Some(head) = head {
                assembly.hear(&head);
            }
            Ok(())
        }
        row::Reading::Rejected(head, reject) => {
            if let Some(head) = head {
                assembly.hear(&head);
            }
            Err(reject)
        }
    }
}

/// How the file is other than the mapping says, in sentences.
fn read_as(records: &Records) -> Vec<String> {
    let mut sentences = Vec::new();
    if let Some(delimiter) = records.named_delimiter {
        let delimiter = char::from(delimiter).escape_default();
        sentences.push(format!(
            "the file's first line names its delimiter, `{delimiter}`"
        ));
    }
    if records.has_carriage_returns() {
        sentences.push("the file's lines end with carriage returns alone".into());
    }
    if let Some((count, line)) = records.stray_quotes() {
        sentences.push(format!(
            "quotes that are not closed before the end of their cell, read as letters: {count}, the first in line {line}"
        ));
    }
    sentences
}
