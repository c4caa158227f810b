//! How the client asks, tries again and explains refusals.

use super::*;

#[tokio::test]
async fn a_broker_that_stumbles_is_asked_again_and_one_that_refuses_is_not() {
    let (stub, client) = Stub::start().await;
    stub.refuse(503, Value::Null, 2);
    assert_eq!(client.environments().await.unwrap()[0].name, "production");
    stub.refuse(408, Value::Null, 1);
    assert_eq!(client.environments().await.unwrap()[0].name, "production");

    stub.refuse(500, json!({ "error": { "message": "database gone" } }), 3);
    let error = client.environments().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    let text = error.to_string();
    assert!(
        text.contains("3 times") && text.contains("database gone"),
        "{text}"
    );

    let before = stub.asked().len();
    stub.refuse(500, Value::Null, 1);
    let error = client
        .create_environment(&NewEnvironment::new("test"))
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("creating the environment \"test\""),
        "{error}"
    );
    assert_eq!(
        stub.asked().len(),
        before + 1,
        "a call that may have worked is not repeated"
    );
    assert_eq!(
        client
            .create_environment(&NewEnvironment::new("test"))
            .await
            .unwrap()
            .uuid,
        "e2"
    );
}

#[tokio::test]
async fn refusals_say_what_where_and_what_to_do() {
    let (stub, client) = Stub::start().await;
    let stranger = Client::new(client.url(), Auth::None).unwrap();
    let error = stranger.environments().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Broker);
    assert!(
        error.to_string().contains("refused the credentials (401)"),
        "{error}"
    );
    assert!(error.to_string().contains(client.url()), "{error}");

    let nobody = nobody();
    let lost = Client::new(&nobody, Auth::None)
        .unwrap()
        .attempts(2, Duration::ZERO);
    let error = lost.environments().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(
        error
            .to_string()
            .contains(&format!("cannot reach the broker at {nobody}")),
        "{error}"
    );

    stub.refuse(
        409,
        json!({ "notices": [{ "type": "error", "text": "changed content" }] }),
        1,
    );
    let publication = Publication::new("1")
        .content(contract_with(&[200]), "a.json")
        .unwrap();
    let error = client.publish(&publication).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.to_string().contains("changed content"), "{error}");

    for (address, reason) in [
        ("localhost:80", "is not the address of a broker"),
        ("https://b", "TLS"),
    ] {
        let error = Client::new(address, Auth::None).map(drop);
        if let Err(error) = error {
            assert!(error.to_string().contains(reason), "{error}");
        }
    }
    assert!(!format!("{client:?}").contains("t0ken"));
}

#[tokio::test]
async fn deployments_name_what_is_unknown() {
    let (_, client) = Stub::start().await;
    client
        .record_deployment("web-app", "1", "production", None)
        .await
        .unwrap();
    for (application, version, expected) in [
        ("web-app", "3", "knows no version \"3\" of \"web-app\""),
        (
            "wep-app",
            "1",
            "knows no application \"wep-app\" (did you mean \"web-app\"?)",
        ),
    ] {
        let error = client
            .record_deployment(application, version, "production", None)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains(expected), "{error}");
    }
    let error = client
        .record_deployment("web-app", "1", "producton", None)
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("did you mean \"production\"?"),
        "{error}"
    );
}

#[tokio::test]
async fn the_verdict_has_three_values_and_is_asked_for_again_while_unknown() {
    let (stub, client) = Stub::start().await;
    let question = CanIDeploy::version("web-app", "1")
        .to_environment("production")
        .retry_while_unknown(2, Duration::ZERO);
    let verdict = client.can_i_deploy(&question).await.unwrap();
    assert_eq!(verdict.deployable, None);
    assert_eq!(verdict.reason, "no result yet");
    assert_eq!(verdict.matrix[0].provider_version, None);
    assert_eq!(stub.asked().len(), 3);
}

#[tokio::test]
async fn a_support_that_has_ended_may_be_ended_again() {
    let (stub, client) = Stub::start().await;
    let ended = client
        .record_support_ended("web-app", "1", "production")
        .await
        .unwrap();
    assert_eq!(ended.version.as_deref(), Some("1"));
    assert!(stub.asked().iter().all(|call| call.starts_with("GET ")));
    let never = client
        .record_support_ended("web-app", "2", "production")
        .await
        .unwrap_err();
    assert_eq!(never.kind(), ErrorKind::Usage);
    assert!(
        never.to_string().contains("is not supported in \"production\""),
        "{never}"
    );
    for (application, version, expected) in [
        ("web-app", "3", "knows no version \"3\" of \"web-app\""),
        ("wep-app", "1", "knows no application \"wep-app\" (did you mean"),
    ] {
        let unknown = client
            .record_support_ended(application, version, "production")
            .await
            .unwrap_err();
        assert_eq!(unknown.kind(), ErrorKind::Usage);
        assert!(unknown.to_string().contains(expected), "{unknown}");
    }
}

#[tokio::test]
async fn an_undeployment_may_be_recorded_again_but_not_of_another_instance() {
    let (stub, client) = Stub::start().await;
    // Not deployed at all: an undeployment that was recorded before.
    let ended = client
        .record_undeployment("user-api", "production", Some("green"))
        .await;
    assert_eq!(ended.unwrap(), []);
    let refused = client
        .record_undeployment("web-app", "production", Some("blue"))
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Usage);
    assert!(
        refused.to_string().ends_with(
            "\"web-app\" is not deployed to \"production\" as instance \"blue\"; it is deployed there as instance \
             \"green\", without an instance: correct the instance (--application-instance)"
        ),
        "{refused}"
    );
    let unknown = client
        .record_undeployment("wep-app", "production", None)
        .await
        .unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::Usage);
    assert!(
        unknown.to_string().contains("knows no application \"wep-app\""),
        "{unknown}"
    );
    assert!(stub.asked().iter().all(|call| call.starts_with("GET ")));
    let ended = client
        .record_undeployment("web-app", "production", Some("green"))
        .await
        .unwrap();
    assert_eq!(ended[0].instance.as_deref(), Some("green"));
    assert_eq!(stub.body_of("PATCH /deployed/1")["currentlyDeployed"], false);
}

#[tokio::test]
async fn header_fields_are_sent_to_the_broker_alone() {
    let seen: Arc<Mutex<Vec<(String, bool)>>> = Arc::default();
    let server = || {
        let seen = Arc::clone(&seen);
        Router::new().fallback(move |request: Request| async move {
            let has_field = request
                .headers()
                .get("x-access-id")
                .is_some_and(|value| value == "7");
            seen.lock()
                .unwrap()
                .push((request.uri().path().to_owned(), has_field));
            Json(json!({ "_links": {} }))
        })
    };
    let (broker, other) = (serve(server()).await, serve(server()).await);
    let client = Client::new(&broker, Auth::None)
        .unwrap()
        .header("X-Access-Id", "7")
        .unwrap();
    client.contract_at(&format!("{broker}/own")).await.unwrap();
    client.contract_at(&format!("{other}/other")).await.unwrap();
    assert_eq!(
        *seen.lock().unwrap(),
        [("/own".to_owned(), true), ("/other".to_owned(), false)]
    );
    for (name, value) in [("X Access", "7"), ("X-Access", "7\n8")] {
        let error = Client::new(&broker, Auth::None)
            .unwrap()
            .header(name, value)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    }
}

#[tokio::test]
async fn a_question_about_an_unknown_name_suggests_the_nearest_one() {
    let (stub, client) = Stub::start().await;
    let of_version = |name: &str| CanIDeploy::version(name, "1");
    for (question, kind, expected) in [
        (
            of_version("web-ap").to_environment("production"),
            ErrorKind::Usage,
            "knows no application \"web-ap\" (did you mean \"web-app\"?)",
        ),
        (
            of_version("web-app").and(of_version("user-apii")),
            ErrorKind::Usage,
            "knows no application \"user-apii\" (did you mean \"user-api\"?)",
        ),
        (
            of_version("web-app").to_environment("producton"),
            ErrorKind::Usage,
            "there is no environment \"producton\"; did you mean \"production\"?",
        ),
        (
            of_version("web-app").to_environment("production"),
            ErrorKind::Broker,
            "said by the broker",
        ),
    ] {
        stub.refuse(400, json!({ "errors": ["said by the broker"] }), 1);
        let error = client.can_i_deploy(&question).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let text = error.to_string();
        assert!(
            text.starts_with("asking whether this can be deployed: "),
            "{text}"
        );
        assert!(text.contains(expected), "{text}");
    }
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_not_read() {
    let (stub, client) = Stub::start().await;
    *stub.contract.lock().unwrap() = contract_with(&[200]);
    let client = client.max_answer_size(2000);
    let url = format!("{}/contract", client.url());
    assert!(client.contract_at(&url).await.is_ok());
    *stub.contract.lock().unwrap() = contract_with(&[200; 40]);
    let error = client.contract_at(&url).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Broker);
    assert_eq!(
        error.to_string().replace(&url, "URL"),
        "fetching the contract at URL: the response at URL is longer than the limit of 2,000 bytes for contracts; check \
         the address, or split the contract"
    );
}
