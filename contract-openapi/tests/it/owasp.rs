//! Rules of security: each tells a description that breaks it, and no other.

use contract_openapi::document::{Documents, Limits};
use contract_openapi::lint::lint_rule;

/// Paths of the findings of a rule.
fn found(rule: &str, text: &str) -> Vec<String> {
    let documents = Documents::from_text("openapi.yaml", text, &Limits::default()).unwrap();
    let findings = lint_rule(&documents, rule).unwrap();
    let path = |finding: &contract_openapi::lint::LintFinding| {
        let steps: Vec<String> = finding.path.iter().map(ToString::to_string).collect();
        steps.join(" ")
    };
    findings.iter().map(path).collect()
}

/// A description with this operation, and these members at its top.
fn operation(method: &str, operation: &str, top: &str) -> String {
    format!(
        "openapi: 3.1.0\ninfo: {{title: a, version: '1'}}\n{top}\npaths:\n  /a:\n    {method}: {operation}\n"
    )
}

#[test]
fn parameters_are_no_numbers_and_carry_no_credentials() {
    let parameter = |name: &str, kind: &str| {
        operation(
            "get",
            &format!("{{parameters: [{{name: {name}, in: query, schema: {{type: {kind}}}}}]}}"),
            "",
        )
    };
    let rule = "owasp-no-numeric-ids";
    assert_eq!(
        found(rule, &parameter("orderId", "integer")),
        ["paths /a get parameters 0 schema type"]
    );
    assert!(found(rule, &parameter("orderId", "string")).is_empty());
    assert!(found(rule, &parameter("page", "integer")).is_empty());
    let rule = "owasp-no-credentials-in-url";
    assert_eq!(
        found(rule, &parameter("my_api_key", "string")),
        ["paths /a get parameters 0 name"]
    );
    assert!(found(rule, &parameter("query", "string")).is_empty());
}

#[test]
fn schemes_are_not_weak() {
    let scheme = |members: &str| {
        operation(
            "get",
            "{}",
            &format!("components: {{securitySchemes: {{s: {{{members}}}}}}}"),
        )
    };
    let at = |member: &str| vec![format!("components securitySchemes s {member}")];
    let cases = [
        (
            "owasp-no-http-basic",
            "type: http, scheme: Basic",
            "type: http, scheme: bearer",
            "scheme",
        ),
        (
            "owasp-no-api-keys-in-url",
            "type: apiKey, name: k, in: query",
            "type: apiKey, name: k, in: header",
            "in",
        ),
        (
            "owasp-auth-insecure-schemes",
            "type: http, scheme: negotiate",
            "type: http, scheme: bearer",
            "scheme",
        ),
        (
            "owasp-jwt-best-practices",
            "type: http, bearerFormat: JWT, description: tokens",
            "type: http, bearerFormat: JWT, description: follows RFC8725",
            "description",
        ),
    ];
    for (rule, bad, good, member) in cases {
        assert_eq!(found(rule, &scheme(bad)), at(member), "{rule}");
        assert!(found(rule, &scheme(good)).is_empty(), "{rule}");
    }
}

#[test]
fn operations_are_protected() {
    let rules = [
        "owasp-protection-global-unsafe",
        "owasp-protection-global-unsafe-strict",
        "owasp-protection-global-safe",
    ];
    let broken = |method: &str, own: &str, top: &str| {
        let text = operation(method, &format!("{{{own}}}"), top);
        rules.map(|rule| found(rule, &text).len())
    };
    assert_eq!(broken("post", "", ""), [1, 1, 0]);
    assert_eq!(broken("get", "", ""), [0, 0, 1]);
    assert_eq!(broken("post", "", "security: [{key: []}]"), [0, 0, 0]);
    assert_eq!(broken("post", "security: []", "security: [{key: []}]"), [1, 1, 0]);
    assert_eq!(broken("post", "security: [{}, {key: []}]", ""), [0, 1, 0]);
}

#[test]
fn errors_and_limits_are_described() {
    let responses = |responses: &str| operation("get", &format!("{{responses: {{{responses}}}}}"), "");
    let rule = "owasp-define-error-validation";
    assert_eq!(found(rule, &responses("'200': {}")), ["paths /a get responses"]);
    assert!(found(rule, &responses("'422': {}")).is_empty());
    for status in ["401", "429", "500"] {
        let rule = format!("owasp-define-error-responses-{status}");
        assert_eq!(found(&rule, &responses("'200': {}")), ["paths /a get responses"]);
        assert_eq!(found(&rule, &responses(&format!("'{status}': {{}}"))).len(), 1);
        let described = format!("'{status}': {{content: {{application/json: {{schema: {{}}}}}}}}");
        assert!(found(&rule, &responses(&described)).is_empty());
    }
    let open = operation("get", "{security: [], responses: {'200': {}}}", "");
    assert!(found("owasp-define-error-responses-401", &open).is_empty());
    let rule = "owasp-rate-limit";
    assert_eq!(
        found(rule, &responses("'200': {}, '302': {}")),
        ["paths /a get responses 200"]
    );
    assert!(
        found(
            rule,
            &responses("'200': {headers: {ratelimit-limit: {}, RateLimit-Reset: {}}}")
        )
        .is_empty()
    );
    let rule = "owasp-rate-limit-retry-after";
    assert_eq!(
        found(rule, &responses("'429': {}")),
        ["paths /a get responses 429"]
    );
    assert!(found(rule, &responses("'429': {headers: {retry-after: {}}}")).is_empty());
}

#[test]
fn schemas_are_bounded() {
    let schema = |members: &str| {
        operation(
            "get",
            "{}",
            &format!("components: {{schemas: {{S: {{{members}}}}}}}"),
        )
    };
    let cases = [
        (
            "owasp-array-limit",
            "type: array, items: {}",
            "type: array, maxItems: 9",
            "components schemas S type",
        ),
        (
            "owasp-string-limit",
            "type: string",
            "type: string, maxLength: 9",
            "components schemas S type",
        ),
        (
            "owasp-string-restricted",
            "type: string",
            "type: string, format: uuid",
            "components schemas S type",
        ),
        (
            "owasp-integer-limit",
            "type: integer, minimum: 1",
            "type: integer, minimum: 1, exclusiveMaximum: 9",
            "components schemas S type",
        ),
        (
            "owasp-integer-format",
            "type: integer",
            "type: integer, format: int64",
            "components schemas S type",
        ),
        (
            "owasp-no-additionalProperties",
            "type: object",
            "type: object, additionalProperties: false",
            "components schemas S",
        ),
        (
            "owasp-constrained-additionalProperties",
            "type: object, additionalProperties: {type: string}",
            "type: object, additionalProperties: {type: string}, maxProperties: 9",
            "components schemas S",
        ),
    ];
    for (rule, bad, good, path) in cases {
        assert_eq!(found(rule, &schema(bad)), [path], "{rule}");
        assert!(found(rule, &schema(good)).is_empty(), "{rule}");
    }
}

#[test]
fn servers_use_https() {
    let rule = "owasp-security-hosts-https-oas3";
    let server = |url: &str| operation("get", "{}", &format!("servers: [{{url: '{url}'}}]"));
    assert_eq!(found(rule, &server("http://api.example.com")), ["servers 0 url"]);
    assert!(found(rule, &server("https://api.example.com")).is_empty());
    assert!(found(rule, &server("/v1")).is_empty());
    let old = "swagger: '2.0'\ninfo: {title: a, version: '1'}\nschemes: [https, http]\npaths: {}\n";
    assert_eq!(found(rule, old), ["schemes 1"]);
}
