//! Laws of contract files: what was written reads as the same, the order of interactions does not show, and no text makes a
//! reader panic.

use std::collections::BTreeMap;

use contract_core::contract::{
    Body, Combine, Content, ContentType, ContentTypeHint, Contract, Data, DataType, EachRules, Generator,
    Generators, Headers, HttpInteraction, Interaction, InteractionKind, Matcher, MatchingRules, Members,
    Message, Path, ProviderState, Query, Request, Response, Rule, RuleList, Specification, StatusClass,
    StatusRule, SyncMessage, Token, UuidFormat, Variant,
};
use contract_core::pattern::integration::{self, Definition};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use serde_json::Value;

fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 _'\\\\$.\\[\\]{}é☃\"\n-]{0,10}"
}

fn name() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 _$.\\[\\]é☃-]{1,8}"
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        (-100_i32..100).prop_map(|whole| Value::from(f64::from(whole))),
        text().prop_map(Value::from),
        select(vec!["{\"a\":1}", "\"quoted\"", "[1]", "aGVsbG8=", ""]).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(text(), inner, 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Members that no version has a name for.
fn unknown() -> impl Strategy<Value = Members> {
    btree_map("x-[a-z]{1,3}", value(), 0..2).prop_map(|members| members.into_iter().collect())
}

fn members() -> impl Strategy<Value = Members> {
    btree_map(name(), value(), 0..3).prop_map(|members| members.into_iter().collect())
}

fn path() -> impl Strategy<Value = Path> {
    let token = prop_oneof![
        "[a-zA-Z0-9 _'$.\\[\\]é☃-]{0,6}".prop_map(Token::Field),
        "[a-z\"]{1,4}".prop_map(Token::Field),
        (0_usize..20).prop_map(Token::Index),
        Just(Token::Star),
        Just(Token::StarIndex),
    ];
    vec(token, 0..4).prop_map(Path::from_tokens)
}

fn generator() -> impl Strategy<Value = Generator> {
    let texts = || (option::of(text()), option::of(text()));
    prop_oneof![
        (any::<i64>(), any::<i64>()).prop_map(|(min, max)| Generator::RandomInt { min, max }),
        (0_usize..30).prop_map(|digits| Generator::RandomDecimal { digits }),
        (0_usize..30).prop_map(|digits| Generator::RandomHexadecimal { digits }),
        (0_usize..30).prop_map(|size| Generator::RandomString { size }),
        text().prop_map(Generator::Regex),
        option::of(select(vec![
            UuidFormat::Simple,
            UuidFormat::LowerCaseHyphenated,
            UuidFormat::UpperCaseHyphenated,
            UuidFormat::Urn
        ]))
        .prop_map(Generator::Uuid),
        texts().prop_map(|(format, expression)| Generator::Date { format, expression }),
        texts().prop_map(|(format, expression)| Generator::Time { format, expression }),
        texts().prop_map(|(format, expression)| Generator::DateTime { format, expression }),
        Just(Generator::RandomBoolean),
        (
            text(),
            option::of(select(vec![
                DataType::String,
                DataType::Integer,
                DataType::Decimal,
                DataType::Float,
                DataType::Raw,
                DataType::Boolean
            ]))
        )
            .prop_map(|(expression, data_type)| Generator::ProviderState {
                expression,
                data_type
            }),
        (text(), text()).prop_map(|(example, regex)| Generator::MockServerUrl { example, regex }),
        unknown().prop_map(|members| Generator::Unknown {
            name: "Plugin".into(),
            members
        }),
    ]
}

fn format() -> impl Strategy<Value = Option<String>> {
    option::of("[a-zA-Z':-]{1,8}")
}

fn simple_matcher() -> impl Strategy<Value = Matcher> {
    prop_oneof![
        Just(Matcher::Equality),
        text().prop_map(Matcher::Regex),
        (option::of(0_usize..9), option::of(0_usize..9)).prop_map(|(min, max)| Matcher::Type { min, max }),
        text().prop_map(Matcher::Include),
        select(vec![
            Matcher::Number,
            Matcher::Integer,
            Matcher::Decimal,
            Matcher::Boolean,
            Matcher::Null,
            Matcher::Values,
            Matcher::NotEmpty,
            Matcher::Semver,
            Matcher::StatusCode(StatusRule::Class(StatusClass::NonError)),
            Matcher::StatusCode(StatusRule::Codes(vec![200, 404])),
        ]),
        format().prop_map(Matcher::Date),
        format().prop_map(Matcher::Time),
        format().prop_map(Matcher::DateTime),
        text().prop_map(Matcher::ContentType),
        value().prop_map(Matcher::Schema),
        unknown().prop_map(|members| Matcher::Unknown {
            name: "plugin".into(),
            members
        }),
    ]
}

fn rule() -> impl Strategy<Value = Rule> {
    let plain = (simple_matcher(), unknown()).prop_map(|(matcher, extra)| match matcher {
        // What a rule that is not known carries is its own.
        Matcher::Unknown { .. } => Rule::from(matcher),
        matcher => Rule { matcher, extra },
    });
    plain.prop_recursive(2, 6, 2, |inner| {
        let each = (
            vec(inner.clone(), 0..3),
            option::of(value()),
            option::of(generator()),
        )
            .prop_map(|(rules, value, generator)| EachRules {
                rules,
                value,
                generator: generator.map(Box::new),
            })
            .boxed();
        let list = vec(inner, 1..3).prop_map(|rules| RuleList {
            rules,
            ..RuleList::default()
        });
        let variant = (
            0_usize..4,
            btree_map(path(), list, 0..2),
            btree_map(path(), generator(), 0..2),
            unknown(),
        )
            .prop_map(|(index, rules, generators, extra)| Variant {
                index,
                rules,
                generators,
                extra,
            });
        prop_oneof![
            each.clone().prop_map(|each| Matcher::EachKey(each).into()),
            each.prop_map(|each| Matcher::EachValue(each).into()),
            vec(variant, 0..3).prop_map(|variants| Matcher::ArrayContains(variants).into()),
        ]
    })
}

fn list(version: Specification) -> BoxedStrategy<RuleList> {
    if version == Specification::V2 {
        return rule()
            .prop_map(|rule| RuleList {
                rules: vec![rule],
                ..RuleList::default()
            })
            .boxed();
    }
    (
        vec(rule(), 0..3),
        select(vec![Combine::And, Combine::Or]),
        unknown(),
    )
        .prop_map(|(rules, combine, extra)| RuleList {
            combine,
            rules,
            sub_key: None,
            extra,
        })
        .boxed()
}

fn by_name<T: std::fmt::Debug>(
    value: impl Strategy<Value = T>,
) -> impl Strategy<Value = BTreeMap<String, T>> {
    btree_map("[a-zA-Z_-]{1,5}(\\[[0-9]\\])?", value, 0..2)
}

fn matching_rules(version: Specification) -> impl Strategy<Value = MatchingRules> {
    (
        option::of(list(version)),
        option::of(list(version)),
        option::of((list(version), option::of(Just("$".to_owned())))),
        by_name(list(version)),
        by_name(list(version)),
        btree_map(path(), list(version), 0..3),
        unknown(),
    )
        .prop_map(
            move |(method, path, status, query, headers, body, extra)| MatchingRules {
                method,
                path,
                status: status.map(|(list, sub_key)| RuleList {
                    sub_key: sub_key.filter(|_| version > Specification::V2),
                    ..list
                }),
                query,
                headers,
                body,
                metadata: BTreeMap::new(),
                extra: if version == Specification::V2 {
                    Members::new()
                } else {
                    extra
                },
            },
        )
}

fn generators() -> impl Strategy<Value = Generators> {
    (
        option::of(generator()),
        option::of(generator()),
        by_name(generator()),
        by_name(generator()),
        btree_map(path(), generator(), 0..3),
        unknown(),
    )
        .prop_map(|(path, status, query, headers, body, extra)| Generators {
            method: None,
            path,
            status,
            query,
            headers,
            body,
            metadata: BTreeMap::new(),
            extra,
        })
}

/// A body with the `Content-Type` that goes with it.
fn body(version: Specification) -> impl Strategy<Value = (Option<&'static str>, Body)> {
    let data = prop_oneof![
        value()
            .prop_filter("null is a body of its own", |value| !value.is_null())
            .prop_map(|value| ("application/json", Data::Json(value))),
        "[a-z<>&=\"é☃\n]{1,12}".prop_map(|text| ("text/plain", Data::Text(text))),
        "[a-z<>&=\"é☃\n]{1,12}".prop_map(|text| ("application/xml", Data::Text(text))),
        vec(any::<u8>(), 1..20).prop_map(|bytes| ("image/png", Data::Binary(bytes.into()))),
    ];
    let present = (data, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        move |((content_type, data), own, header, hinted)| {
            let is_v4 = version == Specification::V4;
            // Before version 4 the header alone says what a string is.
            let header = header || !is_v4;
            let hint = match data {
                Data::Binary(_) if hinted && is_v4 => Some(ContentTypeHint::Binary),
                _ => None,
            };
            let content = Content {
                data,
                content_type: (own && is_v4).then(|| content_type.parse::<ContentType>().unwrap()),
                hint,
            };
            (header.then_some(content_type), Body::Present(content))
        },
    );
    prop_oneof![
        Just((None, Body::Missing)),
        Just((Some("text/plain"), Body::Empty)),
        Just((None, Body::Null)),
        present
    ]
}

fn headers(version: Specification) -> impl Strategy<Value = Headers> {
    let most = if version == Specification::V4 { 3 } else { 2 };
    btree_map("X-[a-z]{1,4}", vec(text(), 1..most), 0..3).prop_map(|fields| {
        let mut headers = Headers::new();
        for (name, values) in fields {
            headers.set(name, values);
        }
        headers
    })
}

fn query() -> impl Strategy<Value = Query> {
    btree_map(name(), vec(option::of(text()), 1..3), 0..3).prop_map(|parameters| {
        let mut query = Query::new();
        for (name, values) in parameters {
            query.set(name, values);
        }
        query
    })
}

fn http(version: Specification) -> impl Strategy<Value = InteractionKind> {
    let some_generators = move || {
        generators().prop_map(move |generators| {
            if version == Specification::V2 {
                Generators::default()
            } else {
                generators
            }
        })
    };
    let request = (
        (name(), name(), query(), headers(version)),
        body(version),
        matching_rules(version),
        some_generators(),
        unknown(),
    )
        .prop_map(
            |((method, path, query, mut headers), (content_type, body), rules, generators, extra)| {
                if let Some(content_type) = content_type {
                    headers.set("Content-Type", vec![content_type.into()]);
                }
                Request {
                    method,
                    path,
                    query,
                    headers,
                    body,
                    rules,
                    generators,
                    extra,
                }
            },
        );
    let response = (
        (option::of(100_u16..600), headers(version)),
        body(version),
        matching_rules(version),
        some_generators(),
        unknown(),
    )
        .prop_map(
            |((status, mut headers), (content_type, body), rules, generators, extra)| {
                if let Some(content_type) = content_type {
                    headers.set("Content-Type", vec![content_type.into()]);
                }
                Response {
                    status,
                    headers,
                    body,
                    rules,
                    generators,
                    extra,
                }
            },
        );
    (request, response).prop_map(|(request, response)| {
        InteractionKind::Http(Box::new(HttpInteraction { request, response }))
    })
}

fn message(version: Specification, is_inline: bool) -> impl Strategy<Value = Message> {
    (
        body(version),
        members(),
        matching_rules(version),
        generators(),
        unknown(),
    )
        .prop_map(
            move |((content_type, contents), mut metadata, rules, generators, extra)| {
                if let Some(content_type) = content_type {
                    metadata.insert("contentType".into(), content_type.into());
                }
                Message {
                    contents,
                    metadata,
                    rules,
                    generators,
                    // The members of a message that stands by itself are its interaction's.
                    extra: if is_inline { Members::new() } else { extra },
                }
            },
        )
}

fn kind(version: Specification) -> BoxedStrategy<InteractionKind> {
    match version {
        Specification::V4 => prop_oneof![
            4 => http(version),
            2 => message(version, true).prop_map(InteractionKind::Message),
            1 => (message(version, false), vec(message(version, false), 0..3)).prop_map(|(request, responses)| {
                InteractionKind::SyncMessage(SyncMessage { request, responses })
            }),
            1 => unknown().prop_map(|members| InteractionKind::Unknown { type_name: "Plugin/Thing".into(), members }),
        ]
        .boxed(),
        Specification::V3 => prop_oneof![
            2 => http(version),
            1 => message(version, true).prop_map(InteractionKind::Message),
        ]
        .boxed(),
        _ => http(version).boxed(),
    }
}

fn interaction(version: Specification) -> impl Strategy<Value = Interaction> {
    let state = (text(), members(), unknown()).prop_map(move |(name, params, extra)| ProviderState {
        name,
        params,
        extra,
    });
    (
        text(),
        vec(state, 0..3),
        kind(version),
        (option::of(text()), any::<bool>(), option::of(text())),
        members(),
        unknown(),
    )
        .prop_map(
            |(description, provider_states, kind, (key, pending, transport), comments, extra)| Interaction {
                description,
                provider_states,
                // What a kind that is not known carries is its own.
                extra: if matches!(kind, InteractionKind::Unknown { .. }) {
                    Members::new()
                } else {
                    extra
                },
                kind,
                key,
                pending,
                comments,
                transport,
            },
        )
}

fn contract(version: Specification, interactions: Vec<Interaction>) -> Contract {
    let mut contract = Contract::new("web", "api");
    contract.specification = version;
    contract.interactions = interactions;
    contract.metadata.insert(
        "pactSpecification".into(),
        serde_json::json!({"version": version.as_str()}),
    );
    contract
}

fn reads_as_it_was(version: Specification, interaction: Interaction) -> Result<(), TestCaseError> {
    let contract = contract(version, vec![interaction]);
    let written = contract.to_text(version).unwrap();
    let read = Contract::read_str(&written, "written")
        .map_err(|error| TestCaseError::fail(format!("{error}\n{written}")))?;
    prop_assert_eq!(&read, &contract, "{}", written);
    prop_assert_eq!(read.to_text(version).unwrap(), written);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn version_4_reads_as_it_was_written(interaction in interaction(Specification::V4)) {
        reads_as_it_was(Specification::V4, interaction)?;
    }

    #[test]
    fn version_3_reads_as_it_was_written(interaction in interaction(Specification::V3)) {
        reads_as_it_was(Specification::V3, interaction)?;
    }

    #[test]
    fn version_2_reads_as_it_was_written(interaction in interaction(Specification::V2)) {
        reads_as_it_was(Specification::V2, interaction)?;
    }

    #[test]
    fn the_order_of_interactions_does_not_show(
        (interactions, shuffled) in vec(interaction(Specification::V4), 0..5)
            .prop_flat_map(|interactions| (Just(interactions.clone()), Just(interactions).prop_shuffle()))
    ) {
        let one = contract(Specification::V4, interactions).to_text(Specification::V4).unwrap();
        let other = contract(Specification::V4, shuffled).to_text(Specification::V4).unwrap();
        prop_assert_eq!(one, other);
    }

    /// What an older version cannot say is refused or dropped, but never makes a file that cannot be read.
    #[test]
    fn a_downgrade_is_refused_or_readable(interaction in interaction(Specification::V4)) {
        let contract = contract(Specification::V4, vec![interaction]);
        for version in [Specification::V3, Specification::V2] {
            if let Ok(text) = contract.to_text(version) {
                let read = Contract::read_str(&text, "written").unwrap();
                prop_assert_eq!(read.specification, version);
                prop_assert_eq!(read.interactions.len(), 1);
            }
        }
    }

    /// A contract with one place changed is read or refused, with an error that names a line.
    #[test]
    fn a_damaged_file_is_refused_or_read(
        interaction in interaction(Specification::V4),
        damage in vec((any::<prop::sample::Index>(), select(vec!["", "\"", "{", "}", "[", "]", "0", "null", ",", ":", "\\", "☃", "\u{0}"]), any::<bool>()), 1..4),
    ) {
        let mut text = contract(Specification::V4, vec![interaction]).to_text(Specification::V4).unwrap();
        for (place, replacement, takes_a_word) in damage {
            let mut start = place.index(text.len());
            while !text.is_char_boundary(start) { start -= 1; }
            let rest = &text[start..];
            let length = if takes_a_word { rest.find('\n').unwrap_or(rest.len()) } else { rest.chars().next().map_or(0, char::len_utf8) };
            text.replace_range(start..start + length, replacement);
        }
        if let Err(error) = Contract::read_str(&text, "damaged.json") {
            prop_assert!(error.to_string().starts_with("damaged.json:"), "{}", error);
        }
    }

    /// A member of another kind than the reader expects is an error with its place, or read leniently.
    #[test]
    fn a_member_of_another_kind_is_refused_or_read(
        interaction in interaction(Specification::V4),
        version in select(vec![Specification::V2, Specification::V3, Specification::V4]),
        place in any::<prop::sample::Index>(),
        replacement in value(),
    ) {
        let mut document = contract(Specification::V4, vec![interaction]).to_json(Specification::V4).unwrap();
        document["metadata"]["pactSpecification"]["version"] = version.as_str().into();
        let mut pointers = Vec::new();
        collect(&document["interactions"], "/interactions".to_owned(), &mut pointers);
        let pointer = place.get(&pointers);
        *document.pointer_mut(pointer).unwrap() = replacement;
        if let Ok(contract) = Contract::from_json(document) {
            // What was read can be written again, and reads as the same.
            if let Ok(text) = contract.to_text(version) {
                let again = Contract::read_str(&text, "again").unwrap();
                prop_assert_eq!(again.to_text(version).unwrap(), text);
            }
        }
    }

    #[test]
    fn any_text_is_a_matching_definition_or_an_error(
        text in "(matching|eachKey|eachValue|notEmpty|atLeast|arrayContains|type|regex|integer|date|true|null|fromProviderState|[(),'$0-9.é \n\\\\u{}+-]){0,12}"
    ) {
        if let Err(error) = text.parse::<Definition>() {
            prop_assert!(error.to_string().starts_with("matching definition is not valid at byte "), "{}", error);
        }
    }

    /// A definition survives the loss of any of its characters, or is an error.
    #[test]
    fn a_damaged_matching_definition_is_read_or_refused(place in any::<prop::sample::Index>(), with in select(vec!["", "'", "(", ")", ",", "\\", "é", "9"])) {
        let whole = r"eachKey(matching(regex, '\w+\'\u00e9', 'é')), eachValue(arrayContains(matching(date, 'yyyy', '2000'), notEmpty(fromProviderState('${id}', -1.5)))), atLeast(1), atMost(5), matching($'x')";
        prop_assert!(whole.parse::<Definition>().is_ok());
        let mut damaged = whole.to_owned();
        let mut start = place.index(whole.len());
        while !whole.is_char_boundary(start) { start -= 1; }
        let length = whole[start..].chars().next().map_or(0, char::len_utf8);
        damaged.replace_range(start..start + length, with);
        let _ = damaged.parse::<Definition>();
    }

    /// Integration JSON with a value of another kind somewhere is read, or refused with its place.
    #[test]
    fn damaged_integration_json_is_read_or_refused(place in any::<prop::sample::Index>(), replacement in value()) {
        let mut document = serde_json::json!({
            "id": {"pact:matcher:type": "integer", "value": 7, "pact:generator:type": "RandomInt", "min": 1, "max": 9},
            "both": {"pact:matcher:type": [{"pact:matcher:type": "include", "value": "x"}, {"pact:matcher:type": "regex", "regex": ".x"}], "value": "ax"},
            "list": {"pact:matcher:type": "arrayContains", "variants": [{"a": {"pact:matcher:type": "type", "value": 1}}, "literal"]},
            "keys": {"pact:matcher:type": "eachKey", "rules": [{"pact:matcher:type": "regex", "regex": "a"}], "value": {"a": [1]}},
            "status": {"pact:matcher:type": "statusCode", "status": [200, 404]},
        });
        let mut pointers = Vec::new();
        collect(&document, String::new(), &mut pointers);
        let pointer = place.get(&pointers);
        *document.pointer_mut(pointer).unwrap() = replacement;
        if let Err(error) = integration::from_json(document) {
            prop_assert!(error.to_string().starts_with('$'), "{}", error);
        }
    }

    #[test]
    fn any_text_is_a_path_or_an_error(text in "[$.\\[\\]'\"*a-z0-9é -]{0,16}") {
        if let Ok(path) = text.parse::<Path>() {
            prop_assert_eq!(path.to_string(), text);
        }
    }

    #[test]
    fn a_path_reads_as_it_was_shown(path in path()) {
        let read: Path = path.to_string().parse().unwrap();
        prop_assert_eq!(read.tokens(), path.tokens());
    }
}

/// JSON pointers to every value of the document.
fn collect(value: &Value, at: String, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                collect(
                    value,
                    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")),
                    into,
                );
            }
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                collect(value, format!("{at}/{index}"), into);
            }
        }
        _ => {}
    }
    into.push(at);
}
