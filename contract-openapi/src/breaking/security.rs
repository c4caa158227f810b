//! Security requirements.

use std::collections::{BTreeMap, BTreeSet};

use super::sink::{Report, Sink, Subject};
use super::{BreakingOptions, ChangeLevel};
use crate::description::Operation;
use crate::document::{Node, Position};

/// The alternatives of a requirement by the names of their schemes, with the scopes of each scheme.
type Alternatives = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

fn alternatives(node: Option<&Node>) -> Alternatives {
    let list = node.and_then(Node::as_array).unwrap_or_default();
    list.iter()
        .map(|alternative| {
            let schemes: BTreeMap<String, BTreeSet<String>> = alternative
                .entries()
                .map(|(name, scopes)| (name.to_owned(), scopes.strings().map(str::to_owned).collect()))
                .collect();
            let names: Vec<&str> = schemes.keys().map(String::as_str).collect();
            (names.join(" AND "), schemes)
        })
        .collect()
}

/// The ids of the rules: those of one operation, or those of the whole document.
struct Ids {
    added: &'static str,
    removed: &'static str,
    scope_added: &'static str,
    scope_removed: &'static str,
}

const OPERATION: Ids = Ids {
    added: "api-security-added",
    removed: "api-security-removed",
    scope_added: "api-security-scope-added",
    scope_removed: "api-security-scope-removed",
};

const GLOBAL: Ids = Ids {
    added: "api-global-security-added",
    removed: "api-global-security-removed",
    scope_added: "api-global-security-scope-added",
    scope_removed: "api-global-security-scope-removed",
};

/// Compares the requirements of operations.
pub(super) fn compare_operations(
    sink: &mut Sink<'_>,
    options: &BreakingOptions,
    old: &Operation<'_>,
    new: &Operation<'_>,
) {
    let (before, after) = (old.node.get("security"), new.node.get("security"));
    compare(sink, options, Some(Subject::of(new)), &OPERATION, before, after);
}

/// Compares the requirements of the documents for all operations.
pub(super) fn compare_global(sink: &mut Sink<'_>) {
    let (before, after) = (
        sink.base.root().get("security"),
        sink.revision.root().get("security"),
    );
    // Requirements of operations are judged where they are compared: a changed default is information.
    let options = BreakingOptions {
        judges_security: false,
        ..BreakingOptions::default()
    };
    compare(sink, &options, None, &GLOBAL, before, after);
}

fn compare(
    sink: &mut Sink<'_>,
    options: &BreakingOptions,
    subject: Option<Subject<'_>>,
    ids: &Ids,
    old: Option<&Node>,
    new: Option<&Node>,
) {
    let (before, after) = (alternatives(old), alternatives(new));
    let places = Places {
        base: old.map(|node| node.at),
        revision: new.map(|node| node.at),
    };
    let was_open = before.is_empty() || before.contains_key("");
    let is_open = after.is_empty() || after.contains_key("");
    let breaks = |yes: bool| {
        if yes && options.judges_security {
            ChangeLevel::Error
        } else {
            ChangeLevel::Info
        }
    };
    for name in after
        .keys()
        .filter(|name| !name.is_empty() && !before.contains_key(*name))
    {
        let text = format!("the security requirement `{name}` was added");
        // With other requirements present, it is an additional alternative.
        let level = breaks(was_open && !is_open);
        sink.report_at(level, subject, places.report(ids.added, text, vec![name.clone()]));
    }
    for name in before
        .keys()
        .filter(|name| !name.is_empty() && !after.contains_key(*name))
    {
        let text = format!("the security requirement `{name}` was removed");
        sink.report_at(
            breaks(!is_open),
            subject,
            places.report(ids.removed, text, vec![name.clone()]),
        );
    }
    for (name, schemes) in &before {
        let Some(others) = after.get(name) else { continue };
        for (scheme, scopes) in schemes {
            let Some(other) = others.get(scheme) else { continue };
            for scope in other.difference(scopes) {
                let text = format!("the scope `{scope}` of `{scheme}` is required now");
                let arguments = vec![scope.clone(), scheme.clone()];
                sink.report_at(
                    breaks(!is_open),
                    subject,
                    places.report(ids.scope_added, text, arguments),
                );
            }
            for scope in scopes.difference(other) {
                let text = format!("the scope `{scope}` of `{scheme}` is no longer required");
                let arguments = vec![scope.clone(), scheme.clone()];
                sink.report_at(
                    ChangeLevel::Info,
                    subject,
                    places.report(ids.scope_removed, text, arguments),
                );
            }
        }
    }
}

struct Places {
    base: Option<Position>,
    revision: Option<Position>,
}

impl Places {
    fn report<'r>(&self, id: &'r str, text: String, arguments: Vec<String>) -> Report<'r> {
        Report {
            id,
            text,
            arguments,
            base: self.base,
            revision: self.revision,
        }
    }
}
