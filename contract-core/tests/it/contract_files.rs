//! Reading and writing contract files: spellings, errors, what is lost when.

use contract_core::contract::{Contract, Specification};
use contract_core::{Error, ErrorKind};

fn read(text: &str) -> Result<Contract, Error> {
    Contract::read_str(text, "contracts/web-api.json")
}

fn error(text: &str) -> String {
    let error = read(text).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed, "{error}");
    error.to_string()
}

#[test]
fn errors_name_the_file_the_place_the_interaction_and_what_was_expected() {
    let cases = [
        (
            "{\n  \"consumer\": {\"name\": \"web\",}\n}",
            "contracts/web-api.json:2:30: not valid JSON: trailing comma",
        ),
        (
            "{\n  \"consumer\": {\"name\": \"web\"",
            "contracts/web-api.json:2:28: not valid JSON: the text ends too early (EOF while parsing an object)",
        ),
        (
            r#"{"consumer": {"name": "web"}, "provider": {"name": "api"}}"#,
            "contracts/web-api.json:1:1: $: expected an `interactions` member (or `messages`, in version 3)",
        ),
        (
            "{\"interactions\": [\n  {\"description\": \"a user\", \"request\": {},\n   \"response\": {\"status\": \"fine\"}}]}",
            "contracts/web-api.json:3:27: interaction \"a user\", $.interactions[0].response.status: expected an HTTP status code such as 200, found the string \"fine\"",
        ),
        (
            "{\"interactions\": [{\"description\": \"a user\", \"request\": {\"headers\": [1]}, \"response\": {}}]}",
            "contracts/web-api.json:1:68: interaction \"a user\", $.interactions[0].request.headers: expected an object, found an array",
        ),
        (
            "{\"interactions\": [{\"description\": {}, \"request\": {}, \"response\": {}}]}",
            "contracts/web-api.json:1:35: $.interactions[0].description: expected a string, found an object",
        ),
        (
            r#"{"interactions": [{"description": "a user", "request": {}, "response": {"matchingRules": {"body": {"$.a..b": {"matchers": []}}}}}]}"#,
            "contracts/web-api.json:1:110: interaction \"a user\", $.interactions[0].response.matchingRules.body['$.a..b']: path expression \"$.a..b\" is not valid at character 5: expected a name or '*'; a name that is empty is written ['']; write the path as $.name, $['any name'], $.list[0] or $.list[*]",
        ),
        (
            r#"{"interactions": [{"description": "a user", "request": {}, "response": {"generators": {"body": {"$.a[?]": {"type": "Uuid"}}}}}],
                "metadata": {"pactSpecification": {"version": "3.0.0"}, "pact-jvm": {"version": "4.6.5"}}}"#,
            "contracts/web-api.json:1:107: interaction \"a user\", $.interactions[0].response.generators.body['$.a[?]']: path expression \"$.a[?]\" is not valid at character 5: expected an index, '*' or a name in quotes, such as ['a name']; the file was written by pact-jvm 4.6.5; write the path as $.name, $['any name'], $.list[0] or $.list[*]",
        ),
        (
            r#"{"interactions": [{"description": "a user", "request": {}, "response": {"matchingRules": {"$.body.a": {"match": "regex"}}}}]}"#,
            "contracts/web-api.json:1:103: interaction \"a user\", $.interactions[0].response.matchingRules['$.body.a']: expected a `regex` member: a `regex` rule needs one",
        ),
        (
            r#"{"metadata": {"pactSpecification": {"version": "5.0"}}, "interactions": []}"#,
            "contracts/web-api.json:1:48: $.metadata.pactSpecification.version: unknown specification version \"5.0\": this library reads versions 1 to 4",
        ),
        (
            r#"{"metadata": {"pactSpecification": {"version": "4.0"}}, "interactions": [{"description": "an image", "type": "Synchronous/HTTP", "response": {"body": {"content": "&", "encoded": "base64"}}}]}"#,
            "contracts/web-api.json:1:163: interaction \"an image\", $.interactions[0].response.body.content: expected base64 in this string (`encoded` is \"base64\"): Invalid symbol 38, offset 0.",
        ),
    ];
    let found = cases.map(|(text, _)| error(text));
    assert_eq!(found, cases.map(|(_, expected)| expected.to_owned()));
}

#[test]
fn a_document_that_is_no_contract_is_told_from_a_broken_one() {
    for text in [
        "[]",
        "7",
        "null",
        r#"{"name": "some package"}"#,
        r#"{"messages": {"hello": "Hallo"}}"#,
    ] {
        let error = read(text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotAContract, "{error}");
        assert_eq!(
            error.to_string(),
            "contracts/web-api.json:1:1: $: this document is not a contract: it has no `interactions` member (or `messages`, in version 3)",
        );
    }
}

#[test]
fn a_document_that_is_too_deep_is_refused() {
    let deep = format!(
        "{{\"interactions\": [{{\"description\": \"deep\", \"request\": {{\"body\": {}1{}}}, \"response\": {{}}}}]}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let message = error(&deep);
    assert!(
        message.ends_with("nested deeper than 128 levels, which no contract needs"),
        "{message}"
    );
}

#[test]
fn a_file_that_is_not_utf8_or_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Contract::read_file(folder.path().join("none.json")).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Io);
    assert!(missing.to_string().contains("none.json"), "{missing}");
    let latin = Contract::read_bytes(b"{\n \"a\": \"\xff\"}", "latin.json").unwrap_err();
    assert_eq!(
        latin.to_string(),
        "latin.json:2:8: not UTF-8: save the contract as UTF-8"
    );
}

#[test]
fn a_byte_order_mark_is_skipped() {
    assert!(read("\u{feff}{\"interactions\": []}").is_ok());
}

#[test]
fn the_version_is_found_in_every_spelling() {
    let cases = [
        ("{}", Specification::V3),
        (
            r#"{"pactSpecification": {"version": "1.0.0"}}"#,
            Specification::V1,
        ),
        (
            r#"{"pactSpecification": {"version": "1.1"}}"#,
            Specification::V1_1,
        ),
        (r#"{"pact-specification": {"version": "2"}}"#, Specification::V2),
        (r#"{"pactSpecificationVersion": "2.0.0"}"#, Specification::V2),
        (r#"{"pactSpecification": {"version": 4}}"#, Specification::V4),
        (r#"{"pactSpecification": {"version": "4.0"}}"#, Specification::V4),
    ];
    for (metadata, expected) in cases {
        let contract = read(&format!("{{\"metadata\": {metadata}, \"interactions\": []}}")).unwrap();
        assert_eq!(contract.specification, expected, "{metadata}");
    }
}
