use std::collections::BTreeMap;

use crate::json::{Value, json};
use jiff::civil::date;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::{Context, is_generated, message, request, response, value};
use crate::contract::{
    Body, DataType, Generator, Generators, Matcher, MatchingRules, Members, Message, Query, Request,
    Response, RuleList, UuidFormat, Variant,
};
use crate::matching::date::DatePattern;
use crate::matching::regex::TextRegex;

fn consumer() -> Context {
    Context::consumer()
        .with_mock_server_url("http://127.0.0.1:1234/")
        .with_now(
            date(2024, 2, 29)
                .at(13, 30, 15, 0)
                .to_zoned(TimeZone::UTC)
                .unwrap(),
        )
        .with_seed(7)
}

fn provider() -> Context {
    let values =
        json!({"id": 1000, "name": "Ada", "rate": "1.5", "active": "true", "tags": ["a"], "none": null});
    let values = values.as_object().cloned().unwrap_or_default();
    Context::provider(values).with_seed(7)
}

fn state(expression: &str, data_type: Option<DataType>) -> Generator {
    Generator::ProviderState {
        expression: expression.into(),
        data_type,
    }
}

fn made(generator: &Generator, example: &Value, context: &Context) -> Value {
    value(generator, Some(example), context)
        .unwrap()
        .expect("applies")
}

fn body_generators(entries: &[(&str, Generator)]) -> Generators {
    Generators {
        body: entries
            .iter()
            .map(|(path, generator)| (path.parse().unwrap(), generator.clone()))
            .collect(),
        ..Generators::default()
    }
}

#[test]
fn values_have_the_form_that_was_asked_for() {
    let context = consumer();
    for (generator, pattern) in [
        (Generator::RandomInt { min: -5, max: 5 }, "-?[0-5]"),
        (Generator::RandomDecimal { digits: 6 }, r"[1-9]\d\d\.\d\d[1-9]"),
        (Generator::RandomDecimal { digits: 1 }, r"0\.[1-9]"),
        (Generator::RandomDecimal { digits: 30 }, r"\d{15}\.\d{15}"),
        (Generator::RandomHexadecimal { digits: 6 }, "[0-9A-F]{6}"),
        (Generator::RandomString { size: 6 }, "[0-9A-Za-z]{6}"),
        (Generator::Regex(r"\d{1,8}".into()), r"\d{1,8}"),
        (Generator::RandomBoolean, "true|false"),
        (
            Generator::Uuid(None),
            "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        ),
        (Generator::Uuid(Some(UuidFormat::Simple)), "[0-9a-f]{32}"),
        (
            Generator::Uuid(Some(UuidFormat::UpperCaseHyphenated)),
            "[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}",
        ),
        (
            Generator::Uuid(Some(UuidFormat::Urn)),
            "urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        ),
        (
            Generator::Date {
                format: None,
                expression: None,
            },
            "2024-02-29",
        ),
        (
            Generator::Date {
                format: Some("dd/MM".into()),
                expression: Some("tomorrow".into()),
            },
            "01/03",
        ),
        (
            Generator::Time {
                format: None,
                expression: Some("noon".into()),
            },
            "12:00:00",
        ),
        (
            Generator::DateTime {
                format: None,
                expression: Some("+1 day @ +1 hour".into()),
            },
            "2024-03-01T14:30:15Z",
        ),
        (
            Generator::MockServerUrl {
                example: "http://1234:8080/a".into(),
                regex: ".*(/a)".into(),
            },
            "http://127.0.0.1:1234/a",
        ),
        (
            Generator::MockServerUrl {
                example: "http://1234:8080/a".into(),
                regex: ".*/(a)".into(),
            },
            "http://127.0.0.1:1234/a",
        ),
        (
            Generator::MockServerUrl {
                example: "http://x/a/b?c".into(),
                regex: "(*".into(),
            },
            r"http://127.0.0.1:1234/a/b\?c",
        ),
    ] {
        for _ in 0..20 {
            let text = made(&generator, &json!("example"), &context);
            let fits = TextRegex::compile(pattern)
                .unwrap()
                .matches(text.as_str().unwrap());
            assert!(fits, "{generator:?} made {text}");
        }
    }
}

#[test]
fn the_type_of_the_example_is_kept() {
    let context = consumer();
    assert!(made(&Generator::RandomInt { min: 0, max: 9 }, &json!(1), &context).is_integer());
    assert!(made(&Generator::RandomInt { min: 0, max: 9 }, &json!("1"), &context).is_string());
    assert!(made(&Generator::RandomInt { min: 0, max: 9 }, &Value::Null, &context).is_integer());
    assert!(
        made(&Generator::RandomDecimal { digits: 4 }, &json!(1.5), &context)
            .as_number()
            .is_some_and(|number| !number.is_integer())
    );
    assert!(
        made(&Generator::RandomDecimal { digits: 40 }, &json!(1.5), &context)
            .as_number()
            .is_some_and(|number| !number.is_integer())
    );
    assert!(made(&Generator::RandomBoolean, &json!(true), &context).is_boolean());
    assert!(made(&Generator::Regex(r"[1-9]\d".into()), &json!(10), &context).is_integer());
}

#[test]
fn values_of_provider_states_are_typed() {
    let context = provider();
    for (expression, data_type, example, expected) in [
        ("id", None, json!(1), json!(1000)),
        ("${id}", None, json!(1), json!(1000)),
        ("${id}", None, json!("a"), json!("1000")),
        ("${ id }", None, Value::Null, json!(1000)),
        ("${rate}", None, json!(0.5), json!(1.5)),
        ("${active}", None, json!(false), json!(true)),
        (
            "/users/${id}/${name}",
            None,
            json!("/users/1/x"),
            json!("/users/1000/Ada"),
        ),
        ("${tags}", None, json!("x"), json!(["a"])),
        ("${none}", None, json!("x"), Value::Null),
        ("${name} ${open", None, json!("x"), json!("Ada ${open")),
        ("${id}", Some(DataType::String), json!(1), json!("1000")),
        ("${id}", Some(DataType::Integer), json!("a"), json!(1000)),
        ("${rate}", Some(DataType::Decimal), json!("a"), json!(1.5)),
        ("${id}", Some(DataType::Float), json!("a"), json!(1000.0)),
        ("${active}", Some(DataType::Boolean), json!("a"), json!(true)),
        ("${rate}", Some(DataType::Raw), json!(1), json!("1.5")),
    ] {
        assert_eq!(
            made(&state(expression, data_type), &example, &context),
            expected,
            "{expression} {data_type:?}"
        );
    }
}

#[test]
fn what_cannot_be_made_says_why() {
    let context = provider();
    for (generator, word) in [
        (Generator::RandomInt { min: 2, max: 1 }, "min is above max"),
        (Generator::RandomDecimal { digits: 0 }, "0 digits"),
        (Generator::RandomString { size: usize::MAX }, "characters"),
        (Generator::Regex("(".into()), "does not close"),
        (Generator::Regex("(?!a)a".into()), "cannot generate a text"),
        (
            Generator::Date {
                format: Some("b".into()),
                expression: None,
            },
            "'b'",
        ),
        (
            Generator::Date {
                format: None,
                expression: Some("next blursday".into()),
            },
            "character 6",
        ),
        (
            state("${nam}", None),
            "they returned active, id, name, none, rate, tags",
        ),
        (state("${name}", Some(DataType::Integer)), "not an integer"),
        (state("${name}", Some(DataType::Boolean)), "not true or false"),
        (
            Generator::Unknown {
                name: "Plugin".into(),
                members: Members::new(),
            },
            "unknown generator \"Plugin\"",
        ),
    ] {
        let error = value(&generator, None, &context).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
}

#[test]
fn each_side_leaves_the_others_values_alone() {
    let url = Generator::MockServerUrl {
        example: "http://x/a".into(),
        regex: ".*(/a)".into(),
    };
    assert_eq!(value(&state("${nope}", None), None, &consumer()).unwrap(), None);
    assert_eq!(value(&url, None, &provider()).unwrap(), None);
    assert_eq!(value(&url, None, &Context::consumer()).unwrap(), None);
}

#[test]
fn generators_apply_to_every_part_of_a_request() {
    let mut expected = Request {
        method: "GET".into(),
        path: "/users/1".into(),
        query: Query::parse("page=1&page=2&flag"),
        body: Body::json(
            json!({"id": 1, "roles": [{"id": 1}, {"id": 2}], "map": {"a": {"n": 1}, "b": {"n": 2}}}),
        ),
        generators: body_generators(&[
            ("$.id", state("id", None)),
            ("$.roles[*].id", state("id", None)),
            ("$.map.*.n", state("id", None)),
            ("$.gone.id", state("id", None)),
        ]),
        ..Request::default()
    };
    expected.headers.append("x-user", "a");
    expected.generators.path = Some(state("/users/${name} & ${id}", None));
    expected
        .generators
        .query
        .insert("page[1]".into(), state("id", None));
    expected
        .generators
        .query
        .insert("added".into(), state("name", None));
    expected
        .generators
        .headers
        .insert("X-User".into(), state("name", None));
    expected
        .generators
        .headers
        .insert("X-Added".into(), state("id", None));
    let made = request(&expected, &provider()).unwrap();
    assert_eq!(made.path, "/users/Ada%20&%201000");
    assert_eq!(made.query.to_text(), "page=1&page=1000&flag&added=Ada");
    assert_eq!(made.headers.first("x-user"), Some("Ada"));
    assert_eq!(made.headers.first("x-added"), Some("1000"));
    let body = json!({"id": 1000, "roles": [{"id": 1000}, {"id": 1000}], "map": {"a": {"n": 1000}, "b": {"n": 1000}}});
    assert_eq!(made.body, Body::json(body));
}

#[test]
fn errors_name_the_part() {
    let mut expected = Request {
        body: Body::json(json!({"a": 1})),
        generators: body_generators(&[("$.a", state("nope", None))]),
        ..Request::default()
    };
    let error = request(&expected, &provider()).unwrap_err().to_string();
    assert!(error.starts_with("generating $.a of the body: "), "{error}");
    expected
        .generators
        .headers
        .insert("X-A".into(), state("nope", None));
    let error = request(&expected, &provider()).unwrap_err().to_string();
    assert!(error.starts_with("generating the header X-A: "), "{error}");
    let mut response_ = Response::default();
    response_.generators.status = Some(Generator::RandomInt { min: 1, max: 2 });
    let error = response(&response_, &consumer()).unwrap_err().to_string();
    assert!(
        error.starts_with("generating the status: ") && error.contains("not a status code"),
        "{error}"
    );
}

#[test]
fn a_status_a_form_and_metadata_are_generated() {
    let mut expected = Response {
        status: Some(200),
        body: Body::text(
            "id=1&id=2&name=x",
            Some("application/x-www-form-urlencoded".parse().unwrap()),
        ),
        generators: body_generators(&[
            ("$.id[1]", Generator::RandomInt { min: 7, max: 7 }),
            ("$.name", Generator::RandomBoolean),
        ]),
        ..Response::default()
    };
    expected.generators.status = Some(Generator::RandomInt { min: 201, max: 201 });
    let made = response(&expected, &consumer()).unwrap();
    assert_eq!(made.status, Some(201));
    let body = String::from_utf8(made.body.to_bytes().to_vec()).unwrap();
    assert!(
        body.starts_with("id=1&id=7&name=") && !body.ends_with('x'),
        "{body}"
    );

    let mut expected = Message::default();
    expected.metadata.insert("key".into(), json!(1));
    expected
        .generators
        .metadata
        .insert("key".into(), state("id", None));
    expected
        .generators
        .metadata
        .insert("new".into(), state("name", None));
    let made = message(&expected, &provider()).unwrap();
    assert_eq!(Value::Object(made.metadata), json!({"key": 1000, "new": "Ada"}));
}

#[test]
fn variants_of_array_contains_carry_their_generators() {
    let variant = Variant {
        index: 1,
        rules: BTreeMap::new(),
        generators: [("$.href".parse().unwrap(), state("/x/${id}", None))].into(),
        extra: Members::new(),
    };
    let expected = Request {
        body: Body::json(json!({"links": [{"href": "a"}, {"href": "b"}]})),
        rules: MatchingRules {
            body: [(
                "$.links".parse().unwrap(),
                RuleList::one(Matcher::ArrayContains(vec![variant])),
            )]
            .into(),
            ..MatchingRules::default()
        },
        ..Request::default()
    };
    assert!(is_generated(&expected.generators, &expected.rules));
    assert!(!is_generated(&Generators::default(), &MatchingRules::default()));
    let made = request(&expected, &provider()).unwrap();
    assert_eq!(
        made.body,
        Body::json(json!({"links": [{"href": "a"}, {"href": "/x/1000"}]}))
    );
}

#[cfg(feature = "xml")]
#[test]
fn xml_keeps_its_form_round_generated_values() {
    let source = "<?xml version='1.0'?>\n<a x='1' y=\"2\">\n  <b>one</b><b n='1'/><b></b> <!-- c -->\n  <n:c xmlns:n='urn:n'>t</n:c>\n</a>";
    for (path, expected) in [
        (
            "$.a.@x",
            "<?xml version='1.0'?>\n<a x='&lt;Ada&gt;' y=\"2\">\n  <b>one</b><b n='1'/><b></b> <!-- c -->\n  <n:c xmlns:n='urn:n'>t</n:c>\n</a>",
        ),
        (
            "$.a.b[0].#text",
            "<?xml version='1.0'?>\n<a x='1' y=\"2\">\n  <b>&lt;Ada&gt;</b><b n='1'/><b></b> <!-- c -->\n  <n:c xmlns:n='urn:n'>t</n:c>\n</a>",
        ),
        (
            "$.a.b",
            "<?xml version='1.0'?>\n<a x='1' y=\"2\">\n  <b>&lt;Ada&gt;</b><b n='1'>&lt;Ada&gt;</b><b>&lt;Ada&gt;</b> <!-- c -->\n  <n:c xmlns:n='urn:n'>t</n:c>\n</a>",
        ),
        (
            "$.a['urn:n:c']",
            "<?xml version='1.0'?>\n<a x='1' y=\"2\">\n  <b>one</b><b n='1'/><b></b> <!-- c -->\n  <n:c xmlns:n='urn:n'>&lt;Ada&gt;</n:c>\n</a>",
        ),
        ("$.a.gone", source),
    ] {
        let expected_request = Request {
            body: Body::text(source, Some("application/xml".parse().unwrap())),
            generators: body_generators(&[(path, state("<${name}>", None))]),
            ..Request::default()
        };
        let made = request(&expected_request, &provider()).unwrap();
        assert_eq!(
            String::from_utf8(made.body.to_bytes().to_vec()).unwrap(),
            expected,
            "{path}"
        );
    }
}

#[cfg(feature = "xml")]
#[test]
fn many_generators_of_one_xml_document_share_one_reading() {
    let response_with = |elements: usize, paths: &[&str]| {
        let generators: Vec<_> = paths.iter().map(|path| (*path, state("${name}", None))).collect();
        let expected = Response {
            body: Body::text(
                format!("<r>{}</r>", "<a>1</a>".repeat(elements)),
                Some("application/xml".parse().unwrap()),
            ),
            generators: body_generators(&generators),
            ..Response::default()
        };
        response(&expected, &provider())
    };
    let made = response_with(
        3,
        &["$.r.a[0]", "$.r.a[2]", "$.r.a[*]", "$.r.a[1].#text", "$.r.a[3]"],
    )
    .unwrap();
    let all = "<r><a>Ada</a><a>Ada</a><a>Ada</a></r>";
    assert_eq!(made.body.to_bytes(), all.as_bytes());

    let paths: Vec<String> = (0..500).map(|index| format!("$.r.a[{index}]")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    assert!(response_with(5_000, &paths).is_ok());
    let error = response_with(50_000, &paths).unwrap_err().to_string();
    assert!(error.contains("too many elements"), "{error}");
}

#[cfg(not(feature = "xml"))]
#[test]
fn xml_without_its_feature_is_an_error_that_names_it() {
    let expected = Request {
        body: Body::text("<a/>", Some("application/xml".parse().unwrap())),
        generators: body_generators(&[("$.a", Generator::RandomBoolean)]),
        ..Request::default()
    };
    let error = request(&expected, &provider()).unwrap_err();
    assert!(error.to_string().contains("feature `xml`"), "{error}");
}

proptest! {
    #[test]
    fn a_text_made_from_a_pattern_matches_it(
        pattern in r"(\^)?([a-c.]|\[\^?[a-cx-z]{1,3}\]|\\[dwshDWS]|\([ab|]{1,4}\)|\(\?i\)|\\p\{Lu\}){1,5}([*+?]|\{1,3\}|\{2,\}|\+\+)?\$?", seed: u64,
    ) {
        let context = Context::consumer().with_seed(seed);
        let Ok(regex) = TextRegex::compile(&pattern) else { return Ok(()) };
        let text = made(&Generator::Regex(pattern.clone()), &json!("x"), &context);
        prop_assert!(regex.matches(text.as_str().unwrap()), "{pattern} made {text}");
    }

    #[test]
    fn no_pattern_panics(pattern in r"[\\\[\](){}|*+?^$.,:<>=!a-fAhpZ0-9-]{0,20}", seed: u64) {
        let _ = value(&Generator::Regex(pattern), None, &Context::consumer().with_seed(seed));
    }

    #[test]
    fn integers_are_in_their_range(min: i64, max: i64, seed: u64) {
        let (min, max) = (min.min(max), min.max(max));
        let made = made(&Generator::RandomInt { min, max }, &json!(0), &Context::consumer().with_seed(seed));
        prop_assert!((min..=max).contains(&made.as_i64().unwrap()));
    }

    #[test]
    fn decimals_are_decimals(digits in 1..40_usize, seed: u64) {
        let made = made(&Generator::RandomDecimal { digits }, &json!(0.5), &Context::consumer().with_seed(seed));
        prop_assert!(!made.is_integer() && made.to_string().contains('.'), "{made}");
    }

    #[test]
    fn a_date_made_in_a_format_fits_it(
        format in prop::sample::select(vec!["yyyy-MM-dd", "EEE, d MMM yyyy", "yyyy-DDD", "YYYY-'W'ww", "HH:mm:ss.SSS", "hh a", "yyyy-MM-dd'T'HH:mm:ssZ"]),
        days in -3000..3000_i64,
    ) {
        let generator = Generator::DateTime { format: Some(format.into()), expression: Some(format!("{} {} days", if days < 0 { '-' } else { '+' }, days.abs())) };
        let text = made(&generator, &json!("x"), &consumer());
        prop_assert!(DatePattern::compile(format).unwrap().matches(text.as_str().unwrap()), "{text}");
    }
}
