//! Contracts of the broker are verified, and their results published.

use super::*;

#[tokio::test]
async fn contracts_of_the_broker_are_verified_and_their_results_published() {
    let (stub, client) = Stub::start().await;
    *stub.contract.lock().unwrap() = contract_with(&[404, 200]);
    let report = verifier(client)
        .selectors([Selector::main_branch()])
        .publish(PublishResults::version("abc").branch("feat/x").tag("dev"))
        .run()
        .await
        .unwrap();
    assert!(!report.is_success());
    let contract = &report.contracts[0];
    assert_eq!(contract.notices, ["chosen because of its branch"]);
    assert!(contract.published.as_deref().unwrap().ends_with("/results/1"));

    let asked = stub.body_of("POST /pacts/provider/user-api/for-verification");
    assert_eq!(
        asked,
        json!({
            "consumerVersionSelectors": [{ "mainBranch": true }],
            "includePendingStatus": true,
            "providerVersionBranch": "feat/x",
            "providerVersionTags": ["dev"],
        })
    );
    assert_eq!(
        stub.asked()[1..],
        [
            "GET /contract",
            "GET /pacticipants/user-api",
            "PUT /pacticipants/user-api/branches/feat%2Fx/versions/abc",
            "PUT /pacticipants/user-api/versions/abc/tags/dev",
            "POST /results",
        ]
    );
    let result = stub.body_of("POST /results");
    assert_eq!(result["success"], false);
    assert_eq!(result["providerApplicationVersion"], "abc");
    assert_eq!(result["testResults"][0]["interactionId"], "id-0");
    assert_eq!(result["testResults"][0]["success"], true);
    assert_eq!(result["testResults"][1]["interactionId"], "id-1");
    assert_eq!(result["testResults"][1]["mismatches"][0]["attribute"], "status");
}

#[tokio::test]
async fn a_pending_contract_fails_nothing_and_is_published_as_failed() {
    let (stub, client) = Stub::start().await;
    *stub.contract.lock().unwrap() = contract_with(&[200]);
    *stub.pending.lock().unwrap() = true;
    let report = verifier(client)
        .publish(PublishResults::version("abc"))
        .run()
        .await
        .unwrap();
    assert!(report.is_success());
    assert_eq!(report.counts().pending, 1);
    assert_eq!(stub.body_of("POST /results")["success"], false);
}

#[tokio::test]
async fn a_result_that_cannot_be_published_fails_the_run() {
    let (stub, client) = Stub::start().await;
    *stub.contract.lock().unwrap() = contract_with(&[404]);
    let publishing = verifier(client).publish(PublishResults::version("abc"));
    let stub_for_results = stub.clone();
    let report = publishing
        .after_each(move || {
            stub_for_results.refuse(403, json!({ "error": "read only" }), 1);
            std::future::ready(())
        })
        .run()
        .await
        .unwrap();
    assert!(!report.is_success());
    let error = report.publish_error.as_ref().unwrap().to_string();
    assert!(
        error.contains("not allowed") && error.contains("read only"),
        "{error}"
    );
    assert!(
        report.decision().ends_with("the result was not published"),
        "{}",
        report.decision()
    );
}

#[tokio::test]
async fn publishing_can_be_interrupted() {
    for is_begun in [true, false] {
        let (stub, client) = Stub::start().await;
        *stub.contract.lock().unwrap() = contract_with(&[404]);
        *stub.is_silent.lock().unwrap() = true;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let (stop, seen) = (Mutex::new(Some(stop)), stub.clone());
        let report = verifier(client)
            .publish(PublishResults::version("abc"))
            .after_each(move || {
                stop.lock().unwrap().take().map(|stop| stop.send(()));
                std::future::ready(())
            })
            .stop_when(async move {
                // After the interaction, at once or when its result is on its way.
                _ = stopped.await;
                while is_begun && !seen.asked().contains(&"POST /results".to_owned()) {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            })
            .run()
            .await
            .unwrap();
        assert!(report.is_interrupted() && !report.is_success());
        assert_eq!(report.contracts[0].published, None);
        let why = report.ended.as_ref().unwrap().to_string();
        let expected = if is_begun {
            "the broker may have it or not"
        } else {
            "was not published, and none after it"
        };
        assert!(why.contains(expected), "{why}");
        assert_eq!(
            report.decision(),
            "user-api fulfils its contracts: 1 of 1 interaction passed; the run was interrupted"
        );
    }
}

#[tokio::test]
async fn a_part_of_a_contract_is_not_published() {
    let (stub, client) = Stub::start().await;
    *stub.contract.lock().unwrap() = contract_with(&[404, 404]);
    let report = verifier(client)
        .only(Selection::all().description("request 0").unwrap())
        .publish(PublishResults::version("abc"))
        .run()
        .await
        .unwrap();
    assert!(report.is_success());
    assert!(!stub.asked().contains(&"POST /results".to_owned()));
    assert!(
        report.warnings[0].contains("only a part"),
        "{:?}",
        report.warnings
    );
}

#[tokio::test]
async fn work_in_progress_without_a_branch_is_refused() {
    let (stub, client) = Stub::start().await;
    let mut query = VerificationQuery {
        include_wip_since: Some("2026-01-31".to_owned()),
        ..VerificationQuery::default()
    };
    let error = client
        .contracts_for_verification("user-api", &query)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("--provider-branch"), "{error}");
    assert_eq!(stub.asked(), [""; 0]);
    *stub.contract.lock().unwrap() = contract_with(&[200]);
    query.provider_tags = vec!["feat/x".to_owned()];
    assert_eq!(
        client
            .contracts_for_verification("user-api", &query)
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_provider_that_the_broker_does_not_know_is_named() {
    let (_, client) = Stub::start().await;
    let url = client.url().to_owned();
    let verify = |provider: &str| Verifier::new(provider).contracts(Contracts::broker(client.clone()));
    let error = verify("user-ap").run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    assert_eq!(
        error.to_string().replace(&url, "http://broker"),
        "nothing was verified: the broker at http://broker knows no application \"user-ap\" (did you mean \"user-api\"?): \
         correct the provider's name; use allow_empty (--allow-empty) to accept this"
    );
    // One that is known and that nobody asks anything of is no slip.
    let error = verify("web-app").run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
    assert!(
        error
            .to_string()
            .contains("no contract with provider \"web-app\" has an interaction"),
        "{error}"
    );
    // Beside another source it is a warning.
    let mut contract = contract(&[get_interaction("a list", &[], "/nothing", 404)]);
    contract.provider.name = "stranger".to_owned();
    let report = verify("stranger")
        .contracts(Contracts::value(contract))
        .service(|| async { app(Users::default()) })
        .run()
        .await
        .unwrap();
    assert!(
        report
            .warnings
            .iter()
            .any(|warning| warning.contains("knows no application \"stranger\"")),
        "{:?}",
        report.warnings
    );
    assert!(verify("stranger").allow_empty().run().await.unwrap().is_success());
}
