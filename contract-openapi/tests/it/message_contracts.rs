//! Message contracts of version 3.

use contract_openapi::{AsyncDescription, Comparator, CompareOptions, Comparison, ContractFile, Mends};
use serde_json::{Value, json};

const DOCUMENT: &str = "
asyncapi: 3.0.0
info: {title: Orders, version: 1.0.0}
channels:
  orders:
    messages:
      placed: {payload: {type: object, required: [id], properties: {id: {type: integer}, note: {type: string}}}}
      cancelled: {payload: {type: object, properties: {order: {type: integer}, reason: {enum: [late, lost]}}},
        headers: {type: object, properties: {topic: {const: orders}}}}
operations:
  sendPlaced: {action: send, channel: {$ref: '#/channels/orders'}, messages: [{$ref: '#/channels/orders/messages/placed'}]}
";

fn compared(message: &Value, mends: Mends) -> Comparison {
    let document = AsyncDescription::from_text("asyncapi.yaml", DOCUMENT).unwrap();
    let contract = json!({
        "consumer": {"name": "mailer"},
        "provider": {"name": "orders"},
        "messages": [message],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    });
    let contract = ContractFile::from_text("contract.json", &contract.to_string()).unwrap();
    let options = CompareOptions {
        mends,
        ..CompareOptions::default()
    };
    let comparator = Comparator::with(None, Some(&document), options).unwrap();
    comparator.compare(&contract).unwrap()
}

fn codes(comparison: &Comparison) -> Vec<&str> {
    comparison
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect()
}

#[test]
fn messages_of_version_3_are_compared_with_all_messages() {
    let message =
        |contents: Value| json!({"description": "m", "contents": contents, "metaData": {"topic": "orders"}});
    for contents in [json!({"note": "x"}), json!({"order": 3, "reason": "late"})] {
        let comparison = compared(&message(contents), Mends::all());
        assert_eq!(codes(&comparison), ["message.matched"]);
        assert_eq!(comparison.interactions, 1);
    }
    let wrong = compared(&message(json!({"order": 3, "reason": "early"})), Mends::all());
    assert_eq!(codes(&wrong), ["message.no.match"]);
    let finding = &wrong.findings[0];
    let side = finding.contract.as_ref().unwrap();
    assert_eq!(side.location, "[root].messages[0]");
    // The causes are those of the nearest message.
    assert_eq!(finding.causes.len(), 1, "{:?}", finding.causes);
    let cause = finding.causes[0].contract.as_ref().unwrap();
    assert_eq!(cause.location, "[root].messages[0].contents.reason");
    assert!(cause.place.is_some());
}

#[test]
fn the_widely_used_comparator_does_not_read_them() {
    let mut mends = Mends::all();
    mends.message_contracts = false;
    let comparison = compared(&json!({"description": "m", "contents": {"reason": 3}}), mends);
    assert_eq!((comparison.findings.len(), comparison.interactions), (0, 0));
}

#[test]
fn a_message_may_name_its_operation() {
    let message = json!({
        "description": "m",
        "contents": {"order": 3},
        "comments": {"references": {"AsyncAPI": {"operationId": "sendPlaced"}}},
    });
    assert_eq!(codes(&compared(&message, Mends::all())), ["message.no.match"]);
}
