//! The pattern in the source of a test, without the fields that the test does not need.

use std::ops::Range;

use super::tokens::{Token, TokenKind, tokens};
use crate::contract::Token as Step;
use crate::json::Value;

/// Macros that take a document.
const MACROS: [&str; 2] = ["json_like", "json"];

/// Source of Rust with the documents in it.
pub(super) struct Source<'s> {
    text: &'s str,
    documents: Vec<Document>,
}

/// A document in the source.
struct Document {
    start: usize,
    value: Written,
}

/// A value as it is written in a document.
#[derive(Debug)]
enum Written {
    Object(Vec<Member>),
    Array(Vec<Written>),
    /// `each_like({ … })`, with its argument.
    EachLike(Box<Written>),
    /// Another call with a document as its first argument: `nullable({ … })`, `json_like!({ … })`.
    Call(Box<Written>),
    /// Anything else, of which nothing is known.
    Other,
}

#[derive(Debug)]
struct Member {
    name: String,
    /// From its name to its end, without the comma.
    bytes: Range<usize>,
    value: Written,
}

impl<'s> Source<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        let tokens = tokens(text);
        let reader = Reader {
            text,
            tokens: &tokens,
        };
        let documents = (0..tokens.len()).filter_map(|at| reader.document(at)).collect();
        Self { text, documents }
    }

    /// Returns the bytes of the members at these paths, in the document with this example that the test uses: the first after the
    /// line where the test begins or, if it is elsewhere, the only one in the file. `None` if there is no such document, or if a
    /// member is not found in it.
    pub(super) fn members(
        &self,
        line: usize,
        example: &Value,
        paths: &[&[Step]],
    ) -> Option<Vec<Range<usize>>> {
        let begin: usize = self
            .text
            .split_inclusive('\n')
            .take(line.saturating_sub(1))
            .map(str::len)
            .sum();
        let end = self.text[begin..]
            .find("\n}")
            .map_or(self.text.len(), |end| begin + end);
        let fitting = || {
            self.documents
                .iter()
                .filter(|document| document.value.shows(example))
        };
        let document = fitting()
            .find(|document| (begin..end).contains(&document.start))
            .or_else(|| match fitting().collect::<Vec<_>>()[..] {
                [one] => Some(one),
                _ => None,
            })?;
        let mut found = Vec::new();
        for path in paths {
            let before = found.len();
            document.value.find(path, &mut found);
            if found.len() == before {
                return None;
            }
        }
        Some(found)
    }

    /// Returns the text without these members.
    pub(super) fn without(&self, members: &[Range<usize>]) -> String {
        let mut cuts: Vec<Cut> = members.iter().map(|member| self.cut(member)).collect();
        cuts.sort_by_key(|cut| cut.bytes.start);
        let mut text = String::with_capacity(self.text.len());
        let mut at = 0;
        for cut in cuts {
            if cut.bytes.start > at {
                text.push_str(&self.text[at..cut.bytes.start]);
            }
            if cut.is_last_of_line {
                // The comma before it has nothing to separate.
                let kept = text.trim_end_matches([' ', '\t']);
                text.truncate(kept.strip_suffix(',').unwrap_or(kept).len());
            }
            at = at.max(cut.bytes.end);
        }
        text.push_str(&self.text[at..]);
        text
    }

    /// Returns what goes with a member: its comma and, if nothing else is on them, its lines.
    fn cut(&self, member: &Range<usize>) -> Cut {
        let (before, after) = (&self.text[..member.start], &self.text[member.end..]);
        let comma = after.strip_prefix(',');
        let rest = comma.unwrap_or(after);
        let line = rest.split('\n').next().unwrap_or_default();
        let indent = before.len() - before.trim_end_matches([' ', '\t']).len();
        let begins_line = before[..before.len() - indent].ends_with('\n');
        let ends_line = line.trim().is_empty() || line.trim_start().starts_with("//");
        let end = self.text.len() - rest.len();
        if begins_line && ends_line {
            return Cut {
                bytes: member.start - indent..(end + line.len() + 1).min(self.text.len()),
                is_last_of_line: false,
            };
        }
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        Cut {
            bytes: member.start..if comma.is_some() { end + blanks } else { end },
            is_last_of_line: comma.is_none(),
        }
    }
}

/// What is cut out of the source.
struct Cut {
    bytes: Range<usize>,
    /// Whether it follows other members on its line, and no comma follows it.
    is_last_of_line: bool,
}

impl Written {
    /// Returns whether this can be the document of which this is the example.
    fn shows(&self, example: &Value) -> bool {
        match (self, example) {
            (Self::Object(members), Value::Object(values)) => {
                members.len() == values.len()
                    && members.iter().all(|member| {
                        values
                            .get(&member.name)
                            .is_some_and(|value| member.value.shows(value))
                    })
            }
            (Self::Array(items), Value::Array(values)) => {
                items.len() == values.len() && items.iter().zip(values).all(|(item, value)| item.shows(value))
            }
            (Self::EachLike(item), Value::Array(values)) => {
                values.first().is_none_or(|value| item.shows(value))
            }
            (Self::Call(inner), value) => inner.shows(value),
            (Self::Other, _) => true,
            _ => false,
        }
    }

    /// Adds the members at a path; elements of an array are all meant.
    fn find(&self, path: &[Step], found: &mut Vec<Range<usize>>) {
        let Some((step, rest)) = path.split_first() else {
            return;
        };
        match (self, step) {
            (Self::Call(inner), _) => inner.find(path, found),
            (Self::Object(members), Step::Field(name)) => {
                for member in members.iter().filter(|member| member.name == *name) {
                    if rest.is_empty() {
                        found.push(member.bytes.clone());
                    } else {
                        member.value.find(rest, found);
                    }
                }
            }
            (Self::EachLike(item), Step::StarIndex) => item.find(rest, found),
            (Self::Array(items), Step::StarIndex) => items.iter().for_each(|item| item.find(rest, found)),
            _ => {}
        }
    }
}

struct Reader<'r> {
    text: &'r str,
    tokens: &'r [Token],
}

impl Reader<'_> {
    /// Returns the document of the macro whose name is at this token.
    fn document(&self, at: usize) -> Option<Document> {
        if !MACROS.contains(&self.shown(at)?) || self.shown(at + 1)? != "!" {
            return None;
        }
        let end = self.close_of(at + 2)?;
        let value = self.value(at + 3..end);
        matches!(value, Written::Object(_) | Written::Array(_)).then(|| Document {
            start: self.tokens[at].start,
            value,
        })
    }

    /// Reads a value that takes all of these tokens.
    fn value(&self, tokens: Range<usize>) -> Written {
        let closes_at_end = |open: usize| self.close_of(open).is_some_and(|close| close + 1 == tokens.end);
        match self.shown(tokens.start) {
            Some("{") if closes_at_end(tokens.start) => self.object(tokens.start + 1..tokens.end - 1),
            Some("[") if closes_at_end(tokens.start) => Written::Array(
                self.parts(tokens.start + 1..tokens.end - 1)
                    .into_iter()
                    .map(|item| self.value(item))
                    .collect(),
            ),
            Some(name) => self.call(name, tokens),
            None => Written::Other,
        }
    }

    fn object(&self, tokens: Range<usize>) -> Written {
        let mut members = Vec::new();
        for part in self.parts(tokens) {
            let (Some(name), Some(":")) = (self.tokens.get(part.start), self.shown(part.start + 1)) else {
                return Written::Other;
            };
            let written = &self.text[name.start..name.end];
            let (TokenKind::Text, Ok(name)) = (name.kind, serde_json::from_str(written)) else {
                return Written::Other;
            };
            members.push(Member {
                name,
                bytes: self.tokens[part.start].start..self.tokens[part.end - 1].end,
                value: self.value(part.start + 2..part.end),
            });
        }
        Written::Object(members)
    }

    /// Reads `name(document, …)`, `name!(document)` and what is called on it.
    fn call(&self, name: &str, tokens: Range<usize>) -> Written {
        let open = (tokens.start..tokens.end).find(|at| self.tokens[*at].kind == TokenKind::Open);
        let Some((open, close)) = open.and_then(|open| Some((open, self.close_of(open)?))) else {
            return Written::Other;
        };
        let arguments = self.parts(open + 1..close.min(tokens.end));
        let Some(argument) = arguments.into_iter().next() else {
            return Written::Other;
        };
        match self.value(argument) {
            Written::Other => Written::Other,
            inner if name == "each_like" => Written::EachLike(Box::new(inner)),
            inner if matches!(name, "nullable" | "like" | "json_like" | "json") => {
                Written::Call(Box::new(inner))
            }
            _ => Written::Other,
        }
    }

    /// Splits at commas that are in no brackets.
    fn parts(&self, tokens: Range<usize>) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let (mut begin, mut at) = (tokens.start, tokens.start);
        while at < tokens.end {
            match self.tokens[at].kind {
                TokenKind::Open => at = self.close_of(at).map_or(tokens.end, |close| close + 1),
                TokenKind::Sign(b',') => {
                    parts.push(begin..at);
                    at += 1;
                    begin = at;
                }
                _ => at += 1,
            }
        }
        parts.push(begin..tokens.end);
        parts.retain(|part| !part.is_empty());
        parts
    }

    fn close_of(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for at in open..self.tokens.len() {
            match self.tokens[at].kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close => depth = depth.checked_sub(1)?,
                _ => {}
            }
            if depth == 0 {
                return Some(at);
            }
        }
        None
    }

    fn shown(&self, at: usize) -> Option<&str> {
        let token = self.tokens.get(at)?;
        Some(&self.text[token.start..token.end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Path;
    use crate::json::json;

    /// The source without these members of the document with this example.
    fn without(text: &str, example: &Value, paths: &[&str]) -> Option<String> {
        let source = Source::new(text);
        let paths: Vec<Path> = paths.iter().map(|path| path.parse().unwrap()).collect();
        let steps: Vec<&[Step]> = paths.iter().map(Path::tokens).collect();
        source
            .members(1, example, &steps)
            .map(|members| source.without(&members))
    }

    #[test]
    fn members_go_with_their_lines_and_commas() {
        let text = r#"
fn test() {
    let other = json_like!({ "id": 1 });
    Response::ok().json(json_like!({
        "name": "Ada", // a text: { "a": [
        "email": regex(r"^\S+@\S+$", "ada@example.com"), // goes
        "address": {
            "city": "London",
            "zip": "NW1",
        },
        "roles": each_like({ "id": 1, "since": integer(2020) }).at_least(2),
        "boss": nullable({ "name": "B", "age": 60 }),
        "list": [1, 2],
        "last": exactly(true)
    }))
}
"#;
        let example = json!({
            "name": "Ada", "email": "ada@example.com", "address": { "city": "London", "zip": "NW1" },
            "roles": [{ "id": 1, "since": 2020 }, { "id": 1, "since": 2020 }], "boss": { "name": "B", "age": 60 },
            "list": [1, 2], "last": true
        });
        let paths = [
            "$.email",
            "$.address.zip",
            "$.roles[*].since",
            "$.boss.name",
            "$.last",
        ];
        let expected = r#"
fn test() {
    let other = json_like!({ "id": 1 });
    Response::ok().json(json_like!({
        "name": "Ada", // a text: { "a": [
        "address": {
            "city": "London",
        },
        "roles": each_like({ "id": 1 }).at_least(2),
        "boss": nullable({ "age": 60 }),
        "list": [1, 2],
    }))
}
"#;
        assert_eq!(without(text, &example, &paths).as_deref(), Some(expected));
        let inline = "fn t() { json_like!({ \"a\": 1, \"b\": 2, \"c\": 3 }) }\n";
        let example_of_inline = json!({ "a": 1, "b": 2, "c": 3 });
        for (paths, kept) in [
            (&["$.b", "$.c"][..], "{ \"a\": 1 }"),
            (&["$.a", "$.c"], "{ \"b\": 2 }"),
            (&["$.a", "$.b", "$.c"], "{ }"),
        ] {
            let expected = format!("fn t() {{ json_like!({kept}) }}\n");
            assert_eq!(without(inline, &example_of_inline, paths), Some(expected));
        }
        assert!(without(text, &example, &["$.address"]).is_some_and(|text| !text.contains("London")));
    }

    #[test]
    fn what_is_not_surely_the_document_stays() {
        let twice = "fn a() {\n json_like!({ \"a\": 1 })\n}\nfn b() {\n json_like!({ \"a\": 2 })\n}\n";
        let of_test =
            |line| Source::new(twice).members(line, &json!({ "a": 2 }), &[&[Step::Field("a".to_owned())]]);
        assert_eq!(of_test(1).map(|members| members[0].start), Some(23));
        assert_eq!(of_test(4).map(|members| members[0].start), Some(58));
        // Between the two, either could be meant.
        let helpers = format!("fn t() {{\n}}\n{twice}");
        assert_eq!(without(&helpers, &json!({ "a": 2 }), &["$.a"]), None);
        // Of a variable nothing is known.
        let variable = "fn t() { json_like!({ \"a\": part }) }\n";
        assert_eq!(without(variable, &json!({ "a": { "b": 1 } }), &["$.a.b"]), None);
        assert_eq!(without("fn t() { json_like!({", &json!({}), &["$.a"]), None);
    }
}
