//! Laws that hold for all documents and rules.

use std::collections::BTreeMap;

use crate::json::Value;
use proptest::prelude::*;

use crate::contract::{
    Body, EachRules, Matcher, MatchingRules, Path, Request, Response, Rule, RuleList, Specification, Token,
    Variant,
};
use crate::format::json::{self, quick};
use crate::matching::place::Place;
use crate::matching::rule::Rules;
use crate::matching::{Comparison, Part, RequestPlan, ResponsePlan, Unexpected};

fn document() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3..3_i64).prop_map(Value::from),
        (-2..2_i32).prop_map(|half| Value::from(f64::from(half) / 2.0)),
        "[ab1]{0,2}".prop_map(Value::from),
    ];
    scalar.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[abc1]", inner, 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn path() -> impl Strategy<Value = Path> {
    let token = prop_oneof![
        "[abc1]".prop_map(Token::Field),
        (0..2_usize).prop_map(Token::Index),
        Just(Token::Star),
        Just(Token::StarIndex),
    ];
    prop::collection::vec(token, 0..4).prop_map(Path::from_tokens)
}

fn matcher() -> impl Strategy<Value = Matcher> {
    let simple = prop_oneof![
        Just(Matcher::Equality),
        (prop::option::of(0..3_usize), prop::option::of(0..3_usize))
            .prop_map(|(min, max)| Matcher::Type { min, max }),
        Just(Matcher::TYPE),
        Just(Matcher::Regex("[ab]+".into())),
        Just(Matcher::Include("a".into())),
        Just(Matcher::Number),
        Just(Matcher::Integer),
        Just(Matcher::Decimal),
        Just(Matcher::Boolean),
        Just(Matcher::Null),
        Just(Matcher::Date(None)),
        Just(Matcher::Values),
        Just(Matcher::NotEmpty),
        Just(Matcher::Semver),
        Just(Matcher::ContentType("application/json".into())),
    ];
    simple.prop_recursive(2, 6, 2, |inner| {
        let each = |rules: Vec<Matcher>| EachRules {
            rules: rules.into_iter().map(Rule::from).collect(),
            ..EachRules::default()
        };
        let name = prop_oneof![
            Just(Matcher::TYPE),
            Just(Matcher::Regex("[ab]+".into())),
            Just(Matcher::Integer),
        ];
        let variant = (0..2_usize, path(), inner.clone()).prop_map(|(index, path, matcher)| Variant {
            index,
            rules: BTreeMap::from([(path, RuleList::one(matcher))]),
            ..Variant::default()
        });
        prop_oneof![
            prop::collection::vec(name, 1..3).prop_map(move |rules| Matcher::EachKey(each(rules))),
            prop::collection::vec(inner.clone(), 0..3).prop_map(move |rules| Matcher::EachValue(each(rules))),
            prop::collection::vec(variant, 0..2).prop_map(Matcher::ArrayContains),
        ]
    })
}

fn lists() -> impl Strategy<Value = BTreeMap<Path, RuleList>> {
    let list = (prop::collection::vec(matcher(), 1..3), any::<bool>()).prop_map(|(matchers, or)| {
        if or {
            RuleList::any(matchers)
        } else {
            RuleList::all(matchers)
        }
    });
    prop::collection::btree_map(path(), list, 0..4)
}

/// Returns whether each element that a rule searches for is in the example.
fn can_be_compiled(lists: &BTreeMap<Path, RuleList>, example: &Value) -> bool {
    let rules = Rules::compile(lists).unwrap();
    json::JsonPlan::compile(&rules, example.clone()).is_ok()
}

fn in_response(lists: &BTreeMap<Path, RuleList>, example: &Value, actual: &Value) -> Comparison {
    let response = |body: &Value| Response {
        body: Body::json(body.clone()),
        ..Response::default()
    };
    let expected = Response {
        rules: MatchingRules {
            body: lists.clone(),
            ..MatchingRules::default()
        },
        ..response(example)
    };
    let plan = ResponsePlan::compile(&expected).unwrap();
    plan.compare(&response(actual))
}

fn in_request(lists: &BTreeMap<Path, RuleList>, example: &Value, actual: &Value) -> Comparison {
    let request = |body: &Value| Request {
        body: Body::json(body.clone()),
        ..Request::default()
    };
    let expected = Request {
        rules: MatchingRules {
            body: lists.clone(),
            ..MatchingRules::default()
        },
        ..request(example)
    };
    let plan = RequestPlan::compile(&expected, Specification::V4).unwrap();
    let comparison = plan.compare(&request(actual));
    assert_eq!(comparison.is_match(), plan.matches(&request(actual)));
    comparison
}

/// Adds a member with a unique name to the object with this number, counted from the root.
fn add_member(value: &mut Value, which: &mut usize) -> bool {
    if let Value::Object(members) = value {
        if *which == 0 {
            members.insert("unexpected".to_owned(), Value::from(1));
            return true;
        }
        *which -= 1;
    }
    match value {
        Value::Array(elements) => elements.iter_mut().any(|element| add_member(element, which)),
        Value::Object(members) => members.values_mut().any(|member| add_member(member, which)),
        _ => false,
    }
}

fn with_member(document: &Value, mut which: usize) -> Option<Value> {
    let mut document = document.clone();
    add_member(&mut document, &mut which).then_some(document)
}

/// Rules about member names or all members also apply to unexpected ones, as does `notEmpty`.
fn leaves_members_alone(lists: &BTreeMap<Path, RuleList>) -> bool {
    let mut matchers = lists
        .values()
        .flat_map(|list| &list.rules)
        .map(|rule| &rule.matcher);
    !matchers.any(|matcher| {
        matches!(
            matcher,
            Matcher::Values
                | Matcher::EachKey(_)
                | Matcher::EachValue(_)
                | Matcher::NotEmpty
                | Matcher::ArrayContains(_)
                | Matcher::ContentType(_)
        )
    })
}

/// Returns for each scalar of a document a plausible rule at the scalar's own path.
fn fitting_rules(path: &Path, value: &Value, choice: usize, lists: &mut BTreeMap<Path, RuleList>) {
    let matcher = match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                fitting_rules(&path.join(Token::Index(index)), element, choice + index, lists);
            }
            Matcher::Type {
                min: Some(elements.len()),
                max: Some(elements.len()),
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                fitting_rules(
                    &path.join(Token::Field(name.clone())),
                    member,
                    choice + name.len(),
                    lists,
                );
            }
            return;
        }
        Value::Null => Matcher::Null,
        Value::Bool(_) => Matcher::Boolean,
        Value::Number(number) if !number.is_integer() => Matcher::Decimal,
        Value::Number(_) if choice.is_multiple_of(2) => Matcher::Number,
        Value::Number(_) => Matcher::Integer,
        Value::String(text) => match choice % 4 {
            0 => Matcher::Regex("[ab1]*".into()),
            1 => Matcher::Include(text.clone()),
            2 => Matcher::Equality,
            _ => Matcher::TYPE,
        },
    };
    lists.insert(path.clone(), RuleList::one(matcher));
}

proptest! {
    #[test]
    fn a_document_matches_its_own_pattern(document in document(), choice in 0..4_usize) {
        let mut lists = BTreeMap::new();
        fitting_rules(&Path::root(), &document, choice, &mut lists);
        prop_assert!(in_request(&lists, &document, &document).is_match());
        prop_assert!(in_response(&lists, &document, &document).is_match());
    }

    #[test]
    fn matching_is_deterministic(lists in lists(), example in document(), actual in document()) {
        prop_assume!(can_be_compiled(&lists, &example));
        prop_assert_eq!(in_response(&lists, &example, &actual), in_response(&lists, &example, &actual));
        prop_assert_eq!(in_request(&lists, &example, &actual), in_request(&lists, &example, &actual));
    }

    #[test]
    fn a_document_equals_itself(document in document()) {
        let none = BTreeMap::new();
        prop_assert!(in_response(&none, &document, &document).is_match());
        prop_assert!(in_request(&none, &document, &document).is_match());
    }

    #[test]
    fn a_document_is_of_its_own_type(document in document()) {
        let kind = BTreeMap::from([(Path::root(), RuleList::one(Matcher::TYPE))]);
        prop_assert!(in_request(&kind, &document, &document).is_match());
    }

    #[test]
    fn what_equals_is_alike(example in document(), actual in document()) {
        let kind = BTreeMap::from([(Path::root(), RuleList::one(Matcher::TYPE))]);
        if in_response(&BTreeMap::new(), &example, &actual).is_match() {
            prop_assert!(in_response(&kind, &example, &actual).is_match());
        }
    }

    #[test]
    fn a_response_may_say_more(
        lists in lists().prop_filter("rules about members", leaves_members_alone),
        example in document(),
        actual in document(),
        which in 0..6_usize,
    ) {
        for actual in [&actual, &example] {
            if let Some(more) = with_member(actual, which)
                && in_response(&lists, &example, actual).is_match()
            {
                prop_assert!(in_response(&lists, &example, &more).is_match());
            }
        }
    }

    #[test]
    fn a_request_may_not(
        lists in lists().prop_filter("rules about members", leaves_members_alone),
        example in document(),
    ) {
        // The root: nested values may be in an array without an example.
        if let Some(more) = with_member(&example, 0).filter(|_| example.is_object()) {
            prop_assert!(!in_request(&lists, &example, &more).is_match());
        }
    }

    #[test]
    fn one_enough_takes_what_all_take(lists in lists(), example in document(), actual in document()) {
        let alone: BTreeMap<_, _> = lists
            .iter()
            .take(1)
            .map(|(path, list)| (path.clone(), RuleList { combine: crate::contract::Combine::And, ..list.clone() }))
            .collect();
        let or: BTreeMap<_, _> = alone
            .iter()
            .map(|(path, list)| (path.clone(), RuleList { combine: crate::contract::Combine::Or, ..list.clone() }))
            .collect();
        let members = lists.values().flat_map(|list| &list.rules).any(|rule| {
            matches!(rule.matcher, Matcher::Values | Matcher::EachKey(_) | Matcher::EachValue(_))
        });
        prop_assume!(can_be_compiled(&alone, &example));
        if !members && in_response(&alone, &example, &actual).is_match() {
            prop_assert!(in_response(&or, &example, &actual).is_match(), "{:?}", or);
        }
    }

    #[test]
    fn the_walk_and_the_quick_comparison_agree(example in document(), actual in document()) {
        for unexpected in [Unexpected::Allowed, Unexpected::Refused] {
            // A rule for a place that does not exist disables the fast path at the root.
            let aside: Path = "$.zzz.zzz.zzz.zzz".parse().unwrap();
            for matcher in [None, Some(Matcher::Equality), Some(Matcher::TYPE)] {
                let quick = match matcher {
                    Some(Matcher::TYPE) => quick::alike(&example, &actual, unexpected, 100),
                    _ => quick::equal(&example, &actual, unexpected, 100),
                };
                let root = matcher.map(|matcher| (Path::root(), RuleList::one(matcher)));
                let aside = (aside.clone(), RuleList::one(Matcher::Null));
                let lists: BTreeMap<_, _> = root.into_iter().chain([aside]).collect();
                let rules = Rules::compile(&lists).unwrap();
                let found = json::mismatches(
                    &rules, Some(&example), &actual, unexpected, &Place::ROOT,
                );
                prop_assert_eq!(found.is_empty(), quick, "{:?}", found);
                prop_assert_eq!(json::fits(&rules, Some(&example), &actual, unexpected), quick);
            }
        }
    }

    #[test]
    fn each_mismatch_says_where_and_what(lists in lists(), example in document(), actual in document()) {
        prop_assume!(can_be_compiled(&lists, &example));
        for mismatch in in_request(&lists, &example, &actual).mismatches() {
            prop_assert!(mismatch.path.starts_with('$'));
            prop_assert!(mismatch.path.parse::<Path>().is_ok());
            prop_assert!(!mismatch.description.is_empty());
            prop_assert!(!mismatch.expectation.is_empty());
        }
    }

    #[test]
    fn what_was_looked_up_once_is_what_the_walk_looks_up(
        lists in lists(),
        example in document(),
        actual in document(),
    ) {
        let rules = Rules::compile(&lists).unwrap();
        let Ok(plan) = json::JsonPlan::compile(&rules, example.clone()) else { return Ok(()) };
        for unexpected in [Unexpected::Allowed, Unexpected::Refused] {
            for actual in [&actual, &example] {
                let mut kept = Vec::new();
                plan.compare(&rules, actual, Part::Body, unexpected, &mut kept);
                let open = json::mismatches(&rules, Some(&example), actual, unexpected, &Place::ROOT);
                prop_assert_eq!(kept, open);
            }
        }
    }
}
