//! A model tried out on a source: everything is read, and nothing written.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use super::{
    Progress, Result, Source,
    builder::{self, BROKEN, Chunk, NAMELESS},
    source::Documents,
};
use crate::model::{Built, Kind, Model, Target};

/// Ids that are shown of those that cannot be used for one reason.
const SHOWN: usize = 5;

/// What would be served, and what not.
#[derive(Debug, Default)]
pub struct Checked {
    /// Documents of each source that were read.
    read: Vec<(String, u64)>,
    served: BTreeMap<Kind, u64>,
    /// Lines of the orders that are served.
    lines: u64,
    rejects: BTreeMap<(&'static str, String), (u64, Vec<String>)>,
    /// Customers, products and places that orders describe.
    described: BTreeSet<Target>,
}

/// Reads all of a source by its model.
///
/// `progress` hears how many of how many documents have been read.
///
/// # Errors
/// When the model does not fit the source, or the source fails.
pub async fn check(model: Model, source: &Source, progress: Progress) -> Result<Checked> {
    let model = Arc::new(model);
    let documents = source.open(&model).await?;
    let mut checked = Checked::default();
    for (number, it) in model.sources().iter().enumerate() {
        for (row, reason) in documents.broken(number) {
            checked.reject(BROKEN, reason.clone(), row);
        }
        if model.is_root(number) {
            let read = checked
                .source(&model, &documents, number, &progress)
                .await?;
            checked.read.push((it.collection.clone(), read));
        }
    }
    for target in std::mem::take(&mut checked.described) {
        *checked.served.entry(target.kind).or_default() += 1;
    }
    Ok(checked)
}

impl Checked {
    /// Whether everything that is meant can be used.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.rejects.is_empty()
    }

    async fn source(
        &mut self,
        model: &Model,
        source: &Documents,
        number: usize,
        progress: &Progress,
    ) -> Result<u64> {
        let total = source.count(model, number).await?;
        let mut scan = source.scan(model, number).await?;
        let mut read = 0;
        // Documents of one order come one after the other, but may fall into two chunks.
        let mut before = BTreeSet::new();
        loop {
            let Some(documents) = scan.next().await? else {
                return Ok(read);
            };
            read += documents.len() as u64;
            let Chunk {
                known,
                targets,
                nameless,
            } = Chunk::of(model, number, documents);
            for id in nameless {
                self.reject("order", NAMELESS.into(), &id);
            }
            let new = targets.difference(&before).cloned().collect();
            for (target, built) in builder::build(model, source, new, known, None).await? {
                self.count(&target, built);
            }
            before = targets;
            progress(read.min(total), total);
        }
    }

    fn count(&mut self, target: &Target, built: Built) {
        if let Some(document) = &built.document {
            *self.served.entry(target.kind).or_default() += 1;
            self.lines += document.get_array("lines").map_or(0, |it| it.len() as u64);
        }
        self.described
            .extend(built.parts.into_iter().map(|it| it.target));
        for reject in built.rejects {
            let id = reject.found_by(&target.id);
            self.reject(reject.what, reject.reason, &id);
        }
    }

    fn reject(&mut self, what: &'static str, reason: String, id: &str) {
        let (count, ids) = self.rejects.entry((what, reason)).or_default();
        *count += 1;
        if ids.len() < SHOWN && !ids.iter().any(|it| it == id) {
            ids.push(id.to_owned());
        }
    }
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "read")?;
        for (collection, count) in &self.read {
            writeln!(f, "  {count:>10}  {collection}")?;
        }
        writeln!(f, "served")?;
        for (kind, count) in &self.served {
            writeln!(f, "  {count:>10}  {}", kind.collection())?;
        }
        writeln!(f, "  {:>10}  lines of orders", self.lines)?;
        if self.rejects.is_empty() {
            return writeln!(f, "nothing that is meant was left out");
        }
        writeln!(f, "left out")?;
        for ((what, reason), (count, ids)) in &self.rejects {
            let ids = ids.join(", ");
            let of = if *what == BROKEN { "" } else { "of orders " };
            writeln!(f, "  {count:>10}  {what}: {reason}; {of}{ids}")?;
        }
        Ok(())
    }
}
