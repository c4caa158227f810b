//! Functions over texts.

use super::Failure;
use super::options::{Options, Refuse};
use crate::Error;
use crate::document::Node;
use crate::schema::Pattern;

/// `casing`
#[derive(Debug)]
pub(in crate::lint) struct Casing {
    kind: String,
    pattern: Pattern,
    /// The character that may stand alone, as a leading separator.
    alone: Option<String>,
}

impl Casing {
    pub(super) fn read(options: &Options<'_>, refuse: &Refuse<'_>) -> Result<Self, Error> {
        let node = options.required("type", refuse)?;
        let kind = node.as_str().unwrap_or_default();
        let digits = match options.get("disallowDigits").map(Node::as_bool) {
            None | Some(Some(false)) => "0-9",
            Some(Some(true)) => "",
            Some(None) => return Err(refuse.at(node, "disallowDigits must be true or false")),
        };
        let word = match kind {
            "flat" => format!("[a-z][a-z{digits}]*"),
            "camel" => format!("[a-z][a-z{digits}]*(?:[A-Z{digits}](?:[a-z{digits}]+|$))*"),
            "pascal" => format!("[A-Z][a-z{digits}]*(?:[A-Z{digits}](?:[a-z{digits}]+|$))*"),
            "kebab" => format!("[a-z][a-z{digits}]*(?:-[a-z{digits}]+)*"),
            "cobol" => format!("[A-Z][A-Z{digits}]*(?:-[A-Z{digits}]+)*"),
            "snake" => format!("[a-z][a-z{digits}]*(?:_[a-z{digits}]+)*"),
            "macro" => format!("[A-Z][A-Z{digits}]*(?:_[A-Z{digits}]+)*"),
            _ => {
                return Err(refuse.at(
                    node,
                    "type must be flat, camel, pascal, kebab, cobol, snake or macro",
                ));
            }
        };
        let separator = options.get("separator");
        let character = match separator {
            None => None,
            Some(separator) => match separator.get("char").and_then(Node::as_str) {
                Some(character) if character.chars().count() == 1 => Some(character),
                _ => return Err(refuse.at(separator, "separator must have a char of one character")),
            },
        };
        let is_leading = separator
            .and_then(|separator| separator.get("allowLeading"))
            .and_then(Node::as_bool)
            .unwrap_or(false);
        let text = match character {
            None => format!("^{word}$"),
            Some(character) => {
                let between = regex::escape(character);
                let leading = if is_leading {
                    format!("(?:{between})?")
                } else {
                    String::new()
                };
                format!("^{leading}{word}(?:{between}{word})*$")
            }
        };
        Ok(Self {
            kind: kind.to_owned(),
            pattern: Pattern::with_flags(&text, "")
                .ok_or_else(|| refuse.at(node, "the separator cannot be used in a pattern"))?,
            alone: character.filter(|_| is_leading).map(str::to_owned),
        })
    }

    pub(super) fn judge(&self, text: &str) -> Vec<Failure> {
        let fits = text.is_empty()
            || self.alone.as_deref() == Some(text)
            || self.pattern.is_match(text).unwrap_or(false);
        if fits {
            Vec::new()
        } else {
            Failure::here(format!("must be {} case", self.kind))
        }
    }
}

/// `pattern`
#[derive(Debug)]
pub(in crate::lint) struct TextPattern {
    matching: Option<Compiled>,
    not_matching: Option<Compiled>,
}

#[derive(Debug)]
struct Compiled {
    text: String,
    pattern: Pattern,
}

impl TextPattern {
    pub(super) fn read(options: &Options<'_>, refuse: &Refuse<'_>) -> Result<Self, Error> {
        let compiled = |name: &str| {
            options
                .get(name)
                .map(|node| Compiled::read(node, refuse))
                .transpose()
        };
        let pattern = Self {
            matching: compiled("match")?,
            not_matching: compiled("notMatch")?,
        };
        if pattern.matching.is_none() && pattern.not_matching.is_none() {
            return Err(refuse.at(options.place, "pattern needs match or notMatch"));
        }
        Ok(pattern)
    }

    pub(super) fn judge(&self, text: &str) -> Vec<Failure> {
        // A pattern that gave up on a text has not matched it.
        let is_found = |compiled: &&Compiled| compiled.pattern.is_match(text).unwrap_or(false);
        let mut failures = Vec::new();
        if let Some(compiled) = self.matching.as_ref().filter(|compiled| !is_found(compiled)) {
            failures.extend(Failure::here(format!(
                "\"{text}\" must match the pattern \"{}\"",
                compiled.text
            )));
        }
        if let Some(compiled) = self.not_matching.as_ref().filter(is_found) {
            failures.extend(Failure::here(format!(
                "\"{text}\" must not match the pattern \"{}\"",
                compiled.text
            )));
        }
        failures
    }
}

impl Compiled {
    /// Reads a pattern, as `^x-` or `/^x-/i`.
    fn read(node: &Node, refuse: &Refuse<'_>) -> Result<Self, Error> {
        let Some(text) = node.as_str() else {
            return Err(refuse.at(node, "a pattern must be a text"));
        };
        let between = text.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'));
        let (source, flags) = between.unwrap_or((text, ""));
        match Pattern::with_flags(source, flags) {
            Some(pattern) => Ok(Self {
                text: text.to_owned(),
                pattern,
            }),
            None => Err(refuse.at(
                node,
                format!("{text} is not a regular expression that can be read"),
            )),
        }
    }
}
