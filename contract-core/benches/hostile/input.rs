//! Inputs and what they are made of.

use serde_json::{Value, json};

/// One input: what it is, and what is done with it.
pub(super) struct Input {
    pub(super) name: &'static str,
    pub(super) run: Box<dyn FnOnce() -> String>,
}

/// An input of this name.
pub(super) fn input(name: &'static str, run: impl FnOnce() -> String + 'static) -> Input {
    Input {
        name,
        run: Box::new(run),
    }
}

/// `one(0),one(1),…` of about so many bytes.
pub(super) fn list(bytes: usize, one: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for index in 0.. {
        let next = one(index);
        if text.len() + next.len() + 1 > bytes {
            break;
        }
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(&next);
    }
    text
}

/// A JSON array of about so many bytes.
pub(super) fn array(bytes: usize, one: impl Fn(usize) -> String) -> Value {
    serde_json::from_str(&format!("[{}]", list(bytes, one))).expect("the array is JSON")
}

/// One list of rules at a path of a body.
pub(super) fn one_list(path: &str, combine: &str, matchers: Value) -> Value {
    let list = json!({"combine": combine, "matchers": matchers});
    if path == "$" {
        return json!({ path: list });
    }
    // Arrays may have any number of elements.
    json!({ "$": {"matchers": [{"match": "type"}]}, path: list })
}
