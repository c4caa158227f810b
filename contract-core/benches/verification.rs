//! Verifying 100, 1,000 and 5,000 interactions, in process and over HTTP: the time for each interaction must not grow.
//!
//! `cargo bench -p contract-core --features provider --bench verification`

use std::hint::black_box;

use axum::extract::Path;
use axum::routing::get;
use axum::{Json, Router};
use contract_core::contract::Contract;
use contract_core::verify::{Contracts, Verifier};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Value, json};

fn app() -> Router {
    async fn user(Path(id): Path<u64>) -> Json<Value> {
        Json(user_of(id))
    }
    Router::new().route("/users/{id}", get(user))
}

fn user_of(id: u64) -> Value {
    json!({ "id": id, "name": "Ada Lovelace", "email": "ada@example.com", "roles": [{ "id": 1 }, { "id": 2 }] })
}

fn contract(interactions: u64) -> Contract {
    let interactions: Vec<Value> = (0..interactions)
        .map(|id| {
            json!({
                "type": "Synchronous/HTTP",
                "description": format!("a request for user {id}"),
                "request": { "method": "GET", "path": format!("/users/{id}") },
                "response": {
                    "status": 200,
                    "headers": { "content-type": ["application/json"] },
                    "body": { "content": user_of(id), "contentType": "application/json", "encoded": false },
                    "matchingRules": { "body": {
                        "$.name": { "combine": "AND", "matchers": [{ "match": "type" }] },
                        "$.email": { "combine": "AND", "matchers": [{ "match": "regex", "regex": "\\S+@\\S+" }] },
                        "$.roles": { "combine": "AND", "matchers": [{ "match": "type", "min": 1 }] },
                    }},
                },
            })
        })
        .collect();
    Contract::from_json(json!({
        "consumer": { "name": "web-app" },
        "provider": { "name": "user-api" },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "4.0" } },
    }))
    .expect("the contract above is one")
}

fn verification(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let url = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("the loopback has a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        tokio::spawn(async move { axum::serve(listener, app()).await });
        url
    });
    let mut group = criterion.benchmark_group("verification");
    group.sample_size(10);
    for interactions in [100, 1_000, 5_000] {
        let contract = contract(interactions);
        group.throughput(Throughput::Elements(interactions));
        let run = |verifier: Verifier| {
            let report = runtime
                .block_on(verifier.run())
                .expect("there is something to verify");
            assert!(report.is_success());
            black_box(report)
        };
        group.bench_with_input(
            BenchmarkId::new("in process", interactions),
            &contract,
            |bencher, contract| {
                bencher.iter(|| {
                    run(Verifier::new("user-api")
                        .contracts(Contracts::value(contract.clone()))
                        .service(|| async { app() }))
                });
            },
        );
        group.bench_with_input(
            BenchmarkId::new("over HTTP", interactions),
            &contract,
            |bencher, contract| {
                bencher.iter(|| {
                    run(Verifier::new("user-api")
                        .contracts(Contracts::value(contract.clone()))
                        .base_url(url.clone()))
                });
            },
        );
    }
    group.finish();
}

criterion_group!(benches, verification);
criterion_main!(benches);
