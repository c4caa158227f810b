//! The rules.

use super::document::Doc;
use super::finding::Severity;
use super::group::Findings;
use super::rules::{
    components, examples, info, operations, owasp, parameters, paths, readiness, schemas, security, servers,
    tags, validity,
};

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// The specification forbids it. Always on.
    Validity,
    /// A comparison with contracts says little without it. Always on.
    Readiness,
    /// Good style, with the ids of Spectral's `spectral:oas`.
    Style,
    /// The OWASP API Security Top 10, with the ids of vacuum's `vacuum:owasp`.
    Security,
}

/// A rule about descriptions.
#[derive(Clone, Copy)]
pub struct LintRule {
    /// The id.
    pub id: &'static str,
    /// The severity of a finding unless a rule set says otherwise.
    pub severity: Severity,
    /// What it is about.
    pub group: Group,
    /// Whether it is on unless a rule set says otherwise.
    pub is_recommended: bool,
    /// What it asks for, in a sentence.
    pub description: &'static str,
    pub(super) check: fn(&Doc<'_>, &mut Findings<'_>),
}

impl std::fmt::Debug for LintRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LintRule")
            .field("id", &self.id)
            .field("severity", &self.severity)
            .finish_non_exhaustive()
    }
}

/// Returns all rules.
pub fn lint_rules() -> &'static [LintRule] {
    RULES
}

macro_rules! rules {
    ($($id:literal $severity:ident $group:ident $recommended:literal $check:path, $description:literal;)+) => {
        const RULES: &[LintRule] = &[$(LintRule {
            id: $id,
            severity: Severity::$severity,
            group: Group::$group,
            is_recommended: $recommended,
            description: $description,
            check: $check,
        }),+];
    };
}

rules! {
    "openapi-required" Error Validity true validity::document::version, "The document names its version of OpenAPI.";
    "info-required" Error Validity true validity::document::info, "The document has `info`.";
    "info-title-required" Error Validity true validity::document::info_title, "`info` has a title.";
    "info-version-required" Error Validity true validity::document::info_version, "`info` has a version.";
    "paths-required" Error Validity true validity::document::paths, "The document has `paths`, or since 3.1 `components` or `webhooks`.";
    "unresolved-ref" Error Validity true validity::document::unresolved, "Every reference leads somewhere.";
    "path-must-start-with-slash" Error Validity true validity::document::path_slash, "A path begins with `/`.";
    "conflicting-paths" Error Validity true validity::document::conflicting_paths, "No two paths mean the same.";
    "path-parameters-mismatch" Error Validity true validity::parameters::path_parameters, "The parameters of a path are those of its template.";
    "path-parameter-required" Error Validity true validity::parameters::path_parameter_required, "A path parameter is required.";
    "duplicate-operation-id" Error Validity true validity::document::operation_ids, "Every `operationId` is unique.";
    "duplicate-parameter" Error Validity true validity::parameters::duplicate_parameters, "A parameter is described once.";
    "parameter-in-invalid" Error Validity true validity::parameters::parameter_location, "A parameter says where it stands.";
    "parameter-name-required" Error Validity true validity::parameters::parameter_name, "A parameter has a name.";
    "content-or-schema-exactly-one" Error Validity true validity::parameters::parameter_schema, "A parameter has either `schema` or `content`.";
    "operation-responses-required" Error Validity true validity::document::responses, "An operation has responses.";
    "response-description-required" Error Validity true validity::document::response_descriptions, "A response has a description.";
    "request-body-content-required" Error Validity true validity::document::body_content, "A request body has `content`.";
    "schema-type-unsupported" Error Validity true validity::schemas::types, "A schema names types that exist.";
    "schema-items-required" Error Validity true validity::schemas::items, "An array schema of OpenAPI 2.0 and 3.0 has `items`.";
    "schema-pattern-regex-invalid" Error Validity true validity::schemas::patterns, "A pattern is a regular expression.";
    "minimum-exceeds-maximum" Error Validity true validity::schemas::bounds, "`minimum` is at most `maximum`.";
    "min-length-exceeds-max-length" Error Validity true validity::schemas::lengths, "`minLength` is at most `maxLength`.";
    "min-items-exceeds-max-items" Error Validity true validity::schemas::item_counts, "`minItems` is at most `maxItems`.";
    "min-properties-exceeds-max-properties" Error Validity true validity::schemas::property_counts, "`minProperties` is at most `maxProperties`.";
    "multiple-of-not-positive" Error Validity true validity::schemas::multiples, "`multipleOf` is greater than 0.";
    "enum-empty" Warn Validity true validity::schemas::empty_enums, "An enum has a value.";
    "enum-type-mismatch" Error Validity true schemas::typed_enum, "The values of an enum have the type of their schema.";
    "default-violates-schema" Error Validity true examples::defaults, "A default is valid by its schema.";
    "const-not-in-enum" Error Validity true validity::schemas::constants, "`const` is one of the values of `enum`.";
    "duplicate-required-field" Error Validity true validity::schemas::required_twice, "A property is listed once in `required`.";
    "read-only-write-only-mutually-exclusive" Error Validity true validity::schemas::read_and_write_only, "A property is not both `readOnly` and `writeOnly`.";
    "security-scheme-type-invalid" Error Validity true validity::security::scheme_types, "A security scheme has a type that exists.";
    "security-scheme-apikey-in-invalid" Error Validity true validity::security::api_key_places, "An API key says where it stands.";
    "security-scheme-name-required" Error Validity true validity::security::api_key_names, "An API key has a name.";
    "security-scheme-http-scheme-invalid" Error Validity true validity::security::http_schemes, "An HTTP scheme is one that exists.";
    "security-scheme-undefined" Error Validity true security::undefined, "Security requirements name schemes that exist.";
    "flows-required" Error Validity true validity::security::flows, "An OAuth 2 scheme has flows.";
    "openid-connect-url-required" Error Validity true validity::security::openid_url, "An OpenID Connect scheme has its URL.";
    "server-url-required" Error Validity true validity::document::server_url, "A server has a URL.";
    "server-url-template-invalid" Error Validity true validity::document::server_template, "The braces of a server's URL belong together.";
    "server-variable-invalid" Error Validity true servers::invalid_variables, "Variables of servers are defined, with a default that is one of their values.";
    "duplicate-tag" Error Validity true validity::document::duplicate_tags, "A tag is described once.";
    "oas2-schema" Error Validity true validity::structure::v2, "The document has the structure of OpenAPI 2.0.";
    "oas3-schema" Error Validity true validity::structure::v3, "The document has the structure of OpenAPI 3.";

    "contract-response-schema" Warn Readiness true readiness::response_schema, "A JSON response has a schema: without one any body agrees.";
    "contract-required-stated" Warn Readiness true readiness::required_stated, "An object of a response says what it requires: otherwise every property may be absent.";
    "contract-object-type" Warn Readiness true readiness::object_type, "A schema with properties says `type: object`.";
    "contract-nullable-type" Warn Readiness true readiness::nullable_type, "`nullable` stands beside `type`: otherwise it says nothing.";
    "contract-discriminator-complete" Warn Readiness true readiness::discriminator, "A discriminator stands beside `oneOf` or `anyOf`, and its mapping leads somewhere.";
    "contract-dynamic-reference" Warn Readiness true readiness::dynamic_references, "A `$dynamicRef` leads to one schema: one of several is not compared.";
    "contract-format-known" Info Readiness true readiness::formats, "A format is one that is checked.";
    "contract-version-known" Info Readiness true readiness::version, "The version of OpenAPI is known. A later one is read as 3.1.";

    "operation-success-response" Warn Style true operations::success_response, "Operation must have at least one 2xx or 3xx response.";
    "oas2-operation-formData-consume-check" Warn Style true operations::form_data_consumes, "An operation with form fields consumes a form type.";
    "operation-operationId-unique" Error Style true operations::unique_ids, "Every operation has an `operationId` of its own.";
    "operation-parameters" Warn Style true parameters::operation_parameters, "Parameters of an operation are unique.";
    "operation-tag-defined" Warn Style true tags::defined, "Tags of operations are described in the document.";
    "path-params" Error Style true paths::parameters, "Path parameters are defined and valid.";
    "contact-properties" Warn Style false info::contact_properties, "The contact has name, URL and email.";
    "duplicated-entry-in-enum" Warn Style true schemas::repeated_enum_values, "Enum values are unique.";
    "info-contact" Warn Style true info::contact, "`info` has a contact.";
    "info-description" Warn Style true info::description, "`info` has a description.";
    "info-license" Warn Style false info::license, "`info` has a license.";
    "license-url" Warn Style false info::license_url, "The license has a URL.";
    "no-eval-in-markdown" Warn Style true info::no_eval, "Texts have no `eval(`.";
    "no-script-tags-in-markdown" Warn Style true info::no_script, "Texts have no `<script`.";
    "openapi-tags-alphabetical" Warn Style false tags::alphabetical, "Tags are sorted.";
    "openapi-tags-uniqueness" Error Style true tags::unique, "Tags are unique.";
    "openapi-tags" Warn Style false tags::present, "The document has tags.";
    "operation-description" Warn Style true operations::description, "An operation has a description.";
    "operation-operationId" Warn Style true operations::id, "An operation has an `operationId`.";
    "operation-operationId-valid-in-url" Warn Style true operations::id_in_url, "An `operationId` can stand in a URL.";
    "operation-singular-tag" Warn Style false operations::one_tag, "An operation has one tag at most.";
    "operation-tags" Warn Style true operations::tags, "An operation has tags.";
    "path-declarations-must-exist" Warn Style true paths::declared, "A path has no empty parameter `{}`.";
    "path-keys-no-trailing-slash" Warn Style true paths::no_trailing_slash, "A path does not end with `/`.";
    "path-not-include-query" Warn Style true paths::no_query, "A path has no `?`.";
    "tag-description" Warn Style false tags::description, "A tag has a description.";
    "no-$ref-siblings" Error Style true schemas::reference_siblings, "Nothing stands beside `$ref` in OpenAPI 2.0 and 3.0.";
    "array-items" Error Style true schemas::array_items, "A schema of arrays has `items`.";
    "typed-enum" Warn Style true schemas::typed_enum, "Enum values have the type of the schema.";
    "oas2-api-host" Warn Style true servers::host, "The document has a host.";
    "oas2-api-schemes" Warn Style true servers::schemes, "The document has schemes.";
    "oas2-discriminator" Error Style true schemas::discriminator, "A discriminator is a required property.";
    "oas2-host-not-example" Warn Style false servers::host_not_example, "The host is not example.com.";
    "oas2-host-trailing-slash" Warn Style true servers::host_slash, "The host does not end with `/`.";
    "oas2-parameter-description" Warn Style false parameters::description_v2, "A parameter has a description.";
    "oas2-operation-security-defined" Warn Style true security::defined_v2, "Security requirements name schemes that exist.";
    "oas2-valid-schema-example" Error Style true examples::schema_v2, "Examples of schemas are valid.";
    "oas2-valid-media-example" Error Style true examples::media_v2, "Examples of responses are valid.";
    "oas2-anyOf" Warn Style true schemas::any_of_v2, "`anyOf` does not exist in OpenAPI 2.0.";
    "oas2-oneOf" Warn Style true schemas::one_of_v2, "`oneOf` does not exist in OpenAPI 2.0.";
    "oas2-unused-definition" Warn Style true components::unused_v2, "Every definition is used.";
    "oas3-api-servers" Warn Style true servers::present, "The document has servers.";
    "oas3-examples-value-or-externalValue" Warn Style true examples::value_or_external, "An example has either `value` or `externalValue`.";
    "oas3-operation-security-defined" Warn Style true security::defined_v3, "Security requirements name schemes that exist.";
    "oas3-parameter-description" Warn Style false parameters::description_v3, "A parameter has a description.";
    "oas3-server-not-example.com" Warn Style false servers::not_example, "A server is not example.com.";
    "oas3-server-trailing-slash" Warn Style true servers::slash, "The URL of a server does not end with `/`.";
    "oas3-valid-media-example" Error Style true examples::media_v3, "Examples of media types, headers and parameters are valid.";
    "oas3-valid-schema-example" Error Style true examples::schema_v3, "Examples of schemas are valid.";
    "oas3-unused-component" Warn Style true components::unused_v3, "Every component is used.";
    "oas3-server-variables" Error Style true servers::variables, "Variables of servers are defined, used and valid.";
    "oas3-callbacks-in-callbacks" Warn Style true operations::callbacks_in_callbacks, "A callback has no callbacks.";
    "oas3_1-servers-in-webhook" Warn Style true operations::servers_in_webhooks, "A webhook has no servers.";
    "oas3_1-callbacks-in-webhook" Warn Style true operations::callbacks_in_webhooks, "A webhook has no callbacks.";

    "owasp-no-numeric-ids" Error Security true owasp::schemas::numeric_ids, "Ids in paths and queries are not numbers that can be guessed.";
    "owasp-no-http-basic" Error Security true owasp::schemes::http_basic, "No security scheme is HTTP Basic.";
    "owasp-no-api-keys-in-url" Error Security true owasp::schemes::api_keys_in_url, "API keys are not sent in URLs.";
    "owasp-no-credentials-in-url" Error Security true owasp::schemes::credentials_in_url, "Credentials are not sent in URLs.";
    "owasp-auth-insecure-schemes" Error Security true owasp::schemes::insecure_schemes, "No authentication scheme is outdated.";
    "owasp-jwt-best-practices" Error Security true owasp::schemes::jwt_practices, "Schemes with JWTs say that they follow RFC8725.";
    "owasp-protection-global-unsafe" Error Security true owasp::schemes::unsafe_methods, "Operations that change something have a security requirement.";
    "owasp-protection-global-unsafe-strict" Info Security true owasp::schemes::unsafe_methods_strictly, "Operations that change something have a security requirement that is not optional.";
    "owasp-protection-global-safe" Info Security true owasp::schemes::safe_methods, "Operations that read something have a security requirement.";
    "owasp-define-error-validation" Warn Security true owasp::operations::error_validation, "Operations describe a response for invalid requests.";
    "owasp-define-error-responses-401" Warn Security true owasp::operations::error_401, "Operations describe the response 401 with a schema.";
    "owasp-define-error-responses-429" Warn Security true owasp::operations::error_429, "Operations describe the response 429 with a schema.";
    "owasp-define-error-responses-500" Warn Security true owasp::operations::error_500, "Operations describe the response 500 with a schema.";
    "owasp-rate-limit" Error Security true owasp::operations::rate_limit, "Responses have the headers of a rate limit.";
    "owasp-rate-limit-retry-after" Error Security true owasp::operations::retry_after, "The response 429 has the header Retry-After.";
    "owasp-array-limit" Error Security true owasp::schemas::array_limit, "Arrays have `maxItems`.";
    "owasp-string-limit" Error Security true owasp::schemas::string_limit, "Strings have `maxLength`, `const` or `enum`.";
    "owasp-string-restricted" Error Security true owasp::schemas::string_restricted, "Strings have `format`, `const`, `enum` or `pattern`.";
    "owasp-integer-limit" Error Security true owasp::schemas::integer_limit, "Integers have a minimum and a maximum.";
    "owasp-integer-format" Error Security true owasp::schemas::integer_format, "Integers have the format `int32` or `int64`.";
    "owasp-no-additionalProperties" Warn Security true owasp::schemas::additional_properties, "Objects do not admit any member.";
    "owasp-constrained-additionalProperties" Warn Security true owasp::schemas::constrained_properties, "Objects with `additionalProperties` have `maxProperties`.";
    "owasp-security-hosts-https-oas3" Error Security true owasp::schemes::https, "Servers use https.";
}

#[cfg(test)]
mod tests {
    use super::{Group, lint_rules};

    #[test]
    fn ids_are_unique_and_described() {
        let mut ids: Vec<&str> = lint_rules().iter().map(|rule| rule.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), lint_rules().len());
        assert!(lint_rules().iter().all(|rule| rule.description.ends_with('.')));
        assert_eq!(
            lint_rules()
                .iter()
                .filter(|rule| rule.group == Group::Style)
                .count(),
            // Spectral's 56, less those that say whether a document is valid.
            54
        );
    }
}
