//! Messages of rules: `{{error}}` and other placeholders.

use crate::document::{Node, Value};

/// What a message can mention.
pub(super) struct Mentioned<'m> {
    /// What the function found.
    pub(super) error: &'m str,
    /// The description of the rule.
    pub(super) description: &'m str,
    /// The way to the place, with dots.
    pub(super) path: &'m str,
    /// The last step of the way, or the field that is absent.
    pub(super) property: &'m str,
    /// The value that was judged.
    pub(super) value: Option<&'m Node>,
}

/// Returns a message with its placeholders filled in. An unknown placeholder becomes empty, as in Spectral.
pub(super) fn filled(template: &str, mentioned: &Mentioned<'_>) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        text.push_str(before);
        let Some((name, after)) = after.split_once("}}") else {
            text.push_str("{{");
            rest = after;
            continue;
        };
        match name.trim() {
            "error" => text.push_str(mentioned.error),
            "description" => text.push_str(mentioned.description),
            "path" => text.push_str(mentioned.path),
            "property" => text.push_str(mentioned.property),
            "value" => text.push_str(&shown(mentioned.value)),
            _ => {}
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// Returns a value as messages show it: objects and arrays by their kind.
pub(super) fn shown(value: Option<&Node>) -> String {
    match value.map(|node| &node.value) {
        None => "undefined".to_owned(),
        Some(Value::Object(_)) => "Object{}".to_owned(),
        Some(Value::Array(_)) => "Array[]".to_owned(),
        Some(Value::String(text)) => format!("\"{text}\""),
        Some(_) => value
            .and_then(Node::scalar_text)
            .unwrap_or_else(|| "null".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Mentioned, filled};
    use crate::document::Node;

    #[test]
    fn placeholders_are_filled_in() {
        let value = Node::from("Pet");
        let mentioned = Mentioned {
            error: "must be camel case",
            description: "Names.",
            path: "components.schemas.Pet",
            property: "Pet",
            value: Some(&value),
        };
        let filled = |template| filled(template, &mentioned);
        assert_eq!(
            filled("{{property}} {{ error }}: {{value}} at {{path}} ({{description}})"),
            "Pet must be camel case: \"Pet\" at components.schemas.Pet (Names.)"
        );
        assert_eq!(
            filled("no {{such}} placeholder, {{ open"),
            "no  placeholder, {{ open"
        );
    }
}
