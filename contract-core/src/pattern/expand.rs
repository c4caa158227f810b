//! Converts a pattern to the form in contracts: an example, rules by path, generators by path.

use std::collections::BTreeMap;

use crate::json::Value;
use crate::map_of;

use super::Pattern;
use super::value::Node;
use crate::contract::alternatives::{Alternative, Alternatives};
use crate::contract::{Combine, EachRules, Generator, Matcher, Path, Rule, RuleList, Token, Variant};

/// A pattern in the form of a contract.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expanded {
    /// The example document.
    pub example: Value,
    /// Rules by path from the example's root.
    pub rules: BTreeMap<Path, RuleList>,
    /// Generators by path from the example's root.
    pub generators: BTreeMap<Path, Generator>,
}

/// Where a pattern is used; some have less effect outside of bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Body,
    Text,
}

impl Pattern {
    /// Returns the example, rules and generators of the pattern as a body or part of one.
    pub fn expand(&self) -> Expanded {
        self.expand_for(Place::Body)
    }

    pub(super) fn expand_for(&self, place: Place) -> Expanded {
        let mut writer = Writer {
            place,
            out: Expanded::default(),
        };
        let example = writer.write(self, &Path::root(), false);
        Expanded {
            example,
            ..writer.out
        }
    }
}

struct Writer {
    place: Place,
    out: Expanded,
}

impl Writer {
    /// Adds the pattern's rules at this path and returns its example. `explicit`: an inherited rule other
    /// than "same type" would apply here, so every value has its own rule.
    fn write(&mut self, pattern: &Pattern, path: &Path, explicit: bool) -> Value {
        if let Some(value) = pattern.as_like() {
            self.like(&value, path);
            return value;
        }
        match &pattern.node {
            Node::Literal(value) => {
                if explicit {
                    self.rule(path, RuleList::one(Matcher::Equality));
                }
                value.clone()
            }
            Node::Exactly(value) => {
                self.rule(path, RuleList::one(Matcher::Equality));
                value.clone()
            }
            Node::Like(value) => value.clone(),
            Node::Object(members) => {
                if explicit {
                    self.rule(path, RuleList::one(Matcher::TYPE));
                }
                let members = members.iter().map(|(name, member)| {
                    let path = path.join(Token::Field(name.clone()));
                    (name.clone(), self.write(member, &path, explicit))
                });
                Value::Object(map_of(members))
            }
            Node::Array(items) => {
                let length = Some(items.len());
                self.rule(
                    path,
                    RuleList::one(Matcher::Type {
                        min: length,
                        max: length,
                    }),
                );
                items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| self.write(item, &path.join(Token::Index(index)), explicit))
                    .collect()
            }
            Node::Ruled {
                example,
                matchers,
                generator,
                only_in_bodies,
            } => {
                if self.place == Place::Body || !only_in_bodies {
                    self.rule(path, RuleList::all(matchers.iter().cloned()));
                }
                if let Some(generator) = generator {
                    self.out.generators.insert(path.clone(), generator.clone());
                }
                example.clone()
            }
            Node::EachLike { item, min, max } => {
                self.rule(
                    path,
                    RuleList::one(Matcher::Type {
                        min: Some(*min),
                        max: *max,
                    }),
                );
                let example = self.write(item, &path.join(Token::StarIndex), explicit);
                Value::Array(vec![example; (*min).max(1)])
            }
            Node::Each { key, value } => self.each(key, value, path),
            Node::ArrayContaining(items) => self.array_containing(items, path),
            Node::AnyOf(alternatives) => self.any_of(alternatives, path),
            Node::AllOf(patterns) => self.all_of(patterns, path),
            Node::Alternatives { combine, patterns } => self.alternatives(*combine, patterns, path),
            Node::Variants { alternatives, shown } => self.write(&alternatives[*shown], path, explicit),
        }
    }

    fn rule(&mut self, path: &Path, rules: RuleList) {
        self.out.rules.insert(path.clone(), rules);
    }

    /// Adds a `type` rule for the whole value, and a lower bound for each array in it.
    fn like(&mut self, value: &Value, path: &Path) {
        let min = match value {
            Value::Array(items) if !items.is_empty() => Some(1),
            _ => None,
        };
        self.rule(path, RuleList::one(Matcher::Type { min, max: None }));
        let mut arrays = BTreeMap::new();
        arrays_within(value, path, &mut arrays);
        for (path, _) in arrays.into_iter().filter(|(_, is_filled)| *is_filled) {
            let min = Some(1);
            self.rule(&path, RuleList::one(Matcher::Type { min, max: None }));
        }
    }

    /// Adds the pattern's rules below this path, and returns its example with the rules at the path itself.
    fn split(&mut self, pattern: &Pattern, path: &Path, explicit: bool) -> (Value, RuleList) {
        let example = self.write(pattern, path, explicit);
        let rules = self.out.rules.remove(path).unwrap_or_else(|| match &example {
            Value::Object(_) | Value::Array(_) => RuleList::one(Matcher::TYPE),
            _ => RuleList::one(Matcher::Equality),
        });
        (example, rules)
    }

    fn each(&mut self, key: &Pattern, value: &Pattern, path: &Path) -> Value {
        let keys = key.expand_for(Place::Text);
        let name = match keys.example {
            Value::String(name) => name,
            other => panic!("the example of an object's key is a text, not {other}"),
        };
        let below = path.join(Token::Star);
        let (example, rules) = self.split(value, &below, true);
        let mut matchers = Vec::new();
        if let Some(rules) = keys.rules.get(&Path::root()) {
            let is_equal = |rule: &Rule| rule.matcher == Matcher::Equality;
            matchers.push(Matcher::EachKey(EachRules {
                rules: rules.rules.clone(),
                // The example is needed if the name is exact.
                value: rules.rules.iter().any(is_equal).then(|| name.as_str().into()),
                generator: None,
            }));
        }
        if rules.combine == Combine::Or && rules.rules.len() > 1 {
            // The inner rules of `eachValue` combine with AND; an OR is written at the values themselves.
            matchers.push(Matcher::Values);
            self.rule(&below, rules);
        } else {
            matchers.push(Matcher::EachValue(EachRules {
                rules: rules.rules,
                value: None,
                generator: None,
            }));
        }
        self.rule(path, RuleList::all(matchers));
        Value::Object(map_of([(name, example)]))
    }

    fn array_containing(&mut self, items: &[Pattern], path: &Path) -> Value {
        let (examples, variants) = items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let expanded = item.expand();
                let variant = Variant {
                    index,
                    rules: expanded.rules,
                    generators: expanded.generators,
                    ..Variant::default()
                };
                (expanded.example, variant)
            })
            .unzip();
        self.rule(path, RuleList::one(Matcher::ArrayContains(variants)));
        Value::Array(examples)
    }

    /// Returns the rules of one of several patterns for the value at this path. The first one determines the
    /// example and the nested rules.
    fn rules_of_one(&mut self, pattern: &Pattern, path: &Path, example: &mut Option<Value>) -> Vec<Rule> {
        if example.is_some() {
            let mut other = Writer {
                place: self.place,
                out: Expanded::default(),
            };
            return other.split(pattern, path, true).1.rules;
        }
        let (value, list) = self.split(pattern, path, true);
        *example = Some(value);
        list.rules
    }

    /// Adds the rules of alternatives and returns the example. The first alternative determines the example and
    /// the nested rules; the others add one rule each.
    fn any_of(&mut self, alternatives: &[Pattern], path: &Path) -> Value {
        let mut texts: Vec<&str> = Vec::new();
        let mut rules: Vec<Rule> = Vec::new();
        let mut example = None;
        for alternative in alternatives {
            if let Some(text) = alternative.as_exact_text() {
                texts.push(text);
                example.get_or_insert_with(|| Value::from(text));
                continue;
            }
            rules.extend(self.rules_of_one(alternative, path, &mut example));
        }
        if !texts.is_empty() {
            let escaped: Vec<String> = texts.iter().map(|text| regex::escape(text)).collect();
            rules.insert(0, Matcher::Regex(format!("^(?:{})$", escaped.join("|"))).into());
        }
        self.rule(
            path,
            RuleList {
                combine: if rules.len() > 1 {
                    Combine::Or
                } else {
                    Combine::And
                },
                rules,
                ..RuleList::default()
            },
        );
        example.unwrap_or_default()
    }

    /// Adds the schema of alternatives and returns the example. The first pattern determines the example and the
    /// generators.
    fn alternatives(&mut self, combine: Combine, patterns: &[Pattern], path: &Path) -> Value {
        let mut expanded: Vec<Expanded> = patterns
            .iter()
            .map(|pattern| pattern.expand_for(self.place))
            .collect();
        let example = expanded
            .first_mut()
            .map(|first| {
                let generators = std::mem::take(&mut first.generators);
                let below = |(inner, generator): (Path, _)| (path.below(&inner), generator);
                self.out.generators.extend(generators.into_iter().map(below));
                first.example.clone()
            })
            .unwrap_or_default();
        let patterns = expanded.into_iter().map(|own| Alternative {
            example: own.example,
            rules: own.rules,
        });
        let alternatives = Alternatives {
            combine,
            patterns: patterns.collect(),
        };
        self.rule(path, RuleList::one(Matcher::Schema(alternatives.to_schema())));
        example
    }

    /// Adds the rules of patterns that must all match and returns the example. The first pattern determines the
    /// example and the nested rules; the others add their rules for the value itself.
    fn all_of(&mut self, patterns: &[Pattern], path: &Path) -> Value {
        let mut rules: Vec<Rule> = Vec::new();
        let mut example = None;
        for pattern in patterns {
            for rule in self.rules_of_one(pattern, path, &mut example) {
                if !rules.contains(&rule) {
                    rules.push(rule);
                }
            }
        }
        self.rule(
            path,
            RuleList {
                rules,
                ..RuleList::default()
            },
        );
        example.unwrap_or_default()
    }
}

impl Pattern {
    /// Returns the text if the pattern means exactly one text.
    pub(super) fn as_exact_text(&self) -> Option<&str> {
        match &self.node {
            Node::Literal(Value::String(text)) | Node::Exactly(Value::String(text)) => Some(text),
            Node::Variants { alternatives, shown } => alternatives[*shown].as_exact_text(),
            _ => None,
        }
    }
}

/// Collects the paths of the arrays in a value, each with whether every array at the path has elements:
/// arrays nested in the elements of one array share a path, which has no bound if one of them would violate
/// it.
fn arrays_within(value: &Value, path: &Path, arrays: &mut BTreeMap<Path, bool>) {
    let mut visit = |child: &Value, path: Path| {
        if let Value::Array(items) = child {
            *arrays.entry(path.clone()).or_insert(true) &= !items.is_empty();
        }
        if child.is_array() || child.is_object() {
            arrays_within(child, &path, arrays);
        }
    };
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                visit(member, path.join(Token::Field(name.clone())));
            }
        }
        Value::Array(items) => {
            for item in items {
                visit(item, path.join(Token::StarIndex));
            }
        }
        _ => {}
    }
}
