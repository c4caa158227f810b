//! What is stored of a contract: its bytes as published, the hash that says whether two contents mean the same, and
//! the edits that make the served form (an `_id` for each interaction) out of the bytes.

use std::{borrow::Cow, collections::HashMap};

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use super::json::{Malformed, Member, Part};

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
        let root = Part::document(without_mark(&document))?;
        let outline = Outline::of(root)?;
        let sha = outline.sha(root)?;
        let edits = outline.edits(root);
        let [consumer, provider] = ["consumer", "provider"].map(|role| outline.name_of(role));
        let lists = LISTS.map(|name| outline.list(name).unwrap_or_default());
        let in_messages = |item: &&Item| item.object.is_some_and(|object| object.of_messages);
        let moved = lists[0].iter().filter(in_messages).count();
        let (interactions, messages) = (lists[0].len() - moved, lists[1].len() + moved);
        let (consumer, provider) = (consumer?, provider?);
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
pub(super) const LISTS: [&str; 2] = ["interactions", "messages"];

/// A document as far as the broker looks into it; every part of it was read.
struct Outline<'t> {
    /// `None` for a document that is not an object.
    members: Option<Vec<OutlineMember<'t>>>,
}

/// A member of the document; `items` for a list that holds what is verified.
struct OutlineMember<'t> {
    member: Member<'t>,
    items: Option<Vec<Item>>,
}

/// An interaction or a message.
struct Item {
    start: usize,
    canonical: String,
    /// `None` for anything but an object.
    object: Option<ItemObject>,
}

/// What is asked of an interaction.
#[derive(Clone, Copy)]
struct ItemObject {
    /// It has no members.
    empty: bool,
    /// It has an `_id`.
    identified: bool,
    /// Its `type` names messages.
    of_messages: bool,
}

impl Item {
    fn of(part: Part<'_>) -> Result<Self, Malformed> {
        let object = match part.members()? {
            Some(members) => Some(ItemObject {
                empty: members.0.is_empty(),
                identified: members.get("_id").is_some(),
                of_messages: match members.get("type") {
                    Some(kind) => kind.string()?.is_some_and(|kind| kind.contains("Messages")),
                    None => false,
                },
            }),
            None => None,
        };
        Ok(Self {
            start: part.start,
            canonical: part.canonical()?,
            object,
        })
    }
}

impl<'t> Outline<'t> {
    fn of(root: Part<'t>) -> Result<Self, Malformed> {
        let Some(members) = root.members()? else {
            return Ok(Self { members: None });
        };
        let members = members.0.into_iter().map(|member| {
            let items = match member.value.items()? {
                Some(items) if LISTS.contains(&&*member.name) => {
                    Some(items.into_iter().map(Item::of).collect::<Result<_, _>>()?)
                }
                _ => {
                    // Read only to find out what is wrong with it.
                    member.value.canonical()?;
                    None
                }
            };
            Ok(OutlineMember { member, items })
        });
        Ok(Self {
            members: Some(members.collect::<Result<_, _>>()?),
        })
    }

    /// The member of that name; of several the last.
    fn member(&self, name: &str) -> Option<&OutlineMember<'t>> {
        let found = self.members.iter().flatten().rev();
        found.into_iter().find(|one| one.member.name == name)
    }

    /// A list that holds what is verified.
    fn list(&self, name: &str) -> Option<&[Item]> {
        self.member(name)?.items.as_deref()
    }

    /// The name of the consumer or the provider.
    fn name_of(&self, role: &str) -> Result<Option<String>, Malformed> {
        let Some(role) = self.member(role) else {
            return Ok(None);
        };
        let name = role
            .member
            .value
            .members()?
            .and_then(|members| members.get("name"));
        match name {
            Some(name) => Ok(name.string()?.map(Cow::into_owned)),
            None => Ok(None),
        }
    }

    /// The hash of what affects verification: interactions and messages in any order, members in any order, white space
    /// as it may be, and the specification's version. A document that is no contract is hashed whole.
    fn sha(&self, root: Part<'_>) -> Result<String, Malformed> {
        let lists = LISTS.map(|name| self.list(name));
        let mut hash = Sha1::new();
        if lists.iter().all(Option::is_none) {
            hash.update(root.canonical()?);
            return Ok(hex(&hash.finalize()));
        }
        let mut start = "{";
        for (name, list) in LISTS.into_iter().zip(lists) {
            let Some(list) = list else { continue };
            let mut texts: Vec<&str> = list.iter().map(|item| item.canonical.as_str()).collect();
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
        if let Some(version) = self.specification()? {
            hash.update(format!(
                ",\"pact_specification_version\":{}",
                version.canonical()?
            ));
        }
        hash.update("}");
        Ok(hex(&hash.finalize()))
    }

    /// The version of the specification that the contract names.
    fn specification(&self) -> Result<Option<Part<'t>>, Malformed> {
        let metadata = self
            .member("metadata")
            .map(|metadata| metadata.member.value.members());
        let Some(metadata) = metadata.transpose()?.flatten() else {
            return Ok(None);
        };
        for name in ["pactSpecification", "pact-specification"] {
            let specification = metadata
                .get(name)
                .map(|part| part.members())
                .transpose()?
                .flatten();
            if let Some(version) = specification.and_then(|members| members.get("version")) {
                return Ok(Some(version));
            }
        }
        Ok(metadata.get("pactSpecificationVersion"))
    }

    fn edits(&self, root: Part<'_>) -> Edits {
        let Some(members) = &self.members else {
            return Edits::default();
        };
        let mut replace = Vec::new();
        // A contract that was fetched from a broker and is published again carries that broker's links: they go.
        let ours = |one: &OutlineMember<'_>| one.member.name == "_links" || one.member.name == "createdAt";
        let stay = members.iter().filter(|one| !ours(one)).count();
        let mut index = 0;
        while let Some(one) = members.get(index) {
            let mut next = index + 1;
            if ours(one) {
                while members.get(next).is_some_and(ours) {
                    next += 1;
                }
                let last = members[next - 1].member.value.end;
                let (from, to) = match (index.checked_sub(1), members.get(next)) {
                    (_, Some(after)) => (one.member.start, after.member.start),
                    (Some(before), None) => (members[before].member.value.end, last),
                    (None, None) => (one.member.start, last),
                };
                replace.push((from, to, String::new()));
            }
            for item in one.items.iter().flatten() {
                if let Some(object) = item.object.filter(|object| !object.identified) {
                    let comma = if object.empty { "" } else { "," };
                    let id = hex(&Sha1::digest(&item.canonical));
                    replace.push((item.start + 1, item.start + 1, format!("\"_id\":\"{id}\"{comma}")));
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
}

/// The id of an interaction: SHA-1 of its members in order of their names, its own `_id` left out.
fn interaction_id(interaction: Part<'_>) -> Result<String, Malformed> {
    let text = interaction.canonical_without("_id")?;
    Ok(hex(&Sha1::digest(text.as_bytes())))
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
    let mut found = HashMap::new();
    for interaction in interactions(document)? {
        let Some(members) = interaction.members()? else {
            continue;
        };
        let text = |name| members.get(name).map(|part| part.string()).transpose();
        let Some(description) = text("description")?.flatten() else {
            continue;
        };
        let id = match text("_id")?.flatten() {
            Some(id) => id.into_owned(),
            None => interaction_id(interaction)?,
        };
        found.insert(id, description.into_owned());
    }
    Ok(found)
}

/// The interactions and messages of a document; a document that is no contract has none.
///
/// # Errors
/// The document is not JSON.
pub(crate) fn interactions(document: &str) -> Result<Vec<Part<'_>>, Malformed> {
    let members = Part::document(document)?.members()?.unwrap_or_default();
    let mut interactions = Vec::new();
    for list in LISTS.iter().filter_map(|name| members.get(name)) {
        interactions.extend(list.items()?.unwrap_or_default());
    }
    Ok(interactions)
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

    /// Contracts of other languages, by their files below the folder `interop`.
    const INTEROP: &[(&str, &str)] = &[
        (
            "js/js-events-v3-orders-events.json",
            "0142d1bfb89c7d0d437373a4b0a6e0bebd30d313",
        ),
        (
            "js/js-events-v4-orders-events.json",
            "fe3515164613e85d5142dfc431d886688133ca1c",
        ),
        (
            "js/js-web-v2-orders.json",
            "d1ce4828a419a6d054dc1a195155ed772c720156",
        ),
        (
            "js/js-web-v3-orders.json",
            "95e4ff7e3fbfd8b63cc2f5736686c31440a637ff",
        ),
        (
            "js/js-web-v4-orders.json",
            "b42a9ccfe069fdb15af7be510affa7c1dc4e5283",
        ),
        (
            "py/py-events-v3-orders-events.json",
            "329f5883cbed02fcd0d1a6fa49c8eefb320251be",
        ),
        (
            "py/py-events-v4-orders-events.json",
            "6b720801979a2bb50ebe2def21843730edc555bf",
        ),
        (
            "py/py-web-v2-orders.json",
            "f9d5ec01144482ec9f0193b96eb65874dca3ff88",
        ),
        (
            "py/py-web-v3-orders.json",
            "b05ac64fc210ca208286a76ef3995f139f8705b1",
        ),
        (
            "py/py-web-v4-orders.json",
            "379ef5eed4bcea1ae01017a46702f8cab7afdbb7",
        ),
    ];

    /// Databases hold these: the digest of a content never changes.
    #[test]
    fn digests_are_those_that_were_stored_before() {
        for (document, sha) in [
            (
                r#"{"consumer":{"name":"web"},"provider":{"name":"api"},"interactions":[{"description":"b","n":1.50},{"description":"a","n":1e400}],"metadata":{"pactSpecification":{"version":"4.0"}}}"#,
                "40e553628f7b00d1b70928584db7b056aa3923ad",
            ),
            (
                r#"{"interactions":[{"a":1,"b":2,"a":{"y":-0,"x":[1E+2,0.10]}}],"messages":[{"\u0061":"\b\f\n\u0001\/\"\\\ud83d\ude00é"}],"interactions":[{}]}"#,
                "9559dbfb29bb4934b05ff277dfce4a0321bbd616",
            ),
            (
                r#"{"messages":[],"metadata":{"pactSpecificationVersion":3.00}}"#,
                "c8792474d0e3fc6599161183b2f220641fcc74b1",
            ),
            (
                " [ 1 , 2.50, {\"b\":null,\"a\":true} ] ",
                "ae893e2779f505e2ad9292dccdfa7b53266b5a9c",
            ),
            ("\"x\"", "a81fa20d625fc8e5a04721cdf61f056fc2e22496"),
            ("{}", "bf21a9e8fbc5a3846fb05b4fa0859e0917b2202f"),
        ] {
            assert_eq!(analyse(document).sha, sha, "{document}");
        }
        let Some(conformance) = std::env::var_os("CONTRACT_CONFORMANCE_DIR") else {
            println!("digests of contracts of other languages: skipped, CONTRACT_CONFORMANCE_DIR is not set");
            return;
        };
        let folder = std::path::Path::new(&conformance).join("../interop");
        for (file, sha) in INTEROP {
            let path = folder.join(file);
            let document =
                std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert_eq!(analyse(&document).sha, *sha, "{file}");
        }
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
