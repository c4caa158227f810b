//! The memory that a verification takes.

use allocation_counter::measure;
use contract_core::verify::{Contracts, Verifier};
use serde_json::Value;

use crate::allocations::contract_of_ruled_interactions;

/// Answers each request with the example of its interaction.
fn provider_of(contract: &Value) -> axum::Router {
    let mut app = axum::Router::new();
    for interaction in contract["interactions"].as_array().unwrap() {
        let path = interaction["request"]["path"].as_str().unwrap();
        let body = interaction["response"]["body"]["content"].clone();
        app = app.route(path, axum::routing::get(async move || axum::Json(body)));
    }
    app
}

#[test]
fn a_verification_takes_less_than_twice_its_file() {
    let contract = contract_of_ruled_interactions(500);
    let app = provider_of(&contract);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("web-api.json");
    // Compact, so that nothing of the text is white space.
    let text = contract.to_string();
    std::fs::write(&file, &text).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut report = None;
    let memory = measure(|| {
        let verifier = Verifier::new("api")
            .contracts(Contracts::file(&file))
            .service(move || std::future::ready(app.clone()));
        report = Some(runtime.block_on(verifier.run()).unwrap());
    });
    let counts = report.unwrap().counts();
    assert_eq!((counts.passed, counts.run()), (500, 500));
    let most = usize::try_from(memory.bytes_max).unwrap();
    assert!(most < 2 * text.len(), "{most} bytes for a file of {}", text.len());
}
