//! Interactions made at random: what each version of the format can say.

use std::collections::BTreeMap;

use contract_core::contract::{
    Body, Combine, Content, ContentType, ContentTypeHint, Data, DataType, EachRules, Generator, Generators,
    Headers, HttpInteraction, Interaction, InteractionKind, Matcher, MatchingRules, Members, Message, Path,
    ProviderState, Query, Request, Response, Rule, RuleList, Specification, StatusClass, StatusRule,
    SyncMessage, Token, UuidFormat, Variant,
};
use contract_core::json::{Number, Value};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 _'\\\\$.\\[\\]{}é☃\"\n-]{0,10}"
}

fn name() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 _$.\\[\\]é☃-]{1,8}"
}

pub(crate) fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        "-?[1-9][0-9]{0,30}(\\.[0-9]{1,30})?(e-?[0-9]{1,2})?"
            .prop_map(|text| Value::Number(text.parse::<Number>().unwrap())),
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

pub(crate) fn path() -> impl Strategy<Value = Path> {
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
                query_text: None,
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
            2 => message(version, true).prop_map(InteractionKind::from),
            1 => (message(version, false), vec(message(version, false), 0..3)).prop_map(|(request, responses)| {
                SyncMessage { request, responses }.into()
            }),
            1 => unknown().prop_map(|members| InteractionKind::Unknown { type_name: "Plugin/Thing".into(), members }),
        ]
        .boxed(),
        Specification::V3 => prop_oneof![
            2 => http(version),
            1 => message(version, true).prop_map(InteractionKind::from),
        ]
        .boxed(),
        _ => http(version).boxed(),
    }
}

pub(crate) fn interaction(version: Specification) -> impl Strategy<Value = Interaction> {
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
