//! Parameters that are lists or objects.

use super::query::{QueryParser, parse_query};
use crate::description::Style;
use crate::document::{Node, Object};

/// Parses a text that may be a list or an object: `a=b,c=d` is an object, `a,b` a list, anything else a text.
pub(in crate::compare) fn list_or_object(text: &str) -> Node {
    if text.is_empty() {
        Node::from(text)
    } else if text.contains('=') {
        parse_query(&text.replace(',', "&"), QueryParser::NESTED).into()
    } else if text.contains(',') {
        list(text, ",")
    } else {
        Node::from(text)
    }
}

/// How a text is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::compare) enum Delimited {
    /// A list.
    List,
    /// An object.
    Object,
    /// A text.
    Text,
}

/// Returns the value of a path or header parameter that is serialised in a style (OpenAPI 3.0, "style
/// examples").
pub(in crate::compare) fn styled(
    text: &str,
    style: Style,
    explodes: bool,
    name: &str,
    kind: Delimited,
) -> Node {
    let (text, separator) = match style {
        Style::Label => (
            text.strip_prefix('.').unwrap_or(text),
            if explodes { "." } else { "," },
        ),
        Style::Matrix => (
            text.strip_prefix(';').unwrap_or(text),
            if explodes { ";" } else { "," },
        ),
        Style::SpaceDelimited => (text, " "),
        Style::PipeDelimited => (text, "|"),
        Style::TabDelimited => (text, "\t"),
        _ => (text, ","),
    };
    let own = format!("{name}=");
    let without_name = |text: &str| text.strip_prefix(own.as_str()).unwrap_or(text).to_owned();
    let is_matrix = style == Style::Matrix;
    match kind {
        Delimited::Text if is_matrix => Node::from(without_name(text).as_str()),
        Delimited::Text => Node::from(text),
        Delimited::List if is_matrix && explodes => text
            .split(separator)
            .map(|part| Node::from(without_name(part).as_str()))
            .collect::<Vec<_>>()
            .into(),
        Delimited::List if is_matrix => list(&without_name(text), separator),
        Delimited::List => list(text, separator),
        Delimited::Object if explodes => pairs(
            text.split(separator)
                .map(|part| part.split_once('=').unwrap_or((part, ""))),
        ),
        Delimited::Object => {
            let text = if is_matrix {
                without_name(text)
            } else {
                text.to_owned()
            };
            let parts: Vec<&str> = text.split(separator).collect();
            pairs(
                parts
                    .chunks(2)
                    .map(|pair| (pair[0], pair.get(1).copied().unwrap_or(""))),
            )
        }
    }
}

fn list(text: &str, separator: &str) -> Node {
    if text.is_empty() {
        return Vec::new().into();
    }
    text.split(separator).map(Node::from).collect::<Vec<_>>().into()
}

fn pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Node {
    pairs
        .map(|(name, value)| (name, Node::from(value)))
        .collect::<Object>()
        .into()
}

#[cfg(test)]
mod tests {
    use super::{Delimited, list_or_object, styled};
    use crate::description::Style;

    #[test]
    fn styles_of_the_specification() {
        // OpenAPI 3.0.3, "style examples", with `color` as name.
        let cases = [
            (
                Style::Simple,
                false,
                "blue,black",
                Delimited::List,
                r#"["blue","black"]"#,
            ),
            (
                Style::Simple,
                false,
                "R,100,G,200",
                Delimited::Object,
                r#"{"G":"200","R":"100"}"#,
            ),
            (
                Style::Simple,
                true,
                "R=100,G=200",
                Delimited::Object,
                r#"{"G":"200","R":"100"}"#,
            ),
            (
                Style::Label,
                true,
                ".blue.black",
                Delimited::List,
                r#"["blue","black"]"#,
            ),
            (
                Style::Label,
                false,
                ".blue,black",
                Delimited::List,
                r#"["blue","black"]"#,
            ),
            (Style::Matrix, false, ";color=blue", Delimited::Text, r#""blue""#),
            (
                Style::Matrix,
                true,
                ";color=blue;color=black",
                Delimited::List,
                r#"["blue","black"]"#,
            ),
            (
                Style::Matrix,
                false,
                ";color=blue,black",
                Delimited::List,
                r#"["blue","black"]"#,
            ),
            (
                Style::Matrix,
                true,
                ";R=100;G=200",
                Delimited::Object,
                r#"{"G":"200","R":"100"}"#,
            ),
            (
                Style::SpaceDelimited,
                false,
                "blue black",
                Delimited::List,
                r#"["blue","black"]"#,
            ),
            (
                Style::PipeDelimited,
                false,
                "blue|black",
                Delimited::List,
                r#"["blue","black"]"#,
            ),
        ];
        for (style, explodes, text, kind, expected) in cases {
            let value = styled(text, style, explodes, "color", kind);
            assert_eq!(value.to_json().to_string(), expected, "{style:?} {text}");
        }
    }

    #[test]
    fn guesses() {
        assert_eq!(list_or_object("a,b").to_json().to_string(), r#"["a","b"]"#);
        assert_eq!(
            list_or_object("a=b,c=d").to_json().to_string(),
            r#"{"a":"b","c":"d"}"#
        );
        assert_eq!(list_or_object("a").to_json().to_string(), r#""a""#);
    }
}
