//! Finds the tools that wrote a contract file, from its metadata.

use crate::contract::Members;
use crate::json::Value;

/// Members of the metadata that are not tools.
const NO_TOOLS: [&str; 4] = [
    "pactSpecification",
    "pact-specification",
    "pactSpecificationVersion",
    "plugins",
];

/// Maximum length of a metadata text shown in errors.
const LONGEST: usize = 40;

/// Returns the tools that wrote the file, with their versions: `pact-jvm 4.6.5`, `pactRust (ffi 0.4.22, models 1.2.3)`.
pub(super) fn writers(metadata: &Members) -> Option<String> {
    let tools: Vec<String> = metadata
        .iter()
        .filter(|(name, _)| !NO_TOOLS.contains(&name.as_str()))
        .filter_map(|(name, block)| tool(name, block.as_object()?))
        .collect();
    (!tools.is_empty()).then(|| tools.join(", "))
}

/// Returns a tool from its block in the metadata: `"pact-jvm": {"version": "4.6.5"}`, or `"client": {"name": "pact-js",
/// "version": "12.1.0"}`. A block without any text is ignored.
fn tool(name: &str, block: &Members) -> Option<String> {
    let texts: Vec<(&str, &str)> = block
        .iter()
        .filter_map(|(part, value)| match value {
            Value::String(text) if !text.is_empty() && text.len() <= LONGEST => {
                Some((part.as_str(), text.as_str()))
            }
            _ => None,
        })
        .collect();
    let text = |wanted: &str| {
        texts
            .iter()
            .find(|(part, _)| *part == wanted)
            .map(|(_, text)| *text)
    };
    let name = text("name").unwrap_or(name);
    if let Some(version) = text("version") {
        return Some(format!("{name} {version}"));
    }
    if texts.is_empty() {
        return None;
    }
    let parts: Vec<String> = texts
        .iter()
        .map(|(part, text)| format!("{part} {text}"))
        .collect();
    Some(format!("{name} ({})", parts.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn tools_are_named_with_their_versions() {
        for (metadata, expected) in [
            (json!({"pactSpecification": {"version": "3.0.0"}}), None),
            (
                json!({"pactSpecification": {"version": "4.0"}, "pactRust": {"ffi": "0.4.22", "models": "1.2.3"}}),
                Some("pactRust (ffi 0.4.22, models 1.2.3)"),
            ),
            (json!({"pact-jvm": {"version": "4.6.5"}}), Some("pact-jvm 4.6.5")),
            (
                json!({"client": {"name": "pact-js", "version": "12.1.0"}, "pact-ruby": {"version": "1.9"}}),
                Some("pact-js 12.1.0, pact-ruby 1.9"),
            ),
            (json!({"x": 1, "y": {"z": 1}, "w": {}}), None),
        ] {
            let metadata = metadata.as_object().unwrap();
            assert_eq!(writers(metadata).as_deref(), expected, "{metadata:?}");
        }
    }
}
