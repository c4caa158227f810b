//! Notices of the broker.

use serde::Serialize;
use serde_json::Value;

/// A notice of the broker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// `success`, `info`, `debug`, `warning`, `prompt` or `error`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The text.
    pub text: String,
}

impl Notice {
    /// Returns the notices in a document.
    pub(super) fn all(body: &Value) -> Vec<Self> {
        let Some(notices) = body.get("notices").and_then(Value::as_array) else {
            return Vec::new();
        };
        let text_of = |notice: &Value, name: &str| notice.get(name)?.as_str().map(str::to_owned);
        notices
            .iter()
            .filter_map(|notice| {
                Some(Self {
                    kind: text_of(notice, "type").unwrap_or_else(|| "info".to_owned()),
                    text: text_of(notice, "text")?,
                })
            })
            .collect()
    }
}
