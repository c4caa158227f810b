//! Filters: the part of JavaScript that rule files use.

use crate::schema::Pattern;

/// An expression.
#[derive(Debug)]
pub(super) enum Expression {
    /// A literal.
    Text(String),
    Number(f64),
    Bool(bool),
    Null,
    Undefined,
    /// `@`, `@root`, `@parent`, `@property`, `@parentProperty`, `@path`
    Given(Given),
    /// `a.b`, `a['b']`
    Member(Box<Expression>, String),
    /// `a[0]`
    Element(Box<Expression>, usize),
    /// `a.match(/…/)`, `/…/.test(a)`: whether the pattern is found.
    Matches(Box<Expression>, Box<Pattern>),
    /// `a.includes(b)` and others.
    Call {
        on: Box<Expression>,
        method: Method,
        argument: Box<Expression>,
    },
    /// `a.toLowerCase()`
    Lower(Box<Expression>),
    /// `a.toUpperCase()`
    Upper(Box<Expression>),
    /// `typeof a`
    TypeOf(Box<Expression>),
    /// `!a`
    Not(Box<Expression>),
    /// `a && b`
    And(Box<Expression>, Box<Expression>),
    /// `a || b`
    Or(Box<Expression>, Box<Expression>),
    /// `a === b` and others.
    Compare {
        operator: Operator,
        left: Box<Expression>,
        right: Box<Expression>,
    },
}

/// What a filter is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    /// `@`: the member or element.
    Value,
    /// `@root` or `$`: the document.
    Root,
    /// `@parent`: the object or array.
    Parent,
    /// `@property`: the name of the member, or the index of the element.
    Property,
    /// `@parentProperty`: the same of the object or array.
    ParentProperty,
    /// `@path`: the way from the root.
    Path,
}

/// A method of texts and arrays with one argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Includes,
    StartsWith,
    EndsWith,
    IndexOf,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Same,
    NotSame,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Expression {
    /// Returns whether the value depends on more of the way than the parent and the name.
    pub(super) fn depends_on_way(&self) -> bool {
        match self {
            Self::Given(given) => matches!(given, Given::ParentProperty | Given::Path),
            Self::Text(_) | Self::Number(_) | Self::Bool(_) | Self::Null | Self::Undefined => false,
            Self::Member(on, _)
            | Self::Element(on, _)
            | Self::Matches(on, _)
            | Self::Lower(on)
            | Self::Upper(on)
            | Self::TypeOf(on)
            | Self::Not(on) => on.depends_on_way(),
            Self::Call {
                on: left,
                argument: right,
                ..
            }
            | Self::And(left, right)
            | Self::Or(left, right)
            | Self::Compare { left, right, .. } => left.depends_on_way() || right.depends_on_way(),
        }
    }
}
