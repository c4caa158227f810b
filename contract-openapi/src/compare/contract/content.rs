//! The contents of bodies of version 4 (Pact specification 4, "Body").

use std::borrow::Cow;

use base64::Engine as _;

use crate::compare::Mends;
use crate::compare::quirks::is_truthy;
use crate::description::MediaType;
use crate::document::{FileId, Limits, Node, Position, Value, read};

/// Returns the content of a body of version 4.
pub(super) fn content(body: &Node, mends: Mends) -> Option<Cow<'_, Node>> {
    if !is_truthy(body) {
        return None;
    }
    let Some(content) = body.get("content") else {
        return Some(Cow::Owned(Node {
            at: body.at,
            ..Node::from("")
        }));
    };
    let encoded = body.get("encoded").filter(|encoded| is_truthy(encoded));
    let (Some(encoding), Some(text)) = (encoded.and_then(Node::as_str), content.as_str()) else {
        return Some(Cow::Borrowed(content));
    };
    let decoded = match encoding.to_ascii_lowercase().as_str() {
        "json" => json_of(text).map(|node| at_position(node, content.at)),
        "base64" => {
            let compact: String = text
                .chars()
                .filter(|character| !character.is_whitespace())
                .collect();
            base64::engine::general_purpose::STANDARD
                .decode(compact)
                .ok()
                .map(|bytes| {
                    let text = String::from_utf8_lossy(&bytes);
                    let is_json = mends.v4_contents && is_json_type(body);
                    let document = is_json.then(|| json_of(&text)).flatten();
                    at_position(document.unwrap_or_else(|| Node::from(&*text)), content.at)
                })
        }
        _ => None,
    };
    Some(decoded.map_or(Cow::Borrowed(content), Cow::Owned))
}

/// Returns the JSON document that a text is.
fn json_of(text: &str) -> Option<Node> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    read(text, FileId::ROOT, &Limits::default()).ok()
}

/// Returns whether a body of version 4 is named JSON.
fn is_json_type(body: &Node) -> bool {
    let named = body.get("contentType").and_then(Node::as_str);
    named.is_some_and(|named| MediaType::parse(named).is_json())
}

/// Sets all positions in a node to that of the text that contains it.
pub(in crate::compare) fn at_position(mut node: Node, at: Position) -> Node {
    node.at = at;
    match &mut node.value {
        Value::Array(elements) => {
            for element in elements {
                *element = at_position(std::mem::take(element), at);
            }
        }
        Value::Object(object) => {
            for (_, member) in object.iter_mut() {
                member.name_at = at;
                member.node = at_position(std::mem::take(&mut member.node), at);
            }
        }
        _ => {}
    }
    node
}
