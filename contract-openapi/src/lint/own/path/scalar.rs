//! Values of filters, as JavaScript compares them.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::expression::Operator;
use crate::document::{Node, Value};

/// A value.
#[derive(Debug, Clone)]
pub(super) enum Scalar<'d> {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(Cow<'d, str>),
    /// An object or array.
    Node(&'d Node),
}

impl<'d> Scalar<'d> {
    pub(super) fn of(node: &'d Node) -> Self {
        match &node.value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Number(number) => Self::Number(number.as_f64()),
            Value::String(text) => Self::Text(Cow::Borrowed(text)),
            Value::Array(_) | Value::Object(_) => Self::Node(node),
        }
    }

    pub(super) fn is_truthy(&self) -> bool {
        match self {
            Self::Undefined | Self::Null => false,
            Self::Bool(flag) => *flag,
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Text(text) => !text.is_empty(),
            Self::Node(_) => true,
        }
    }

    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Null | Self::Node(_) => "object",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::Text(_) => "string",
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns whether a comparison holds.
    pub(super) fn compare(&self, operator: Operator, other: &Self) -> bool {
        match operator {
            Operator::Same => self.is_same(other),
            Operator::NotSame => !self.is_same(other),
            Operator::Equal => self.is_equal(other),
            Operator::NotEqual => !self.is_equal(other),
            Operator::Less => self.order(other).is_some_and(Ordering::is_lt),
            Operator::LessOrEqual => self.order(other).is_some_and(Ordering::is_le),
            Operator::Greater => self.order(other).is_some_and(Ordering::is_gt),
            Operator::GreaterOrEqual => self.order(other).is_some_and(Ordering::is_ge),
        }
    }

    /// `===`
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Undefined, Self::Undefined) | (Self::Null, Self::Null) => true,
            (Self::Bool(one), Self::Bool(other)) => one == other,
            (Self::Number(one), Self::Number(other)) => is_equal(*one, *other),
            (Self::Text(one), Self::Text(other)) => one == other,
            (Self::Node(one), Self::Node(other)) => std::ptr::eq(*one, *other),
            _ => false,
        }
    }

    /// `==`
    fn is_equal(&self, other: &Self) -> bool {
        let is_nothing = |value: &Self| matches!(value, Self::Undefined | Self::Null);
        if is_nothing(self) || is_nothing(other) {
            return is_nothing(self) && is_nothing(other);
        }
        self.is_same(other)
            || self.type_name() != other.type_name()
                && self
                    .number()
                    .zip(other.number())
                    .is_some_and(|(one, other)| is_equal(one, other))
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        if let (Self::Text(one), Self::Text(other)) = (self, other) {
            return Some(one.cmp(other));
        }
        self.number()?.partial_cmp(&other.number()?)
    }

    /// Returns the value as a number, as arithmetic of JavaScript takes it; `None` if it is none.
    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Bool(flag) => Some(f64::from(u8::from(*flag))),
            Self::Text(text) if text.trim().is_empty() => Some(0.0),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Null => Some(0.0),
            Self::Undefined | Self::Node(_) => None,
        }
    }
}

#[expect(clippy::float_cmp, reason = "JavaScript compares numbers exactly")]
fn is_equal(one: f64, other: f64) -> bool {
    one == other
}
