//! Reports in their formats.

use contract_core::provider::*;
use contract_core::verify::{Document, ReportFormat};
use serde_json::{Value, json};

use super::provider::{Users, app, contract, get_interaction, user_interaction};

/// One interaction of each outcome, with texts that markup must escape.
async fn report() -> VerificationReport {
    let mut pending = get_interaction("b <pending> & `more` | less", &[], "/users/1", 418);
    pending["pending"] = json!(true);
    let mut unknown = get_interaction("d unknown transport", &[], "/users/1", 404);
    unknown["transport"] = json!("carrier, \"pigeon\"");
    Verifier::with_fixture("user-api", || async { Users::default() })
        .contracts(Contracts::value(contract(&[
            get_interaction("a fine", &[], "/users/1", 404),
            pending,
            user_interaction(1, "Ada"),
            unknown,
        ])))
        .service_with(|users: Users| async { app(users) })
        .state("user exists", |state: StateParams<Value, Users>| async move {
            state.fixture().insert(1, "Grace <grace@example.com>");
        })
        .run()
        .await
        .unwrap()
}

#[tokio::test]
async fn the_document_fits_its_published_schema_and_is_read_back() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../docs/src/schemas/verification-report.json"
    );
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let text = report().await.to_json();
    let document: Value = serde_json::from_str(&text).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    let counts = json!({ "passed": 1, "failed": 1, "pending": 1, "notVerifiable": 1, "leftOut": 0 });
    assert_eq!(document["counts"], counts);
    let read: Document = serde_json::from_str(&text).unwrap();
    assert_eq!(read.to_json(), text);
    // Whoever adds a member describes it: the schema allows no others.
    let mut more = document;
    more["contracts"][0]["interactions"][0]["colour"] = json!("green");
    assert!(!validator.is_valid(&more));
}

#[tokio::test]
async fn parts_of_one_run_make_the_same_document() {
    let whole = report().await.document();
    let mut merged: Option<Document> = None;
    for index in [3, 0, 2, 1] {
        let mut part = whole.clone();
        let contract = &mut part.contracts[0];
        contract
            .interactions
            .retain(|interaction| interaction.index == index);
        contract.left_out = 3;
        match &mut merged {
            Some(merged) => merged.merge(part),
            None => merged = Some(part),
        }
    }
    assert_eq!(merged.unwrap(), whole);
}

#[tokio::test]
async fn markup_is_well_formed_and_escaped() {
    let document = report().await.document();
    for format in [ReportFormat::Junit, ReportFormat::Html] {
        let text = document.render(format);
        assert!(
            !text.contains("<pending>") && !text.contains("Grace <grace"),
            "{text}"
        );
        assert!(text.contains("b &lt;pending&gt; &amp;"), "{text}");
    }
    let junit = document.render(ReportFormat::Junit);
    let xml = roxmltree::Document::parse(&junit).unwrap();
    // The sums of all suites are those of the only one.
    for element in ["testsuites", "testsuite"] {
        let element = xml.descendants().find(|node| node.has_tag_name(element)).unwrap();
        let counted = ["tests", "failures", "errors", "skipped"].map(|name| element.attribute(name).unwrap());
        assert_eq!(counted, ["4", "1", "1", "1"]);
    }
    let html = document.render(ReportFormat::Html);
    assert!(
        !html.contains("<script") && !html.contains("src=") && !html.contains("url("),
        "{html}"
    );
    assert_eq!(html.matches("<details class=\"failing\" open>").count(), 2);
}

#[tokio::test]
async fn every_format_tells_a_run_that_was_interrupted() {
    let mut whole = report().await.document();
    assert!(!whole.render(ReportFormat::Html).contains("Interrupted"));
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../docs/src/schemas/verification-report.json"
    );
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();

    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let stop = std::sync::Mutex::new(Some(stop));
    let document = Verifier::new("user-api")
        .contracts(Contracts::value(contract(&[
            get_interaction("a", &[], "/users/1", 404),
            get_interaction("b", &[], "/users/1", 404),
        ])))
        .service(|| async { app(Users::default()) })
        .parallel(1)
        .after_each(move || {
            stop.lock().unwrap().take().map(|stop| stop.send(()));
            std::future::ready(())
        })
        .stop_when(async { _ = stopped.await })
        .run()
        .await
        .unwrap()
        .document();
    let why = "the verification was interrupted: nothing was published";

    let json: Value = serde_json::from_str(&document.to_json()).unwrap();
    assert!(validator.is_valid(&json), "{json}");
    assert_eq!(json["interrupted"], true);
    assert_eq!(json["ended"], why);
    assert_eq!(json["counts"]["leftOut"], 1);

    let junit = document.render(ReportFormat::Junit);
    let xml = roxmltree::Document::parse(&junit).unwrap();
    let error = xml.descendants().find(|node| node.has_tag_name("error")).unwrap();
    assert_eq!(error.attribute("type"), Some("interrupted"));
    assert_eq!(error.attribute("message"), Some(why));
    let suites = xml.root_element();
    assert_eq!(
        ["tests", "errors"].map(|name| suites.attribute(name).unwrap()),
        ["2", "1"]
    );

    let sarif: Value = serde_json::from_str(&document.render(ReportFormat::Sarif)).unwrap();
    let invocation = &sarif["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["exitCodeDescription"], "interrupted");
    assert_eq!(
        invocation["toolExecutionNotifications"][0]["message"]["text"],
        why
    );

    let html = document.render(ReportFormat::Html);
    assert!(html.contains("<h2>Interrupted</h2>"), "{html}");
    let markdown = document.render(ReportFormat::Markdown);
    assert!(
        markdown.starts_with("## ❌ ") && markdown.contains("; the run was interrupted\n"),
        "{markdown}"
    );
    let annotations = document.github_annotations();
    assert!(
        annotations.contains("::error title=Interrupted::"),
        "{annotations}"
    );

    // A part that was interrupted makes the whole so.
    assert!(!whole.interrupted);
    whole.merge(document);
    assert!(whole.interrupted);
}

#[tokio::test]
async fn sarif_has_a_result_for_each_mismatch() {
    let sarif: Value = serde_json::from_str(&report().await.document().render(ReportFormat::Sarif)).unwrap();
    let results: Vec<[&str; 2]> = sarif["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| {
            [
                result["ruleId"].as_str().unwrap(),
                result["level"].as_str().unwrap(),
            ]
        })
        .collect();
    assert_eq!(
        results,
        [
            ["contract-mismatch", "warning"],
            ["contract-mismatch", "error"],
            ["contract-not-verifiable", "error"],
        ]
    );
}

#[tokio::test]
async fn a_job_summary_shows_the_decision_and_each_problem() {
    let document = report().await.document();
    let summary = document.render(ReportFormat::Markdown);
    assert!(
        summary.starts_with("## ❌ user-api breaks its contracts: 1 of 3 interactions failed"),
        "{summary}"
    );
    assert!(
        summary.contains("| web-app | a contract in memory | 1 | 2 | 1 | 0 |"),
        "{summary}"
    );
    assert_eq!(summary.matches("<details>").count(), 3);
    let annotations = document.github_annotations();
    let levels: Vec<&str> = annotations
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert_eq!(levels, ["::warning", "::error", "::error"]);
}

#[tokio::test]
async fn every_format_is_written_into_a_directory() {
    let directory = tempfile::tempdir().unwrap();
    let written = report()
        .await
        .document()
        .write_all(&directory.path().join("new"))
        .unwrap();
    let names: Vec<String> = written
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(
        names,
        [
            "user-api.verification.json",
            "user-api.verification.junit.xml",
            "user-api.verification.html",
            "user-api.verification.md",
            "user-api.verification.sarif",
        ]
    );
    assert!(written.iter().all(|path| path.exists()));
}
