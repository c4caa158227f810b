//! Parameters that are lists or objects.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::query::{QueryParser, decode, parse_query};
use crate::description::{Parameter, Style};
use crate::document::{Node, Object};

/// Parses a text that may be a list or an object: `a=b,c=d` is an object, `a,b` a list, anything else a text.
pub(in crate::compare) fn list_or_object(text: &str) -> Node {
    if text.is_empty() {
        Node::from(text)
    } else if text.contains('=') {
        parse_query(&text.replace(',', "&"), QueryParser::NESTED).into()
    } else if text.contains(',') {
        text.split(',').map(Node::from).collect::<Vec<_>>().into()
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

/// How the characters of a value are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::compare) enum Encoding {
    /// As they are.
    Plain,
    /// Percent-encoded (RFC 3986, section 2.1): `%2C` is a comma of the value, and `,` separates values.
    Percent,
    /// Like [`Self::Percent`], and `+` is a space.
    Form,
}

impl Encoding {
    /// Returns the characters that a text stands for.
    pub(in crate::compare) fn decoded(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Plain => Cow::Borrowed(text),
            Self::Percent => percent_decode_str(text).decode_utf8_lossy(),
            Self::Form => Cow::Owned(decode(text)),
        }
    }

    fn node(self, text: &str) -> Node {
        Node::from(&*self.decoded(text))
    }
}

/// How the value of a parameter is written.
#[derive(Debug, Clone, Copy)]
pub(in crate::compare) struct Notation<'n> {
    pub(in crate::compare) style: Style,
    pub(in crate::compare) explodes: bool,
    /// The name of the parameter.
    pub(in crate::compare) name: &'n str,
    pub(in crate::compare) kind: Delimited,
    pub(in crate::compare) encoding: Encoding,
}

impl<'n> Notation<'n> {
    /// Returns how a parameter is written whose values are of this kind.
    pub(in crate::compare) fn of(parameter: &Parameter<'n>, kind: Delimited, encoding: Encoding) -> Self {
        Self {
            style: parameter.style(),
            explodes: parameter.explodes(),
            name: parameter.name,
            kind,
            encoding,
        }
    }

    /// Returns the values that a text may stand for, the most exact one first: a client may have encoded the separators as
    /// well.
    pub(in crate::compare) fn readings(self, text: &str) -> Vec<Node> {
        let decoded = self.encoding.decoded(text);
        let mut readings = vec![styled(text, self)];
        if self.kind != Delimited::Text && decoded != text {
            let plain = Self {
                encoding: Encoding::Plain,
                ..self
            };
            readings.push(styled(&decoded, plain));
        }
        readings
    }
}

/// Returns the value of a parameter that is serialised in a style (OpenAPI 3.0, "style examples").
pub(in crate::compare) fn styled(text: &str, notation: Notation<'_>) -> Node {
    let Notation {
        style,
        explodes,
        name,
        kind,
        encoding,
    } = notation;
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
    let without_name = |text: &'_ str| text.strip_prefix(own.as_str()).unwrap_or(text).to_owned();
    let is_matrix = style == Style::Matrix;
    let list = |text: &str| -> Node {
        if text.is_empty() {
            return Vec::new().into();
        }
        let elements = text.split(separator).map(|element| encoding.node(element));
        elements.collect::<Vec<_>>().into()
    };
    match kind {
        Delimited::Text if is_matrix => encoding.node(&without_name(text)),
        Delimited::Text => encoding.node(text),
        Delimited::List if is_matrix && explodes => text
            .split(separator)
            .map(|part| encoding.node(&without_name(part)))
            .collect::<Vec<_>>()
            .into(),
        Delimited::List if is_matrix => list(&without_name(text)),
        Delimited::List => list(text),
        Delimited::Object if explodes => pairs(
            text.split(separator)
                .map(|part| part.split_once('=').unwrap_or((part, ""))),
            encoding,
        ),
        Delimited::Object => {
            let text = if is_matrix {
                without_name(text)
            } else {
                text.to_owned()
            };
            let parts: Vec<&str> = text.split(separator).collect();
            let members = parts
                .chunks(2)
                .map(|pair| (pair[0], pair.get(1).copied().unwrap_or("")));
            pairs(members, encoding)
        }
    }
}

fn pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>, encoding: Encoding) -> Node {
    let mut object = Object::default();
    for (name, value) in pairs {
        object.insert(&encoding.decoded(name), encoding.node(value));
    }
    object.into()
}

#[cfg(test)]
mod tests {
    use super::{Delimited, Encoding, Notation, list_or_object, styled};
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
            let notation = Notation {
                style,
                explodes,
                name: "color",
                kind,
                encoding: Encoding::Plain,
            };
            let value = styled(text, notation);
            assert_eq!(value.to_json().to_string(), expected, "{style:?} {text}");
        }
    }

    #[test]
    fn an_encoded_separator_belongs_to_a_value_or_separates() {
        let readings = |text: &str, encoding: Encoding| {
            let notation = Notation {
                style: Style::Simple,
                explodes: false,
                name: "ids",
                kind: Delimited::List,
                encoding,
            };
            let readings = notation.readings(text);
            readings
                .iter()
                .map(|value| value.to_json().to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            readings("a%2Cb,c", Encoding::Percent),
            [r#"["a,b","c"]"#, r#"["a","b","c"]"#]
        );
        assert_eq!(
            readings("a+b,c", Encoding::Form),
            [r#"["a b","c"]"#, r#"["a b","c"]"#]
        );
        assert_eq!(readings("a,b", Encoding::Percent), [r#"["a","b"]"#]);
        assert_eq!(readings("a%2Cb", Encoding::Plain), [r#"["a%2Cb"]"#]);
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
