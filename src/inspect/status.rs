//! What says whether an order counts.

use std::collections::BTreeMap;

use toml::Value;

use super::{
    draft::{Section, table},
    inquiry::Inquiry,
    names::{says, words},
    pick::{Pick, is_name_or_key, pick, picks},
    table::{Column, Table},
    vocabulary::{CANCELLED, STATUS, STATUS_FLAGS},
};

/// The field of an order's status.
pub fn field<'t>(inquiry: &Inquiry<'t>) -> Option<Pick<'t>> {
    of(inquiry.orders())
}

/// The field of a status in a table.
pub fn of<'t>(table: &'t Table<'t>) -> Option<Pick<'t>> {
    pick(table, STATUS, |it| {
        is_name_or_key(it) && it.profile.is_few()
    })
}

/// The lines of `[order]` that say which status an order has.
pub fn lines(inquiry: &mut Inquiry, section: &mut Section) {
    let status = field(inquiry);
    let mut cases = Vec::new();
    let mut why = Vec::new();
    for (name, meaning) in STATUS_FLAGS {
        // Beside a field of its own, only what that may not tell.
        if status.is_some() && name != "cancelled" {
            continue;
        }
        let is_either = |it: &Column| it.profile.is_flag() || it.profile.is_date();
        let mut found = picks(inquiry.orders(), meaning, is_either);
        // A date is often left when its flag is taken back; a cancelled order stays so.
        if name != "cancelled" && found.iter().any(|it| it.column.profile.is_flag()) {
            found.retain(|it| it.column.profile.is_flag());
        }
        for it in found {
            let profile = &it.column.profile;
            let (test, count) = if profile.is_flag() {
                (true.into(), profile.is_true)
            } else {
                (profile.is_set(), profile.filled)
            };
            if count == 0 {
                continue;
            }
            let filter = table([(it.path, test)]);
            cases.push(table([("where", filter), ("status", name.into())]));
            why.push(format!("`{}` in {count}", it.path));
        }
    }
    let has_cases = !cases.is_empty();
    if has_cases {
        let why = format!("the first that holds: {}", why.join(", "));
        section.say("status_when", cases, why);
    }
    match status {
        Some(status) => named(&status, section),
        None if has_cases => {
            let rest = table([("constant", rest(inquiry).into())]);
            section.say("status", rest, "of which none of these holds");
        }
        None => inquiry.missing.push("a status of orders: all count".into()),
    }
}

/// A field of statuses; numbers and spellings may want other names.
fn named(status: &Pick, section: &mut Section) {
    let profile = &status.column.profile;
    let found = format!("found: {}", profile.shown());
    let values = || profile.distinct.keys().map(String::as_str);
    if profile.is_number() {
        let what = format!("what do these numbers mean, on the right side? {found}");
        return section.ask("status", mapped(status.path, values()), what);
    }
    let mut spellings = BTreeMap::<String, Vec<&str>>::new();
    for value in values() {
        spellings.entry(sound(value)).or_default().push(value);
    }
    let mut several = spellings.into_values().filter(|it| it.len() > 1).peekable();
    if several.peek().is_none() {
        return section.say("status", status.path, found);
    }
    let alike: Vec<&str> = several.flatten().collect();
    let what = format!("are some of these the same, on the right side? {found}");
    section.ask("status", mapped(status.path, alike.into_iter()), what);
}

/// A field whose values stand for themselves, until somebody writes others.
fn mapped<'v>(path: &str, values: impl Iterator<Item = &'v str>) -> Value {
    let map = values.map(|it| (it.to_owned(), it.into()));
    table([("path", path.into()), ("map", Value::Table(map.collect()))])
}

/// A text without what people spell in two ways: `Canceled`, `CANCELLED`.
fn sound(text: &str) -> String {
    let mut letters: Vec<char> = words(text).concat().chars().collect();
    letters.dedup();
    letters.into_iter().collect()
}

/// What an order is of which no flag and no date says more.
fn rest(inquiry: &Inquiry) -> &'static str {
    let (_, paid) = STATUS_FLAGS[STATUS_FLAGS.len() - 1];
    let is_either = |it: &Column| it.profile.is_flag() || it.profile.is_date();
    match pick(inquiry.orders(), paid, is_either) {
        Some(_) => "unpaid",
        None => "open",
    }
}

/// The statuses that do not count, and what a person has to know of them; `None` where
/// there is no status at all.
pub fn uncounted(inquiry: &Inquiry) -> Option<(Vec<Value>, String)> {
    let status = field(inquiry);
    let values: Vec<&str> = status
        .iter()
        .flat_map(|it| it.column.profile.distinct.keys())
        .map(String::as_str)
        .collect();
    let flags = STATUS_FLAGS.iter().filter(|(name, meaning)| {
        (status.is_none() || *name == "cancelled")
            && !picks(inquiry.orders(), *meaning, |it| {
                it.profile.is_flag() && it.profile.is_true > 0 || it.profile.is_date()
            })
            .is_empty()
    });
    let flags: Vec<&str> = flags.map(|(name, _)| *name).collect();
    if values.is_empty() && flags.is_empty() {
        return None;
    }
    let mut all = flags.clone();
    if status.is_none() {
        all.push(rest(inquiry));
    }
    all.extend(&values);
    let mut uncounted: Vec<&str> = all
        .iter()
        .copied()
        .filter(|it| says(it, CANCELLED))
        .collect();
    uncounted.dedup();
    let what = format!("which of these do not count: {}?", all.join(", "));
    Some((uncounted.into_iter().map(Value::from).collect(), what))
}
