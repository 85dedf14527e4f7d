//! A folder of files: which a name means, and when they change.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use regex::Regex;

use super::{Error, Result, packed};
use crate::values::format::FileDeclaration;

/// How a file is to be read, told by its ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Rows of cells, with the delimiter that they have unless they say another.
    Text {
        delimiter: u8,
    },
    Json,
    Parquet,
}

const COMMAS: Kind = Kind::Text { delimiter: b',' };

/// The endings that a name may leave out, and what they mean.
const KINDS: [(&str, Kind); 7] = [
    ("csv", COMMAS),
    ("tsv", Kind::Text { delimiter: b'\t' }),
    ("txt", COMMAS),
    ("json", Kind::Json),
    ("jsonl", Kind::Json),
    ("ndjson", Kind::Json),
    ("parquet", Kind::Parquet),
];

/// Names that are shown of the files that there are.
const SHOWN: usize = 20;

/// How to read a file; one of no known ending is taken to have rows of cells.
pub(super) fn kind(path: &Path) -> Kind {
    let name = path.file_name().and_then(|it| it.to_str());
    name.and_then(split).map_or(COMMAS, |(_, kind)| kind)
}

/// A file's name without its endings, and what they mean; `None` where they mean nothing.
fn split(name: &str) -> Option<(&str, Kind)> {
    let (stem, ending) = match name.rsplit_once('.')? {
        (name, ending) if is_one_of(ending, &packed::ENDINGS) => name.rsplit_once('.')?,
        plain => plain,
    };
    let known = KINDS.iter();
    let mut known = known.filter(|(known, _)| known.eq_ignore_ascii_case(ending));
    known.next().map(|(_, kind)| (stem, *kind))
}

fn is_one_of(ending: &str, endings: &[&str]) -> bool {
    endings.iter().any(|it| it.eq_ignore_ascii_case(ending))
}

/// Names, lengths and times of files: equal as long as nobody has written them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stamp(Vec<(PathBuf, u64, Option<SystemTime>)>);

impl Stamp {
    pub fn of(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        let stamp = |path: PathBuf| {
            let known = fs::metadata(&path).ok()?;
            Some((path, known.len(), known.modified().ok()))
        };
        Self(paths.into_iter().filter_map(stamp).collect())
    }

    /// As a text that tells one from another.
    pub fn text(&self) -> String {
        format!("{:?}", self.0)
    }
}

/// A folder of files.
#[derive(Clone, Debug)]
pub(crate) struct Folder(pub PathBuf);

impl Folder {
    /// The files that a model means by a name, by theirs.
    pub fn find(&self, name: &str, format: &FileDeclaration) -> Result<Vec<PathBuf>> {
        let name = format.path.as_deref().unwrap_or(name);
        let named = self.0.join(name);
        if !name.contains('*') && named.is_file() {
            return Ok(vec![named]);
        }
        let folder = named.parent().unwrap_or(&self.0).to_owned();
        let wanted = named.file_name().and_then(|it| it.to_str());
        let wanted = wanted.unwrap_or_default();
        let there = names(&folder).map_err(|source| Error::Read {
            path: folder.clone(),
            source,
        })?;
        let pattern = pattern(wanted);
        let found: Vec<&String> = there
            .iter()
            .filter(|there| match split(there) {
                Some((stem, _)) if !wanted.contains('*') => stem == wanted,
                _ => wanted.contains('*') && pattern.is_match(there),
            })
            .collect();
        if found.is_empty() {
            return Err(no_file(name, folder, &there));
        }
        if found.len() > 1 && !wanted.contains('*') {
            return Err(Error::SeveralFiles {
                name: name.into(),
                candidates: quoted(found),
            });
        }
        Ok(found.into_iter().map(|it| folder.join(it)).collect())
    }
}

/// The names of the files in a folder, in their order.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.path().is_file() {
            names.extend(entry.file_name().into_string());
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn pattern(wanted: &str) -> Regex {
    let parts: Vec<String> = wanted.split('*').map(regex::escape).collect();
    Regex::new(&format!("(?s)^{}$", parts.join(".*"))).expect("its parts are escaped")
}

fn no_file(name: &str, folder: PathBuf, there: &[String]) -> Error {
    let shown = quoted(there.iter().take(SHOWN));
    Error::NoFile {
        name: name.into(),
        folder,
        there: match there.len() {
            0 => "none".into(),
            more if more > SHOWN => format!("{shown} and {} more", more - SHOWN),
            _ => shown,
        },
    }
}

/// Names for a message.
pub(super) fn quoted<'n>(names: impl IntoIterator<Item = &'n String>) -> String {
    let names = names.into_iter().map(|name| format!("`{name}`"));
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(there: &[&str], name: &str) -> Result<Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        for file in there {
            fs::write(folder.path().join(file), "").unwrap();
        }
        let found = Folder(folder.path().into()).find(name, &FileDeclaration::default())?;
        let names = found.iter().map(|it| it.file_name().unwrap().to_str());
        Ok(names.map(|it| it.unwrap().to_owned()).collect())
    }

    #[test]
    fn a_name_means_one_file_with_its_endings_or_without() {
        let there = ["orders.csv.gz", "items.jsonl", "items.csv", "notes.md"];
        assert_eq!(found(&there, "orders").unwrap(), ["orders.csv.gz"]);
        assert_eq!(found(&there, "items.csv").unwrap(), ["items.csv"]);
        let several = found(&there, "items").unwrap_err().to_string();
        assert_eq!(
            several,
            "`items` may be `items.csv`, `items.jsonl`: write the whole name"
        );
        let none = found(&there, "notes").unwrap_err().to_string();
        assert!(none.starts_with("there is no file `notes`"), "{none}");
        assert!(none.contains("`orders.csv.gz`"), "{none}");
    }

    #[test]
    fn an_asterisk_means_all_that_fit_by_name() {
        let there = ["orders_2.csv", "orders_1.csv", "ordersx.txt", "other.csv"];
        let fit = found(&there, "orders_*.csv").unwrap();
        assert_eq!(fit, ["orders_1.csv", "orders_2.csv"]);
        assert!(found(&there, "none*").is_err());
    }

    #[test]
    fn endings_tell_how_a_file_is_read() {
        for (name, expected) in [
            ("a.csv", COMMAS),
            ("a.TSV.gz", Kind::Text { delimiter: b'\t' }),
            ("a.jsonl.zst", Kind::Json),
            ("a.export", COMMAS),
            ("a", COMMAS),
        ] {
            assert_eq!(kind(Path::new(name)), expected, "{name}");
        }
    }
}
