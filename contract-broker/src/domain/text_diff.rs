//! The difference between two contents as text: lines of sorted JSON.

use std::time::Duration;

use serde_json::Value;
use similar::TextDiff;

/// How long a comparison may take before it settles for a coarser one.
const PATIENCE: Duration = Duration::from_secs(5);

/// A unified diff of what affects verification; empty when nothing differs.
pub(crate) fn unified(old: &str, new: &str, old_name: &str, new_name: &str) -> String {
    let (old, new) = (lines(old), lines(new));
    TextDiff::configure()
        .timeout(PATIENCE)
        .diff_lines(&old, &new)
        .unified_diff()
        .context_radius(3)
        .header(old_name, new_name)
        .to_string()
}

/// The document with members sorted and without ids, one value a line.
fn lines(document: &str) -> String {
    let Ok(mut value) = serde_json::from_str::<Value>(document) else {
        return document.to_owned();
    };
    if let Value::Object(map) = &mut value {
        map.remove("_links");
        map.remove("createdAt");
        for name in ["interactions", "messages"] {
            for item in map
                .get_mut(name)
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                if let Value::Object(item) = item {
                    item.remove("_id");
                }
            }
        }
    }
    value.sort_all_objects();
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown() {
        let diff = unified(
            r#"{"interactions":[{"_id":"1","description":"x","status":200}]}"#,
            r#"{"interactions":[{"status":404,"description":"x"}],"_links":{}}"#,
            "version 1",
            "version 2",
        );
        let changed: Vec<&str> = diff
            .lines()
            .filter(|line| line.starts_with(['-', '+']) && !line.contains("version"))
            .collect();
        assert_eq!(changed, ["-      \"status\": 200", "+      \"status\": 404"]);
        assert_eq!(unified("{\"a\":1}", "{ \"a\": 1 }", "a", "b"), "");
    }
}
