//! Variants of a message: other values that its matching rules accept.

use std::collections::BTreeMap;

use super::context::Context;
use crate::Error;
use crate::contract::alternatives::Alternatives;
use crate::contract::{Body, Combine, Data, Generator, Matcher, Message, Path, RuleList, Token};
use crate::json::{Number, Value};
use crate::matching::date::DatePattern;
use crate::matching::regex::sample;
use crate::matching::{MessagePlan, precedence};

/// Maximum number of elements added to an array, and of places changed in one variant.
const MORE_ELEMENTS: u64 = 3;
const PLACES: usize = 200;

/// Letters of varied texts, of one to four bytes in UTF-8.
const LETTERS: [char; 12] = ['a', 'Z', '7', ' ', '-', '\'', '"', '\\', 'é', 'ß', '漢', '😀'];

/// Integers stay below this unless the example is larger: the largest that every common type of 32 bits holds.
const INTEGER_LIMIT: u64 = 2_147_483_647;

/// Returns a message that the rules of the expected one accept, with other values if they allow any: generators are
/// applied, then JSON contents and metadata are varied place by place. Numbers keep the sign of the example. The seed
/// determines the variant, apart from generators of the current time.
///
/// # Errors
///
/// See [`message`](super::message) and [`MessagePlan::compile`].
pub(crate) fn variant(expected: &Message, plan: &MessagePlan, seed: u64) -> Result<Message, Error> {
    let context = Context::consumer().with_seed(seed);
    let base = super::message(expected, &context)?;
    let mut varied = base.clone();
    let mut changes = Vec::new();
    vary_metadata(&mut varied, expected, &context);
    if let Some(document) = document_mut(&mut varied) {
        let mut walk = Walk {
            rules: &expected.rules.body,
            generators: &expected.generators.body,
            context: &context,
            changes: &mut changes,
        };
        walk.value(document, &mut Vec::new());
    }
    if plan.compare(&varied).is_match() {
        return Ok(varied);
    }
    // Rules that interact reject the whole: each change is made by itself, and kept if the rules accept it.
    let mut kept = base;
    for change in changes {
        let mut candidate = kept.clone();
        if let Some(document) = document_mut(&mut candidate)
            && change.apply(document)
            && plan.compare(&candidate).is_match()
        {
            kept = candidate;
        }
    }
    Ok(kept)
}

/// A value to put at a place.
struct Change {
    at: Vec<Token>,
    value: Value,
}

impl Change {
    /// Returns whether the place exists.
    fn apply(&self, document: &mut Value) -> bool {
        let mut value = document;
        for token in &self.at {
            let next = match (token, value) {
                (Token::Field(name), Value::Object(members)) => members.get_mut(name),
                (Token::Index(index), Value::Array(elements)) => elements.get_mut(*index),
                _ => None,
            };
            let Some(next) = next else {
                return false;
            };
            value = next;
        }
        *value = self.value.clone();
        true
    }
}

fn document_mut(message: &mut Message) -> Option<&mut Value> {
    match &mut message.contents {
        Body::Present(content) => match &mut content.data {
            Data::Json(document) => Some(document),
            _ => None,
        },
        _ => None,
    }
}

fn vary_metadata(message: &mut Message, expected: &Message, context: &Context) {
    for (name, list) in &expected.rules.metadata {
        if expected.generators.metadata.contains_key(name) {
            continue;
        }
        if let Some(value) = message.metadata.get_mut(name)
            && let Some(other) = other_value(list, value, context)
        {
            *value = other;
        }
    }
}

/// Walks through a document and changes it place by place.
struct Walk<'a> {
    rules: &'a BTreeMap<Path, RuleList>,
    generators: &'a BTreeMap<Path, Generator>,
    context: &'a Context,
    changes: &'a mut Vec<Change>,
}

impl<'a> Walk<'a> {
    fn value(&mut self, value: &mut Value, at: &mut Vec<Token>) {
        let list = self.applied(at);
        if let Some(other) = list.and_then(|list| self.other_form(list)) {
            self.changes.push(Change {
                at: at.clone(),
                value: other.clone(),
            });
            *value = other;
            return;
        }
        match value {
            Value::Array(elements) => {
                if let Some(list) = list
                    && let Some(count) = other_count(list, elements.len(), self.context)
                {
                    *elements = elements.iter().cycle().take(count).cloned().collect();
                    self.changes.push(Change {
                        at: at.clone(),
                        value: Value::Array(elements.clone()),
                    });
                }
                for (index, element) in elements.iter_mut().enumerate() {
                    at.push(Token::Index(index));
                    self.value(element, at);
                    at.pop();
                }
            }
            Value::Object(members) => {
                for (name, member) in members.iter_mut() {
                    at.push(Token::Field(name.clone()));
                    self.value(member, at);
                    at.pop();
                }
            }
            scalar => {
                if self.changes.len() < PLACES
                    && !self.is_generated(at)
                    && let Some(list) = list
                    && let Some(other) = other_value(list, scalar, self.context)
                {
                    *scalar = other.clone();
                    self.changes.push(Change {
                        at: at.clone(),
                        value: other,
                    });
                }
            }
        }
    }

    /// Returns one of the forms that the rules allow for a whole value, varied by the rules of that form.
    fn other_form(&self, list: &RuleList) -> Option<Value> {
        let [rule] = list.rules.as_slice() else {
            return None;
        };
        let Matcher::Schema(schema) = &rule.matcher else {
            return None;
        };
        let alternatives = Alternatives::of_schema(schema).ok()??;
        if alternatives.combine == Combine::And {
            return None;
        }
        let count = u64::try_from(alternatives.patterns.len()).ok()?;
        let chosen = usize::try_from(self.context.below(count)).ok()?;
        let form = alternatives.patterns.get(chosen)?;
        let mut value = form.example.clone();
        let mut walk = Walk {
            rules: &form.rules,
            generators: &BTreeMap::new(),
            context: self.context,
            changes: &mut Vec::new(),
        };
        walk.value(&mut value, &mut Vec::new());
        Some(value)
    }

    /// Returns the rules at this place: its own, otherwise those of a place above that nested values inherit.
    fn applied(&self, at: &[Token]) -> Option<&'a RuleList> {
        let leads = |path: &Path| {
            let steps = path.tokens();
            steps.len() <= at.len() && steps.iter().zip(at).all(|(step, place)| fits(step, place))
        };
        let inherits = |list: &RuleList| {
            let mut rules = list.rules.iter();
            rules.any(|rule| matches!(rule.matcher, Matcher::Type { .. } | Matcher::Equality))
        };
        let rules = self.rules;
        rules
            .iter()
            .filter(|(path, list)| leads(path) && (path.tokens().len() == at.len() || inherits(list)))
            .max_by(|(left, _), (right, _)| precedence::compare(left, right))
            .map(|(_, list)| list)
    }

    fn is_generated(&self, at: &[Token]) -> bool {
        self.generators.keys().any(|path| {
            let steps = path.tokens();
            steps.len() == at.len() && steps.iter().zip(at).all(|(step, place)| fits(step, place))
        })
    }
}

fn fits(step: &Token, place: &Token) -> bool {
    match (step, place) {
        (Token::Star, _) | (Token::StarIndex, Token::Index(_)) => true,
        _ => step == place,
    }
}

/// Returns another number of elements within the bounds; `None` if there are no bounds to stay in.
fn other_count(list: &RuleList, count: usize, context: &Context) -> Option<usize> {
    let (min, max) = list.rules.iter().find_map(|rule| match rule.matcher {
        Matcher::Type { min, max } if min.is_some() || max.is_some() => Some((min, max)),
        _ => None,
    })?;
    let more = usize::try_from(context.below(MORE_ELEMENTS + 1)).unwrap_or(0);
    let most = max.unwrap_or(usize::MAX).min(count.saturating_add(more));
    let least = min.unwrap_or(0).min(most);
    let spread = u64::try_from(most - least).unwrap_or(0);
    Some(least + usize::try_from(context.below(spread + 1)).unwrap_or(0))
}

/// Returns another value that the rules probably accept; `None` if they accept no other, or none is known.
fn other_value(list: &RuleList, example: &Value, context: &Context) -> Option<Value> {
    let rule = match list.combine {
        Combine::And => list.rules.first()?,
        Combine::Or => {
            let count = u64::try_from(list.rules.len()).ok()?;
            list.rules.get(usize::try_from(context.below(count)).ok()?)?
        }
    };
    match &rule.matcher {
        Matcher::Type { .. } | Matcher::Number => like(example, context),
        Matcher::Integer => Some(in_form(integer(example, context), example)),
        Matcher::Decimal => Some(in_form(decimal(example, context)?, example)),
        Matcher::Boolean => like(&Value::Bool(true), context),
        Matcher::Regex(pattern) => sample(pattern, &mut |bound| context.below(bound))
            .ok()
            .map(Value::String),
        Matcher::Include(part) => Some(Value::String(format!("{}{part}{}", text(context), text(context)))),
        Matcher::NotEmpty if example.is_string() => Some(Value::String(format!("x{}", text(context)))),
        Matcher::Semver => Some(Value::String(format!(
            "{}.{}.{}",
            context.below(20),
            context.below(20),
            context.below(20)
        ))),
        Matcher::Date(pattern) => point_in_time(pattern.as_deref().unwrap_or(DatePattern::ISO_DATE), context),
        Matcher::Time(pattern) => point_in_time(pattern.as_deref().unwrap_or(DatePattern::ISO_TIME), context),
        Matcher::DateTime(pattern) => {
            point_in_time(pattern.as_deref().unwrap_or(DatePattern::ISO_DATETIME), context)
        }
        _ => None,
    }
}

/// Returns another value of the example's type.
fn like(example: &Value, context: &Context) -> Option<Value> {
    match example {
        Value::Bool(_) => Some(Value::Bool(context.below(2) == 1)),
        Value::String(_) => Some(Value::String(text(context))),
        Value::Number(number) if number.is_integer() => Some(integer(example, context)),
        Value::Number(_) => decimal(example, context),
        _ => None,
    }
}

/// Returns the number as text if the example is text.
fn in_form(number: Value, example: &Value) -> Value {
    if example.is_string() {
        Value::String(number.to_string())
    } else {
        number
    }
}

fn integer(example: &Value, context: &Context) -> Value {
    let number = number_of(example);
    let size = number
        .as_ref()
        .and_then(Number::as_i64)
        .map_or(0, i64::unsigned_abs);
    let limit = size.max(INTEGER_LIMIT);
    let chosen = match context.below(4) {
        0 => context.below(2),
        1 => limit,
        2 => context.below(1000),
        _ => context.below(limit),
    };
    let chosen = i64::try_from(chosen).unwrap_or(i64::MAX);
    let is_negative = number.is_some_and(|number| number.as_f64() < 0.0);
    Value::from(if is_negative { -chosen } else { chosen })
}

/// Returns a number with two digits after the point, which are not both zero.
fn decimal(example: &Value, context: &Context) -> Option<Value> {
    let sign = if number_of(example)?.as_f64() < 0.0 {
        "-"
    } else {
        ""
    };
    let text = format!(
        "{sign}{}.{}{}",
        context.below(1_000_000),
        context.below(10),
        1 + context.below(9)
    );
    text.parse::<Number>().ok().map(Value::Number)
}

fn number_of(example: &Value) -> Option<Number> {
    match example {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// Returns a text of up to 12 characters.
fn text(context: &Context) -> String {
    let length = context.below(13);
    (0..length)
        .map(|_| LETTERS[usize::try_from(context.below(12)).unwrap_or(0)])
        .collect()
}

/// Formats a time of the years 2000 to 2037, in UTC.
fn point_in_time(pattern: &str, context: &Context) -> Option<Value> {
    let seconds = 946_684_800 + i64::try_from(context.below(1_199_145_600)).ok()?;
    let when = jiff::Timestamp::from_second(seconds).ok()?;
    let pattern = DatePattern::compile(pattern).ok()?;
    Some(Value::String(
        pattern.format(&when.to_zoned(jiff::tz::TimeZone::UTC)),
    ))
}
