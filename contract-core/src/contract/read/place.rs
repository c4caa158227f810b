//! The reader's place in a document, and its errors.

use crate::json::{Map, Value};

use crate::contract::Members;
use crate::{Error, ErrorKind};

/// A place in the document, as a chain up to the root. Building it is free; the path is only written for an error.
#[derive(Clone, Copy)]
pub(crate) enum At<'a> {
    Root,
    Member(&'a At<'a>, &'a str),
    Element(&'a At<'a>, usize),
}

/// One step down from the root of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Member(String),
    Element(usize),
}

/// An error in the document, with its place.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) kind: ErrorKind,
    pub(crate) steps: Vec<Step>,
    pub(crate) message: String,
    /// The description of the interaction.
    pub(crate) interaction: Option<String>,
    /// Whether a path expression is invalid.
    pub(crate) is_about_path: bool,
}

pub(crate) type Read<T> = Result<T, Fault>;

impl<'a> At<'a> {
    pub(crate) fn member(&'a self, name: &'a str) -> Self {
        Self::Member(self, name)
    }

    pub(crate) fn element(&'a self, index: usize) -> Self {
        Self::Element(self, index)
    }

    /// Returns the error `expected <what>, found <value>`.
    pub(crate) fn expected(&self, what: &str, found: &Value) -> Fault {
        self.fault(format!("expected {what}, found {}", describe(found)))
    }

    pub(crate) fn fault(&self, message: impl Into<String>) -> Fault {
        Fault {
            kind: ErrorKind::Malformed,
            steps: self.steps(),
            message: message.into(),
            interaction: None,
            is_about_path: false,
        }
    }

    fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut at = *self;
        loop {
            match at {
                At::Root => break,
                At::Member(parent, name) => {
                    steps.push(Step::Member(name.to_owned()));
                    at = *parent;
                }
                At::Element(parent, index) => {
                    steps.push(Step::Element(index));
                    at = *parent;
                }
            }
        }
        steps.reverse();
        steps
    }

    /// Returns an object. An empty array is accepted: PHP writes `[]` for both.
    pub(crate) fn object(&self, value: Value) -> Read<Members> {
        match value {
            Value::Object(members) => Ok(members),
            other if says_nothing(&other) => Ok(Members::new()),
            other => Err(self.expected("an object", &other)),
        }
    }

    /// Returns an array. An empty object is accepted: Lua cannot tell them apart.
    pub(crate) fn array(&self, value: Value) -> Read<Vec<Value>> {
        match value {
            Value::Array(elements) => Ok(elements),
            other if says_nothing(&other) => Ok(Vec::new()),
            other => Err(self.expected("an array", &other)),
        }
    }

    pub(crate) fn string(&self, value: Value) -> Read<String> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(self.expected("a string", &other)),
        }
    }

    /// Returns a string, also from a number or boolean that some writers put in its place.
    pub(crate) fn text(&self, value: Value) -> Read<String> {
        match value {
            Value::String(text) => Ok(text),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(flag) => Ok(flag.to_string()),
            other => Err(self.expected("a string", &other)),
        }
    }

    /// Returns a non-negative integer, also from digits in a string.
    pub(crate) fn size(&self, value: &Value) -> Read<usize> {
        let size = match value {
            Value::Number(number) => whole(number).and_then(|whole| usize::try_from(whole).ok()),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        size.ok_or_else(|| self.expected("a whole number that is not negative", value))
    }

    /// Returns an integer, also from digits in a string.
    pub(crate) fn integer(&self, value: &Value) -> Read<i64> {
        let integer = match value {
            Value::Number(number) => whole(number),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        integer.ok_or_else(|| self.expected("a whole number", value))
    }
}

/// Returns the number as `i64` if it has no fraction: `2` and `2.0`.
fn whole(number: &crate::json::Number) -> Option<i64> {
    /// Beyond this a double does not hold every whole number.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    number.as_i64().or_else(|| {
        let float = number.as_f64();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the value has no fraction and is within the range that doubles hold exactly"
        )]
        (float.fract() == 0.0 && float.abs() <= EXACT).then_some(float as i64)
    })
}

impl Fault {
    pub(crate) fn in_interaction(mut self, description: &str) -> Self {
        self.interaction.get_or_insert_with(|| description.to_owned());
        self
    }

    /// Returns the path of the place: `$.interactions[0].request['a b']`.
    pub(crate) fn path(&self) -> String {
        use std::fmt::Write as _;
        let mut path = String::from("$");
        for step in &self.steps {
            match step {
                Step::Member(name)
                    if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') =>
                {
                    path.push('.');
                    path.push_str(name);
                }
                Step::Member(name) => {
                    let _ = write!(path, "['{name}']");
                }
                Step::Element(index) => {
                    let _ = write!(path, "[{index}]");
                }
            }
        }
        path
    }

    /// Returns the error, with the place as a path only.
    pub(crate) fn into_error(self) -> Error {
        let path = self.path();
        let message = match &self.interaction {
            Some(description) => format!("interaction {description:?}, {path}: {}", self.message),
            None => format!("{path}: {}", self.message),
        };
        Error::new(self.kind, message)
    }
}

/// Describes a value for an error message: short, with its type.
pub(crate) fn describe(value: &Value) -> String {
    const LONGEST: usize = 40;
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) if text.chars().count() > LONGEST => {
            let start: String = text.chars().take(LONGEST).collect();
            format!("the string {:?}", format!("{start}…"))
        }
        Value::String(text) => format!("the string {text:?}"),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// Returns whether the value is an empty object or array.
pub(crate) fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        _ => false,
    }
}

/// Takes the member out of the object, unless it is `null`, which means absent but is kept for writing.
pub(crate) fn take(members: &mut Members, name: &str) -> Option<Value> {
    match members.get(name) {
        None | Some(Value::Null) => None,
        Some(_) => remove(members, name),
    }
}

/// Removes the member, and frees the memory of the object if that was the last one: a map that becomes empty keeps it, and
/// a contract has thousands of such maps.
pub(crate) fn remove(members: &mut Members, name: &str) -> Option<Value> {
    let removed = members.remove(name);
    if members.is_empty() {
        *members = Members::new();
    }
    removed
}

/// Takes the first of these members that is present; the others stay.
pub(crate) fn take_any<'n>(members: &mut Members, names: &[&'n str]) -> Option<(&'n str, Value)> {
    names
        .iter()
        .find_map(|name| take(members, name).map(|value| (*name, value)))
}

/// Puts back a member without content (`"headers": {}`), so that writing loses nothing.
pub(crate) fn keep_empty(members: &mut Members, name: &str, value: Map<String, Value>) {
    members.insert(name.to_owned(), Value::Object(value));
}
