//! Named values that may be repeated: query parameters, header fields, form fields.

use std::collections::BTreeMap;

use crate::json::Value;

use crate::Error;
use crate::contract::{Path, RuleList, Token};
use crate::matching::rule::array_contains::{Wanted, more_missing};
use crate::matching::rule::{Applied, Bounds, Failure, ParameterValue, Role, Rules};
use crate::matching::scope::Scope;
use crate::matching::{AppliedRule, Mismatch, MismatchKind, Part, Unexpected, effort};

/// The rules for one name: those for `name` apply to each value, those for `name[0]` and `name[*]` to one of several.
#[derive(Debug, Default)]
pub(crate) struct Values {
    rules: Option<Rules>,
}

/// One of several values: a name without `=` has no text.
pub(crate) trait Text {
    /// Returns the text, if any.
    fn text(&self) -> Option<&str>;
}

impl Text for String {
    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl Text for &str {
    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl Text for Option<String> {
    fn text(&self) -> Option<&str> {
        self.as_deref()
    }
}

/// The wording of mismatches that no rule decided.
pub(crate) struct Wording {
    /// Describes a different value: name, expected, actual.
    pub(crate) value: fn(&str, &str, &str) -> String,
    /// Describes a different number of values: name, expected, received.
    pub(crate) count: fn(&str, usize, usize) -> String,
}

/// Groups rule lists by parameter name. `names` are those in the example: a name in the contract that ends in `[0]` or
/// `[*]` refers to one of several values, unless a parameter has exactly that name.
pub(crate) fn by_parameter(
    lists: &[(&str, &RuleList)],
    is_name: &dyn Fn(&str) -> bool,
) -> Result<BTreeMap<String, Values>, Error> {
    let mut by_name: BTreeMap<&str, Vec<(Path, &RuleList)>> = BTreeMap::new();
    for &(written, list) in lists.iter().filter(|(_, list)| !list.rules.is_empty()) {
        let written = written.strip_prefix("$.").unwrap_or(written);
        let indexed = written.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
        let (name, path) = match indexed {
            Some((name, index)) if !is_name(written) && !name.is_empty() => match index_token(index) {
                Some(token) => (name, Path::root().join(token)),
                None => (written, Path::root()),
            },
            _ => (written, Path::root()),
        };
        let name = name
            .strip_prefix("['")
            .and_then(|name| name.strip_suffix("']"))
            .unwrap_or(name);
        by_name.entry(name).or_default().push((path, list));
    }
    let mut values = BTreeMap::new();
    for (name, lists) in by_name {
        let mut rules = Rules::compile(lists.iter().map(|(path, list)| (path, *list)))
            .map_err(|error| error.context(name))?;
        rules.rename(name);
        values.insert(name.to_owned(), Values { rules: Some(rules) });
    }
    Ok(values)
}

fn index_token(index: &str) -> Option<Token> {
    if index == "*" {
        return Some(Token::StarIndex);
    }
    index.parse().ok().map(Token::Index)
}

impl Values {
    /// Returns whether any rule applies to the name.
    pub(crate) fn is_ruled(&self) -> bool {
        self.rules.is_some()
    }

    /// Returns whether a rule applies to all values together.
    pub(crate) fn is_about_all(&self) -> bool {
        let root = self.rules.as_ref().map(Scope::root);
        let at_name = root.as_ref().and_then(Scope::applied);
        at_name.is_some_and(|applied| {
            looks_at_whole(&applied)
                || applied
                    .rules()
                    .iter()
                    .any(|rule| matches!(rule.role(), Role::Type(bounds) if !bounds.is_open()))
        })
    }

    /// Uses the example's first value to choose the dialect of ambiguous patterns.
    ///
    /// # Errors
    ///
    /// If an `arrayContains` rule looks for a value that the example does not have.
    pub(crate) fn fit(&mut self, name: &str, example: &[impl Text]) -> Result<(), Error> {
        let Some(rules) = &mut self.rules else {
            return Ok(());
        };
        if let Some(example) = example.first().and_then(Text::text) {
            rules.fit(|_| Some(example.into()));
        }
        rules
            .check_variants(Some(&list(example)))
            .map_err(|error| error.context(name))
    }

    /// Compares the values of one name. Under a rule at the name other than `equality`, there may be more or fewer
    /// values than in the example, within the rule's bounds; values beyond the example's are compared with its first.
    pub(crate) fn compare(
        &self,
        part: Part,
        name: &str,
        example: &[impl Text],
        actual: &[impl Text],
        wording: &Wording,
        out: &mut Vec<Mismatch>,
    ) {
        let root = self.rules.as_ref().map(Scope::root);
        let at_name = root.as_ref().and_then(Scope::applied);
        let several = example.len() > 1 || actual.len() > 1;
        let one = |index: usize| {
            if several {
                format!("{name}[{index}]")
            } else {
                name.to_owned()
            }
        };
        let whole = at_name.map_or(Ok(()), |applied| whole(applied, example, actual));
        if let Err(failures) = whole {
            let (example, actual) = (list(example), list(actual));
            push(part, name, Some(&example), Some(&actual), failures, at_name, out);
        }
        let is_freed = at_name.is_some_and(|applied| applied.frees_length());
        if !is_freed && example.len() != actual.len() {
            let failure = Failure {
                expectation: format!("{} values", example.len()),
                description: (wording.count)(name, example.len(), actual.len()),
                rule: String::new(),
            };
            let (example, actual) = (list(example), list(actual));
            push(
                part,
                name,
                Some(&example),
                Some(&actual),
                vec![failure],
                None,
                out,
            );
        }
        if at_name.is_some_and(|applied| looks_at_whole(&applied)) {
            return;
        }
        let each = at_name.map_or(0, |applied| applied.members().1);
        for (index, value) in actual.iter().map(Text::text).enumerate() {
            // A name without `=` has no text; it is its own kind of value.
            let example = match example.get(index) {
                None if is_freed => example.first(),
                None => break,
                own => own,
            };
            // Rules at the name apply to each of its values; nothing is inherited here.
            let applied = root
                .as_ref()
                .and_then(|root| root.element(index, each).applied().or(at_name));
            let applied = applied.map(|applied| {
                if applied.cascaded {
                    at_name.unwrap_or(applied)
                } else {
                    applied
                }
            });
            let failures = match applied {
                Some(applied) => match judge(applied, example, value) {
                    Ok(()) => continue,
                    Err(failures) => failures,
                },
                None if example.is_some_and(|example| example.text() == value) => continue,
                None => {
                    let expected = example.and_then(Text::text).unwrap_or_default();
                    vec![Failure {
                        expectation: format!("{expected:?}"),
                        description: (wording.value)(name, expected, value.unwrap_or_default()),
                        rule: String::new(),
                    }]
                }
            };
            let example = example.and_then(Text::text).map(Value::from);
            let value = value.map(Value::from);
            push(
                part,
                &one(index),
                example.as_ref(),
                value.as_ref(),
                failures,
                applied,
                out,
            );
        }
    }
}

/// Judges one value. A name without `=` has none: it corresponds to `null`, not to an empty text.
fn judge(
    applied: Applied<'_>,
    example: Option<&impl Text>,
    actual: Option<&str>,
) -> Result<(), Vec<Failure>> {
    let value = |text| ParameterValue { text };
    let (example, actual) = (example.map(|example| value(example.text())), value(actual));
    applied.check(
        |rule| rule.holds_parameter(example, actual),
        example.map(ParameterValue::given),
        actual.given(),
    )
}

/// Checks rules about all values together: their number and required elements.
fn whole(applied: Applied<'_>, example: &[impl Text], actual: &[impl Text]) -> Result<(), Vec<Failure>> {
    let mut failures = Vec::new();
    for rule in applied.rules() {
        match rule.role() {
            Role::Type(bounds) if !bounds.hold(actual.len()) => failures.push(Failure {
                expectation: bounds_in_words(bounds),
                description: bounds.description(&list(actual).to_string(), actual.len()),
                rule: rule.name().to_owned(),
            }),
            Role::ArrayContains(contains) => {
                let (example, actual) = (list(example), list(actual));
                let elements = actual.as_array().map_or(&[][..], Vec::as_slice);
                let (missing, more) = contains.first_missing(Some(&example), elements, Unexpected::Refused);
                failures.extend(missing.iter().map(Wanted::failure));
                if more > 0 {
                    failures.push(Failure {
                        expectation: format!("{more} more elements"),
                        description: more_missing(more),
                        rule: rule.name().to_owned(),
                    });
                }
            }
            _ => {}
        }
    }
    if failures.is_empty() {
        Ok(())
    } else {
        Err(failures)
    }
}

fn looks_at_whole(applied: &Applied<'_>) -> bool {
    applied
        .rules()
        .iter()
        .any(|rule| matches!(rule.role(), Role::ArrayContains(_)))
}

fn bounds_in_words(bounds: Bounds) -> String {
    bounds.in_words().replace("element", "value")
}

fn list(values: &[impl Text]) -> Value {
    values
        .iter()
        .map(|value| value.text().map_or(Value::Null, Value::from))
        .collect()
}

/// Adds mismatches of a named part.
pub(super) fn push(
    part: Part,
    path: &str,
    expected: Option<&Value>,
    actual: Option<&Value>,
    failures: Vec<Failure>,
    applied: Option<Applied<'_>>,
    out: &mut Vec<Mismatch>,
) {
    // Once a comparison is given up, rules fail without being decided.
    if effort::is_spent() {
        return;
    }
    out.extend(failures.into_iter().map(|failure| Mismatch {
        kind: MismatchKind::Differs,
        part,
        path: path.to_owned(),
        expected: expected.cloned(),
        actual: actual.cloned(),
        expectation: failure.expectation,
        description: failure.description,
        rule: applied.map(|applied| AppliedRule {
            path: applied.set.path.clone(),
            name: failure.rule,
            overridden: Vec::new(),
        }),
        nearest: Vec::new(),
    }));
}
