//! `{{name}}` in collections and `.http` files.

use std::collections::BTreeMap;

use super::finding::Unfit;

/// Values by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables {
    values: BTreeMap<String, String>,
}

/// Maximum nesting of values that refer to other values.
const DEPTH: usize = 8;

impl Variables {
    pub(super) fn of(values: BTreeMap<String, String>) -> Self {
        Self { values }
    }

    /// Adds a value, unless the name has one.
    pub(super) fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.values.entry(name.into()).or_insert_with(|| value.into());
    }

    /// Replaces the variables in a text by their values.
    ///
    /// # Errors
    ///
    /// A variable has no value.
    pub(super) fn put_into(&self, text: &str, place: &str) -> Result<String, Unfit> {
        self.put(text, place, DEPTH)
    }

    fn put(&self, text: &str, place: &str, depth: usize) -> Result<String, Unfit> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            out.push_str(before);
            let Some((name, after)) = after.split_once("}}") else {
                rest = &rest[before.len()..];
                break;
            };
            let name = name.trim();
            let value = match dynamic(name) {
                Some(value) => value.to_owned(),
                None => self
                    .values
                    .get(name)
                    .filter(|_| depth > 0)
                    .map(|value| self.put(value, place, depth - 1))
                    .transpose()?
                    .ok_or_else(|| {
                        Unfit::new(
                            place,
                            format!(
                                "the variable {name:?} has no value: give one with --variable {name}=VALUE"
                            ),
                        )
                    })?,
            };
            out.push_str(&value);
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }
}

/// Returns an example of a value that the tool generates for each request.
fn dynamic(name: &str) -> Option<&'static str> {
    let name = name.strip_prefix('$')?;
    let name = name.split_whitespace().next().unwrap_or_default();
    Some(match name {
        "guid" | "uuid" | "randomUUID" | "random.uuid" => "7d444840-9dc0-11d1-b245-5ffdce74fad2",
        "timestamp" => "1767225600",
        "isoTimestamp" | "datetime" | "localDatetime" => "2026-01-01T00:00:00Z",
        "randomInt" | "random.integer" => "42",
        "randomEmail" | "random.email" => "ada@example.com",
        "randomFirstName" => "Ada",
        "randomLastName" => "Lovelace",
        "randomFullName" => "Ada Lovelace",
        _ => return None,
    })
}
