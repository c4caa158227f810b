//! Matchers of text: a header, a query parameter, a value of a document.

use crate::contract::{Combine, Matcher, RuleList};
use crate::import::at::At;
use crate::import::finding::{Notes, Unfit};
use crate::json::Value;

/// The requirement of a matcher.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::import) enum Matched {
    /// An example with rules; without rules exactly this value.
    Value { example: String, rules: RuleList },
    /// Exactly these values.
    Several(Vec<String>),
    /// Nothing that an interaction can represent.
    Nothing,
}

impl Matched {
    fn exactly(example: String) -> Self {
        Self::Value {
            example,
            rules: RuleList::default(),
        }
    }

    fn ruled(example: String, matcher: Matcher) -> Self {
        Self::Value {
            example,
            rules: RuleList::one(matcher),
        }
    }
}

/// Members that are settings of a matcher.
const SETTINGS: [&str; 10] = [
    "caseInsensitive",
    "actualFormat",
    "truncateExpected",
    "truncateActual",
    "applyTruncationLast",
    "expectedOffset",
    "expectedOffsetUnit",
    "xPathNamespaces",
    "ignoreArrayOrder",
    "ignoreExtraElements",
];

/// Reads a matcher; several members must all hold.
pub(in crate::import) fn read(at: &At<'_>, notes: &mut Notes) -> Result<Matched, Unfit> {
    if !at.value.is_object() {
        return Ok(Matched::exactly(at.text()?));
    }
    let is_insensitive = at.is_true("caseInsensitive");
    let mut all = Vec::new();
    for (name, member) in at.members() {
        if SETTINGS.contains(&name) {
            continue;
        }
        all.push(read_one(name, &member, is_insensitive, notes)?);
    }
    Ok(combined(all, Combine::And))
}

fn read_one(name: &str, at: &At<'_>, is_insensitive: bool, notes: &mut Notes) -> Result<Matched, Unfit> {
    let matched = match name {
        "equalTo" if is_insensitive => {
            let text = at.text()?;
            let expression = format!("(?i){}", regex::escape(&text));
            Matched::ruled(text, Matcher::Regex(expression))
        }
        "equalTo" | "equalToJson" | "equalToXml" => Matched::exactly(at.text()?),
        "contains" => {
            let text = at.text()?;
            Matched::ruled(text.clone(), Matcher::Include(text))
        }
        "matches" => {
            let expression = at.text()?;
            let example = example_of_regex(&expression, at, notes)?;
            Matched::ruled(example, Matcher::Regex(expression))
        }
        "equalToNumber" => {
            let text = at.text()?;
            notes.lost(at.place.clone(), "another spelling of the same number is refused");
            Matched::exactly(text)
        }
        "greaterThanNumber" | "greaterThanEqualNumber" | "lessThanNumber" | "lessThanEqualNumber" => {
            notes.lost(
                at.place.clone(),
                "a contract has no bounds of numbers: any number is accepted",
            );
            Matched::ruled(at.text()?, Matcher::Regex(NUMBER.to_owned()))
        }
        "before" | "after" | "equalToDateTime" => {
            notes.lost(
                at.place.clone(),
                "a contract does not compare moments: any moment is accepted",
            );
            Matched::ruled(MOMENT_EXAMPLE.to_owned(), Matcher::Regex(MOMENT.to_owned()))
        }
        "hasExactly" | "includes" => {
            if name == "includes" {
                notes.lost(
                    at.place.clone(),
                    "an interaction accepts no other values beside these",
                );
            }
            several(at, notes)?
        }
        "and" | "or" => {
            let mut parts = Vec::new();
            for item in at.items() {
                parts.push(read(&item, notes)?);
            }
            combined(parts, if name == "or" { Combine::Or } else { Combine::And })
        }
        "absent" if at.value.as_bool() == Some(false) => Matched::ruled("any".to_owned(), Matcher::TYPE),
        "absent" | "doesNotContain" | "doesNotMatch" | "not" => {
            notes.lost(at.place.clone(), "a contract cannot say what must not be sent");
            Matched::Nothing
        }
        "anything" => Matched::ruled("any".to_owned(), Matcher::TYPE),
        _ => {
            notes.lost(
                at.place.clone(),
                format!("the matcher {name:?} has no rule in contracts"),
            );
            Matched::Nothing
        }
    };
    Ok(matched)
}

const NUMBER: &str = r"-?\d+(\.\d+)?";
const MOMENT: &str = r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?";
const MOMENT_EXAMPLE: &str = "2026-01-31T12:30:00Z";

fn several(at: &At<'_>, notes: &mut Notes) -> Result<Matched, Unfit> {
    let mut values = Vec::new();
    for item in at.items() {
        match read(&item, notes)? {
            Matched::Value { example, rules } => {
                if !rules.rules.is_empty() {
                    notes.lost(item.place, "of several values each is compared exactly");
                }
                values.push(example);
            }
            Matched::Several(more) => values.extend(more),
            Matched::Nothing => {}
        }
    }
    Ok(if values.is_empty() {
        Matched::Nothing
    } else {
        Matched::Several(values)
    })
}

/// Combines matchers of one value. The first one provides the example; an exact value becomes a pattern if
/// there are several.
fn combined(parts: Vec<Matched>, combine: Combine) -> Matched {
    let mut parts: Vec<Matched> = parts
        .into_iter()
        .filter(|part| *part != Matched::Nothing)
        .collect();
    if parts.len() <= 1 {
        return parts.pop().unwrap_or(Matched::Nothing);
    }
    let (mut example, mut all) = (None, Vec::new());
    for part in parts {
        match part {
            Matched::Value {
                example: shown,
                rules,
            } => {
                if rules.rules.is_empty() {
                    all.push(Matcher::Regex(regex::escape(&shown)).into());
                    if combine == Combine::And {
                        example = Some(shown);
                        continue;
                    }
                }
                example.get_or_insert(shown);
                all.extend(rules.rules);
            }
            Matched::Several(values) => return Matched::Several(values),
            Matched::Nothing => {}
        }
    }
    Matched::Value {
        example: example.unwrap_or_default(),
        rules: RuleList {
            combine,
            rules: all,
            ..RuleList::default()
        },
    }
}

/// Generates an example of a pattern, and reports it.
///
/// # Errors
///
/// The pattern is invalid, or no short text matches it.
pub(in crate::import) fn example_of_regex(
    expression: &str,
    at: &At<'_>,
    notes: &mut Notes,
) -> Result<String, Unfit> {
    let example = crate::matching::regex::sample(expression, &mut |bound| bound / 2)
        .map_err(|error| at.unfit(format!("no example can be made: {error}")))?;
    notes.lost(
        at.place.clone(),
        "there is no example of a text that matches: one was made from the expression, so check that it makes sense",
    );
    Ok(example)
}

/// Returns the JSON value that a text represents.
pub(super) fn as_json(text: &str) -> Value {
    crate::json::from_str(text)
        .ok()
        .filter(|value| matches!(value, Value::Number(_) | Value::Bool(_) | Value::Null))
        .unwrap_or_else(|| text.into())
}
