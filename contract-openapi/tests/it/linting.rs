//! The cases of Spectral, by rule, and of oasdiff's validation.

use contract_openapi::document::{Documents, Limits};
use contract_openapi::lint::{Ruleset, Severity, lint, lint_rule};
use serde_json::Value;

use crate::conformance::cases;

fn severity_number(severity: Severity) -> u64 {
    match severity {
        Severity::Error => 0,
        Severity::Warn => 1,
        Severity::Info => 2,
        Severity::Hint => 3,
    }
}

#[test]
fn rules_find_what_spectral_finds() {
    let mut failed = Vec::new();
    let mut count = 0;
    for case in cases("spectral-oas") {
        count += 1;
        let rule = case.json["rule"].as_str().unwrap();
        let documents =
            Documents::from_text("doc.json", &case.input("doc").unwrap(), &Limits::default()).unwrap();
        let findings = lint_rule(&documents, rule).unwrap_or_else(|| panic!("{rule} is no rule"));
        let expected = case.json["expected"]["findings"].as_array().unwrap();
        if case.json["expected"]["exact"].as_bool() == Some(false) {
            if findings.is_empty() != expected.is_empty() {
                failed.push(format!("{}: found {findings:?}", case.id));
            }
            continue;
        }
        let segments = |path: &Value| -> String {
            let parts = path.as_array().map(Vec::as_slice).unwrap_or_default();
            parts
                .iter()
                .map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned))
                .collect::<Vec<_>>()
                .join(" ")
        };
        let mut expected: Vec<String> = expected
            .iter()
            .map(|finding| {
                let severity = finding["severity"]
                    .as_u64()
                    .map_or_else(String::new, |severity| severity.to_string());
                format!("{} {severity}", segments(&finding["path"]))
            })
            .collect();
        let without_severity = expected.iter().any(|finding| finding.ends_with(' '));
        let mut found: Vec<String> = findings
            .iter()
            .map(|finding| {
                let path: Vec<String> = finding.path.iter().map(ToString::to_string).collect();
                let severity = if without_severity {
                    String::new()
                } else {
                    severity_number(finding.severity).to_string()
                };
                format!("{} {severity}", path.join(" "))
            })
            .collect();
        expected.sort();
        found.sort();
        if expected != found {
            failed.push(format!("{}: expected {expected:?}, found {found:?}", case.id));
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {count} differ: {failed:#?}",
        failed.len()
    );
}

#[test]
fn validity_is_what_oasdiff_says() {
    for case in cases("oasdiff-validate") {
        let documents =
            Documents::from_text("doc.yaml", &case.input("doc").unwrap(), &Limits::default()).unwrap();
        let found: Vec<String> = lint(&documents, &Ruleset::default())
            .into_iter()
            .map(|finding| finding.code)
            .collect();
        for id in case.json["expected"]["ids"].as_array().unwrap() {
            assert!(
                found.iter().any(|code| code == id.as_str().unwrap()),
                "{}: {id} is missing in {found:?}",
                case.id
            );
        }
        if case.json["expected"]["ids"].as_array().unwrap().is_empty() {
            assert_eq!(found, Vec::<String>::new(), "{}", case.id);
        }
    }
}

#[test]
fn findings_are_sorted_by_weight() {
    let text = "openapi: 3.0.3\ninfo: {title: a, version: '1'}\npaths:\n  /a:\n    get:\n      responses:\n        200:\n          \
                description: a\n          content: {application/json: {}}\n  b: {}\n";
    let documents = Documents::from_text("openapi.yaml", text, &Limits::default()).unwrap();
    let findings = lint(&documents, &Ruleset::default());
    let codes: Vec<&str> = findings.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, ["path-must-start-with-slash", "contract-response-schema"]);
    let recommended = lint(&documents, &Ruleset::recommended());
    assert!(recommended.iter().any(|finding| finding.code == "operation-tags"));
}

#[test]
fn a_rule_file_changes_severities() {
    let rules = "extends: spectral:oas\nrules: {info-contact: error, operation-tags: off, contract-response-schema: off}\n";
    let ruleset = Ruleset::from_spectral(".spectral.yaml", rules).unwrap();
    let text = "openapi: 3.0.3\ninfo: {title: a, version: '1'}\npaths: {/a: {get: {responses: {200: {description: a, content: {application/json: {}}}}}}}\n";
    let documents = Documents::from_text("openapi.yaml", text, &Limits::default()).unwrap();
    let findings = lint(&documents, &ruleset);
    assert_eq!(
        (findings[0].code.as_str(), findings[0].severity),
        ("info-contact", Severity::Error)
    );
    assert!(
        findings
            .iter()
            .all(|finding| finding.code != "operation-tags" && finding.code != "contract-response-schema")
    );
    for bad in [
        "rules: {info-contact: loud}",
        "extends: other",
        "functions: [mine]",
        "rules: {no-such: off}",
    ] {
        assert!(Ruleset::from_spectral(".spectral.yaml", bad).is_err(), "{bad}");
    }
}

#[test]
fn a_later_version_is_noted_and_not_refused() {
    let found = |version: &str| {
        let text = format!("openapi: {version}\ninfo: {{title: a, version: '1'}}\npaths: {{}}\n");
        let documents = Documents::from_text("openapi.yaml", &text, &Limits::default()).unwrap();
        let findings = lint(&documents, &Ruleset::default()).into_iter();
        let mut found: Vec<(String, Severity)> =
            findings.map(|finding| (finding.code, finding.severity)).collect();
        found.sort();
        found
    };
    let note = [("contract-version-known".to_owned(), Severity::Info)];
    assert_eq!(found("3.2.0"), note);
    assert_eq!(found("3.10.1"), note);
    assert!(found("3.1.2").is_empty());
    assert_eq!(
        found("3.2"),
        [note[0].clone(), ("oas3-schema".to_owned(), Severity::Error)]
    );
}

#[test]
fn what_the_specification_forbids_is_an_error_of_check() {
    let codes = |rest: &str| {
        let text = format!("openapi: 3.0.3\ninfo: {{title: a, version: '1'}}\npaths: {{}}\n{rest}\n");
        let documents = Documents::from_text("openapi.yaml", &text, &Limits::default()).unwrap();
        let errors = lint(&documents, &Ruleset::default()).into_iter();
        errors
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| finding.code)
            .collect::<Vec<_>>()
    };
    for (rest, code) in [
        ("security: [{key: []}]", "security-scheme-undefined"),
        (
            "servers: [{url: 'https://{region}.shop.test/'}]",
            "server-variable-invalid",
        ),
        (
            "servers: [{url: 'https://{r}.shop.test/', variables: {r: {default: c, enum: [a, b]}}}]",
            "server-variable-invalid",
        ),
        (
            "components: {schemas: {Size: {type: integer, enum: [1, large]}}}",
            "enum-type-mismatch",
        ),
        (
            "components: {schemas: {Size: {type: integer, default: large}}}",
            "default-violates-schema",
        ),
    ] {
        assert_eq!(codes(rest), [code], "{rest}");
    }
    for rest in [
        "security: [{key: []}, {}]\ncomponents: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}",
        "servers: [{url: 'https://{r}.shop.test/', variables: {r: {default: b, enum: [a, b]}}}]",
        "components: {schemas: {Size: {type: integer, enum: [1, 2], default: 2}}}",
    ] {
        assert_eq!(codes(rest), Vec::<String>::new(), "{rest}");
    }
}
