//! Reading of documents: positions, references between files, limits.

use contract_openapi::document::{Documents, FileId, Limits, LoadOptions, MemorySources, read};
use contract_openapi::{Description, ErrorKind, Version};

#[test]
fn yaml_and_json_have_positions() {
    let yaml = "info:\n  title: Orders\n  version: 1.10\n";
    let node = read(yaml, FileId::ROOT, &Limits::default()).unwrap();
    let version = node.descend(["info", "version"]).unwrap();
    assert_eq!((version.at.line, version.at.column), (3, 12));
    assert_eq!(version.scalar_text().unwrap(), "1.10");

    let json =
        "\u{feff}{\r\n\t\"info\": {\"title\": \"a\\/\\u00e4\", \"version\": 12345678901234567890123}\r\n}";
    let node = read(json, FileId::ROOT, &Limits::default()).unwrap();
    assert_eq!(node.descend(["info", "title"]).unwrap().as_str(), Some("a/ä"));
    assert_eq!(
        node.descend(["info", "version"]).unwrap().scalar_text().unwrap(),
        "12345678901234567890123"
    );
    assert_eq!(node.get("info").unwrap().at.line, 2);
}

#[test]
fn scalars_are_those_of_the_core_schema() {
    let text = "a: no\nb: 2026-01-01\nc: 0755\nd:\ne: ~\nf: 1_000\n200: x\ntrue: y\ng: 1e3\nh: .5\n";
    let node = read(text, FileId::ROOT, &Limits::default()).unwrap();
    let text = |name: &str| node.get(name).unwrap().as_str().map(str::to_owned);
    assert_eq!(text("a").as_deref(), Some("no"));
    assert_eq!(text("b").as_deref(), Some("2026-01-01"));
    assert_eq!(text("c").as_deref(), Some("0755"));
    assert!(node.get("d").unwrap().is_null() && node.get("e").unwrap().is_null());
    assert_eq!(text("f").as_deref(), Some("1_000"));
    assert_eq!(text("200").as_deref(), Some("x"));
    assert_eq!(text("true").as_deref(), Some("y"));
    assert_eq!(node.get("g").unwrap().as_f64(), Some(1000.0));
    assert_eq!(node.get("h").unwrap().as_f64(), Some(0.5));
}

#[test]
fn anchors_and_merge_keys_are_expanded() {
    let text = "base: &base {a: 1, b: 2}\nuse:\n  <<: *base\n  b: 3\nagain: *base\n";
    let node = read(text, FileId::ROOT, &Limits::default()).unwrap();
    assert_eq!(node.get("use").unwrap().to_json().to_string(), r#"{"a":1,"b":3}"#);
    assert_eq!(node.get("again").unwrap().at.line, 5);
}

#[test]
fn bad_documents_are_refused_with_their_place() {
    let bomb = format!(
        "a: &a [x,x,x,x,x,x,x,x,x,x]\n{}",
        [
            "b: &b [*a,*a,*a,*a,*a,*a,*a,*a]",
            "c: &c [*b,*b,*b,*b,*b,*b,*b,*b]",
            "d: &d [*c,*c,*c,*c,*c,*c,*c,*c]",
            "e: [*d,*d,*d,*d,*d,*d,*d,*d,*d]"
        ]
        .join("\n")
    );
    let deep = "[".repeat(500);
    let many = format!("a: [{}]\n", "1,".repeat(20_000));
    let limits = Limits {
        max_nodes: 10_000,
        ..Limits::default()
    };
    for (text, what) in [
        ("a: 1\na: 2\n", "the name a is there twice"),
        (&bomb, "more than the limit of 10000 values"),
        (&many, "more than the limit of 10000 values: split it"),
        (&deep, "nested deeper than the limit of 128"),
        ("a: [1\n", ""),
        ("a: 1\n---\nb: 2\n", "a second yaml document begins here"),
        ("a: *b\n", "an anchor that is not defined before it"),
        ("a: &a {b: 1, <<: *a}\n", "within the value of its own anchor"),
        ("a: .inf\n", "is no number of json"),
        ("a:\n\tb: 1\n", "not with tabs"),
        ("a: \"b\n", "a quote begins here"),
        ("? [a]\n: 1\n", "a name of an object"),
    ] {
        let error = read(text, FileId::ROOT, &limits).unwrap_err();
        assert!(error.message.to_lowercase().contains(what), "{text:.40}: {error}");
        assert!(!error.message.is_empty());
        // The reader's own names are not for people.
        let has_names = ["Budget", "budget", "Options", "Policy", "{ "]
            .iter()
            .any(|name| error.message.contains(name));
        assert!(!has_names, "{error}");
    }
    let error = read("a: .nan\n", FileId::ROOT, &limits).unwrap_err();
    assert!(!error.message.is_empty());
    let small = Limits {
        max_bytes: 3,
        ..Limits::default()
    };
    assert!(
        read("a: 12\n", FileId::ROOT, &small)
            .unwrap_err()
            .message
            .contains("limit of 3")
    );
}

#[test]
fn references_lead_to_other_files() {
    let sources = MemorySources::from([
        (
            "api/openapi.yaml",
            "openapi: 3.1.0\npaths:\n  /a: {$ref: 'paths/a.yaml'}\n",
        ),
        (
            "api/paths/a.yaml",
            "get:\n  responses:\n    200: {$ref: '../shared.yaml#/ok'}\n",
        ),
        ("api/shared.yaml", "ok: {description: fine}\n"),
    ]);
    let description = Description::load("api/openapi.yaml", &sources, &LoadOptions::default()).unwrap();
    assert_eq!(description.documents().len(), 3);
    let operation = &description.operations()[0];
    let response = operation.node.descend(["responses", "200"]).unwrap();
    let resolved = description.documents().resolve(response).unwrap();
    let place = description.documents().place(resolved.at).unwrap();
    assert_eq!(place.to_string(), "api/shared.yaml:1:5");
}

#[test]
fn references_stay_in_their_folder() {
    let cases = [
        ("../secret.yaml#/a", "may not leave the folder"),
        ("/etc/passwd", "may not leave the folder"),
        (
            "https://example.com/a.yaml",
            "not followed unless they are allowed",
        ),
        ("file:///etc/passwd", "only relative files"),
        ("missing.yaml", "there is no such file"),
    ];
    for (reference, expected) in cases {
        let text = format!("openapi: 3.0.0\npaths: {{/a: {{$ref: '{reference}'}}}}\n");
        let sources = MemorySources::from([("api/openapi.yaml", text.as_str()), ("secret.yaml", "a: 1")]);
        let documents = Documents::load("api/openapi.yaml", &sources, &LoadOptions::default()).unwrap();
        let node = documents.root().descend(["paths", "/a"]).unwrap();
        let error = documents.resolve(node).unwrap_err().to_string();
        assert!(error.contains(expected), "{reference}: {error}");
    }
}

#[test]
fn circles_of_references_end() {
    let text = "openapi: 3.0.0\na: {$ref: '#/b'}\nb: {$ref: '#/a'}\nc: {$ref: '#/c'}\n";
    let documents = Documents::from_text("openapi.yaml", text, &Limits::default()).unwrap();
    for name in ["a", "c"] {
        let error = documents
            .resolve(documents.root().get(name).unwrap())
            .unwrap_err();
        assert!(error.to_string().contains("leads to itself"), "{error}");
    }
}

#[test]
fn versions_are_told_apart() {
    let version =
        |text: &str| Description::from_text("a.yaml", text).map(|description| description.version());
    assert_eq!(version("swagger: '2.0'").unwrap(), Version::V2);
    assert_eq!(version("swagger: 2.0").unwrap(), Version::V2);
    assert_eq!(version("openapi: 3.0.3").unwrap(), Version::V3_0);
    assert_eq!(version("openapi: 3.1.0").unwrap(), Version::V3_1);
    assert_eq!(version("openapi: 3.2.0").unwrap(), Version::V3_2);
    let error = version("openapi: 4.0.0").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(
        error.to_string(),
        "a.yaml:1:1: no OpenAPI description: it needs `swagger: \"2.0\"` or `openapi: 3.x.y` at its top"
    );
}
