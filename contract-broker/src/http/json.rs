//! JSON written straight to text, member by member, without a tree of values in between.

use std::fmt::{self, Display, Write as _};

/// An object as text.
pub(crate) fn object(with: impl FnOnce(&mut Object<'_>)) -> String {
    let mut out = String::with_capacity(4096);
    write_object(&mut out, with);
    out
}

/// An object that is being written. Names of members are the program's own: nothing in them needs to be escaped.
#[derive(Debug)]
pub(crate) struct Object<'o> {
    out: &'o mut String,
    is_empty: bool,
}

impl Object<'_> {
    pub(crate) fn text(&mut self, name: &str, text: impl Display) {
        let out = self.member(name);
        out.push('"');
        let _ = write!(Escaped(out), "{text}");
        out.push('"');
    }

    pub(crate) fn text_or_null(&mut self, name: &str, text: Option<impl Display>) {
        match text {
            Some(text) => self.text(name, text),
            None => self.null(name),
        }
    }

    pub(crate) fn number(&mut self, name: &str, number: usize) {
        let _ = write!(self.member(name), "{number}");
    }

    pub(crate) fn flag(&mut self, name: &str, flag: bool) {
        self.written(name, if flag { "true" } else { "false" });
    }

    pub(crate) fn null(&mut self, name: &str) {
        self.written(name, "null");
    }

    /// A member whose value is JSON already.
    pub(crate) fn written(&mut self, name: &str, json: &str) {
        self.member(name).push_str(json);
    }

    pub(crate) fn object(&mut self, name: &str, with: impl FnOnce(&mut Object<'_>)) {
        write_object(self.member(name), with);
    }

    /// A list with an object for each item.
    pub(crate) fn objects<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut with: impl FnMut(&mut Object<'_>, T),
    ) {
        let out = self.member(name);
        out.push('[');
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_object(out, |object| with(object, item));
        }
        out.push(']');
    }

    fn member(&mut self, name: &str) -> &mut String {
        self.out.push_str(if self.is_empty { "\"" } else { ",\"" });
        self.is_empty = false;
        self.out.push_str(name);
        self.out.push_str("\":");
        self.out
    }
}

fn write_object(out: &mut String, with: impl FnOnce(&mut Object<'_>)) {
    out.push('{');
    with(&mut Object { out, is_empty: true });
    out.push('}');
}

/// What is written here becomes part of a JSON string.
struct Escaped<'o>(&'o mut String);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if stands_as_it_is(text) {
            self.0.push_str(text);
            return Ok(());
        }
        let mut rest = text;
        while let Some(at) = rest.bytes().position(must_be_escaped) {
            self.0.push_str(&rest[..at]);
            match rest.as_bytes()[at] {
                b'"' => self.0.push_str("\\\""),
                b'\\' => self.0.push_str("\\\\"),
                b'\n' => self.0.push_str("\\n"),
                b'\r' => self.0.push_str("\\r"),
                b'\t' => self.0.push_str("\\t"),
                control => write!(self.0, "\\u{control:04x}")?,
            }
            rest = &rest[at + 1..];
        }
        self.0.push_str(rest);
        Ok(())
    }
}

fn must_be_escaped(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Whether nothing has to be escaped. Looks at whole pieces, which the compiler makes a few instructions of.
fn stands_as_it_is(text: &str) -> bool {
    let (pieces, rest) = text.as_bytes().as_chunks::<16>();
    let mut last = [b' '; 16];
    last[..rest.len()].copy_from_slice(rest);
    pieces.iter().chain([&last]).all(|piece| {
        !piece
            .iter()
            .fold(false, |found, byte| found | must_be_escaped(*byte))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_is_written_is_json_whatever_stands_in_it() {
        let controls: String = (0..0x80_u8).map(char::from).collect();
        let texts = [
            "",
            "plain",
            "a \"title\"\n",
            "é\\ü",
            "…\u{1}…",
            "sixteen bytes in\"",
            &controls,
        ];
        let written = object(|object| {
            object.object("none", |_| ());
            object.objects("texts", texts, |object, text| {
                object.text("text", text);
                object.text("in parts", format_args!("{text}/{text}"));
            });
            object.text_or_null("missing", None::<&str>);
            object.text_or_null("there", Some("x"));
            object.number("number", 12);
            object.flag("yes", true);
            object.flag("no", false);
            object.written("written", "[1]");
        });
        let read: Value = serde_json::from_str(&written).expect("valid JSON");
        let texts: Vec<Value> = texts
            .iter()
            .map(|text| json!({ "text": text, "in parts": format!("{text}/{text}") }))
            .collect();
        assert_eq!(
            read,
            json!({
                "none": {}, "texts": texts, "missing": null, "there": "x", "number": 12, "yes": true, "no": false,
                "written": [1],
            })
        );
    }
}
