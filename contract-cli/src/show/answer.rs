//! Shows the results of commands.

use std::fmt::Write as _;

use contract_core::broker::{Ensured, List};
use serde::Serialize;
use serde_json::json;

use super::facts::Shown;
use super::table::Table;
use crate::exit::Exit;
use crate::output::{self, PlainFormat};

/// Shows a list.
pub(crate) fn list<T: Shown>(list: &List<T>, format: PlainFormat) -> Exit {
    if !list.is_complete {
        output::note(&format!(
            "these are the first {}; there are more: raise --limit",
            list.items.len()
        ));
    }
    match format {
        PlainFormat::Json => output::json(&list.items),
        PlainFormat::Text if list.items.is_empty() => output::note(&format!("no {} found", T::PLURAL)),
        PlainFormat::Text => {
            let columns = T::columns();
            let mut table = Table::new(columns.iter().map(|fact| fact.title).collect());
            for item in &list.items {
                table.add(columns.iter().map(|fact| (fact.value)(item)).collect());
            }
            output::result(&table.text());
        }
    }
    Exit::Fine
}

/// Shows one item.
pub(crate) fn one<T: Shown>(item: &T, format: PlainFormat) -> Exit {
    match format {
        PlainFormat::Json => output::json(item),
        PlainFormat::Text => {
            let lines: Vec<(&str, String)> = T::lines()
                .iter()
                .map(|fact| (fact.title, (fact.value)(item)))
                .filter(|(_, value)| !value.is_empty())
                .collect();
            let width = lines
                .iter()
                .map(|(title, _)| title.chars().count())
                .max()
                .unwrap_or(0)
                + 1;
            let mut text = String::new();
            for (title, value) in lines {
                let _ = writeln!(text, "{:<width$} {value}", format!("{title}:"));
            }
            output::result(&text);
        }
    }
    Exit::Fine
}

/// Reports whether an item was created, changed or unchanged.
pub(crate) fn saved<T: Shown + PartialEq>(before: Option<&T>, after: &T, format: PlainFormat) -> Exit {
    let what = match before {
        None => "created",
        Some(before) if before == after => "unchanged",
        Some(_) => "updated",
    };
    told(what, T::NOUN, &after.name(), after, format)
}

/// Reports whether an item was created or was there already.
pub(crate) fn ensured<T: Shown>(ensured: &Ensured<T>, format: PlainFormat) -> Exit {
    let (what, item) = match ensured {
        Ensured::Created(created) => ("created", created),
        Ensured::Unchanged(found) => ("unchanged", found),
    };
    told(what, T::NOUN, &item.name(), item, format)
}

/// Describes each line that differs: `description: "old" → "new"`.
pub(crate) fn changes<T: Shown>(before: &T, after: &T) -> Vec<String> {
    let lines = T::lines().into_iter();
    lines
        .filter_map(|fact| {
            let (old, new) = ((fact.value)(before), (fact.value)(after));
            (old != new).then(|| format!("{}: {old:?} → {new:?}", fact.title))
        })
        .collect()
}

/// Reports what was done to an item: `added the tag prod`.
pub(crate) fn told(what: &str, noun: &str, name: &str, item: &impl Serialize, format: PlainFormat) -> Exit {
    match format {
        PlainFormat::Json => output::json(&json!({ "outcome": what, "item": item })),
        PlainFormat::Text if what == "unchanged" => {
            output::result(&format!("the {noun} {name} already exists with these settings"));
        }
        PlainFormat::Text => output::result(&format!("{what} the {noun} {name}")),
    }
    Exit::Fine
}

/// Reports that an item was deleted.
pub(crate) fn deleted(noun: &str, name: &str, format: PlainFormat) -> Exit {
    told("deleted", noun, name, &json!(name), format)
}
