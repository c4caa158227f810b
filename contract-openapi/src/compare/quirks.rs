//! Settings in a description for the comparison: `x-opc-config-…` in its `info`.

use crate::description::Description;
use crate::document::Node;

/// The settings; all off by default.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Clone, Default)]
pub(super) struct Quirks {
    pub(super) base_path: Option<String>,
    pub(super) cast_objects: bool,
    pub(super) case_insensitive: bool,
    pub(super) disable_multipart: bool,
    pub(super) ignore_duplicate_slashes: bool,
    pub(super) ignore_trailing_slash: bool,
    pub(super) legacy_parser: bool,
    pub(super) no_authorization_schema: bool,
    pub(super) no_percent_encoding: bool,
    pub(super) no_validate_complex_parameters: bool,
    pub(super) json_request_bodies_only: bool,
}

impl Quirks {
    pub(super) fn of(description: &Description) -> Self {
        let info = description.root().get("info");
        let setting = |name: &str| info.and_then(|info| info.get(&format!("x-opc-config-{name}")));
        let is_on = |name: &str| setting(name).is_some_and(is_truthy);
        Self {
            base_path: setting("base-path").and_then(Node::as_str).map(str::to_owned),
            cast_objects: is_on("cast-objects-in-pact"),
            case_insensitive: is_on("case-insensitive"),
            disable_multipart: is_on("disable-multipart-formdata"),
            ignore_duplicate_slashes: is_on("ignore-duplicate-slashes"),
            ignore_trailing_slash: is_on("ignore-trailing-slash"),
            legacy_parser: is_on("legacy-parser"),
            no_authorization_schema: is_on("no-authorization-schema"),
            no_percent_encoding: is_on("no-percent-encoding"),
            no_validate_complex_parameters: is_on("no-validate-complex-parameters"),
            json_request_bodies_only: is_on("no-validate-request-body-unless-application-json"),
        }
    }
}

/// Returns whether a value is truthy in JavaScript.
pub(super) fn is_truthy(node: &Node) -> bool {
    use crate::document::Value;
    match &node.value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != 0.0,
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}
