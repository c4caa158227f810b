//! What a provider in this process logs shows with the interaction that failed.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use contract_core::provider::*;
use contract_core::verify::provider_output;

use super::provider::{contract, get_interaction};

/// A provider that logs the user that it does not find, in the task that answers.
fn logging() -> Router {
    Router::new().route(
        "/users/{id}",
        get(|Path(id): Path<u32>| async move {
            tracing::warn!(id, "no such user");
            StatusCode::NOT_FOUND
        }),
    )
}

#[tokio::test]
async fn the_log_of_a_provider_in_this_process_belongs_to_its_interaction() {
    // ANCHOR: log
    let log = tracing_subscriber::fmt()
        .with_writer(provider_output)
        .with_ansi(false)
        .without_time()
        .finish();
    // ANCHOR_END: log
    // Of this thread alone, which runs all tasks of this test.
    let _log = tracing::subscriber::set_default(log);
    let report = Verifier::new("user-api")
        .contracts(Contracts::value(contract(&[
            get_interaction("user 1", &[], "/users/1", 200),
            get_interaction("user 2", &[], "/users/2", 200),
            get_interaction("nobody", &[], "/users/3", 404),
        ])))
        .service(|| async { logging() })
        .parallel(3)
        .run()
        .await
        .unwrap();
    let outputs: Vec<&[String]> = report
        .interactions()
        .map(|(_, interaction)| interaction.provider_output.as_slice())
        .collect();
    assert_eq!(outputs.len(), 3);
    assert_eq!(outputs[0].len(), 1, "{outputs:?}");
    assert!(outputs[0][0].ends_with("no such user id=1"), "{outputs:?}");
    assert!(outputs[1][0].ends_with("no such user id=2"), "{outputs:?}");
    // It passed: nobody needs its log.
    assert!(outputs[2].is_empty(), "{outputs:?}");
    let text = report.to_text(contract_core::report::Style::PLAIN);
    assert_eq!(text.matches("provider output:").count(), 2, "{text}");
    assert!(text.contains("no such user id=1"), "{text}");
}
