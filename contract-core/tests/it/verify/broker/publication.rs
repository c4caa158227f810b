//! Contracts are published.

use super::*;

#[tokio::test]
async fn contracts_are_published_as_they_are_one_call_per_consumer() {
    let (stub, client) = Stub::start().await;
    let text = contract_with(&[200]);
    let publication = Publication::new("1")
        .branch("main")
        .content(text.clone(), "a.json")
        .unwrap()
        .content(contract_text("mobile-app", &[]), "b.json")
        .unwrap();
    let published = client.publish(&publication).await.unwrap();
    let consumers: Vec<_> = published.iter().map(|one| one.consumer.as_str()).collect();
    assert_eq!(consumers, ["mobile-app", "web-app"]);
    assert_eq!(published[1].notices[0].text, "Contract published");
    let calls = stub.calls.lock().unwrap();
    let body = &calls.last().unwrap().1;
    assert_eq!(body["pacticipantVersionNumber"], "1");
    assert_eq!(body["branch"], "main");
    let content = body["contracts"][0]["content"].as_str().unwrap();
    let content = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, content).unwrap();
    assert_eq!(content, text.into_bytes());
}

#[tokio::test]
async fn parts_of_a_contract_are_merged_by_the_broker_if_asked_to() {
    let (stub, client) = Stub::start().await;
    let (first, second) = (contract_with(&[200]), contract_with(&[200, 404]));
    let publication = Publication::new("1").content(first.clone(), "a.json").unwrap();
    let error = publication.content(second.clone(), "b.json").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let text = error.to_string();
    assert!(
        text.contains("both a.json and b.json") && text.contains("--merge"),
        "{text}"
    );

    let mut publication = Publication::new("1").merge(true);
    // The same file by two paths is one contract.
    for (content, origin) in [(&first, "a.json"), (&second, "b.json"), (&first, "copy.json")] {
        publication = publication.content(content.clone(), origin).unwrap();
    }
    assert_eq!(client.publish(&publication).await.unwrap().len(), 2);
    let calls = stub.calls.lock().unwrap().clone();
    let bodies: Vec<&Value> = (calls.iter())
        .filter(|(call, _)| call == "POST /contracts/publish")
        .map(|(_, body)| body)
        .collect();
    assert_eq!(bodies.len(), 2);
    for body in bodies {
        assert_eq!(body["contracts"].as_array().unwrap().len(), 1);
        assert_eq!(body["contracts"][0]["onConflict"], "merge");
    }
}

#[tokio::test]
async fn what_was_published_before_an_error_is_named() {
    let (stub, client) = Stub::start().await;
    let of = |consumer: &str| contract_text(consumer, &[get_interaction("a user", &[], "/users/1", 200)]);
    let publication = Publication::new("1")
        .content(of("android-app"), "a.json")
        .and_then(|publication| publication.content(of("web-app"), "b.json"))
        .unwrap();
    stub.refuse(200, json!({ "notices": [], "_links": { "pb:contracts": [] } }), 1);
    stub.refuse(409, json!({ "errors": { "contracts": ["differ"] } }), 1);
    let error = client.publish(&publication).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let text = error.to_string();
    assert!(
        text.starts_with("the contracts of \"android-app\" were published, then this failed: publishing the contracts of \"web-app\""),
        "{text}"
    );
}

#[tokio::test]
async fn what_cannot_be_published_says_why_before_anything_is_sent() {
    let publication = || Publication::new("1");
    let error = publication().content("{", "a.json").unwrap_err().to_string();
    assert!(error.starts_with("a.json:1:1: not valid JSON"), "{error}");
    let error = publication().content("{}", "a.json").unwrap_err().to_string();
    assert!(error.contains("names no consumer"), "{error}");
    let (_, client) = Stub::start().await;
    let error = client.publish(&publication()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}
