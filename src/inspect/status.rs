//! What says whether an order counts.

use toml::Value;

use super::{
    draft::{Section, table},
    inquiry::Inquiry,
    names::says,
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
        for it in picks(inquiry.orders(), meaning, is_either) {
            let profile = &it.column.profile;
            let (test, count) = if profile.is_flag() {
                (true.into(), profile.is_true)
            } else {
                (table([("$type", "date".into())]), profile.filled)
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
        Some(status) => {
            let found = format!("found: {}", status.column.profile.shown());
            section.say("status", status.path, found);
        }
        None if has_cases => {
            let open = table([("constant", "open".into())]);
            section.say("status", open, "of which none of these holds");
        }
        None => inquiry.missing.push("a status of orders: all count".into()),
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
        all.push("open");
    }
    all.extend(&values);
    let mut uncounted: Vec<&str> = all
        .iter()
        .copied()
        .filter(|it| says(it, CANCELLED))
        .collect();
    uncounted.dedup();
    let is_numbers = status.is_some_and(|it| it.column.profile.is_number());
    let numbers = if is_numbers {
        " Numbers can be given names with `map` at `status`."
    } else {
        ""
    };
    let what = format!("which of these do not count: {}?{numbers}", all.join(", "));
    Some((uncounted.into_iter().map(Value::from).collect(), what))
}
