//! What a member holds.

use crate::document::Node;
use crate::lint::rules::first_repeated;
use crate::schema::Format;

/// What a member holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// Anything.
    Any,
    /// A text.
    Text,
    /// A text of a form that has a name.
    Form(Form),
    /// A text of a format of JSON Schema. OpenAPI 3.1 takes formats for annotations.
    Formatted(Format),
    /// `true` or `false`.
    Boolean,
    /// `true` alone.
    True,
    /// A number.
    Number,
    /// A number greater than 0.
    Positive,
    /// An integer that is not negative.
    Count,
    /// Any object.
    AnyObject,
    /// One of these texts.
    OneOf(Vec<&'static str>),
    /// The types of a schema of OpenAPI 2.0: a name, or a list of them.
    Types,
    /// A schema of OpenAPI 2.0, or a list of them.
    SchemaOrList,
    /// A boolean or a schema.
    SchemaOrBoolean,
    /// The schema of a response of OpenAPI 2.0: a schema, or a file.
    ResponseSchema,
    /// An object of a kind.
    Object {
        kind: &'static str,
        /// Whether a reference may stand for it.
        can_be_reference: bool,
    },
    /// A list.
    List {
        element: Box<Shape>,
        is_unique: bool,
        is_some: bool,
    },
    /// An object with any names.
    Map {
        member: Box<Shape>,
        /// Whether the names are those of components.
        has_component_names: bool,
        /// Whether there is exactly one member.
        is_one: bool,
    },
}

/// The form of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `3.0.` and a digit.
    Version30,
    /// `3.1.` and digits.
    Version31,
    /// A host with an optional port.
    Host,
    /// A path from `/`.
    BasePath,
    /// The name of a parameter in a path: not empty, without braces.
    TemplateName,
}

/// The names of types of JSON Schema draft 4.
const TYPES: [&str; 7] = [
    "array", "boolean", "integer", "null", "number", "object", "string",
];

impl Shape {
    /// Reads a shape; `None` if it is none.
    pub(super) fn parse(text: &'static str) -> Option<Self> {
        let (mut text, mut is_unique, mut is_some, mut has_component_names, mut is_one) =
            (text, false, false, false, false);
        while let Some((word, rest)) = text.split_once(' ') {
            match word {
                "unique" => is_unique = true,
                "some" => is_some = true,
                "names" => has_component_names = true,
                "one" => is_one = true,
                _ => return None,
            }
            text = rest;
        }
        if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return Some(Self::List {
                element: Box::new(Self::parse(inner)?),
                is_unique,
                is_some,
            });
        }
        if let Some(inner) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            return Some(Self::Map {
                member: Box::new(Self::parse(inner)?),
                has_component_names,
                is_one,
            });
        }
        Some(match text {
            "any" => Self::Any,
            "string" => Self::Text,
            "boolean" => Self::Boolean,
            "=true" => Self::True,
            "number" => Self::Number,
            "positive" => Self::Positive,
            "count" => Self::Count,
            "object" => Self::AnyObject,
            "format:email" | "format:regex" | "format:uri" => {
                Self::Formatted(Format::named(text.trim_start_matches("format:"))?)
            }
            "version-3.0" => Self::Form(Form::Version30),
            "version-3.1" => Self::Form(Form::Version31),
            "host" => Self::Form(Form::Host),
            "base-path" => Self::Form(Form::BasePath),
            "template-name" => Self::Form(Form::TemplateName),
            "types-2" => Self::Types,
            "items-2" => Self::SchemaOrList,
            "boolean-or-schema" => Self::SchemaOrBoolean,
            "response-schema" => Self::ResponseSchema,
            _ => Self::kind_or_words(text)?,
        })
    }

    fn kind_or_words(text: &'static str) -> Option<Self> {
        if let Some(word) = text.strip_prefix('=') {
            return Some(Self::OneOf(vec![word]));
        }
        let (kind, can_be_reference) = match text.strip_prefix('&') {
            Some(kind) => (kind, true),
            None => (text, false),
        };
        if kind.starts_with(|first: char| first.is_ascii_uppercase()) {
            return Some(Self::Object {
                kind,
                can_be_reference,
            });
        }
        let words: Vec<&str> = text.split('|').collect();
        (!can_be_reference && !text.is_empty()).then_some(Self::OneOf(words))
    }

    /// Returns whether a value has the shape; `None` if that depends on its members or elements.
    pub(super) fn admits(&self, node: &Node) -> Option<bool> {
        Some(match self {
            Self::Any => true,
            Self::Text => node.as_str().is_some(),
            Self::Form(form) => node.as_str().is_some_and(|text| form.fits(text)),
            Self::Formatted(format) => node.as_str().is_some() && format.admits(node),
            Self::Boolean => node.as_bool().is_some(),
            Self::True => node.as_bool() == Some(true),
            Self::Number => node.as_number().is_some(),
            Self::Positive => node.as_f64().is_some_and(|number| number > 0.0),
            Self::Count => node
                .as_f64()
                .is_some_and(|number| number >= 0.0 && number.fract() == 0.0),
            Self::AnyObject => node.as_object().is_some(),
            Self::OneOf(words) => is_word(node, words),
            Self::Types => match node.as_array() {
                Some(types) => {
                    !types.is_empty()
                        && types.iter().all(|name| is_word(name, &TYPES))
                        && first_repeated(types).is_none()
                }
                None => is_word(node, &TYPES),
            },
            Self::SchemaOrBoolean if node.as_bool().is_some() => true,
            Self::List { .. } if node.as_array().is_none() => false,
            Self::Map { .. } if node.as_object().is_none() => false,
            Self::SchemaOrBoolean
            | Self::SchemaOrList
            | Self::ResponseSchema
            | Self::Object { .. }
            | Self::List { .. }
            | Self::Map { .. } => return None,
        })
    }

    /// Returns what is expected, for messages.
    pub(super) fn expected(&self) -> String {
        match self {
            Self::Any => "a value".to_owned(),
            Self::Text => "a text".to_owned(),
            Self::Form(Form::Version30) => "3.0.0 or another version of 3.0".to_owned(),
            Self::Form(Form::Version31) => "3.1.0 or another version of 3.1".to_owned(),
            Self::Form(Form::Host) => "a host with an optional port".to_owned(),
            Self::Form(Form::BasePath) => "a path that begins with /".to_owned(),
            Self::Form(Form::TemplateName) => "a name without braces".to_owned(),
            Self::Formatted(Format::Schema(name)) => format!("a text of the format {name}"),
            Self::Formatted(_) => "a text of its format".to_owned(),
            Self::Boolean => "true or false".to_owned(),
            Self::True => "true".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Positive => "a number greater than 0".to_owned(),
            Self::Count => "an integer of 0 or more".to_owned(),
            Self::AnyObject | Self::Object { .. } | Self::Map { .. } | Self::ResponseSchema => {
                "an object".to_owned()
            }
            Self::OneOf(words) => words.join(", "),
            Self::Types => "a type, or a list of types".to_owned(),
            Self::SchemaOrList => "a schema, or a list of schemas".to_owned(),
            Self::SchemaOrBoolean => "a schema, true or false".to_owned(),
            Self::List { .. } => "a list".to_owned(),
        }
    }
}

fn is_word(node: &Node, words: &[&str]) -> bool {
    node.as_str().is_some_and(|text| words.contains(&text))
}

impl Form {
    pub(super) fn fits(self, text: &str) -> bool {
        let is_rest = |rest: &str, is_long: bool| {
            let digits = rest.chars().take_while(char::is_ascii_digit).count();
            let after = rest.get(digits..).unwrap_or_default();
            let is_number = digits == 1 || is_long && digits > 1;
            is_number && (after.is_empty() || after.starts_with('-') && after.len() > 1)
        };
        match self {
            Self::Version30 => text.strip_prefix("3.0.").is_some_and(|rest| is_rest(rest, false)),
            // Later versions are read as 3.1.
            Self::Version31 => text.strip_prefix("3.").is_some_and(|rest| {
                let later = rest.split_once('.').filter(|(minor, _)| *minor != "0");
                later.is_some_and(|(minor, rest)| minor.parse::<u32>().is_ok() && is_rest(rest, true))
            }),
            Self::Host => {
                let (host, port) = text.split_once(':').unwrap_or((text, "0"));
                let is_port = !port.is_empty() && port.chars().all(|digit| digit.is_ascii_digit());
                is_port && !host.is_empty() && !host.contains(['{', '}', '/', ' ', '\\'])
            }
            Self::BasePath => text.starts_with('/'),
            Self::TemplateName => !text.is_empty() && !text.contains(['{', '}']),
        }
    }
}
