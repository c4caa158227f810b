//! Parameters such as `${pactbroker.consumerName}` in the URL, the headers and the body of a webhook.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Facts;

/// The prefix of every parameter.
const OPEN: &str = "${pactbroker.";
/// The prefix of every secret.
const OPEN_SECRET: &str = "${user.";

/// The values of the parameters, by name.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Values {
    parameters: BTreeMap<Cow<'static, str>, String>,
    /// The secrets of the webhook's team; never stored with the parameters.
    #[serde(skip)]
    secrets: BTreeMap<String, String>,
}

impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Values").field(&self.parameters).finish()
    }
}

impl Values {
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.parameters.insert(name.into(), value.into());
    }

    /// Returns the value of a parameter; empty if it has none.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.parameters.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Sets the value of a secret.
    pub(crate) fn set_secret(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.secrets.insert(name.into(), value.into());
    }

    /// Creates values with a single secret.
    pub(crate) fn with_secret(name: &str, value: &str) -> Self {
        let mut values = Self::default();
        values.set_secret(name, value);
        values
    }

    /// Returns the values of the secrets.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets.values().map(String::as_str)
    }

    /// Returns the same values without those of secrets: their names are kept.
    pub(crate) fn without_secrets(&self) -> Self {
        Self {
            parameters: self.parameters.clone(),
            secrets: BTreeMap::new(),
        }
    }

    /// Returns the value of `${…}`, with the length of the whole placeholder.
    fn at<'v>(&'v self, text: &str) -> Option<(&'v str, usize)> {
        let is_parameter = text.starts_with(OPEN);
        let open = if is_parameter { OPEN } else { OPEN_SECRET };
        let inner = text.strip_prefix(open)?;
        let end = inner.find('}')?;
        let name = &inner[..end];
        let value = if is_parameter {
            self.parameters.get(name)
        } else {
            self.secrets.get(name)
        };
        Some((value?, open.len() + end + 1))
    }
}

/// Returns whether a secret may have this name: letters and digits.
pub(crate) fn is_secret_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Returns whether a text consists only of known parameters and names of secrets.
pub(crate) fn is_parameters(text: &str) -> bool {
    static KNOWN: LazyLock<Values> = LazyLock::new(|| Facts::placeholder().values(""));
    let mut rest = text;
    while !rest.is_empty() {
        if let Some((_, length)) = KNOWN.at(rest) {
            rest = &rest[length..];
            continue;
        }
        let secret = rest
            .strip_prefix(OPEN_SECRET)
            .and_then(|inner| inner.split_once('}'));
        match secret {
            Some((name, after)) if is_secret_name(name) => rest = after,
            _ => return false,
        }
    }
    !text.is_empty()
}

/// Renders a URL: every value is percent-encoded, so that it stays within its place.
pub(crate) fn render_url(template: &str, values: &Values) -> String {
    render(template, values, |value| {
        utf8_percent_encode(value, NON_ALPHANUMERIC).to_string()
    })
}

/// Renders a header, a user name or a plain text body. Control characters of a value become spaces, so that no value
/// can start another header.
pub(crate) fn render_text(template: &str, values: &Values) -> String {
    render(template, values, |value| value.replace(char::is_control, " "))
}

/// Renders a JSON body as JSON text. Values are inserted into strings and escaped; a body that is itself a string
/// contains JSON text (some clients send it this way) or similar.
pub(crate) fn render_json(template: &Value, values: &Values) -> String {
    match template {
        Value::String(text) => match serde_json::from_str::<Value>(text) {
            Ok(inner) if inner.is_object() || inner.is_array() => in_strings(&inner, values).to_string(),
            _ => render(text, values, escaped),
        },
        other => in_strings(other, values).to_string(),
    }
}

fn in_strings(template: &Value, values: &Values) -> Value {
    match template {
        Value::String(text) => Value::String(render(text, values, str::to_owned)),
        Value::Array(items) => items.iter().map(|item| in_strings(item, values)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (render(name, values, str::to_owned), in_strings(value, values)))
            .collect(),
        other => other.clone(),
    }
}

/// Escapes a value for a JSON string, without the quotes.
fn escaped(value: &str) -> String {
    let quoted = Value::from(value).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// Replaces every known parameter; unknown ones are kept. Single pass: a value is never treated as a template.
fn render(template: &str, values: &Values, escape: impl Fn(&str) -> String) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find("${") {
        text.push_str(&rest[..start]);
        rest = &rest[start..];
        let length = if let Some((value, length)) = values.at(rest) {
            text.push_str(&escape(value));
            length
        } else {
            text.push_str("${");
            2
        };
        rest = &rest[length..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn values() -> Values {
        let mut values = Values::default();
        values.set("consumerName", "Foo \"Bar\"/é");
        values.set("consumerVersionBranch", "feat/x\r\nX-Evil: 1");
        values.set("eventName", "${pactbroker.consumerName}");
        values
    }

    #[test]
    fn a_url_keeps_its_shape() {
        assert_eq!(
            render_url(
                "https://ci/${pactbroker.consumerName}?b=${pactbroker.unknown}",
                &values()
            ),
            "https://ci/Foo%20%22Bar%22%2F%C3%A9?b=${pactbroker.unknown}"
        );
    }

    #[test]
    fn a_header_cannot_be_split() {
        assert_eq!(
            render_text("${pactbroker.consumerVersionBranch}", &values()),
            "feat/x  X-Evil: 1"
        );
    }

    #[test]
    fn json_stays_json_whatever_the_values_are() {
        let object = json!({"who": "${pactbroker.consumerName}", "n": [1, "x ${pactbroker.eventName}"]});
        let expected = json!({"who": "Foo \"Bar\"/é", "n": [1, "x ${pactbroker.consumerName}"]});
        for template in [object.clone(), Value::from(object.to_string())] {
            let rendered = render_json(&template, &values());
            assert_eq!(serde_json::from_str::<Value>(&rendered).expect("JSON"), expected);
        }
        let loose = Value::from("{\"a\": \"${pactbroker.consumerName}\", }");
        assert_eq!(render_json(&loose, &values()), "{\"a\": \"Foo \\\"Bar\\\"/é\", }");
    }

    #[test]
    fn unfinished_and_unknown_parameters_stay() {
        for text in [
            "${pactbroker.",
            "${pactbroker.nope}",
            "$",
            "${pactbroker.consumerName",
        ] {
            assert_eq!(render_text(text, &values()), text);
        }
    }
}
