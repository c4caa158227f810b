//! What is stored of a contract: its bytes as published, the hash that says whether two contents mean the same, and
//! the edits that make the served form (an `_id` for each interaction) out of the bytes.

use std::{borrow::Cow, collections::HashMap};

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use super::json::{Malformed, Node, Value};

/// A content, analysed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    /// The text as it was published, with its byte order mark if it has one.
    pub(crate) document: String,
    /// SHA-1 in hexadecimal of what affects verification.
    pub(crate) sha: String,
    pub(crate) edits: Edits,
    /// The edits as they are stored.
    pub(crate) stored_edits: String,
    pub(crate) interactions: usize,
    pub(crate) messages: usize,
    /// The names of consumer and provider inside the document, where it has them.
    pub(crate) consumer: Option<String>,
    pub(crate) provider: Option<String>,
}

/// How to make the served form from the document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Edits {
    /// Where links go: before the closing brace. Unset when the document is not an object.
    #[serde(rename = "e", skip_serializing_if = "Option::is_none")]
    end: Option<usize>,
    /// Whether the object has a member that stays, so that a comma is due.
    #[serde(rename = "m", default)]
    members: bool,
    /// Pieces of the document to replace, in order: from, to, and the text instead.
    #[serde(rename = "r", default)]
    replace: Vec<(usize, usize, String)>,
}

impl Content {
    /// Analyses a document, which may be any JSON, with or without a byte order mark.
    ///
    /// # Errors
    /// The text is not JSON, or is nested too deeply.
    pub(crate) fn analyse(document: String) -> Result<Self, Malformed> {
        let root = Node::outline(without_mark(&document), &LISTS)?;
        let lists = LISTS.map(|name| root.member(name).and_then(Node::as_array));
        let sha = sha(&root, lists);
        let edits = edits(&root);
        let name = |role| Some(root.member(role)?.member("name")?.as_str()?.to_owned());
        let (consumer, provider) = (name("consumer"), name("provider"));
        let [mut interactions, mut messages] = lists.map(|list| list.map_or(0, <[_]>::len));
        for node in lists[0].unwrap_or_default() {
            if matches!(&node.value, Value::Sorted(sorted) if sorted.of_messages) {
                interactions -= 1;
                messages += 1;
            }
        }
        drop(root);
        Ok(Self {
            document,
            sha,
            stored_edits: edits.to_json(),
            edits,
            interactions,
            messages,
            consumer,
            provider,
        })
    }

    /// The document without its byte order mark: the text that the edits are for.
    pub(crate) fn text(&self) -> &str {
        without_mark(&self.document)
    }
}

/// A text without the byte order mark that some editors and libraries put before it. JSON has none, but readers may
/// ignore it (<https://www.rfc-editor.org/rfc/rfc8259#section-8.1>).
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

impl Edits {
    /// As [`Deserialize`] reads them.
    fn to_json(&self) -> String {
        serde_json::to_string(self).expect("numbers, texts and flags always serialise")
    }

    /// Reads edits of a document as they are stored.
    ///
    /// # Errors
    /// They are not JSON, or are of another document.
    pub(crate) fn read(stored: &str, document: &str) -> Result<Self, String> {
        let edits: Self = serde_json::from_str(stored).map_err(|error| error.to_string())?;
        let mut at = 0;
        let mut follows = |from: usize, to: usize| {
            let in_order = at <= from && from <= to;
            at = to;
            in_order && document.is_char_boundary(from) && document.is_char_boundary(to)
        };
        let fit = edits.replace.iter().all(|(from, to, _)| follows(*from, *to));
        let ends = edits.end.is_none_or(|end| follows(end, end));
        if fit && ends {
            Ok(edits)
        } else {
            Err("they are of another document".to_owned())
        }
    }

    /// The served form of `document` up to where links go, ready for more members (a comma is written where one is
    /// due); the closing brace is left to the caller. `None` when the document is not an object.
    pub(crate) fn open(&self, document: &str) -> Option<String> {
        let mut out = self.apply(document, self.end?);
        if self.members {
            out.push(',');
        }
        Some(out)
    }

    /// The served form, whole.
    pub(crate) fn closed(&self, document: &str) -> String {
        self.apply(document, document.len())
    }

    fn apply(&self, document: &str, end: usize) -> String {
        let mut out = String::with_capacity(document.len() + self.replace.len() * 64 + 4096);
        let mut at = 0;
        for (from, to, text) in &self.replace {
            out.push_str(&document[at..*from]);
            out.push_str(text);
            at = *to;
        }
        out.push_str(&document[at..end]);
        out
    }
}

/// The members of a contract that hold what is verified.
const LISTS: [&str; 2] = ["interactions", "messages"];

/// An item of a list as sorted text.
fn sorted<'n>(item: &'n Node<'_>) -> Cow<'n, str> {
    match &item.value {
        Value::Sorted(sorted) => Cow::Borrowed(&sorted.text),
        _ => Cow::Owned(item.sorted()),
    }
}

/// The hash of what affects verification: interactions and messages in any order, members in any order, white space
/// as it may be, and the specification's version. A document that is no contract is hashed whole.
fn sha(root: &Node<'_>, lists: [Option<&[Node<'_>]>; 2]) -> String {
    let mut hash = Sha1::new();
    if lists.iter().all(Option::is_none) {
        hash.update(root.sorted());
        return hex(&hash.finalize());
    }
    let mut start = "{";
    for (name, list) in LISTS.into_iter().zip(lists) {
        let Some(list) = list else { continue };
        let mut texts: Vec<Cow<'_, str>> = list.iter().map(sorted).collect();
        texts.sort_unstable();
        hash.update(format!("{start}\"{name}\":["));
        for (index, text) in texts.into_iter().enumerate() {
            if index > 0 {
                hash.update(",");
            }
            hash.update(text.as_bytes());
        }
        hash.update("]");
        start = ",";
    }
    if let Some(version) = specification(root) {
        hash.update(format!(",\"pact_specification_version\":{version}"));
    }
    hash.update("}");
    hex(&hash.finalize())
}

fn specification(root: &Node<'_>) -> Option<String> {
    let metadata = root.member("metadata")?;
    ["pactSpecification", "pact-specification"]
        .iter()
        .find_map(|name| metadata.member(name)?.member("version"))
        .or_else(|| metadata.member("pactSpecificationVersion"))
        .map(Node::sorted)
}

fn edits(root: &Node<'_>) -> Edits {
    let Some(members) = root.as_object() else {
        return Edits::default();
    };
    let mut replace = Vec::new();
    // A contract that was fetched from a broker and is published again carries that broker's links: they go.
    let ours = |name: &str| name == "_links" || name == "createdAt";
    let stay = members.iter().filter(|member| !ours(&member.name)).count();
    let mut index = 0;
    while let Some(member) = members.get(index) {
        let mut next = index + 1;
        if ours(&member.name) {
            while members.get(next).is_some_and(|member| ours(&member.name)) {
                next += 1;
            }
            let last = members[next - 1].node.end;
            let (from, to) = match (index.checked_sub(1), members.get(next)) {
                (_, Some(after)) => (member.start, after.start),
                (Some(before), None) => (members[before].node.end, last),
                (None, None) => (member.start, last),
            };
            replace.push((from, to, String::new()));
        } else if LISTS.contains(&&*member.name) {
            for item in member.node.as_array().unwrap_or_default() {
                if let Value::Sorted(sorted) = &item.value
                    && !sorted.identified
                {
                    let comma = if sorted.empty { "" } else { "," };
                    let id = hex(&Sha1::digest(&sorted.text));
                    replace.push((item.start + 1, item.start + 1, format!("\"_id\":\"{id}\"{comma}")));
                }
            }
        }
        index = next;
    }
    Edits {
        end: Some(root.end - 1),
        members: stay > 0,
        replace,
    }
}

/// The id of an interaction: SHA-1 of its members in order of their names, its own `_id` left out.
pub(crate) fn interaction_id(interaction: &Node<'_>) -> String {
    let mut text = String::new();
    interaction.write_sorted(&mut text, &|name| name == "_id");
    hex(&Sha1::digest(text.as_bytes()))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
        }
    }
    out
}

/// The descriptions of the interactions of a stored document by their ids, for texts that name an interaction.
///
/// # Errors
/// The document is not JSON.
pub(crate) fn descriptions(document: &str) -> Result<HashMap<String, String>, Malformed> {
    let root = Node::parse(document)?;
    let found = LISTS
        .iter()
        .filter_map(|name| root.member(name)?.as_array())
        .flatten()
        .filter_map(|item| {
            let description = item.member("description").and_then(Node::as_str)?.to_owned();
            let id = match item.member("_id").map(|node| &node.value) {
                Some(Value::String(id)) => id.to_string(),
                _ => interaction_id(item),
            };
            Some((id, description))
        });
    Ok(found.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn analyse(text: &str) -> Content {
        Content::analyse(text.to_owned()).unwrap()
    }

    #[test]
    fn the_hash_ignores_order_space_names_and_other_metadata() {
        let a = analyse(
            r#"{"consumer":{"name":"a"},"interactions":[{"description":"x","n":1},{"description":"y"}],"metadata":{"pactSpecification":{"version":"4.0"},"tool":{"version":"1"}}}"#,
        );
        let b = analyse(
            "{\"interactions\": [ {\"description\": \"y\"}, {\"n\": 1, \"description\": \"x\"} ],\n\"metadata\": {\"pactSpecification\": {\"version\": \"4.0\"}, \"tool\": {\"version\": \"2\"}}}",
        );
        assert_eq!(a.sha, b.sha);
        for other in [
            r#"{"interactions":[{"description":"x","n":2},{"description":"y"}],"metadata":{"pactSpecification":{"version":"4.0"}}}"#,
            r#"{"interactions":[{"description":"x","n":1},{"description":"y"}],"metadata":{"pactSpecification":{"version":"3.0"}}}"#,
            r#"{"interactions":[{"description":"x","n":1,"pending":true},{"description":"y"}],"metadata":{"pactSpecification":{"version":"4.0"}}}"#,
        ] {
            assert_ne!(a.sha, analyse(other).sha, "{other}");
        }
        let big = |n: &str| analyse(&format!("{{\"interactions\":[{n}]}}")).sha;
        assert_ne!(big("12345678901234567890123"), big("12345678901234567890124"));
    }

    #[test]
    fn the_served_form_adds_ids_and_leaves_the_rest_as_it_was() {
        let content = analyse(
            "{ \"z\": 1.50,\n \"interactions\": [ {\"description\":\"x\"}, {\"_id\":\"mine\"}, {} ] }",
        );
        let ids = descriptions(&content.document).unwrap();
        let id = ids.keys().next().unwrap();
        let served = content.edits.closed(&content.document);
        assert_eq!(
            served.replacen(&format!("\"_id\":\"{id}\","), "", 1),
            format!(
                "{{ \"z\": 1.50,\n \"interactions\": [ {{\"description\":\"x\"}}, {{\"_id\":\"mine\"}}, {{\"_id\":\"{}\"}} ] }}",
                hex(&Sha1::digest(b"{}"))
            )
        );
        let open = content.edits.open(&content.document).unwrap();
        serde_json::from_str::<serde_json::Value>(&format!("{open}\"more\":1}}")).unwrap();
    }

    #[test]
    fn links_of_another_broker_are_taken_off() {
        for text in [
            r#"{"_links":{"a":1},"interactions":[]}"#,
            r#"{"interactions":[],"_links":{"a":1}}"#,
            r#"{"interactions":[],"createdAt":"x","_links":{"a":1}}"#,
            r#"{"createdAt":"x","interactions":[],"_links":{"a":1}}"#,
            r#"{"_links":{"a":1}}"#,
            r#"{"_links":{"a":1},"createdAt":""}"#,
            "{}",
        ] {
            let content = analyse(text);
            let open = content.edits.open(&content.document).unwrap();
            let served: serde_json::Value = serde_json::from_str(&format!("{open}\"_links\":{{}}}}"))
                .unwrap_or_else(|error| panic!("{text} gives {open}: {error}"));
            assert_eq!(served["_links"], serde_json::json!({}), "{text}");
            assert!(served.get("createdAt").is_none(), "{text}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_kept_and_changes_nothing() {
        let text = r#"{"consumer":{"name":"a"},"interactions":[{"description":"x"}],"_links":{}}"#;
        let (plain, marked) = (analyse(text), analyse(&format!("\u{feff}{text}")));
        assert_eq!(marked.document, format!("\u{feff}{text}"));
        assert_eq!(marked.text(), text);
        assert_eq!(
            marked,
            Content {
                document: marked.document.clone(),
                ..plain
            }
        );
        // One mark belongs to the file, a second one is part of the text.
        assert!(Content::analyse(format!("\u{feff}\u{feff}{text}")).is_err());
        assert!(Content::analyse(format!(" \u{feff}{text}")).is_err());
    }

    #[test]
    fn edits_of_another_document_are_not_read() {
        let content = analyse(r#"{"é":1,"interactions":[{"description":"x"}],"_links":{}}"#);
        assert_eq!(
            Edits::read(&content.stored_edits, content.text()).as_ref(),
            Ok(&content.edits)
        );
        for (stored, document) in [
            (content.stored_edits.as_str(), r#"{"é":1,"interactions":[]}"#),
            (r#"{"e":1,"m":true,"r":[]}"#, "é}"),
            (r#"{"e":3,"r":[[1,0,""]]}"#, "{ } "),
            (r#"{"e":1,"r":[[2,3,""]]}"#, "{ } "),
            ("{", "{}"),
        ] {
            assert!(Edits::read(stored, document).is_err(), "{stored} {document}");
        }
    }

    #[test]
    fn any_json_can_be_stored() {
        for text in ["[1,2]", "\"x\"", "1", "null"] {
            let content = analyse(text);
            assert_eq!(content.edits.open(text), None);
            assert_eq!(content.edits.closed(text), text);
        }
    }
}
