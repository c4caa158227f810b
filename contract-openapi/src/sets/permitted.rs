//! Walks a schema and an example of a request together: collects values that the contract's rules may accept and the
//! description may reject, and whether it is proved that it rejects none of them.

use std::cell::Cell;
use std::collections::BTreeMap;

use contract_core::contract::{Matcher, Path, RuleList};

use super::alternative::Alternative;
use super::candidate::values_like;
use super::edit::{Edit, EditKind, MAX_EDITS, Step};
use super::instance::{BUDGET, Maker, integer_node, is_like, length, number_node};
use super::rules::{Accepts, accepts, is_iso_date};
use crate::document::{Node, Value};
use crate::schema::{Bundle, Format, Patterns};

/// Maximum length of generated texts and arrays.
const MAX_LENGTH: usize = 10_000;
/// The number of elements of an array that are walked.
const ELEMENTS: usize = 3;

/// The result of a walk.
#[derive(Debug, Default)]
pub(crate) struct Permitted<'e> {
    /// Changes of the example to try.
    pub(super) edits: Vec<Edit<'e>>,
    /// Why it is not proved that the description accepts all that the contract accepts; `None` if it is proved.
    pub(super) unproved: Option<&'static str>,
}

/// Walks a schema of the values that the provider accepts, together with the rules of a contract.
pub(crate) fn permitted<'e>(
    bundle: &Bundle,
    patterns: &Patterns,
    example: &'e Node,
    rules: &BTreeMap<Path, RuleList>,
) -> Permitted<'e> {
    let budget = Cell::new(BUDGET);
    let mut walk = Walk {
        maker: Maker {
            bundle,
            patterns,
            budget: &budget,
        },
        rules,
        permitted: Permitted::default(),
        steps: Vec::new(),
    };
    walk.place(&[&bundle.root], example);
    walk.permitted
}

struct Walk<'a, 'r, 'e> {
    maker: Maker<'a>,
    rules: &'r BTreeMap<Path, RuleList>,
    permitted: Permitted<'e>,
    steps: Vec<Step<'e>>,
}

impl<'a, 'e> Walk<'a, '_, 'e> {
    fn unproved(&mut self, reason: &'static str) {
        self.permitted.unproved.get_or_insert(reason);
    }

    fn place(&mut self, schemas: &[&'a Node], example: &'e Node) {
        let Some(alternatives) = self.maker.alternatives(schemas, self.steps.len()) else {
            self.unproved("budget");
            return;
        };
        let fitting: Vec<&Alternative<'a>> = alternatives
            .iter()
            .filter(|alternative| is_like(alternative, example))
            .collect();
        self.values(&fitting, example);
        for alternative in fitting {
            self.below(alternative, example);
        }
    }

    /// Judges the values of a place, apart from nested ones.
    fn values(&mut self, fitting: &[&Alternative<'a>], example: &Node) {
        let matcher = match accepts(self.rules, &self.steps) {
            Accepts::Example | Accepts::Rule(Matcher::Equality) => return,
            Accepts::Rule(matcher) => Some(matcher),
            Accepts::Other => None,
        };
        let [alternative] = fitting else {
            self.unproved("alternatives");
            for alternative in fitting {
                self.edits(alternative, matcher, example);
            }
            return;
        };
        if matcher.is_some_and(|matcher| is_within(matcher, alternative, example)) {
            return;
        }
        self.unproved("rule");
        self.edits(alternative, matcher, example);
    }

    fn edits(&mut self, alternative: &Alternative<'a>, matcher: Option<&Matcher>, example: &Node) {
        let mut values = match &example.value {
            Value::String(_) => texts(alternative, matcher),
            Value::Number(_) => numbers(alternative),
            Value::Array(elements) => arrays(alternative, elements),
            _ => Vec::new(),
        };
        values.extend(values_like(example));
        for value in values {
            if self.permitted.edits.len() >= MAX_EDITS {
                return;
            }
            let is_empty = value.as_array().is_some_and(<[Node]>::is_empty);
            self.permitted.edits.push(Edit {
                steps: self.steps.clone(),
                kind: if is_empty {
                    EditKind::Empty
                } else {
                    EditKind::Value
                },
                value: Some(value),
            });
        }
    }

    /// Walks the members or elements.
    fn below(&mut self, alternative: &Alternative<'a>, example: &'e Node) {
        match &example.value {
            Value::Object(object) => {
                for (name, member) in object.iter() {
                    let maker = self.maker;
                    let schemas = alternative.member(name, &|pattern| maker.is_match(pattern, name));
                    self.steps.push(Step::Member(name));
                    self.place(&schemas.unwrap_or_default(), &member.node);
                    self.steps.pop();
                }
            }
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate().take(ELEMENTS) {
                    self.steps.push(Step::Element(index));
                    self.place(&alternative.element(index).unwrap_or_default(), element);
                    self.steps.pop();
                }
            }
            _ => {}
        }
    }
}

/// Keywords that may reject a value of any type.
const GENERAL: [&str; 6] = ["enum", "const", "not", "if", "dependentSchemas", "dependencies"];

/// Returns whether the alternative accepts all that a rule accepts at a place, apart from nested values.
fn is_within(matcher: &Matcher, alternative: &Alternative<'_>, example: &Node) -> bool {
    if GENERAL
        .iter()
        .any(|keyword| alternative.keyword(keyword).next().is_some())
    {
        return false;
    }
    let types = alternative.types();
    let has = |keywords: &[&str]| {
        keywords
            .iter()
            .any(|keyword| alternative.keyword(keyword).next().is_some())
    };
    // Formats of numbers say nothing of texts.
    let has_format = || {
        let mut formats = alternative.keyword("format").filter_map(Node::as_str);
        formats.any(|format| Format::named(format).is_some_and(|format| format.integers().is_none()))
    };
    let any_text =
        || types.contains(&"string") && !has(&["minLength", "maxLength", "pattern"]) && !has_format();
    let bounds = [
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
    ];
    let any_number = |name: &str| types.contains(&name) && !has(&bounds) && alternative.integers().is_empty();
    match (matcher, &example.value) {
        (
            Matcher::Type { .. } | Matcher::Regex(_) | Matcher::Include(_) | Matcher::Semver,
            Value::String(_),
        ) => any_text(),
        (Matcher::Date(_) | Matcher::Time(_) | Matcher::DateTime(_), Value::String(_)) => {
            let is_date = matches!(matcher, Matcher::Date(format) if is_iso_date(format.as_deref()));
            let mut formats = alternative.keyword("format").filter_map(Node::as_str);
            any_text()
                || is_date
                    && !has(&["minLength", "maxLength", "pattern"])
                    && formats.all(|format| format == "date" || Format::named(format).is_none())
        }
        (Matcher::Type { .. } | Matcher::Number | Matcher::Decimal, Value::Number(_)) => any_number("number"),
        (Matcher::Integer, Value::Number(_)) => any_number("integer"),
        // Members of an object in a request are those of the example.
        (Matcher::Type { .. }, Value::Bool(_) | Value::Null | Value::Object(_))
        | (Matcher::Boolean, Value::Bool(_))
        | (Matcher::Null, Value::Null) => true,
        (Matcher::Type { min, max }, Value::Array(elements)) => {
            let least = length(alternative.greatest("minItems"));
            let most = alternative.least("maxItems").map(|most| length(Some(most)));
            let is_long_enough = least == 0 || min.is_some_and(|min| min >= least);
            let is_short_enough = most.is_none_or(|most| max.is_some_and(|max| max <= most));
            // Further elements are like the first one, and are judged like it.
            let is_uniform = !has(&["prefixItems", "contains", "uniqueItems", "additionalItems"]);
            is_long_enough && is_short_enough && is_uniform && elements.len() <= ELEMENTS
        }
        _ => false,
    }
}

/// Returns texts that are too short, too long or not of the form.
fn texts(alternative: &Alternative<'_>, matcher: Option<&Matcher>) -> Vec<Node> {
    let mut lengths = Vec::new();
    lengths.extend(alternative.least("maxLength").map(|most| length(Some(most)) + 1));
    let least = length(alternative.greatest("minLength"));
    lengths.extend(least.checked_sub(1));
    // What a rule accepts may consist of letters or digits only.
    let mut texts: Vec<String> = Vec::new();
    for count in lengths.into_iter().filter(|count| *count <= MAX_LENGTH) {
        texts.extend(["x", "X", "0", "1"].map(|character| character.repeat(count)));
    }
    if let Some(Matcher::Regex(pattern)) = matcher {
        texts.extend(jsonschema_regex::pattern_witness(pattern));
    }
    if let Some(Matcher::Include(part)) = matcher {
        let most = alternative
            .least("maxLength")
            .map_or(0, |most| length(Some(most)) + 1);
        texts.push(format!("{part}{}", "x".repeat(most.min(MAX_LENGTH))));
        texts.push(part.clone());
    }
    texts.extend(
        [
            "2000-02-30",
            "2000-02-29",
            "2000-02-29T10:00:00",
            "10:00",
            "1.0.0",
        ]
        .map(str::to_owned),
    );
    texts.iter().map(|text| Node::from(text.as_str())).collect()
}

/// Returns numbers beyond the bounds and between the steps.
fn numbers(alternative: &Alternative<'_>) -> Vec<Node> {
    let of = |keyword| alternative.keyword(keyword).filter_map(Node::as_f64);
    let mut numbers: Vec<f64> = Vec::new();
    for low in of("minimum") {
        numbers.extend([low - 1.0, low - 0.5]);
    }
    for high in of("maximum") {
        numbers.extend([high + 1.0, high + 0.5]);
    }
    for bound in of("exclusiveMinimum").chain(of("exclusiveMaximum")) {
        numbers.extend([bound, bound - 1.0, bound + 1.0]);
    }
    for step in of("multipleOf") {
        numbers.extend([step / 2.0, step + 1.0, step * 1.5]);
    }
    numbers.extend([1.0, 0.5]);
    let mut nodes: Vec<Node> = numbers.into_iter().filter_map(number_node).collect();
    for integers in alternative.integers() {
        let beyond = [i128::from(*integers.end()) + 1, i128::from(*integers.start()) - 1];
        nodes.extend(beyond.into_iter().filter_map(integer_node));
    }
    nodes
}

/// Returns arrays with fewer and more elements, and with equal ones.
fn arrays(alternative: &Alternative<'_>, elements: &[Node]) -> Vec<Node> {
    let Some(last) = elements.last() else {
        return Vec::new();
    };
    let least = length(alternative.greatest("minItems"));
    let most = alternative.least("maxItems").map(|most| length(Some(most)));
    let counts = [
        least.checked_sub(1),
        most.map(|most| most + 1),
        Some(elements.len() + 1),
    ];
    counts
        .into_iter()
        .flatten()
        .filter(|count| *count <= MAX_LENGTH)
        .map(|count| {
            let further = std::iter::repeat_n(last, count.saturating_sub(elements.len()));
            let array: Vec<Node> = elements.iter().take(count).chain(further).cloned().collect();
            array.into()
        })
        .collect()
}
