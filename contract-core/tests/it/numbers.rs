//! Numbers stay as they are written: on the wire, in files, in comparisons and in reports.

use contract_core::contract::store::{Options, Run, merge_into_file};
use contract_core::contract::{
    Body, Contract, Data, HttpInteraction, Interaction, InteractionKind, Request, Response, Specification,
    read,
};
use contract_core::json;
use contract_core::matching::{Part, RequestPlan, ResponsePlan};

const BODY: &str =
    r#"{"amount":1.10,"big":20000000000000000001,"e":6.02e+23,"neg":-0,"rate":0.1234567890123456789}"#;

/// A contract as another tool wrote it, with numbers in every place that may hold one.
fn contract_text(specification: &str) -> String {
    let body = match specification {
        "4.0" => format!(r#"{{"content": {BODY}, "contentType": "application/json", "encoded": false}}"#),
        _ => BODY.to_owned(),
    };
    let (state, kind) = match specification {
        "2.0.0" => (r#""providerState": "s","#.to_owned(), String::new()),
        _ => (
            r#""providerStates": [{"name": "s", "params": {"limit": 12.50, "id": 20000000000000000001}}],"#
                .to_owned(),
            r#""type": "Synchronous/HTTP","#.to_owned(),
        ),
    };
    format!(
        r#"{{
            "consumer": {{"name": "shop", "x-cost": 3.00}}, "provider": {{"name": "till"}},
            "interactions": [{{
                "description": "a sale", {kind} {state} "x-note": 7.70,
                "request": {{"method": "POST", "path": "/sales", "body": {body},
                             "headers": {{"Content-Type": "application/json"}}}},
                "response": {{"status": 200, "body": {body}, "headers": {{"Content-Type": "application/json"}}}}
            }}],
            "metadata": {{"pactSpecification": {{"version": "{specification}"}}, "x-build": 1.0}}
        }}"#
    )
}

fn compact(text: &str) -> String {
    json::from_str(text).unwrap().to_string()
}

#[test]
fn reading_and_writing_keeps_every_digit() {
    for (text, specification) in [
        ("2.0.0", Specification::V2),
        ("3.0.0", Specification::V3),
        ("4.0", Specification::V4),
    ] {
        let contract = Contract::read_str(&contract_text(text), "sale.json").unwrap();
        let http = contract.interactions[0].as_http().unwrap();
        assert_eq!(http.request.body.to_bytes(), BODY, "what is sent");
        assert_eq!(http.response.body.to_bytes(), BODY, "what is answered");
        let written = compact(&contract.to_text(specification).unwrap());
        for kept in [BODY, r#""x-cost":3.00"#, r#""x-note":7.70"#, r#""x-build":1.0"#] {
            assert!(written.contains(kept), "{text}: {kept} is not in {written}");
        }
        if specification > Specification::V2 {
            assert!(
                written.contains(r#""params":{"id":20000000000000000001,"limit":12.50}"#),
                "{written}"
            );
        }
    }
}

#[test]
fn long_numbers_that_differ_in_one_digit_are_different() {
    let response = |body: &str| Response {
        status: Some(200),
        body: Body::json(json::from_str(body).unwrap()),
        ..Response::default()
    };
    for (expected, actual, matches) in [
        ("[20000000000000000001]", "[20000000000000000001]", true),
        ("[20000000000000000001]", "[20000000000000000002]", false),
        ("[0.12345678901234567]", "[0.12345678901234568]", false),
        ("[0.1234567890123456789]", "[0.12345678901234567891]", false),
        ("[1.10]", "[1.1]", true),
        ("[1e2]", "[100]", true),
        ("[-0]", "[0]", true),
    ] {
        let plan = ResponsePlan::compile(&response(expected)).unwrap();
        let report = plan.compare(&response(actual));
        assert_eq!(report.is_match(), matches, "{expected} {actual}");
        if !matches {
            let told = &report.mismatches()[0];
            assert_eq!(told.part, Part::Body);
            let digits = |text: &str| text.trim_matches(['[', ']']).to_owned();
            assert_eq!(told.expected.as_ref().unwrap().to_string(), digits(expected));
            assert_eq!(told.actual.as_ref().unwrap().to_string(), digits(actual));
        }
    }
}

#[test]
fn rules_look_at_a_number_as_it_is_written() {
    let rules = |rule: &str| {
        let rules = format!(r#"{{"body": {{"$.n": {{"matchers": [{rule}]}}}}}}"#);
        read::matching_rules(json::from_str(&rules).unwrap()).unwrap()
    };
    for (rule, number, matches) in [
        (r#"{"match": "regex", "regex": "\\d+\\.\\d{2}"}"#, "1.10", true),
        (r#"{"match": "regex", "regex": "\\d+\\.\\d{2}"}"#, "1.1", false),
        (r#"{"match": "integer"}"#, "20000000000000000001", true),
        (r#"{"match": "decimal"}"#, "20000000000000000001", false),
        (r#"{"match": "integer"}"#, "1e20", false),
        (r#"{"match": "integer"}"#, "-0", true),
    ] {
        let request = |number: &str| Request {
            method: "POST".into(),
            path: "/".into(),
            body: Body::json(json::from_str(&format!(r#"{{"n":{number}}}"#)).unwrap()),
            ..Request::default()
        };
        let expected = Request {
            rules: rules(rule),
            ..request(number)
        };
        let plan = RequestPlan::compile(&expected, Specification::V4);
        let report = plan.unwrap().compare(&request(number));
        assert_eq!(report.is_match(), matches, "{rule} {number}: {report:?}");
    }
}

#[test]
fn a_body_from_the_wire_keeps_every_digit() {
    let json_type = "application/json".parse().unwrap();
    let body = Body::from_wire(BODY.as_bytes().to_vec().into(), Some(json_type));
    let Some(Data::Json(document)) = body.content().map(|content| &content.data) else {
        panic!("{body:?}");
    };
    assert_eq!(document.to_string(), BODY);
}

#[test]
fn merging_keeps_the_numbers_of_other_interactions() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop-till.json");
    std::fs::write(&path, contract_text("4.0")).unwrap();
    let mut new = Contract::new("shop", "till");
    let http = InteractionKind::Http(Box::<HttpInteraction>::default());
    new.interactions.push(Interaction::new("another sale", http));
    merge_into_file(&path, &new, &Options::new(Run::new("a run"))).unwrap();
    let written = compact(&std::fs::read_to_string(&path).unwrap());
    assert_eq!(written.matches(BODY).count(), 2, "{written}");
    assert!(written.contains("another sale"), "{written}");
}
