//! Rule files that are not understood: an error names the place.

use contract_openapi::lint::Ruleset;

/// The error of a rule file.
fn refused(rules: &str) -> String {
    Ruleset::from_spectral("team.yaml", rules)
        .unwrap_err()
        .to_string()
}

#[test]
fn what_is_not_understood_is_refused_at_its_place() {
    let of_given = |given: &str| {
        refused(&format!(
            "rules:\n  own:\n    given: {given:?}\n    then: {{function: truthy}}\n"
        ))
    };
    let cases = [
        (
            "paths",
            "team.yaml:3:12: the JSONPath paths cannot be used: character 1: a path begins with $, or with # and the name of an alias",
        ),
        (
            "$.a[(@.length-1)]",
            "character 5: an index that is computed is not supported: use a slice, as [-1:]",
        ),
        (
            "$.a[?(@.b.forEach(1))]",
            "character 19: the method forEach is not supported",
        ),
        (
            "$.a[?(@.b",
            "the filter does not end here: an operator or ) is expected",
        ),
        (
            "$.a[?(@.b.match(/(/))]",
            "/(/ is not a regular expression that can be read",
        ),
        ("$.a[?(@.b + 1)]", "the filter does not end here"),
        ("$.a[?(self)]", "self is not supported in a filter"),
        ("$..@string()", "selects by type, which is not supported"),
        ("$.a~.b", "nothing can follow ~"),
        ("$.", "a name or * is missing"),
        ("$.a[1:5:0]", "the step of a slice must be 1 or more"),
        (
            "#None.a",
            "team.yaml:3:12: there is no alias None: define it in aliases",
        ),
    ];
    for (given, expected) in cases {
        let error = of_given(given);
        assert!(error.contains(expected), "{given}: {error}");
    }
    let cases = [
        (
            "extends: spectral:asyncapi",
            "team.yaml:1:10: spectral:asyncapi cannot be extended",
        ),
        ("extends: https://example.com/rules.yaml", "cannot be extended"),
        (
            "extends: [[spectral:oas, some]]",
            "team.yaml:1:26: write off, recommended or all",
        ),
        (
            "extends: ./none.yaml",
            "team.yaml:1:10: none.yaml: there is no such file",
        ),
        (
            "extends: ./team.yaml",
            "team.yaml:1:10: ./team.yaml extends itself",
        ),
        (
            "functions: [own]",
            "team.yaml:1:1: `functions` in a rule file is not supported",
        ),
        (
            "rules: {own: error}",
            "team.yaml:1:14: there is no rule own: a rule of one's own needs given and then",
        ),
        ("rules: {own: {given: $}}", "the rule own needs then"),
        (
            "rules: {own: {given: $, then: {function: nice}}}",
            "there is no function nice: alphabetical, casing",
        ),
        (
            "rules: {own: {given: $, then: {function: truthy, options: {}}}}",
            "`options` of then is not supported",
        ),
        (
            "rules: {own: {given: $, then: {function: truthy, functionOptions: {a: 1}}}}",
            "the function has no option a: it has none",
        ),
        (
            "rules: {own: {given: $, then: {function: length}}}",
            "length needs min or max",
        ),
        (
            "rules: {own: {given: $, then: {function: casing, functionOptions: {type: big}}}}",
            "type must be flat, camel",
        ),
        (
            "rules: {own: {given: $, then: {function: pattern, functionOptions: {match: '('}}}}",
            "is not a regular expression",
        ),
        (
            "rules: {own: {given: $, then: {function: schema, functionOptions: {schema: {type: 7}}}}}",
            "the schema cannot be used",
        ),
        (
            "rules: {own: {given: $, then: {function: truthy}, severity: loud}}",
            "loud is no severity",
        ),
        (
            "rules: {own: {given: $, then: {function: truthy}, formats: [oas9]}}",
            "there is no format oas9",
        ),
        (
            "rules: {own: {given: $, then: {function: truthy}, resolved: 1}}",
            "resolved must be true or false",
        ),
        (
            "rules: {info-contact: {message: a}}",
            "`message` of the rule info-contact cannot be changed",
        ),
        (
            "aliases: {A: ['#A']}\nrules: {own: {given: '#A', then: {function: truthy}}}",
            "the alias A stands for itself",
        ),
        (
            "overrides: [{files: [], rules: {}}]",
            "files must be a list of patterns",
        ),
        (
            "overrides: [{files: ['*#/a'], rules: {own: {given: $, then: {function: truthy}}}}]",
            "a rule cannot be defined for a part of a file",
        ),
    ];
    for (rules, expected) in cases {
        let error = refused(rules);
        assert!(error.contains(expected), "{rules}: {error}");
    }
}
