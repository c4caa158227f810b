//! The rules as data.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::ChangeLevel;

/// A rule about changes. Ids and levels are those of oasdiff, so existing ignore files stay valid, except for our own rules
/// about what oasdiff has no rule for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The id: `request-property-became-required`.
    pub id: &'static str,
    /// The level of a change of this kind.
    pub level: ChangeLevel,
    /// The messages that it applies to: `request`, `response` or `none`.
    pub direction: &'static str,
    /// The area of the description: `Paths`, `Parameters`, `Schema`, ….
    pub area: &'static str,
    /// The kind of the changed property: `Existence`, `Type`, `Constraints`, ….
    pub kind: &'static str,
    /// How it changed: `Add`, `Remove`, `Change`, ….
    pub action: &'static str,
    /// Whether it is one of our own: oasdiff has no rule about this.
    pub is_own: bool,
}

/// The kind of the rules that say no more than that something changed: its effect is not judged.
const UNKNOWN: &str = "Unknown";

impl Rule {
    /// Returns whether a change of this kind is judged; otherwise a person has to.
    pub fn is_judged(&self) -> bool {
        self.kind != UNKNOWN
    }
}

/// Returns all rules, in the order of the data.
///
/// ```
/// use contract_openapi::breaking::{ChangeLevel, rules};
///
/// let of_oasdiff: Vec<_> = rules().iter().filter(|rule| !rule.is_own).collect();
/// let errors = of_oasdiff.iter().filter(|rule| rule.level == ChangeLevel::Error).count();
/// assert_eq!((of_oasdiff.len(), errors), (509, 213));
/// ```
pub fn rules() -> &'static [Rule] {
    &table().rules
}

/// Returns the rule with this id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    table().by_id.get(id).and_then(|index| table().rules.get(*index))
}

struct Table {
    rules: Vec<Rule>,
    by_id: HashMap<&'static str, usize>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let rules: Vec<Rule> = include_str!("rules.tsv")
            .lines()
            .skip(1)
            .filter_map(parse)
            .collect();
        let by_id = rules
            .iter()
            .enumerate()
            .map(|(index, rule)| (rule.id, index))
            .collect();
        Table { rules, by_id }
    })
}

fn parse(line: &'static str) -> Option<Rule> {
    let mut fields = line.split('\t');
    let id = fields.next()?;
    let level = match fields.next()? {
        "ERR" => ChangeLevel::Error,
        "WARN" => ChangeLevel::Warning,
        _ => ChangeLevel::Info,
    };
    Some(Rule {
        id,
        level,
        direction: fields.next()?,
        area: fields.next()?,
        kind: fields.next()?,
        action: fields.next()?,
        is_own: fields.next()? == "own",
    })
}

#[cfg(test)]
mod tests {
    use super::rules;

    /// Rules whose mirror does not exist, with the reason.
    const WAIVED: &[(&str, &str)] = &[
        (
            "api-path-removed-without-deprecation",
            "an added path is `endpoint-added`",
        ),
        (
            "api-removed-without-deprecation",
            "an added operation is `endpoint-added`",
        ),
        (
            "request-parameter-removed",
            "an added parameter is `new-…-request-parameter`",
        ),
        (
            "request-property-removed",
            "an added property is `new-…-request-property`",
        ),
        ("request-body-removed", "an added body is `request-body-added-…`"),
        ("api-schema-removed", "an added component breaks nobody"),
        (
            "request-property-x-extensible-enum-value-removed",
            "added values are announced by the extension",
        ),
        (
            "request-parameter-x-extensible-enum-value-removed",
            "added values are announced by the extension",
        ),
        (
            "response-mediatype-enum-value-removed",
            "an added value of a body is not told",
        ),
        (
            "request-body-enum-value-removed",
            "an added value of a body is not told",
        ),
        (
            "request-read-only-property-enum-value-removed",
            "the provider ignores read-only properties",
        ),
    ];

    #[test]
    fn every_removal_has_its_addition() {
        let ids: Vec<&str> = rules().iter().map(|rule| rule.id).collect();
        let has = |id: &str| ids.contains(&id);
        for id in &ids {
            let Some(stem) = id.strip_suffix("-removed") else {
                continue;
            };
            let is_waived = WAIVED.iter().any(|(waived, _)| waived == id);
            let mirrored = has(&format!("{stem}-added"))
                || has(&format!("new-{stem}"))
                || has("response-header-added") && id.contains("response-header");
            assert!(mirrored || is_waived, "{id} has no mirror and no waiver");
        }
    }

    #[test]
    fn ids_are_unique() {
        let mut ids: Vec<&str> = rules().iter().map(|rule| rule.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), rules().len());
    }
}
