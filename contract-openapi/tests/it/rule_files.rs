//! Rule files of teams: rules of their own, files that extend each other, aliases, overrides.

use contract_openapi::document::{Documents, Limits, LoadOptions, MemorySources};
use contract_openapi::lint::{LintFinding, Ruleset, Severity, lint};

const DESCRIPTION: &str = "openapi: 3.1.0
info: {title: Orders, version: 1.0.0}
paths:
  /orderItems:
    get:
      operationId: listItems
      parameters:
        - {name: page_size, in: query, schema: {type: integer}}
      responses:
        '200':
          description: all
          content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}
  /orders/{id}:
    get:
      operationId: get_order
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          description: one
          content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}
components:
  schemas:
    Item:
      type: object
      required: [sku]
      properties:
        sku: {type: string, enum: [a, 1]}
        parent: {$ref: '#/components/schemas/Item'}
    unused_thing: {type: object, required: [x], properties: {x: {type: string}}}
";

/// The findings of the rules of this file alone, each as `PLACE CODE MESSAGE`.
fn found(rules: &str) -> Vec<String> {
    let ruleset = Ruleset::from_spectral("team.yaml", rules).unwrap();
    let known = contract_openapi::lint::lint_rules();
    findings(&ruleset)
        .iter()
        .filter(|finding| known.iter().all(|rule| rule.id != finding.code))
        .map(shown)
        .collect()
}

fn findings(ruleset: &Ruleset) -> Vec<LintFinding> {
    let documents = Documents::from_text("openapi.yaml", DESCRIPTION, &Limits::default()).unwrap();
    lint(&documents, ruleset)
}

fn shown(finding: &LintFinding) -> String {
    let place = finding.place.as_ref().unwrap();
    let path: Vec<String> = finding.path.iter().map(ToString::to_string).collect();
    format!(
        "{}:{} {} {}",
        place.line,
        place.column,
        path.join("."),
        finding.message
    )
}

/// The findings of one rule with this `given` and `then`.
fn of_rule(given: &str, then: &str) -> Vec<String> {
    found(&format!("rules:\n  own:\n    given: {given}\n    then: {then}\n"))
}

#[test]
fn a_place_that_several_references_lead_to_is_told_once() {
    // Two responses lead to the schema, and the schema to itself.
    let found = of_rule(
        "$.paths..properties.sku",
        "{field: description, function: truthy}",
    );
    assert_eq!(
        found,
        ["27:14 components.schemas.Item.properties.sku must not be empty"]
    );
}

#[test]
fn names_are_selected_by_a_tilde_and_by_key() {
    let casing = "{function: casing, functionOptions: {type: pascal}}";
    assert_eq!(
        of_rule("$.components.schemas[*]~", casing),
        ["29:5 components.schemas.unused_thing must be pascal case"]
    );
    let by_key = "{field: '@key', function: casing, functionOptions: {type: pascal}}";
    assert_eq!(
        of_rule("$.components.schemas", by_key),
        of_rule("$.components.schemas[*]~", casing)
    );
}

#[test]
fn filters_are_expressions_of_javascript() {
    let cases = [
        (
            "$.paths[*][?(@property === 'get' && @.operationId.match(/_/))].operationId",
            "15",
        ),
        ("$.paths[?(/items$/i.test(@property))].get.operationId", "6"),
        ("$..parameters[?(@.in == 'query')].name", "8"),
        ("$..parameters[?(@ && @.in !== 'query')].name", "16"),
        (
            "$.paths[*].get.parameters[?(@.schema.type == 'string' || @.required)].name",
            "16",
        ),
        ("$.paths[?(@property.includes('{'))].get.operationId", "15"),
        ("$..[?(@property === 'operationId' && @.length > 9)]", ""),
        (
            "$..[?(@property === 'operationId' && @.length >= 9 && @ !== 'get_order')]",
            "6",
        ),
        (
            "$.paths[*].get[?(@property == 'operationId' && @parent.parameters[0].name == 'id')]",
            "15",
        ),
        (
            "$.paths[*].get[?(@parentProperty == 'get' && typeof @ == 'string' && !@.startsWith('get'))]",
            "6",
        ),
        ("$..[?(@path === \"$['info']['title']\")]", "2"),
        ("$.paths[*].get.parameters[0].name^^^.operationId", "6 15"),
        ("$.paths[*]['get','put'].operationId", "6 15"),
        ("$.paths[*][get,put].responses[200].description", "11 19"),
        ("$.paths[*].get.parameters[-1:].name", "8 16"),
        ("$.paths[*].get.parameters[0:1].name", "8 16"),
    ];
    for (given, lines) in cases {
        // Each selected text is told by a function that refuses every text.
        let rules = format!(
            "rules:\n  own:\n    given: {given:?}\n    then: {{function: pattern, functionOptions: {{match: '^$'}}}}\n"
        );
        let found = found(&rules);
        let found: Vec<&str> = found.iter().filter_map(|shown| shown.split(':').next()).collect();
        assert_eq!(found.join(" "), lines, "{given}");
    }
}

#[test]
fn references_are_followed_unless_the_rule_says_no() {
    let rule = |resolved: &str| {
        found(&format!(
            "rules:\n  own:\n    resolved: {resolved}\n    given: $..[?(@property === '$ref')]\n    then: {{function: undefined}}\n"
        ))
        .len()
    };
    assert_eq!((rule("true"), rule("false")), (0, 3));
}

#[test]
fn every_core_function_tells_what_is_wrong_and_nothing_else() {
    let cases = [
        (
            "$.info",
            "{field: contact, function: defined}",
            vec!["2:7 info must be defined"],
        ),
        ("$.info", "{field: title, function: defined}", vec![]),
        (
            "$.info",
            "{field: title, function: undefined}",
            vec!["2:15 info.title must not be defined"],
        ),
        (
            "$.info",
            "{field: title, function: falsy}",
            vec!["2:15 info.title must be empty"],
        ),
        ("$.info", "{field: summary, function: falsy}", vec![]),
        (
            "$.info.title",
            "{function: enumeration, functionOptions: {values: [Shop, Bills]}}",
            vec!["2:15 info.title \"Orders\" must be one of \"Shop\", \"Bills\""],
        ),
        (
            "$.info.title",
            "{function: length, functionOptions: {max: 5}}",
            vec!["2:15 info.title must be shorter than or equal to 5"],
        ),
        (
            "$.paths",
            "{function: length, functionOptions: {min: 3}}",
            vec!["4:3 paths must be longer than or equal to 3"],
        ),
        (
            "$.paths",
            "{function: length, functionOptions: {min: 2, max: 2}}",
            vec![],
        ),
        (
            "$.info",
            "{function: or, functionOptions: {properties: [contact, license]}}",
            vec!["2:7 info at least one of contact, license must be defined"],
        ),
        (
            "$.info",
            "{function: or, functionOptions: {properties: [contact, title]}}",
            vec![],
        ),
        (
            "$.info",
            "{function: xor, functionOptions: {properties: [title, version]}}",
            vec!["2:7 info exactly one of title, version must be defined"],
        ),
        (
            "$.info",
            "{function: xor, functionOptions: {properties: [title, contact]}}",
            vec![],
        ),
        (
            "$.info.version",
            "{function: pattern, functionOptions: {match: '/^V\\d/i', notMatch: '^1'}}",
            vec![
                "2:32 info.version \"1.0.0\" must match the pattern \"/^V\\d/i\"",
                "2:32 info.version \"1.0.0\" must not match the pattern \"^1\"",
            ],
        ),
        ("$.components.schemas", "{function: alphabetical}", vec![]),
        ("$.paths", "{function: alphabetical}", vec![]),
        (
            "$.components.schemas.Item.properties",
            "{function: alphabetical}",
            vec!["27:14 components.schemas.Item.properties.sku sku must be placed after parent"],
        ),
        (
            "$.components.schemas.Item.properties.sku",
            "{function: typedEnum}",
            vec![
                "27:39 components.schemas.Item.properties.sku.enum.1 the enum value 1 must be of type string",
            ],
        ),
        (
            "$.components.schemas",
            "{function: unreferencedReusableObject, functionOptions: {reusableObjectsLocation: '#/components/schemas'}}",
            vec![
                "29:19 components.schemas.unused_thing potential orphaned reusable object has been detected: no reference leads to it",
            ],
        ),
        (
            "$.info",
            "{function: schema, functionOptions: {schema: {properties: {title: {maxLength: 3}}}}}",
            vec!["2:15 info.title \"Orders\" is longer than 3 characters"],
        ),
        (
            "$.info",
            "{field: contact, function: schema, functionOptions: {schema: {type: object}}}",
            vec!["2:7 info must exist"],
        ),
    ];
    for (given, then, expected) in cases {
        assert_eq!(of_rule(given, then), expected, "{given} {then}");
    }
}

#[test]
fn every_case_is_told_apart() {
    let fits = |kind: &str, text: &str| {
        let rules = format!(
            "rules:\n  own:\n    given: $.info.title\n    then: {{function: casing, functionOptions: {{type: {kind}}}}}\n"
        );
        let ruleset = Ruleset::from_spectral("team.yaml", &rules).unwrap();
        let text = format!("openapi: 3.1.0\ninfo: {{title: {text}, version: '1'}}\npaths: {{}}\n");
        let documents = Documents::from_text("openapi.yaml", &text, &Limits::default()).unwrap();
        lint(&documents, &ruleset).is_empty()
    };
    let kinds = ["flat", "camel", "pascal", "kebab", "cobol", "snake", "macro"];
    let cases = [
        ("verylongname", "flat camel kebab snake"),
        ("veryLongName", "camel"),
        ("VeryLongName", "pascal"),
        ("very-long-name", "kebab"),
        ("VERY-LONG-NAME", "cobol"),
        ("very_long_name", "snake"),
        ("VERY_LONG_NAME", "macro"),
        ("Very_long", ""),
    ];
    for (text, expected) in cases {
        let found: Vec<&str> = kinds.into_iter().filter(|kind| fits(kind, text)).collect();
        assert_eq!(found.join(" "), expected, "{text}");
    }
}

#[test]
fn messages_are_filled_in_and_the_description_is_the_message_without_one() {
    let rules = "rules:\n  own:\n    description: Titles are short.\n    message: '{{property}} at {{path}} is {{value}}: {{error}}'\n    \
                 severity: hint\n    given: $.info\n    then: {field: title, function: falsy}\n";
    assert_eq!(
        found(rules),
        ["2:15 info.title title at info.title is \"Orders\": must be empty"]
    );
    let rules = "rules:\n  own:\n    description: Titles are short.\n    given: $.info\n    then: {field: title, function: falsy}\n";
    assert_eq!(found(rules), ["2:15 info.title Titles are short."]);
}

#[test]
fn a_file_extends_others_and_changes_what_they_say() {
    let base = "aliases: {Operation: ['$.paths[*][get,put,post]']}\nrules:\n  \
                has-summary: {given: '#Operation', then: {field: summary, function: truthy}}\n  \
                on-demand: {recommended: false, given: '#Operation', then: {field: tags, function: truthy}}\n";
    let load = |team: &str| {
        let sources = MemorySources::from([("rules/base.yaml", base), ("rules/team.yaml", team)]);
        let ruleset = Ruleset::load("rules/team.yaml", &sources).unwrap();
        let mut codes: Vec<String> = findings(&ruleset)
            .iter()
            .filter(|finding| ["has-summary", "on-demand", "named"].contains(&finding.code.as_str()))
            .map(|finding| format!("{} {}", finding.severity, finding.code))
            .collect();
        codes.sort();
        codes.dedup();
        codes
    };
    assert_eq!(load("extends: ./base.yaml\n"), ["warn has-summary"]);
    assert_eq!(
        load("extends: [[./base.yaml, all]]\n"),
        ["warn has-summary", "warn on-demand"]
    );
    assert!(load("extends: [[./base.yaml, off]]\n").is_empty());
    assert_eq!(
        load("extends: [[./base.yaml, off]]\nrules: {on-demand: error}\n"),
        ["error on-demand"]
    );
    assert_eq!(
        load("extends: base.yaml\nrules: {has-summary: off}\n"),
        Vec::<String>::new()
    );
    assert_eq!(
        load(
            "extends: base.yaml\nrules:\n  has-summary: {severity: info}\n  named: {given: '#Operation.operationId', then: {function: casing, functionOptions: {type: camel}}}\n"
        ),
        ["info has-summary", "warn named"]
    );
}

#[test]
fn a_rule_is_for_the_formats_that_it_names() {
    let rule = |formats: &str| {
        found(&format!("rules:\n  own:\n    formats: [{formats}]\n    given: $.info\n    then: {{field: title, function: falsy}}\n")).len()
    };
    assert_eq!(
        (rule("oas3"), rule("oas3.1"), rule("oas3.0"), rule("oas2, aas2")),
        (1, 1, 0, 0)
    );
    let by_alias = "aliases:\n  Title:\n    targets:\n      - {formats: [oas2], given: $.info.version}\n      - {formats: [oas3], given: $.info.title}\n\
                    rules: {own: {given: '#Title', then: {function: falsy}}}\n";
    assert_eq!(found(by_alias), ["2:15 info.title must be empty"]);
    // Nested aliases must both be for the document.
    let nested = "aliases:
  Inner: {targets: [{formats: [oas2], given: $.info.version}]}
  Outer: {targets: [{formats: [oas3], given: '#Inner'}]}
rules: {own: {given: '#Outer', then: {function: falsy}}}
";
    assert!(found(nested).is_empty());
}

#[test]
fn overrides_are_for_files_and_for_parts_of_them() {
    let rules = "rules:\n  own: {given: '$.paths[*].get', then: {field: summary, function: truthy}}\noverrides:\n  \
                 - files: ['*.yaml#/paths/~1orderItems']\n    rules: {own: off}\n  \
                 - files: ['other/**']\n    rules: {own: error}\n";
    assert_eq!(found(rules), ["15:7 paths./orders/{id}.get must not be empty"]);
    let rules = "rules:\n  own: {given: $.info, then: {field: summary, function: truthy}}\noverrides:\n  \
                 - files: ['**/*.yaml']\n    rules: {own: error, more: {given: $.info, then: {field: contact, function: truthy}}}\n";
    let ruleset = Ruleset::from_spectral("team.yaml", rules).unwrap();
    let own: Vec<String> = findings(&ruleset)
        .iter()
        .filter(|finding| ["own", "more"].contains(&finding.code.as_str()))
        .map(|finding| format!("{} {}", finding.code, finding.severity))
        .collect();
    assert_eq!(own, ["own error", "more warn"]);
}

#[test]
fn a_rule_looks_into_other_files_of_the_description() {
    let sources = MemorySources::from([
        (
            "api/openapi.yaml",
            "openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths:\n  /a: {$ref: 'a.yaml#/item'}\n",
        ),
        (
            "api/a.yaml",
            "item:\n  get:\n    operationId: a_b\n    responses: {'204': {description: none}}\n",
        ),
    ]);
    let documents = Documents::load("api/openapi.yaml", &sources, &LoadOptions::default()).unwrap();
    let rules =
        "rules: {own: {given: '$..operationId', then: {function: casing, functionOptions: {type: camel}}}}";
    let ruleset = Ruleset::from_spectral("team.yaml", rules).unwrap();
    let findings = lint(&documents, &ruleset);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0].place.as_ref().unwrap().to_string(), "api/a.yaml:3:18");
    assert_eq!(
        shown(&findings[0]),
        "3:18 item.get.operationId must be camel case"
    );
}

#[test]
fn a_rule_with_the_id_of_a_known_one_replaces_it() {
    let rules = "extends: spectral:oas\nrules:\n  info-contact: {given: $.info, then: {field: x-team, function: truthy}, severity: error}\n";
    let ruleset = Ruleset::from_spectral("team.yaml", rules).unwrap();
    let found: Vec<LintFinding> = findings(&ruleset)
        .into_iter()
        .filter(|finding| finding.code == "info-contact")
        .collect();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].severity, found[0].message.as_str()),
        (Severity::Error, "must not be empty")
    );
}

#[test]
fn rules_of_security_are_on_if_asked_for() {
    let codes = |ruleset: &Ruleset| -> Vec<String> {
        let mut codes: Vec<String> = findings(ruleset)
            .into_iter()
            .filter(|finding| finding.code.starts_with("owasp-"))
            .map(|finding| finding.code)
            .collect();
        codes.sort();
        codes.dedup();
        codes
    };
    assert!(codes(&Ruleset::recommended()).is_empty());
    let extended = Ruleset::from_spectral(
        "team.yaml",
        "extends: vacuum:owasp\nrules: {owasp-rate-limit: off}\n",
    )
    .unwrap();
    let (all, most) = (codes(&Ruleset::recommended().with_security()), codes(&extended));
    assert_eq!(
        all,
        [
            "owasp-define-error-responses-401",
            "owasp-define-error-responses-429",
            "owasp-define-error-responses-500",
            "owasp-define-error-validation",
            "owasp-integer-format",
            "owasp-integer-limit",
            "owasp-no-additionalProperties",
            "owasp-protection-global-safe",
            "owasp-rate-limit",
            "owasp-string-limit",
            "owasp-string-restricted",
        ]
    );
    assert_eq!(most.len(), all.len() - 1);
}

#[test]
fn the_rule_file_of_the_book_is_read() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/openapi.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, rest) = page
        .split_once("`--ruleset` reads a rule file of Spectral:\n\n```yaml\n")
        .unwrap();
    let (rules, _) = rest.split_once("```").unwrap();
    let sources = MemorySources::from([("team.yaml", rules), ("company.yaml", "rules: {}\n")]);
    let ruleset = Ruleset::load("team.yaml", &sources).unwrap();
    let found: Vec<String> = findings(&ruleset)
        .iter()
        .filter(|finding| ["path-is-kebab-case", "operation-has-summary"].contains(&finding.code.as_str()))
        .map(shown)
        .collect();
    assert_eq!(
        found,
        [
            "4:3 paths./orderItems /orderItems must be written in kebab case",
            "6:7 paths./orderItems.get must not be empty",
            "15:7 paths./orders/{id}.get must not be empty",
        ]
    );
}
