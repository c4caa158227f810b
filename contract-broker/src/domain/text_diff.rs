//! Text differences between two contents: lines of sorted JSON.

use std::{fmt::Write as _, time::Duration};

use serde_json::Value;
use similar::TextDiff;

use super::{
    cancel::{Cancel, Cancelled},
    count::counted,
};

/// How long a requested comparison may take before it falls back to a coarser one.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
/// The same for a comparison shown as part of another response.
const LITTLE_PATIENCE: Duration = Duration::from_secs(1);
/// Maximum size of such a difference in bytes.
const MOST: usize = 16 * 1024;

/// Returns a unified diff of what affects verification, each content with its name; empty if nothing differs.
///
/// # Errors
/// The computation was cancelled.
pub(crate) fn unified(
    (old, old_name): (&str, &str),
    (new, new_name): (&str, &str),
    patience: Duration,
    cancel: &Cancel,
) -> Result<String, Cancelled> {
    let old = lines(old);
    cancel.check()?;
    let new = lines(new);
    cancel.check()?;
    let diff = TextDiff::configure().timeout(patience).diff_lines(&old, &new);
    cancel.check()?;
    let text = diff
        .unified_diff()
        .context_radius(3)
        .header(old_name, new_name)
        .to_string();
    Ok(text)
}

/// Like [`unified`], for a notice: a long diff is cut, with a note.
///
/// # Errors
/// The computation was cancelled.
pub(crate) fn excerpt(old: (&str, &str), new: (&str, &str), cancel: &Cancel) -> Result<String, Cancelled> {
    let mut text = unified(old, new, LITTLE_PATIENCE, cancel)?;
    if text.len() > MOST {
        let end = text[..text.floor_char_boundary(MOST)]
            .rfind('\n')
            .map_or(0, |at| at + 1);
        let left = text[end..].lines().count();
        text.truncate(end);
        let _ = writeln!(text, "({})", counted(left, "more line"));
    }
    Ok(text)
}

/// Formats the document with members sorted and without ids, one value per line.
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

    fn between(old: &str, new: &str) -> String {
        unified(
            (old, "version 1"),
            (new, "version 2"),
            PATIENCE,
            &Cancel::default(),
        )
        .unwrap()
    }

    #[test]
    fn only_what_differs_is_shown() {
        let diff = between(
            r#"{"interactions":[{"_id":"1","description":"x","status":200}]}"#,
            r#"{"interactions":[{"status":404,"description":"x"}],"_links":{}}"#,
        );
        let changed: Vec<&str> = diff
            .lines()
            .filter(|line| line.starts_with(['-', '+']) && !line.contains("version"))
            .collect();
        assert_eq!(changed, ["-      \"status\": 200", "+      \"status\": 404"]);
        assert_eq!(between("{\"a\":1}", "{ \"a\": 1 }"), "");
    }

    #[test]
    fn an_excerpt_is_short_whatever_differs() {
        let list = |word: &str| serde_json::json!({ "a": vec![word; 20_000] }).to_string();
        let text = excerpt((&list("é"), "a"), (&list("ü"), "b"), &Cancel::default()).unwrap();
        assert!(
            text.len() < MOST + 100 && text.ends_with("more lines)\n"),
            "{}",
            text.len()
        );
        let nobody = Cancel::default();
        nobody.cancel();
        assert!(excerpt((&list("a"), "a"), (&list("b"), "b"), &nobody).is_err());
    }
}
