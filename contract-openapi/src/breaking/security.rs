//! Security requirements.

use std::collections::{BTreeMap, BTreeSet};

use super::sink::{Report, Sink, Subject};
use super::{BreakingOptions, ChangeLevel};
use crate::description::{Operation, scheme, schemes};
use crate::document::{Node, Position};

/// The alternatives of a requirement by the names of their schemes, with the scopes of each scheme.
type Alternatives = BTreeMap<String, Schemes>;

/// The schemes that are required together, with the scopes of each.
type Schemes = BTreeMap<String, BTreeSet<String>>;

fn alternatives(node: Option<&Node>) -> Alternatives {
    let list = node.and_then(Node::as_array).unwrap_or_default();
    list.iter()
        .map(|alternative| {
            let schemes: Schemes = alternative
                .entries()
                .map(|(name, scopes)| (name.to_owned(), scopes.strings().map(str::to_owned).collect()))
                .collect();
            (label(&schemes), schemes)
        })
        .collect()
}

/// Returns the name of an alternative; empty if it asks for nothing.
fn label(schemes: &Schemes) -> String {
    let names: Vec<&str> = schemes.keys().map(String::as_str).collect();
    names.join(" AND ")
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

/// Compares the requirements of operations. They are judged as they apply: those of the document where the operation has
/// none of its own.
pub(super) fn compare_operations(
    sink: &mut Sink<'_>,
    options: &BreakingOptions,
    old: &Operation<'_>,
    new: &Operation<'_>,
) {
    let subject = Subject::of(new);
    if !options.judges_security {
        let (before, after) = (old.node.get("security"), new.node.get("security"));
        compare(
            sink,
            None,
            Some(subject),
            &OPERATION,
            &Requirements::of(before, after),
        );
        return;
    }
    let mut requirements = Requirements::of(old.security(), new.security());
    let renamed = renamed_schemes(old, new);
    requirements.before = with_names(&requirements.before, &renamed);
    let judge = Judge::of(&requirements);
    compare(sink, Some(&judge), Some(subject), &OPERATION, &requirements);
    anonymous(sink, subject, &judge, &requirements);
    compare_schemes(sink, old, new, &requirements, &renamed);
}

/// Compares the requirements of the documents for all operations: information, as requirements are judged where they apply.
pub(super) fn compare_global(sink: &mut Sink<'_>) {
    let (before, after) = (
        sink.base.root().get("security"),
        sink.revision.root().get("security"),
    );
    compare(sink, None, None, &GLOBAL, &Requirements::of(before, after));
}

/// The requirements before and after, with their places.
struct Requirements {
    before: Alternatives,
    after: Alternatives,
    places: Places,
}

impl Requirements {
    fn of(old: Option<&Node>, new: Option<&Node>) -> Self {
        Self {
            before: alternatives(old),
            after: alternatives(new),
            places: Places {
                base: old.map(|node| node.at),
                revision: new.map(|node| node.at),
            },
        }
    }
}

/// Decides which alternatives are lost: a request that was allowed by one is no longer allowed by any.
struct Judge {
    lost: BTreeSet<String>,
}

impl Judge {
    fn of(requirements: &Requirements) -> Self {
        let (before, after) = (as_applied(&requirements.before), as_applied(&requirements.after));
        let is_lost = |schemes: &Schemes| !after.values().any(|other| asks_for_no_more(other, schemes));
        let lost = before.iter().filter(|(_, schemes)| is_lost(schemes));
        Self {
            lost: lost.map(|(name, _)| name.clone()).collect(),
        }
    }

    fn loses(&self, name: &str) -> bool {
        self.lost.contains(name)
    }
}

/// Returns the alternatives with the one that no requirements mean: nothing is asked for.
fn as_applied(alternatives: &Alternatives) -> Alternatives {
    if alternatives.is_empty() {
        return BTreeMap::from([(String::new(), BTreeMap::new())]);
    }
    alternatives.clone()
}

/// Returns whether who satisfies `schemes` satisfies `other` as well.
fn asks_for_no_more(other: &Schemes, schemes: &Schemes) -> bool {
    other
        .iter()
        .all(|(name, scopes)| schemes.get(name).is_some_and(|had| scopes.is_subset(had)))
}

/// Compares alternatives. Without a judge every difference is information.
fn compare(
    sink: &mut Sink<'_>,
    judge: Option<&Judge>,
    subject: Option<Subject<'_>>,
    ids: &Ids,
    requirements: &Requirements,
) {
    let Requirements {
        before,
        after,
        places,
    } = requirements;
    let level = |name: &str| match judge {
        Some(judge) if judge.loses(name) => ChangeLevel::Error,
        _ => ChangeLevel::Info,
    };
    let added = after
        .keys()
        .filter(|name| !name.is_empty() && !before.contains_key(*name));
    for name in added {
        let text = format!("the security requirement `{name}` was added");
        // With other requirements present, it is an additional alternative.
        sink.report_at(
            level(""),
            subject,
            places.report(ids.added, text, vec![name.clone()]),
        );
    }
    let removed = before
        .keys()
        .filter(|name| !name.is_empty() && !after.contains_key(*name));
    for name in removed {
        let text = format!("the security requirement `{name}` was removed");
        sink.report_at(
            level(name),
            subject,
            places.report(ids.removed, text, vec![name.clone()]),
        );
    }
    for (name, schemes) in before {
        let Some(others) = after.get(name) else { continue };
        for (scheme, scopes) in schemes {
            let Some(other) = others.get(scheme) else { continue };
            for scope in other.difference(scopes) {
                let text = format!("the scope `{scope}` of `{scheme}` is required now");
                let arguments = vec![scope.clone(), scheme.clone()];
                sink.report_at(
                    level(name),
                    subject,
                    places.report(ids.scope_added, text, arguments),
                );
            }
            for scope in scopes.difference(other) {
                let text = format!("the scope `{scope}` of `{scheme}` is no longer required");
                let arguments = vec![scope.clone(), scheme.clone()];
                let report = places.report(ids.scope_removed, text, arguments);
                sink.report_at(ChangeLevel::Info, subject, report);
            }
        }
    }
}

/// Reports that requests without credentials are no longer allowed, or are allowed now, where no added requirement says it.
fn anonymous(sink: &mut Sink<'_>, subject: Subject<'_>, judge: &Judge, requirements: &Requirements) {
    let Requirements {
        before,
        after,
        places,
    } = requirements;
    let is_open = |alternatives: &Alternatives| alternatives.is_empty() || alternatives.contains_key("");
    let adds = after.keys().any(|name| !before.contains_key(name));
    let (id, text) = if judge.loses("") && !adds {
        (
            "api-security-anonymous-removed",
            "requests without credentials are no longer allowed",
        )
    } else if !is_open(before) && is_open(after) {
        (
            "api-security-anonymous-added",
            "requests without credentials are allowed",
        )
    } else {
        return;
    };
    sink.report(Some(subject), places.report(id, text.to_owned(), Vec::new()));
}

/// Returns the names of the newer schemes by those of older ones that are defined alike under another name.
fn renamed_schemes(old: &Operation<'_>, new: &Operation<'_>) -> BTreeMap<String, String> {
    let defined = |operation: &Operation<'_>| -> Vec<(String, Credential)> {
        let description = operation.description();
        let schemes = schemes(description).into_iter().flat_map(Node::entries);
        schemes
            .map(|(name, node)| (name.to_owned(), Credential::of(description.resolve(node))))
            .collect()
    };
    let (before, after) = (defined(old), defined(new));
    let has = |schemes: &[(String, Credential)], name: &str| schemes.iter().any(|(other, _)| other == name);
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    for (name, credential) in before.iter().filter(|(name, _)| !has(&after, name)) {
        let alike = after.iter().find(|(other, defined)| {
            defined == credential && !has(&before, other) && !renamed.values().any(|taken| taken == other)
        });
        if let Some((other, _)) = alike {
            renamed.insert(name.clone(), other.clone());
        }
    }
    renamed
}

/// Returns the alternatives with renamed schemes.
fn with_names(alternatives: &Alternatives, renamed: &BTreeMap<String, String>) -> Alternatives {
    let named = |schemes: &Schemes| -> Schemes {
        schemes
            .iter()
            .map(|(name, scopes)| (renamed.get(name).unwrap_or(name).clone(), scopes.clone()))
            .collect()
    };
    alternatives
        .values()
        .map(|schemes| {
            let schemes = named(schemes);
            (label(&schemes), schemes)
        })
        .collect()
}

/// What a scheme asks a request for: the members that decide it, in the words of OpenAPI 3.
#[derive(Debug, PartialEq, Eq)]
struct Credential {
    members: Vec<(&'static str, String)>,
}

impl Credential {
    fn of(scheme: &Node) -> Self {
        let text = |member: &str| scheme.get(member).and_then(Node::scalar_text).unwrap_or_default();
        let kind = text("type");
        let members = match kind.as_str() {
            // OpenAPI 2.0
            "basic" => vec![("type", "http".to_owned()), ("scheme", "basic".to_owned())],
            "http" => vec![("type", kind), ("scheme", text("scheme").to_ascii_lowercase())],
            "apiKey" => {
                let place = text("in");
                let name = if place == "header" {
                    text("name").to_ascii_lowercase()
                } else {
                    text("name")
                };
                vec![("type", kind), ("in", place), ("name", name)]
            }
            _ => vec![("type", kind)],
        };
        Self { members }
    }

    /// Returns what another credential has instead.
    fn differences(&self, other: &Self) -> Vec<String> {
        let value = |credential: &Self, member: &str| {
            let found = credential.members.iter().find(|(name, _)| *name == member);
            found.map_or_else(|| "none".to_owned(), |(_, value)| value.clone())
        };
        let mut names: Vec<&str> = self.members.iter().map(|(name, _)| *name).collect();
        names.extend(other.members.iter().map(|(name, _)| *name));
        names.sort_unstable();
        names.dedup();
        names
            .into_iter()
            .map(|name| (name, value(self, name), value(other, name)))
            .filter(|(_, before, after)| before != after)
            .map(|(name, before, after)| format!("{name} {after} instead of {before}"))
            .collect()
    }
}

/// Reports schemes that are required before and after, and ask for other credentials.
fn compare_schemes(
    sink: &mut Sink<'_>,
    old: &Operation<'_>,
    new: &Operation<'_>,
    requirements: &Requirements,
    renamed: &BTreeMap<String, String>,
) {
    let names = |alternatives: &Alternatives| -> BTreeSet<String> {
        alternatives.values().flat_map(BTreeMap::keys).cloned().collect()
    };
    for name in names(&requirements.before).intersection(&names(&requirements.after)) {
        if renamed.values().any(|other| other == name) {
            continue;
        }
        let (Some(before), Some(after)) = (scheme(old.description(), name), scheme(new.description(), name))
        else {
            continue;
        };
        let differences = Credential::of(before).differences(&Credential::of(after));
        if differences.is_empty() {
            continue;
        }
        let what = differences.join(", ");
        let report = Report {
            id: "api-security-scheme-changed",
            text: format!("the security scheme `{name}` asks for other credentials: {what}"),
            arguments: vec![name.clone(), what],
            base: Some(before.at),
            revision: Some(after.at),
        };
        sink.report(Some(Subject::of(new)), report);
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
