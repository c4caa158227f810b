//! Laws that hold for every pattern.

use crate::json::{Value, json};
use proptest::prelude::*;

use super::*;
use crate::contract::{Body, Contract, Interaction, Request, Response, Specification};
use crate::matching::ResponsePlan;

fn literal() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e6..1e6_f64).prop_map(Value::from),
        "[a-zA-Z' .$\\[\\]é-]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name(), inner, 0..4).prop_map(|members| json!(members)),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    "[a-z_ .*$é\\[\\]-]{1,6}"
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let leaf = prop_oneof![
        literal().prop_map(IntoPattern::into_pattern),
        literal().prop_map(like),
        literal().prop_map(exactly),
        any::<i64>().prop_map(integer),
        any::<bool>().prop_map(boolean),
        "[a-z]{1,5}".prop_map(|text| regex("[a-z]+", text)),
        "[a-z]{1,5}".prop_map(|text| any_of(["other".to_owned(), text])),
        Just(date("yyyy-MM-dd", "2026-01-01")),
        any::<i32>().prop_map(|value| from_state("id", value)),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::btree_map(name(), inner.clone(), 0..4)
                .prop_map(|members| object(members.into_iter().collect())),
            prop::collection::vec(inner.clone(), 0..4).prop_map(array),
            (inner.clone(), 0..4_usize).prop_map(|(item, min)| each_like(item).at_least(min).into_pattern()),
            inner.clone().prop_map(nullable),
            prop::collection::vec(inner.clone(), 2..4).prop_map(any_of),
            ("[a-z]{1,4}", inner.clone()).prop_map(|(key, value)| each_key(regex("[a-z]+", key), value)),
            prop::collection::vec(inner, 1..4).prop_map(array_containing),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn an_example_fits_its_own_pattern(pattern in pattern()) {
        let expanded = pattern.expand();
        let mut response = Response {
            body: Body::json(expanded.example),
            ..Response::default()
        };
        response.rules.body = expanded.rules;
        let comparison = ResponsePlan::compile(&response).unwrap().compare(&response);
        prop_assert!(comparison.is_match(), "{:#?}", comparison.mismatches());
    }

    #[test]
    fn versions_4_and_3_read_as_the_pattern_that_was_written(pattern in pattern()) {
        let interaction: Interaction = Interaction::http("a request")
            .request(Request::get("/"))
            .response(Response::ok().json(pattern))
            .into();
        let mut contract = Contract::new("web", "api");
        contract.interactions.push(interaction);
        for version in [Specification::V4, Specification::V3] {
            let written = contract.to_text(version).unwrap();
            let read = Contract::read_str(&written, "written").unwrap();
            let (was, is) = (contract.interactions[0].as_http().unwrap(), read.interactions[0].as_http().unwrap());
            prop_assert_eq!(&is.response.body.to_bytes(), &was.response.body.to_bytes());
            prop_assert_eq!(&is.response.rules, &was.response.rules);
            prop_assert_eq!(&is.response.generators, &was.response.generators);
        }
    }

    #[test]
    fn expanding_is_deterministic(pattern in pattern()) {
        prop_assert_eq!(pattern.expand(), pattern.clone().expand());
    }
}
