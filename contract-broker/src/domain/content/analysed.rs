//! A content with what is stored about it.

use super::{
    Edits,
    outline::{Item, LISTS, Outline},
};
use crate::domain::json::{Malformed, Part};

/// An analysed content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    /// The text as published, including a byte order mark.
    pub(crate) document: String,
    /// The SHA-1 in hexadecimal of what affects verification.
    pub(crate) sha: String,
    pub(crate) edits: Edits,
    /// The edits in stored form.
    pub(crate) stored_edits: String,
    pub(crate) interactions: usize,
    pub(crate) messages: usize,
    /// The names of consumer and provider in the document, if it has them.
    pub(crate) consumer: Option<String>,
    pub(crate) provider: Option<String>,
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

    /// Returns the document without its byte order mark: the text that the edits apply to.
    pub(crate) fn text(&self) -> &str {
        without_mark(&self.document)
    }
}

/// Removes a leading byte order mark, which some editors and libraries write. JSON has none, but readers may ignore it
/// (<https://www.rfc-editor.org/rfc/rfc8259#section-8.1>).
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Returns lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use sha1::{Digest, Sha1};

    use super::*;
    use crate::domain::content::descriptions;

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

    /// Contracts of other languages, by their files in the folder `interop`.
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

    /// Databases contain these: the digest of a content never changes.
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
        // The first mark belongs to the file, a second one to the text.
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
