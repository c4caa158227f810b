//! Reads the test results of all known verifiers, by interaction.
//!
//! - The Rust verifiers, pact-js, pact-jvm and this project's verifier publish a list of `{interactionId,
//!   interactionDescription?, success, mismatches?, exceptions?}`.
//! - The Ruby verifier publishes `{tests: [{interactionDescription, interactionProviderState, status, exception?,
//!   differences?}]}`, one test for each part of a response; `RSpec`'s own format is `{examples: [{full_description,
//!   status, exception?}]}`.
//!
//! Other formats are not understood: the page shows them as published.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// The report about one interaction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tested {
    /// The broker's id of the interaction.
    pub(crate) id: Option<String>,
    pub(crate) description: Option<String>,
    /// The name of its provider state, if the verifier reports it.
    pub(crate) state: Option<String>,
    /// `None`: it was not run.
    pub(crate) success: Option<bool>,
    pub(crate) problems: Vec<Problem>,
}

/// A mismatch or an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Problem {
    /// The part of the request or response: body, header, status; or an exception.
    pub(crate) part: String,
    /// The place in that part: a path, or the name of a header; empty if none is given.
    pub(crate) place: String,
    pub(crate) text: String,
}

/// Returns the reports of a result, one for each interaction, in the order in which they were published.
pub(crate) fn read(test_results: &Value) -> Vec<Tested> {
    let list = match test_results {
        Value::Array(list) => list.as_slice(),
        Value::Object(map) => LISTS
            .iter()
            .find_map(|name| map.get(*name)?.as_array())
            .map_or_else(|| std::slice::from_ref(test_results), Vec::as_slice),
        _ => &[],
    };
    let mut read: Vec<Tested> = Vec::with_capacity(list.len());
    let mut places: HashMap<[Option<String>; 3], usize> = HashMap::new();
    for tested in list.iter().filter_map(Value::as_object).filter_map(one) {
        let key = [
            tested.id.clone(),
            tested.description.clone(),
            tested.state.clone(),
        ];
        if let Some(place) = places.get(&key) {
            read[*place].add(tested);
        } else {
            places.insert(key, read.len());
            read.push(tested);
        }
    }
    read
}

/// The members that contain the list if the report is an object.
const LISTS: [&str; 4] = ["tests", "examples", "interactions", "results"];

impl Tested {
    /// Merges the report of another test of the same interaction.
    fn add(&mut self, other: Self) {
        self.success = match (self.success, other.success) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), _) | (_, Some(true)) => Some(true),
            (None, None) => None,
        };
        for problem in other.problems {
            if !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
    }
}

fn one(map: &Map<String, Value>) -> Option<Tested> {
    let text = |names: &[&str]| names.iter().find_map(|name| words(map.get(*name)?));
    let mut problems: Vec<Problem> = Vec::new();
    for name in ["mismatches", "differences"] {
        problems.extend(items(map.get(name)).filter_map(mismatch));
    }
    let has_mismatches = !problems.is_empty();
    for exception in items(map.get("exceptions")).chain(items(map.get("exception"))) {
        // The Ruby verifier repeats the differences in its exception.
        if !has_mismatches || !map.contains_key("differences") {
            problems.extend(words_of_exception(exception));
        }
    }
    let success = match map.get("success").or_else(|| map.get("status")) {
        Some(Value::Bool(success)) => Some(*success),
        Some(Value::String(word)) => match word.to_ascii_lowercase().as_str() {
            "true" | "passed" | "pass" | "success" | "successful" | "ok" => Some(true),
            "false" | "failed" | "fail" | "failure" | "error" | "errored" => Some(false),
            _ => None,
        },
        _ if !problems.is_empty() => Some(false),
        _ => None,
    };
    let tested = Tested {
        id: text(&["interactionId", "interaction_id", "_id"]),
        description: text(&[
            "interactionDescription",
            "interaction_description",
            "testFullDescription",
            "full_description",
            "testDescription",
            "description",
        ]),
        state: text(&["interactionProviderState", "interaction_provider_state"]),
        success,
        problems,
    };
    let is_one = tested.id.is_some() || tested.description.is_some() || tested.success.is_some();
    is_one.then_some(tested)
}

/// Returns the items of a list; a single value counts as a list.
fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    match value {
        Some(Value::Array(list)) => list.as_slice(),
        Some(Value::Null) | None => &[],
        Some(one) => std::slice::from_ref(one),
    }
    .iter()
}

fn mismatch(value: &Value) -> Option<Problem> {
    let Value::Object(map) = value else {
        return Some(Problem {
            text: words(value)?,
            ..Problem::default()
        });
    };
    let text = |names: &[&str]| names.iter().find_map(|name| words(map.get(*name)?));
    let compared = || {
        let (expected, actual) = (
            map.get("expected").and_then(words),
            map.get("actual").and_then(words),
        );
        match (expected, actual) {
            (None, None) => None,
            (expected, actual) => Some(format!(
                "expected {}, got {}",
                expected.unwrap_or_default(),
                actual.unwrap_or_default()
            )),
        }
    };
    Some(Problem {
        part: text(&["attribute", "type"]).unwrap_or_default(),
        place: text(&["identifier", "path", "key", "parameter"]).unwrap_or_default(),
        text: text(&["description", "mismatch", "message"])
            .or_else(compared)
            .unwrap_or_else(|| value.to_string()),
    })
}

fn words_of_exception(value: &Value) -> Option<Problem> {
    let text = match value {
        Value::Object(map) => map.get("message").or_else(|| map.get("class")).and_then(words)?,
        other => words(other)?,
    };
    Some(Problem {
        part: "exception".to_owned(),
        place: String::new(),
        text,
    })
}

/// Returns a text without terminal colours and surrounding blanks; a number or a list as JSON; `None` for nothing.
fn words(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => without_colours(text),
        other => other.to_string(),
    };
    let trimmed = text.trim_matches(['\n', '\r', ' ', '\t']);
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// Removes terminal control sequences (ECMA-48, such as `ESC [ 31 m`).
fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(sequence) = rest.strip_prefix('[') {
            let end = sequence.find(|c: char| ('@'..='~').contains(&c));
            rest = end.map_or("", |end| &sequence[end + 1..]);
        }
    }
    plain.push_str(rest);
    plain
}

/// What identifies an interaction of a contract.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named<'a> {
    pub(crate) id: Option<&'a str>,
    pub(crate) description: &'a str,
    /// The names of its provider states.
    pub(crate) states: &'a [String],
}

/// Reports assigned to interactions.
#[derive(Debug, Default)]
pub(crate) struct Assigned {
    /// The report about each interaction, if any.
    pub(crate) of: Vec<Option<Tested>>,
    /// Reports about no interaction of the contract.
    pub(crate) others: Vec<Tested>,
}

/// Assigns each report to an interaction: by id, otherwise by description and, if several have it, by provider state.
pub(crate) fn assign(reports: Vec<Tested>, interactions: &[Named<'_>]) -> Assigned {
    let mut by_id: HashMap<&str, usize> = HashMap::new();
    let mut by_description: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, one) in interactions.iter().enumerate() {
        if let Some(id) = one.id {
            by_id.entry(id).or_insert(place);
        }
        by_description.entry(one.description).or_default().push(place);
    }
    let mut assigned = Assigned {
        of: vec![None; interactions.len()],
        others: Vec::new(),
    };
    for tested in reports {
        let named = || {
            let places = by_description.get(tested.description.as_deref()?)?;
            let same_state = |place: &&usize| {
                let state = tested.state.as_deref();
                state.is_some_and(|state| interactions[**place].states.iter().any(|one| one == state))
            };
            let free = |place: &&usize| assigned.of[**place].is_none();
            let found = places
                .iter()
                .find(same_state)
                .or_else(|| places.iter().find(free));
            found.or_else(|| places.first()).copied()
        };
        let by_id = tested.id.as_deref().and_then(|id| by_id.get(id).copied());
        match by_id.or_else(named) {
            Some(place) => match &mut assigned.of[place] {
                Some(known) => known.add(tested),
                empty => *empty = Some(tested),
            },
            None => assigned.others.push(tested),
        }
    }
    assigned
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problem(part: &str, place: &str, text: &str) -> Problem {
        Problem {
            part: part.to_owned(),
            place: place.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn the_list_of_the_rust_family_and_the_jvm_is_read() {
        let read = read(&json!([
            { "interactionId": "a1", "success": true },
            { "interactionId": "b2", "interactionDescription": "an order", "success": false, "mismatches": [
                { "attribute": "body", "identifier": "$.total", "description": "expected 3 got 4" },
                { "attribute": "status", "expected": 200, "actual": 500 },
                { "attribute": "header", "key": "X-Id", "mismatch": "is missing" },
                "something else",
            ] },
            { "interactionId": "c3", "success": false, "mismatches": [], "exceptions": [
                { "message": "connection refused", "exceptionClass": "java.net.ConnectException" }, { "class": "X" }, 7,
            ] },
            { "interactionId": "d4", "mismatches": [{ "description": "no" }] },
            null, 5, {},
        ]));
        assert_eq!(read.len(), 4);
        assert_eq!((read[0].success, read[0].problems.len()), (Some(true), 0));
        assert_eq!(read[1].description.as_deref(), Some("an order"));
        assert_eq!(
            read[1].problems,
            [
                problem("body", "$.total", "expected 3 got 4"),
                problem("status", "", "expected 200, got 500"),
                problem("header", "X-Id", "is missing"),
                problem("", "", "something else"),
            ]
        );
        let said: Vec<&str> = read[2].problems.iter().map(|one| &*one.text).collect();
        assert_eq!(said, ["connection refused", "X", "7"]);
        assert_eq!(read[3].success, Some(false));
    }

    #[test]
    fn the_tests_of_the_ruby_verifier_are_read_one_interaction_for_its_tests() {
        let test = |description: &str, state: Option<&str>, status: &str, more: Value| {
            let mut test = json!({
                "testDescription": "has a matching body", "testFullDescription": "Verifying a contract …",
                "interactionDescription": description, "interactionProviderState": state, "status": status,
            });
            test.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            test
        };
        let read = read(&json!({ "summary": { "failureCount": 1 }, "tests": [
            test("an order", Some("there is one"), "passed", json!({})),
            test("an order", Some("there is one"), "failed", json!({
                "exception": { "class": "RSpec::X", "message": "\u{1b}[0m\n\u{1b}[31mexpected 1\u{1b}[0m" },
                "differences": [{ "description": "Expected 1 but got 2 at $.a" }],
            })),
            test("an order", None, "passed", json!({})),
            test("a list", None, "failed", json!({ "exception": { "message": "\u{1b}[31mno server\u{1b}[0m\n" } })),
            test("a draft", None, "pending", json!({})),
        ] }));
        assert_eq!(read.len(), 4);
        assert_eq!(
            (read[0].success, &read[0].problems),
            (Some(false), &vec![problem("", "", "Expected 1 but got 2 at $.a")])
        );
        assert_eq!(read[1].success, Some(true));
        assert_eq!(read[2].problems, [problem("exception", "", "no server")]);
        assert_eq!(read[3].success, None);
    }

    #[test]
    fn other_forms_are_read_as_far_as_they_go() {
        let examples = read(&json!({ "examples": [
            { "full_description": "Verifying x", "status": "failed", "exception": { "message": "no" } },
        ] }));
        assert_eq!(
            (examples[0].description.as_deref(), examples[0].success),
            (Some("Verifying x"), Some(false))
        );
        let single = read(&json!({ "interactionId": "a", "success": "false" }));
        assert_eq!(single[0].success, Some(false));
        for nothing in [
            json!(null),
            json!("text"),
            json!(3),
            json!({}),
            json!([]),
            json!([[1]]),
            json!({ "tests": 1 }),
        ] {
            assert_eq!(read(&nothing), [], "{nothing}");
        }
    }

    #[test]
    fn reports_find_their_interactions() {
        let states = [vec!["one".to_owned()], vec!["two".to_owned()], vec![]];
        let interactions = [
            Named {
                id: Some("a"),
                description: "x",
                states: &states[0],
            },
            Named {
                id: Some("b"),
                description: "x",
                states: &states[1],
            },
            Named {
                id: Some("c"),
                description: "y",
                states: &states[2],
            },
        ];
        let tested = |id: Option<&str>, description: Option<&str>, state: Option<&str>, success| Tested {
            id: id.map(str::to_owned),
            description: description.map(str::to_owned),
            state: state.map(str::to_owned),
            success: Some(success),
            problems: Vec::new(),
        };
        let outcomes = |reports: Vec<Tested>| {
            let assigned = assign(reports, &interactions);
            let of: Vec<Option<bool>> = assigned.of.iter().map(|one| one.as_ref()?.success).collect();
            (of, assigned.others.len())
        };
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(
            outcomes(vec![tested(Some("b"), Some("y"), None, false)]),
            (vec![None, no, None], 0)
        );
        assert_eq!(
            outcomes(vec![tested(None, Some("x"), Some("two"), false)]),
            (vec![None, no, None], 0)
        );
        // Without a state they are in contract order.
        let both = vec![
            tested(None, Some("x"), None, true),
            tested(None, Some("x"), None, false),
        ];
        assert_eq!(outcomes(both), (vec![yes, no, None], 0));
        let strange = vec![
            tested(Some("z"), Some("y"), None, true),
            tested(None, Some("zz"), None, false),
        ];
        assert_eq!(outcomes(strange), (vec![None, None, yes], 1));
        assert_eq!(outcomes(Vec::new()), (vec![None, None, None], 0));
    }
}
