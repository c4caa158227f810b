//! A whole run: its order, its end, its sources, what could not be verified.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use contract_core::ErrorKind;
use contract_core::provider::*;
use contract_core::report::Style;
use contract_core::verify::Outcome;
use serde_json::{Value, json};

use super::provider::{Users, app, contract, contract_text, get_interaction, nobody, serve};

fn names(report: &VerificationReport) -> Vec<&str> {
    report
        .interactions()
        .map(|(contract, report)| contract.summary(report).description.as_str())
        .collect()
}

fn in_process(interactions: &[Value]) -> Verifier {
    Verifier::new("user-api")
        .contracts(Contracts::value(contract(interactions)))
        .service(|| async { app(Users::default()) })
}

/// A provider that takes its time; the most requests that it had at once.
async fn slow_provider() -> (String, Arc<AtomicUsize>) {
    let most = Arc::new(AtomicUsize::new(0));
    let (seen, now) = (Arc::clone(&most), Arc::new(AtomicUsize::new(0)));
    let provider = Router::new().route(
        "/slow",
        get(move || async move {
            let running = now.fetch_add(1, Ordering::SeqCst) + 1;
            seen.fetch_max(running, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(30)).await;
            now.fetch_sub(1, Ordering::SeqCst);
        }),
    );
    (serve(provider).await, most)
}

#[tokio::test]
async fn interactions_without_states_run_four_at_a_time_and_others_one_by_one() {
    let interactions = |states: &[Value]| -> Vec<Value> {
        (0..8)
            .map(|n| get_interaction(&format!("request {n}"), states, "/slow", 200))
            .collect()
    };
    for (states, parallel, expected) in [
        (&[][..], None, 4),
        (&[json!({ "name": "a" })][..], None, 1),
        (&[json!({ "name": "a" })][..], Some(2), 2),
        (&[][..], Some(1), 1),
    ] {
        let (url, most) = slow_provider().await;
        let mut verifier = Verifier::new("user-api")
            .contracts(Contracts::value(contract(&interactions(states))))
            .base_url(url)
            .state_holds("a");
        if let Some(parallel) = parallel {
            verifier = verifier.parallel(parallel);
        }
        let report = verifier.run().await.unwrap();
        assert!(report.is_success(), "{}", report.to_json());
        let in_order: Vec<String> = (0..8).map(|n| format!("request {n}")).collect();
        assert_eq!(names(&report), in_order);
        assert_eq!(most.load(Ordering::SeqCst), expected, "{states:?} {parallel:?}");
    }
}

#[tokio::test]
async fn the_first_failure_can_end_the_run() {
    let mut pending = get_interaction("b pending", &[], "/users/1", 200);
    pending["pending"] = json!(true);
    let interactions = [
        get_interaction("a", &[], "/users/1", 404),
        pending,
        get_interaction("c fails", &[], "/users/1", 200),
        get_interaction("d", &[], "/users/1", 404),
    ];
    let report = in_process(&interactions)
        .parallel(1)
        .fail_fast()
        .run()
        .await
        .unwrap();
    assert_eq!(names(&report), ["a", "b pending", "c fails"]);
    assert!(!report.is_success());
    assert_eq!(report.counts().left_out, 1);
    assert!(!report.contracts[0].is_conclusive());
}

#[tokio::test]
async fn a_stopped_run_tears_its_states_down() {
    let torn_down = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&torn_down);
    let states = [json!({ "name": "a" })];
    let hanging = app(Users::default()).route("/hang", get(std::future::pending::<()>));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let stop = Arc::new(Mutex::new(Some(stop)));
    let report = Verifier::new("user-api")
        .contracts(Contracts::value(contract(&[
            get_interaction("a", &[], "/users/1", 404),
            get_interaction("b", &states, "/hang", 200),
            get_interaction("c", &states, "/hang", 200),
        ])))
        .base_url(serve(hanging).await)
        .parallel(1)
        .state("a", move |_: StateParams| {
            // The provider is asked after this, and never answers.
            let stop = stop.lock().unwrap().take();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(50)).await;
                stop.map(|stop| stop.send(()))
            });
            std::future::ready(())
        })
        .state_teardown("a", move |state: StateParams| {
            log.lock().unwrap().push(state.name().to_owned());
            std::future::ready(Err::<(), _>("locked"))
        })
        .stop_when(async { _ = stopped.await })
        .run()
        .await
        .unwrap();
    assert_eq!(*torn_down.lock().unwrap(), ["a"]);
    assert!(report.is_interrupted() && !report.is_success());
    assert_eq!(names(&report), ["a"]);
    assert_eq!(report.counts().left_out, 2);
    assert_eq!(
        report.warnings,
        ["web-app → user-api: b [a]: the teardown handler of provider state \"a\" failed: locked"]
    );
    assert_eq!(
        report.decision(),
        "user-api was not verified in full: 1 of 1 interaction passed; the run was interrupted"
    );
    let text = report.to_text(Style::PLAIN);
    assert!(
        text.contains("error: the verification was interrupted: nothing was published\n"),
        "{text}"
    );
}

#[tokio::test]
async fn a_run_that_is_stopped_before_its_first_interaction_runs_nothing() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let note = |what: &'static str| {
        let log = Arc::clone(&log);
        move || {
            log.lock().unwrap().push(what);
            std::future::ready(())
        }
    };
    let interactions = [get_interaction("a", &[], "/users/1", 404)];
    let report = in_process(&interactions).stop_when(async {}).run().await.unwrap();
    assert!(report.is_interrupted() && !report.is_success());
    assert_eq!(
        report.decision(),
        "user-api: no interaction was verified; the run was interrupted"
    );

    // A provider that does not start is no longer waited for.
    let report = in_process(&interactions)
        .wait_for(nobody())
        .stop_when(tokio::time::sleep(Duration::from_millis(50)))
        .before_each(note("before"))
        .after_each(note("after"))
        .run()
        .await
        .unwrap();
    assert!(report.is_interrupted());
    assert_eq!(report.counts().left_out, 1);
    assert_eq!(log.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn names_that_exist_no_longer_are_left_out_of_the_selection() {
    let interactions = [
        get_interaction("a", &[], "/users/1", 404),
        get_interaction("b", &[], "/users/1", 404),
    ];
    let named = |names: &[&str]| {
        let names = names.iter().map(|name| format!("web-app → user-api: {name}"));
        in_process(&interactions)
            .only(Selection::all().names(names))
            .run()
    };
    let report = named(&["b", "c"]).await.unwrap();
    assert_eq!(names(&report), ["b"]);
    let report = named(&["c"]).await.unwrap();
    assert_eq!(names(&report), ["a", "b"]);
    assert!(
        report.warnings[0].contains("exist no longer"),
        "{:?}",
        report.warnings
    );
}

#[tokio::test]
async fn what_cannot_be_verified_is_named_and_fails_unless_allowed() {
    let mut sounds = get_interaction("b sounds", &[], "/users/1", 404);
    sounds["response"]["matchingRules"] =
        json!({ "body": { "$.a": { "matchers": [{ "match": "sounds-like" }] } } });
    let mut area = get_interaction("c area", &[], "/users/1", 404);
    area["transport"] = json!("grpc");
    let interactions = [
        get_interaction("a fine", &[], "/users/1", 404),
        sounds,
        area,
        json!({ "type": "Carrier/Pigeon", "description": "d pigeon" }),
    ];
    let report = in_process(&interactions).run().await.unwrap();
    assert!(!report.is_success());
    let reasons: Vec<String> = report
        .interactions()
        .filter_map(|(_, report)| match &report.outcome {
            Outcome::NotVerifiable(reason) => Some(reason.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(
        reasons,
        [
            "its body $.a has the matching rule \"sounds-like\", which this library does not know",
            "it needs the transport \"grpc\", which this library does not have",
            "it has the type \"Carrier/Pigeon\", which this library does not know",
        ]
    );
    let text = report.to_text(Style::PLAIN);
    assert!(text.contains("✗ c area"), "{text}");
    assert!(
        text.ends_with("passed; 3 interactions are not verifiable\n"),
        "{text}"
    );

    let report = in_process(&interactions)
        .allow_not_verifiable()
        .run()
        .await
        .unwrap();
    assert!(report.is_success(), "{}", report.to_json());
    assert_eq!(report.counts().not_verifiable, 3);
    assert!(report.to_text(Style::PLAIN).contains("⚠ c area"));
}

#[tokio::test]
async fn an_interaction_goes_to_the_address_of_its_transport() {
    let mut internal = get_interaction("internal", &[], "/internal", 200);
    internal["transport"] = json!("internal");
    let public = get_interaction("public", &[], "/public", 200);
    let at = |path: &'static str| Router::new().route(path, get(|| async {}));
    let report = Verifier::new("user-api")
        .contracts(Contracts::value(contract(&[internal, public])))
        .base_url(serve(at("/public")).await)
        .transport_url("internal", serve(at("/internal")).await)
        .run()
        .await
        .unwrap();
    assert_eq!(report.counts().passed, 2, "{}", report.to_json());
}

#[tokio::test]
async fn each_source_has_a_line() {
    let directory = tempfile::tempdir().unwrap();
    let interactions = [
        get_interaction("a", &[], "/users/1", 404),
        get_interaction("b", &[], "/users/1", 200),
        get_interaction("left out", &[], "/users/1", 200),
    ];
    let path = |name: &str| directory.path().join(name);
    std::fs::write(path("a.json"), contract_text("web-app", &interactions)).unwrap();
    let other = contract_text("web-app", &[]).replace("user-api", "order-api");
    std::fs::write(path("b.json"), other).unwrap();
    std::fs::write(path("package.json"), "{}").unwrap();
    let report = Verifier::new("user-api")
        .contracts(Contracts::dir(directory.path()))
        .contracts(Contracts::value(contract(&[get_interaction(
            "c",
            &[],
            "/users/1",
            404,
        )])))
        .service(|| async { app(Users::default()) })
        .only(Selection::all().description("^.$").unwrap())
        .run()
        .await
        .unwrap();
    let lines = report
        .source_lines()
        .join("\n")
        .replace(directory.path().to_str().unwrap(), "contracts");
    assert_eq!(
        lines,
        "contracts: 1 contract, 3 interactions · 1 passed · 1 failed · 1 not run · skipped 1 contract with other providers\n  \
         skipped: contracts/package.json is not a contract\n\
         contracts in memory: 1 contract, 1 interaction · 1 passed"
    );
}

#[tokio::test]
async fn interactions_are_chosen_by_key_and_by_name() {
    let keyed = |description: &str, key: &str| {
        let mut interaction = get_interaction(description, &[], "/users/1", 404);
        interaction["key"] = json!(key);
        interaction
    };
    let interactions = [keyed("a", "k1"), keyed("b", "k2")];
    let select = |selection| in_process(&interactions).only(selection).run();
    let report = select(Selection::all().key("k2")).await.unwrap();
    assert_eq!(names(&report), ["b"]);
    let name = "web-app → user-api: a".to_owned();
    let report = select(Selection::all().names([name])).await.unwrap();
    assert_eq!(names(&report), ["a"]);
    // One of two names that is not there would go unnoticed otherwise.
    for (selection, expected) in [
        (
            Selection::all().key("k2").key("k3"),
            "no interaction has the key \"k3\" (did you mean \"k1\"?): correct the selection",
        ),
        (
            Selection::all().consumer("web-app").consumer("wep-ap"),
            "no contract has the consumer \"wep-ap\" (did you mean \"web-app\"?): correct the selection",
        ),
    ] {
        let error = select(selection.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains(expected), "{error}");
        let accepted = in_process(&interactions)
            .only(selection)
            .allow_empty()
            .run()
            .await;
        assert!(accepted.unwrap().is_success());
    }
}

#[tokio::test]
async fn another_status_folds_what_follows_from_it_and_hints_at_credentials() {
    let mut secret = get_interaction("a secret", &[], "/secret", 200);
    secret["response"]["headers"] = json!({ "etag": ["1"], "x-total": ["2"] });
    secret["request"]["headers"] = json!({ "accept": ["text/plain"] });
    let text = in_process(&[secret]).run().await.unwrap().to_text(Style::PLAIN);
    assert!(
        text.contains("… and 2 more mismatches, since the status differs"),
        "{text}"
    );
    assert!(!text.contains("etag"), "{text}");
    assert!(
        text.contains("the request that was sent:\n\n    GET /secret\n    accept: text/plain\n"),
        "{text}"
    );
    assert!(
        text.contains("hint: the provider responded with 401, so it may require credentials"),
        "{text}"
    );
}
