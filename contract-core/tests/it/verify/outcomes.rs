//! What a verification finds.

use contract_core::provider::*;
use contract_core::report::Style;
use contract_core::verify::Outcome;
use serde::Deserialize;
use serde_json::json;

use super::provider::{Users, app, contract, get_interaction, serve, user_interaction};

#[derive(Deserialize)]
struct User {
    id: u64,
    name: String,
}

fn in_process(interactions: &[serde_json::Value]) -> Verifier<Users> {
    Verifier::with_fixture("user-api", || async { Users::default() })
        .contracts(Contracts::value(contract(interactions)))
        .service_with(|users: Users| async move { app(users) })
        .state("user exists", |state: StateParams<User, Users>| async move {
            state.fixture().insert(state.params().id, &state.params().name);
        })
}

fn outcomes(report: &VerificationReport) -> Vec<&'static str> {
    report
        .interactions()
        .map(|(_, report)| report.outcome.name())
        .collect()
}

#[tokio::test]
async fn in_process_each_interaction_has_its_own_store() {
    let report = in_process(&[
        user_interaction(1, "Ada"),
        user_interaction(2, "Grace"),
        get_interaction("a request for a user who is not there", &[], "/users/1", 404),
    ])
    .run()
    .await
    .unwrap();
    assert_eq!(outcomes(&report), ["passed"; 3], "{}", report.to_json());
    assert!(report.is_success());
    let names: Vec<_> = report
        .interactions()
        .map(|(_, report)| report.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "web-app → user-api: a request for user 1 [user exists]",
            "web-app → user-api: a request for user 2 [user exists]",
            "web-app → user-api: a request for a user who is not there",
        ]
    );
}

#[tokio::test]
async fn over_http_redirects_are_answers() {
    let users = Users::default();
    let url = serve(app(users.clone())).await;
    let report = Verifier::new("user-api")
        .contracts(Contracts::value(contract(&[
            user_interaction(1, "Ada"),
            get_interaction("an old address", &[], "/old", 303),
        ])))
        .base_url(url)
        .state("user exists", move |state: StateParams<User>| {
            let users = users.clone();
            async move { users.insert(state.params().id, &state.params().name) }
        })
        .run()
        .await
        .unwrap();
    assert_eq!(outcomes(&report), ["passed"; 2], "{}", report.to_json());
}

#[tokio::test]
async fn a_difference_is_shown_with_its_place_and_how_to_repeat_it() {
    let url = serve(app(Users::default())).await;
    let report = Verifier::new("user-api")
        .contracts(Contracts::value(contract(&[
            user_interaction(1, "Ada"),
            get_interaction("a secret", &[], "/secret", 204),
        ])))
        .base_url(url.clone())
        .state_holds("user exists")
        .header("authorization", "Bearer t0ken")
        .run()
        .await
        .unwrap();
    assert!(!report.is_success());
    assert_eq!(outcomes(&report), ["failed", "passed"]);
    let text = report.to_text(contract_core::report::Style::PLAIN);
    assert!(
        text.contains("✗ web-app → user-api: a request for user 1 [user exists"),
        "{text}"
    );
    assert!(text.contains(&format!("curl -i '{url}/users/1'")), "{text}");
    assert!(!text.contains("t0ken"), "{text}");
    assert!(
        text.contains("user-api breaks its contracts: 1 of 2 interactions failed"),
        "{text}"
    );
}

#[tokio::test]
async fn pending_failures_are_reported_and_fail_nothing() {
    let mut pending = get_interaction("a teapot", &[], "/users/1", 418);
    pending["pending"] = json!(true);
    let report = in_process(&[pending, user_interaction(1, "Ada")])
        .run()
        .await
        .unwrap();
    assert_eq!(outcomes(&report), ["failed", "passed"]);
    assert!(report.is_success());
    assert_eq!(report.counts().pending, 1);
    assert!(
        report.decision().contains("1 pending failed"),
        "{}",
        report.decision()
    );
}

#[tokio::test]
async fn comments_and_the_test_that_wrote_an_interaction_are_shown() {
    let mut commented = user_interaction(1, "Ada");
    commented["comments"] = json!({ "text": ["ask the users' team"], "testname": "tests/users.rs:12" });
    let text = in_process(&[commented])
        .run()
        .await
        .unwrap()
        .to_text(contract_core::report::Style::PLAIN);
    assert!(
        text.contains("written by tests/users.rs:12\n      ask the users' team\n"),
        "{text}"
    );
}

#[tokio::test]
async fn a_panic_of_the_provider_fails_its_interaction_alone() {
    let report = in_process(&[
        get_interaction("a bug", &[], "/panics", 200),
        user_interaction(1, "Ada"),
    ])
    .run()
    .await
    .unwrap();
    assert_eq!(outcomes(&report), ["error", "passed"]);
    let (contract, first) = report.interactions().next().unwrap();
    let Outcome::Errored(error) = &first.outcome else {
        panic!("{first:?}")
    };
    assert!(error.to_string().contains("out of cheese"), "{error}");
    let explanation = first.explanation(contract, Style::PLAIN);
    assert!(
        explanation.contains("the request that was sent:\n\n    GET /panics\n"),
        "{explanation}"
    );
}

#[tokio::test]
async fn a_request_filter_adds_what_the_contract_does_not_hold() {
    let report = in_process(&[get_interaction("a secret", &[], "/secret", 204)])
        .request_filter(|request| request.bearer("t0ken"))
        .run()
        .await
        .unwrap();
    assert!(report.is_success(), "{}", report.to_json());
}

#[tokio::test]
async fn a_selection_leaves_the_rest_out() {
    let select = |selection: Selection| async move {
        let interactions = [
            user_interaction(1, "Ada"),
            get_interaction("a request for nobody", &[], "/users/7", 404),
        ];
        let report = in_process(&interactions).only(selection).run().await?;
        Ok::<_, contract_core::Error>(
            report
                .interactions()
                .map(|(_, report)| report.index)
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(
        select(Selection::all().description("user \\d").unwrap())
            .await
            .unwrap(),
        [0]
    );
    assert_eq!(
        select(Selection::all().state("exists").unwrap()).await.unwrap(),
        [0]
    );
    assert_eq!(select(Selection::all().without_state()).await.unwrap(), [1]);
    assert_eq!(
        select(Selection::all().consumer("web-app")).await.unwrap(),
        [0, 1]
    );
    let none = select(Selection::all().description("^nothing like it").unwrap())
        .await
        .unwrap_err();
    assert!(
        none.to_string().contains("no interaction matches the selection"),
        "{none}"
    );
    assert_eq!(none.kind(), contract_core::ErrorKind::Usage);
    assert!(Selection::all().description("(").is_err());
}
