//! A response of a contract, with its rules, on the first line, and the JSON document that came below.
#![no_main]

use contract_core::contract::{Body, Message, Response, Specification, read};
use contract_core::json;
use contract_core::matching::{MessagePlan, ResponsePlan};
use contract_fuzz::{two, within_a_second};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    within_a_second(|| {
        let (contract, document) = two(text);
        let (Ok(contract), Ok(document)) = (json::from_str(contract), json::from_str(document)) else {
            return;
        };
        if let Ok(expected) = read::response(contract.clone(), Specification::V4)
            && let Ok(plan) = ResponsePlan::compile(&expected)
        {
            let actual = Response {
                body: Body::json(document.clone()),
                ..Response::default()
            };
            let first = plan.compare(&actual);
            assert_eq!(first, plan.compare(&actual));
            let _ = plan.compare(&expected);
        }
        if let Ok(expected) = read::message(contract, Specification::V4)
            && let Ok(plan) = MessagePlan::compile(&expected)
        {
            let actual = Message {
                contents: Body::json(document),
                ..Message::default()
            };
            let _ = plan.compare(&actual);
        }
    });
});
