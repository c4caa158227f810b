//! Reads matchers serialised by Ruby.
//!
//! The Ruby libraries write version 1 with serialised matchers in place of values:
//!
//! ```json
//! {"json_class": "Pact::Term", "data": {"generate": "rainy", "matcher": {"json_class": "Regexp", "o": 0, "s": "rain"}}}
//! {"json_class": "Pact::SomethingLike", "contents": 5}
//! {"json_class": "Pact::ArrayLike", "contents": {"id": 1}, "min": 1}
//! ```
//!
//! They are split into the example and the rule that the same libraries write from version 2 on.

use crate::json::Value;
use crate::matching::regex::TextRegex;

use super::flat_path;
use super::place::{At, Read};
use crate::contract::{Matcher, MatchingRules, Members, Path, RuleList, Token};

/// The rules of a request, response or message.
pub(super) struct Matchers {
    found: Vec<Found>,
}

struct Found {
    /// The path from the request, response or message.
    path: Vec<Token>,
    matcher: Matcher,
}

/// Members that may contain matchers.
const MEMBERS: [&str; 9] = [
    "path", "query", "headers", "body", "status", "contents", "content", "metadata", "metaData",
];

/// Maximum number of values in the example arrays of one member.
const LARGEST: usize = 100_000;

/// Replaces matchers by their examples, and returns the rules.
pub(super) fn take_matchers(members: &mut Members, at: &At) -> Read<Matchers> {
    let mut matchers = Matchers { found: Vec::new() };
    for name in MEMBERS {
        if let Some(value) = members.get_mut(name) {
            let mut path = vec![Token::Field(name.to_owned())];
            matchers.take(value, &mut path, &at.member(name))?;
        }
    }
    Ok(matchers)
}

impl Matchers {
    /// Adds the rules, unless the places already have others.
    pub(super) fn put_into(self, rules: &mut MatchingRules) {
        for Found { path, matcher } in self.found {
            let path = Path::from_tokens(path);
            if let Some(target) = flat_path::Target::of(&path, path.as_str()) {
                flat_path::put(rules, target, RuleList::one(matcher));
            }
        }
    }

    fn take(&mut self, value: &mut Value, path: &mut Vec<Token>, at: &At) -> Read<()> {
        let members = match value {
            Value::Object(members) => members,
            Value::Array(elements) => {
                for (index, element) in elements.iter_mut().enumerate() {
                    path.push(Token::Index(index));
                    self.take(element, path, &at.element(index))?;
                    path.pop();
                }
                return Ok(());
            }
            _ => return Ok(()),
        };
        let matcher = match members.get("json_class").and_then(Value::as_str) {
            Some("Pact::Term") => {
                let (example, regex) = term(members, at)?;
                *value = example;
                Matcher::Regex(regex)
            }
            Some("Pact::SomethingLike") => {
                *value = needed(members, "contents", at)?;
                // A rule further down, or for the same value, takes precedence and comes first.
                self.take(value, path, &at.member("contents"))?;
                Matcher::TYPE
            }
            Some("Pact::ArrayLike") => {
                let min = match members.get("min") {
                    None | Some(Value::Null) => 1,
                    Some(min) => at.member("min").size(min)?,
                };
                let mut contents = needed(members, "contents", at)?;
                path.push(Token::StarIndex);
                self.take(&mut contents, path, &at.member("contents"))?;
                path.pop();
                if size(&contents).saturating_mul(min) > LARGEST {
                    return Err(at.member("min").fault(format!(
                        "expected at most {LARGEST} values in the example, found {min} elements of {} each: write a smaller `min`",
                        size(&contents)
                    )));
                }
                *value = vec![contents; min.max(1)].into();
                Matcher::Type {
                    min: Some(min),
                    max: None,
                }
            }
            _ => {
                for (name, member) in members.iter_mut() {
                    path.push(Token::Field(name.clone()));
                    self.take(member, path, &at.member(name))?;
                    path.pop();
                }
                return Ok(());
            }
        };
        self.found.push(Found {
            path: path.clone(),
            matcher,
        });
        Ok(())
    }
}

fn needed(members: &mut Members, name: &str, at: &At) -> Read<Value> {
    members.remove(name).ok_or_else(|| {
        let class = members
            .get("json_class")
            .and_then(Value::as_str)
            .unwrap_or_default();
        at.fault(format!("expected a `{name}` member: a {class} of Ruby needs one"))
    })
}

/// Reads the example and pattern of a `Pact::Term`.
fn term(members: &mut Members, at: &At) -> Read<(Value, String)> {
    let mut data = {
        let data = needed(members, "data", at)?;
        at.member("data").object(data)?
    };
    let at = at.member("data");
    let missing = |name: &str| {
        at.fault(format!(
            "expected a `{name}` member: a Pact::Term of Ruby needs one"
        ))
    };
    let example = data.remove("generate").ok_or_else(|| missing("generate"))?;
    let matcher = data.remove("matcher").ok_or_else(|| missing("matcher"))?;
    let at = at.member("matcher");
    let pattern = match matcher {
        Value::String(pattern) => anywhere(&pattern, 0),
        matcher => {
            let mut regexp = at.object(matcher)?;
            let options = match regexp.remove("o") {
                None | Some(Value::Null) => 0,
                Some(options) => at.member("o").integer(&options)?,
            };
            match regexp.remove("s") {
                Some(pattern) => anywhere(&at.member("s").string(pattern)?, options),
                None => return Err(at.fault("expected a `s` member: the source of Ruby's Regexp")),
            }
        }
    };
    Ok((example, pattern))
}

/// Returns a pattern for a whole text that contains a match of this one: Ruby searches anywhere in the text, contract
/// rules match the whole text. `options` are those of Ruby's `Regexp`.
fn anywhere(pattern: &str, options: i64) -> String {
    const ANYTHING: &str = r"[\s\S]*";
    let mut flags = String::new();
    for (option, flag) in [(1, 'i'), (2, 'x'), (4, 's')] {
        if options & option != 0 {
            flags.push(flag);
        }
    }
    let has_one_branch = !pattern.contains('|');
    let starts = [r"\A", "^", ".*"].iter().any(|start| pattern.starts_with(start));
    let ends = [r"\z", r"\Z", "$", ".*"]
        .iter()
        .any(|end| pattern.ends_with(end) && !pattern.ends_with(&format!(r"\{end}")));
    let before = if starts && has_one_branch { "" } else { ANYTHING };
    let after = if ends && has_one_branch { "" } else { ANYTHING };
    if flags.is_empty() && before.is_empty() && after.is_empty() {
        return pattern.to_owned();
    }
    let wrapped = in_the_whole_text(pattern, &flags, before, after);
    // A fault of the pattern is reported at its own place, in the pattern as written.
    if TextRegex::compile(&wrapped).is_err() && TextRegex::compile(pattern).is_err() {
        return pattern.to_owned();
    }
    wrapped
}

fn in_the_whole_text(pattern: &str, flags: &str, before: &str, after: &str) -> String {
    // A comment at the end of an extended pattern extends to the end of the line.
    let line = if flags.contains('x') { "\n" } else { "" };
    format!("{before}(?{flags}:{pattern}{line}){after}")
}

/// Returns the number of values in this one, itself included.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(elements) => elements.iter().map(size).sum(),
        Value::Object(members) => members.values().map(size).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_of_ruby_is_found_anywhere() {
        for (pattern, options, expected) in [
            ("rain", 0, r"[\s\S]*(?:rain)[\s\S]*"),
            (r"^\d+$", 0, r"^\d+$"),
            (r"\A\d+\z", 0, r"\A\d+\z"),
            (".*", 0, ".*"),
            ("^a", 0, r"(?:^a)[\s\S]*"),
            (r"a\$", 0, r"[\s\S]*(?:a\$)[\s\S]*"),
            ("^a|b$", 0, r"[\s\S]*(?:^a|b$)[\s\S]*"),
            ("(?<n>", 0, "(?<n>"),
            ("^a{2,1}", 1, "^a{2,1}"),
            ("^a$", 1, "(?i:^a$)"),
            ("^a.b$ # c", 6, "(?xs:^a.b$ # c\n)[\\s\\S]*"),
        ] {
            assert_eq!(anywhere(pattern, options), expected);
        }
    }
}
