//! Settings that are lists of tables.

use serde::{Serialize, de::DeserializeOwned};
use toml::de::{DeTable, DeValue};

use super::{Raw, Value};

/// A table that a list of settings can hold.
pub trait Entry: Serialize + DeserializeOwned {
    /// Checks what the types of its members do not say. The error says what is wrong, as a lower-case fragment.
    ///
    /// # Errors
    /// The table cannot be used.
    fn check(&self) -> Result<(), String>;
}

/// Tables, in order. The settings file has them as `[[key]]`; a variable has a list of inline tables, `[{…}, {…}]`, and a flag
/// one of them each time that it is given, or such a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables<T>(pub Vec<T>);

impl<T> Default for Tables<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

#[derive(serde::Deserialize)]
struct One<T> {
    table: T,
}

#[derive(serde::Deserialize)]
struct Several<T> {
    table: Vec<T>,
}

impl<T: Entry> Value for Tables<T> {
    const SHAPE: &'static str = "TABLE";
    const LIST: bool = true;

    fn parse(raw: Raw) -> Result<Self, String> {
        let tables = match raw {
            Raw::Text(text) if text.trim().is_empty() => Vec::new(),
            Raw::Text(text) if text.trim_start().starts_with('{') => vec![read::<One<T>>(&text)?.table],
            Raw::Text(text) => read::<Several<T>>(&text)?.table,
            Raw::List(tables) => {
                let each = tables.iter().zip(1..);
                let each = each.map(|(text, place)| {
                    let read = read::<One<T>>(text);
                    read.map(|one| one.table)
                        .map_err(|problem| format!("table {place}: {problem}"))
                });
                each.collect::<Result<_, _>>()?
            }
        };
        for (table, place) in tables.iter().zip(1..) {
            table
                .check()
                .map_err(|problem| format!("table {place}: {problem}"))?;
        }
        Ok(Self(tables))
    }

    fn show(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let shown = |table: &T| toml::Value::try_from(table).map(|value| value.to_string());
        let tables: Result<Vec<String>, _> = self.0.iter().map(shown).collect();
        tables.map_or_else(
            |error| error.to_string(),
            |tables| format!("[{}]", tables.join(", ")),
        )
    }
}

fn read<R: DeserializeOwned>(text: &str) -> Result<R, String> {
    toml::from_str(&format!("table = {}", text.trim())).map_err(|error| {
        let message = error.message().trim_end();
        format!("expected a table such as {{ name = \"x\" }}: {message}")
    })
}

/// A value of the settings file; `None` if it is a table.
pub(super) fn scalar_or_list(value: &DeValue<'_>) -> Option<Raw> {
    let item = |value: &DeValue<'_>| match value {
        DeValue::Table(table) => Some(inline(table)),
        other => scalar(other),
    };
    match value {
        DeValue::Array(items) => items
            .iter()
            .map(|each| item(each.get_ref()))
            .collect::<Option<Vec<_>>>()
            .map(Raw::List),
        other => scalar(other).map(Raw::Text),
    }
}

fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        DeValue::Datetime(time) => Some(time.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

/// A table of the settings file as an inline table.
fn inline(table: &DeTable<'_>) -> String {
    value(&DeValue::Table(table.clone())).to_string()
}

fn value(from: &DeValue<'_>) -> toml::Value {
    match from {
        DeValue::String(text) => toml::Value::String(text.to_string()),
        DeValue::Integer(number) => {
            let read = number.as_str().parse().map(toml::Value::Integer);
            read.unwrap_or_else(|_| toml::Value::String(number.as_str().to_owned()))
        }
        DeValue::Float(number) => {
            let read = number.as_str().parse().map(toml::Value::Float);
            read.unwrap_or_else(|_| toml::Value::String(number.as_str().to_owned()))
        }
        DeValue::Boolean(flag) => toml::Value::Boolean(*flag),
        DeValue::Datetime(time) => toml::Value::Datetime(*time),
        DeValue::Array(items) => toml::Value::Array(items.iter().map(|item| value(item.get_ref())).collect()),
        DeValue::Table(members) => {
            let members = members
                .iter()
                .map(|(name, member)| (name.get_ref().to_string(), value(member.get_ref())));
            toml::Value::Table(members.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Size {
        name: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sides: Vec<u32>,
    }

    impl Entry for Size {
        fn check(&self) -> Result<(), String> {
            if self.name.is_empty() {
                Err("name is empty".to_owned())
            } else {
                Ok(())
            }
        }
    }

    fn size(name: &str, sides: &[u32]) -> Size {
        Size {
            name: name.to_owned(),
            sides: sides.to_vec(),
        }
    }

    #[test]
    fn tables_are_read_in_each_form_and_shown_as_a_variable_has_them() {
        let expected = Tables(vec![size("a", &[1, 2]), size("b c", &[])]);
        let list = r#"[{ name = "a", sides = [1, 2] }, { name = "b c" }]"#;
        let read = Tables::<Size>::parse(Raw::Text(list.to_owned())).expect("tables");
        assert_eq!(read, expected);
        assert_eq!(Tables::<Size>::parse(Raw::Text(read.show())), Ok(expected));
        let flags = Raw::List(vec![
            r#"{ name = "a" }"#.to_owned(),
            r#"{ name = "b" }"#.to_owned(),
        ]);
        assert_eq!(
            Tables::<Size>::parse(flags),
            Ok(Tables(vec![size("a", &[]), size("b", &[])]))
        );
        let one = Tables::<Size>::parse(Raw::Text(r#"{ name = "a" }"#.to_owned()));
        assert_eq!(one, Ok(Tables(vec![size("a", &[])])));
        assert_eq!(
            Tables::<Size>::parse(Raw::Text(" ".to_owned())),
            Ok(Tables::default())
        );
    }

    #[test]
    fn a_table_that_cannot_be_used_is_named() {
        for (raw, expected) in [
            (Raw::Text("x".to_owned()), "expected a table"),
            (Raw::Text(r#"[{ nmae = "a" }]"#.to_owned()), "nmae"),
            (
                Raw::List(vec![r#"{ name = "" }"#.to_owned()]),
                "table 1: name is empty",
            ),
        ] {
            let problem = Tables::<Size>::parse(raw).expect_err(expected);
            assert!(problem.contains(expected), "{problem}");
        }
    }
}
