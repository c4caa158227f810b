//! Writes generators: one, by path, or by category.

use std::collections::BTreeMap;

use crate::json::Value;
use crate::map_of;

use super::target::{overlay, put};
use crate::contract::{DataType, Generator, Generators, Members, Path, UuidFormat};

/// Returns a generator: `{"type": "RandomInt", "min": 0, "max": 10}`.
pub(super) fn generator(generator: &Generator) -> Members {
    let mut members = Members::new();
    let mut set = |name: &str, value: Value| {
        members.insert(name.to_owned(), value);
    };
    let name = match generator {
        Generator::RandomInt { min, max } => {
            set("min", (*min).into());
            set("max", (*max).into());
            "RandomInt"
        }
        Generator::RandomDecimal { digits } => {
            set("digits", (*digits).into());
            "RandomDecimal"
        }
        Generator::RandomHexadecimal { digits } => {
            set("digits", (*digits).into());
            "RandomHexadecimal"
        }
        Generator::RandomString { size } => {
            set("size", (*size).into());
            "RandomString"
        }
        Generator::Regex(regex) => {
            set("regex", regex.as_str().into());
            "Regex"
        }
        Generator::Uuid(format) => {
            if let Some(format) = format {
                set("format", uuid_format(*format).into());
            }
            "Uuid"
        }
        Generator::Date { format, expression } => {
            set_texts(&mut set, format.as_deref(), expression.as_deref());
            "Date"
        }
        Generator::Time { format, expression } => {
            set_texts(&mut set, format.as_deref(), expression.as_deref());
            "Time"
        }
        Generator::DateTime { format, expression } => {
            set_texts(&mut set, format.as_deref(), expression.as_deref());
            "DateTime"
        }
        Generator::RandomBoolean => "RandomBoolean",
        Generator::ProviderState {
            expression,
            data_type: kind,
        } => {
            set("expression", expression.as_str().into());
            if let Some(kind) = kind {
                set("dataType", data_type(*kind).into());
            }
            "ProviderState"
        }
        Generator::MockServerUrl { example, regex } => {
            set("example", example.as_str().into());
            set("regex", regex.as_str().into());
            "MockServerURL"
        }
        Generator::Unknown {
            name,
            members: unknown,
        } => {
            for (name, value) in unknown {
                set(name, value.clone());
            }
            name
        }
    };
    set("type", name.into());
    members
}

fn set_texts(set: &mut impl FnMut(&str, Value), format: Option<&str>, expression: Option<&str>) {
    for (name, text) in [("format", format), ("expression", expression)] {
        if let Some(text) = text {
            set(name, text.into());
        }
    }
}

fn uuid_format(format: UuidFormat) -> &'static str {
    match format {
        UuidFormat::Simple => "simple",
        UuidFormat::LowerCaseHyphenated => "lower-case-hyphenated",
        UuidFormat::UpperCaseHyphenated => "upper-case-hyphenated",
        UuidFormat::Urn => "URN",
    }
}

fn data_type(data_type: DataType) -> &'static str {
    match data_type {
        DataType::String => "STRING",
        DataType::Integer => "INTEGER",
        DataType::Decimal => "DECIMAL",
        DataType::Float => "FLOAT",
        DataType::Raw => "RAW",
        DataType::Boolean => "BOOLEAN",
    }
}

pub(super) fn by_path(generators: &BTreeMap<Path, Generator>) -> Members {
    let written = |(path, one): (&Path, &Generator)| (path.to_string(), Value::Object(generator(one)));
    map_of(generators.iter().map(written))
}

/// Returns generators by category.
pub(super) fn by_category(generators: &Generators) -> Members {
    let mut members = Members::new();
    for (name, one) in [
        ("method", &generators.method),
        ("path", &generators.path),
        ("status", &generators.status),
    ] {
        if let Some(one) = one {
            put(&mut members, name, generator(one));
        }
    }
    for (name, named) in [
        ("query", &generators.query),
        ("header", &generators.headers),
        ("metadata", &generators.metadata),
    ] {
        let written = |(name, one): (&String, &Generator)| (name.clone(), Value::Object(generator(one)));
        put(&mut members, name, map_of(named.iter().map(written)));
    }
    put(&mut members, "body", by_path(&generators.body));
    overlay(generators.extra.clone(), members)
}
