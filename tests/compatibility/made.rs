//! What generators make, by the names that the scenarios give it.

use contract_core::contract::{Body, Data};
use contract_core::json::Value;
use regex::Regex;

/// Asserts that a value is what a generator of this name makes.
pub(crate) fn assert_made(value: &Value, what: &str) {
    const DIGITS: &str = "[0-9a-f]";
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let hyphenated = format!("{DIGITS}{{8}}(-{DIGITS}{{4}}){{3}}-{DIGITS}{{12}}");
    let pattern = match what {
        // In the example's type: a number in place of a text is written as text.
        "integer" => r"-?\d+".to_owned(),
        "boolean" => "true|false".to_owned(),
        "decimal number" => r"\d+\.\d+".to_owned(),
        "hexadecimal number" => "[0-9a-fA-F]{6}".to_owned(),
        "random string" => "[0-9a-zA-Z]{6}".to_owned(),
        "string from the regex" => r"\d{1,8}".to_owned(),
        "date" => r"\d{4}-\d{2}-\d{2}".to_owned(),
        "time" => r"\d{2}:\d{2}:\d{2}".to_owned(),
        "date-time" => r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})?".to_owned(),
        "UUID" | "lower-case-hyphenated UUID" => hyphenated,
        "upper-case-hyphenated UUID" => hyphenated.replace(DIGITS, "[0-9A-F]"),
        "simple UUID" => format!("{DIGITS}{{32}}"),
        "URN UUID" => format!("urn:uuid:{hyphenated}"),
        literal => regex::escape(literal),
    };
    assert_fits(&text, &pattern);
}

/// Asserts that a member of a JSON body is what a generator of this name makes.
pub(crate) fn assert_replaced(body: &Body, member: &str, what: &str) {
    match body.content().map(|content| &content.data) {
        Some(Data::Json(document)) => assert_made(&document[member], what),
        other => panic!("the body is not JSON: {other:?}"),
    }
}

/// Asserts that the whole text matches.
pub(crate) fn assert_fits(text: &str, pattern: &str) {
    let whole = Regex::new(&format!("^(?:{pattern})$")).expect("the pattern is valid");
    assert!(whole.is_match(text), "{text:?} does not match {pattern}");
}
