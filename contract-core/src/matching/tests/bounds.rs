//! Work and reports are bounded by steps and bytes, never by time.

use super::{in_request, in_response, rules};
use crate::contract::{Body, Headers, Query, Request, Response, Specification};
use crate::json::{Map, Value, json};
use crate::matching::effort::{self, Effort, STEPS};
use crate::matching::{Mismatch, MismatchKind, RequestPlan, ResponsePlan};

/// Returns the number of steps of a comparison beyond the walk.
fn steps(compare: impl FnOnce() -> Vec<Mismatch>) -> (Vec<Mismatch>, u64) {
    let _effort = Effort::begin();
    let found = compare();
    (found, STEPS - effort::left())
}

fn size(found: &[Mismatch]) -> usize {
    found.iter().map(|mismatch| format!("{mismatch:?}").len()).sum()
}

fn numbers(count: usize, from: usize) -> Value {
    (from..from + count).map(Value::from).collect()
}

#[test]
fn elements_are_looked_up_and_a_few_are_explained() {
    let contains = json!({"$": [{"match": "arrayContains", "variants": []}]});
    let example = numbers(8_000, 0);
    let reversed: Value = (0..8_000).rev().map(|number| json!(f64::from(number))).collect();
    let (found, done) = steps(|| in_request(&contains, &example, &reversed));
    assert!(found.is_empty());
    assert!(done < 1_000_000, "{done}");

    let (found, done) = steps(|| in_response(&contains, &example, &numbers(8_000, 9_000)));
    assert_eq!(found.len(), 21);
    assert_eq!(
        found[20].description,
        "7980 more were not found in the actual list"
    );
    assert!(found[0].actual.is_some() && found[1].actual.is_none());
    assert!(
        done < 1_000_000 && size(&found) < 1_000_000,
        "{done} {}",
        size(&found)
    );
}

#[test]
fn what_is_too_expensive_is_given_up_and_says_so() {
    // Objects in a response may have more members, so each is compared with each.
    let contains = json!({"$": [{"match": "arrayContains", "variants": []}]});
    let objects = |from: usize| -> Value {
        (from..from + 3_000)
            .map(|number| json!({ "a": number }))
            .collect()
    };
    let found = in_response(&contains, &objects(0), &objects(5_000));
    assert!(found[0].description.contains("given up") && found[0].description.contains("too expensive"));
    assert_eq!(found[0].kind, MismatchKind::Undecided);
    assert!(found.len() < 30, "{}", found.len());
    // The result is the same each time, and the next comparison starts with a full budget.
    assert_eq!(found, in_response(&contains, &objects(0), &objects(5_000)));
    assert!(in_response(&contains, &json!([{"a": 1}]), &json!([{"a": 1}])).is_empty());

    let pattern = json!({
        "$": [{"match": "type"}],
        "$[*]": [{"match": "regex", "regex": "(?:a|aa)+(?=b)b"}],
    });
    let found = in_response(&pattern, &json!(["ab"]), &vec![json!("a".repeat(60)); 100].into());
    assert!(found[0].description.contains("given up"));
    assert!(
        found[1]
            .description
            .ends_with("the pattern is too expensive on it to be decided"),
        "{}",
        found[1]
    );
}

#[test]
fn an_automaton_of_many_states_is_followed_within_bounds() {
    // Each path through the text is its own set of states.
    let states = |text: &str| {
        let pattern = json!({"$": [{"match": "regex", "regex": "[cd]*c[cd]{1000}e"}]});
        steps(|| in_response(&pattern, &json!("c".repeat(1_001) + "e"), &json!(text)))
    };
    let mixed: String = (0..60_000_u64)
        .map(|index| {
            if (index * index).count_ones() % 2 == 0 {
                'c'
            } else {
                'd'
            }
        })
        .collect();
    let (found, done) = states(&mixed);
    assert!(
        found[0]
            .description
            .ends_with("too expensive on it to be decided"),
        "{}",
        found[0]
    );
    assert!(done < STEPS, "{done}");
    // A text of the usual length is still decided.
    let (found, _) = states(&format!("{}e", &mixed[..4_000]));
    let is_c = mixed.as_bytes()[4_000 - 1_001] == b'c';
    assert_eq!(found.is_empty(), is_c);

    let optional = json!({"$": [{"match": "regex", "regex": "(?:d?){3000}e"}]});
    let (found, done) = steps(|| in_response(&optional, &json!("de"), &json!("d".repeat(100_000))));
    assert_eq!(found.len(), 1);
    assert!(done < STEPS, "{done}");
    let longest = json!("d".repeat(1_000) + "e");
    assert!(in_response(&optional, &json!("de"), &longest).is_empty());
}

#[test]
fn rules_that_multiply_are_refused_when_they_are_compiled() {
    let compile = |path: &str, patterns: &[String], body: Body| {
        let list: Vec<Value> = patterns
            .iter()
            .map(|pattern| json!({"match": "regex", "regex": pattern}))
            .collect();
        let expected = Request {
            body,
            rules: rules(&json!({ path: list })),
            ..Request::default()
        };
        RequestPlan::compile(&expected, Specification::V4).map(drop)
    };
    let form = |fields: usize| {
        let text: Vec<String> = (0..fields).map(|index| format!("f{index}=1")).collect();
        Body::text(text.join("&"), "application/x-www-form-urlencoded".parse().ok())
    };
    let patterns = |count: usize, of: &str| -> Vec<String> {
        (0..count).map(|index| format!("{of}|x{index}")).collect()
    };
    assert!(compile("$.*", &patterns(20, "1"), form(500)).is_ok());
    let error = compile("$.*", &patterns(1_000, "1"), form(1_000)).unwrap_err();
    assert!(error.to_string().contains("to compile: use fewer"), "{error}");
    // Short patterns with large automata.
    let error = compile("$", &patterns(1_000, r"\w{40}"), Body::json(json!("a"))).unwrap_err();
    assert!(error.to_string().contains("to compile: use fewer"), "{error}");
}

#[cfg(feature = "schema")]
#[test]
fn what_was_not_decided_is_not_reported_as_a_difference() {
    // Each level leads to the next three times: too many schemas meet the value.
    let levels: Map<String, Value> = (0..9)
        .map(|level| {
            let next = json!({"$ref": format!("#/$defs/l{}", level + 1)});
            (
                format!("l{level}"),
                json!({"allOf": [next.to_serde(), next.to_serde(), next.to_serde()]}),
            )
        })
        .chain([("l9".to_owned(), json!({"type": "string"}))])
        .collect();
    let schema = json!({"items": {"$ref": "#/$defs/l0"}, "$defs": Value::from(levels).to_serde()});
    let rules = json!({"$.list": [{"match": "type", "schema": schema.to_serde()}]});
    let document = json!({"list": vec!["a"; 10_000]});
    let found = in_response(&rules, &document, &document);
    let kinds: Vec<_> = found.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [MismatchKind::Undecided], "{found:?}");
}

#[test]
fn an_or_of_many_rules_names_a_few() {
    let or: Value = std::iter::once(json!("OR"))
        .chain((0..1_000).map(|index| json!({"match": "include", "value": format!("b{index}")})))
        .collect();
    let actual: Value = (0..1_000)
        .map(|index| json!("x".repeat(40) + &index.to_string()))
        .collect();
    let found = in_response(
        &json!({ "$": [{"match": "type"}], "$[*]": or.to_serde() }),
        &json!(["b0"]),
        &actual,
    );
    assert_eq!(found.len(), 1_001);
    assert!(size(&found) < 6_000_000, "{}", size(&found));
    assert!(
        found[0]
            .description
            .ends_with("or to match one of 980 more rules"),
        "{}",
        found[0]
    );
    assert!(
        found[0].expectation.ends_with(" or 980 more"),
        "{}",
        found[0].expectation
    );
}

#[test]
fn a_report_ends_after_a_thousand_mismatches() {
    let zeros = Value::from(vec![json!(0); 20_000]);
    let ones = Value::from(vec![json!(1); 20_000]);
    let found = in_response(&json!({}), &zeros, &ones);
    assert_eq!(found.len(), 1_001);
    assert_eq!(
        (found[999].kind, found[1_000].kind),
        (MismatchKind::Differs, MismatchKind::MayBeMore)
    );
    assert_eq!(
        found[1_000].description,
        "The comparison ended after 1,000 mismatches: there may be more"
    );
    let few = in_response(&json!({}), &numbers(999, 0), &numbers(999, 1));
    assert!(few.len() == 999 && few.iter().all(|one| one.kind == MismatchKind::Differs));
    let wide = |name: &str| -> Value {
        (0..5_000)
            .map(|index| (format!("{name}{index}"), json!(1)))
            .collect()
    };
    assert_eq!(in_request(&json!({}), &wide("a"), &wide("b")).len(), 1_001);
}

#[test]
fn alternatives_in_alternatives_do_not_multiply_without_end() {
    let or = || {
        let rules = (0..30).map(
            |index| json!({"match": "eachKey", "rules": [{"match": "regex", "regex": format!("b{index}")}]}),
        );
        std::iter::once(json!("OR")).chain(rules).collect::<Value>()
    };
    let lists: Value = (0..6)
        .map(|depth| (format!("${}", ".a".repeat(depth)), or()))
        .collect();
    let document = (0..6).fold(json!({"a": 1, "c": 2}), |inner, _| json!({"a": inner, "c": 3}));
    let (found, done) = steps(|| in_response(&lists, &document, &document));
    assert!(!found.is_empty());
    assert!(done < 10_000_000, "{done}");
}

#[test]
fn many_names_and_parameters_are_found() {
    let names = |reversed: bool| {
        let mut names: Vec<String> = (0..17_576).map(|index| format!("n{index}={index}")).collect();
        if reversed {
            names.reverse();
        }
        names.join("&")
    };
    let request = |text: &str| Request {
        query: Query::parse(text),
        ..Request::default()
    };
    let plan = RequestPlan::compile(&request(&names(false)), Specification::V4).unwrap();
    assert!(plan.matches(&request(&names(true))));
    assert!(!plan.matches(&request(&names(true).replace("n7=7&", "n7=8&"))));

    let media_type = |reversed: bool, value: usize| {
        let mut parameters: Vec<String> = (0..14_000)
            .map(|index| format!("p{index}={}", index * value))
            .collect();
        if reversed {
            parameters.reverse();
        }
        let mut headers = Headers::new();
        headers.append("Accept", format!("a/b;{}", parameters.join(";")));
        Response {
            headers,
            ..Response::default()
        }
    };
    let plan = ResponsePlan::compile(&media_type(false, 1)).unwrap();
    assert!(plan.compare(&media_type(true, 1)).is_match());
    assert_eq!(plan.compare(&media_type(true, 2)).mismatches().len(), 1);
}

#[test]
fn headers_and_queries_of_many_names_keep_their_ways() {
    let mut headers = Headers::new();
    for index in 0..40 {
        headers.append(format!("X-{index}"), "1");
    }
    headers.append("x-7", "2");
    headers.set("X-8", vec!["3".to_owned()]);
    headers.remove("x-30");
    assert_eq!(headers.get("X-7").unwrap(), ["1", "2"]);
    assert_eq!(headers.first("x-8"), Some("3"));
    assert_eq!(headers.get("x-30"), None);
    assert_eq!(headers.iter().count(), 39);
    let order: Vec<_> = headers.iter().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(order[29..31], ["X-29", "X-31"]);

    let text = (0..40)
        .map(|index| format!("q{index}=1&q7=2"))
        .collect::<Vec<_>>()
        .join("&");
    let query = Query::parse(&text);
    assert_eq!(query.get("q7").unwrap().len(), 41);
    assert_eq!((query.len(), query.to_text()), (40, text));
}

#[cfg(feature = "schema")]
#[test]
fn a_schema_that_multiplies_is_refused_or_given_up() {
    let compile = |schema: &Value| {
        let expected = Response {
            body: Body::json(json!({})),
            rules: rules(&json!({"$": [{"match": "type", "schema": schema}]})),
            ..Response::default()
        };
        ResponsePlan::compile(&expected)
    };
    let mut definitions = Map::new();
    for level in 0..40 {
        let next = json!({"$ref": format!("#/$defs/d{}", level + 1)});
        definitions.insert(format!("d{level}"), json!({"anyOf": [next, next]}));
    }
    definitions.insert("d40".to_owned(), json!({"type": "integer"}));
    let error = compile(&json!({"$ref": "#/$defs/d0", "$defs": Value::from(definitions).to_serde()}))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("fewer levels of anyOf") && error.contains("at $"),
        "{error}"
    );

    let twice = json!({"anyOf": [
        {"properties": {"a": {"$ref": "#"}, "b": {"type": "integer"}}},
        {"properties": {"a": {"$ref": "#"}, "b": {"type": "null"}}},
    ]});
    let plan = compile(&twice).unwrap();
    let nested = |depth: usize| Response {
        body: Body::json((0..depth).fold(json!({"b": "x"}), |inner, _| json!({"a": inner, "b": "x"}))),
        ..Response::default()
    };
    assert!(
        plan.compare(&nested(2)).mismatches()[0]
            .description
            .contains("valid under the JSON Schema: ")
    );
    assert!(
        plan.compare(&nested(60)).mismatches()[0]
            .description
            .contains("given up")
    );
    let fitting = Response {
        body: Body::json(json!({"a": {"b": 1}, "b": null})),
        ..Response::default()
    };
    assert!(plan.compare(&fitting).is_match());
}
