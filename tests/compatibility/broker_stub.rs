//! A broker that holds one contract, as the fixtures `pact-broker_cN.json` describe it.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::response::IntoResponse as _;
use contract_core::contract::{Contract, Interaction, Request, Response, Specification};
use contract_core::generate::{self, Context};
use contract_core::matching::{Part, RequestPlan};
use serde_json::{Value, json};

use crate::fixtures;
use crate::server::Server;
use crate::verification::contract_json;
use crate::wire;

/// A broker with one contract.
#[derive(Debug)]
pub(crate) struct BrokerStub {
    server: Server,
    results: Arc<Mutex<Vec<Value>>>,
}

/// What the broker answers from.
struct Pages {
    /// The interactions of the fixture: the index, the contracts to verify, the published result.
    described: Vec<(RequestPlan, Response)>,
    /// Where the contract is, and what it says.
    path: String,
    contract: Value,
    url: String,
    results: Arc<Mutex<Vec<Value>>>,
}

impl BrokerStub {
    /// Starts the broker of this number, which holds a contract with this interaction.
    pub(crate) async fn start(number: usize, interaction: Interaction, specification: Specification) -> Self {
        let name = format!("pact-broker_c{number}.json");
        let text = String::from_utf8(fixtures::bytes(&name)).expect("the fixture is text");
        let described = Contract::read_str(&text, &name)
            .unwrap_or_else(|error| panic!("{name}: {error}"))
            .interactions
            .iter()
            .filter_map(Interaction::as_http)
            .map(|http| {
                let plan = RequestPlan::compile(&http.request, Specification::V4);
                (
                    plan.expect("the fixture's request compiles"),
                    http.response.clone(),
                )
            })
            .collect();
        let path = format!("/pacts/provider/p/consumer/c_{number}");
        let results = Arc::default();
        let mut contract = contract_json(&format!("c_{number}"), vec![interaction], specification);
        contract["interactions"][0]["_id"] = json!("ID1");
        let pages = Pages {
            described,
            path,
            contract,
            url: String::new(),
            results: Arc::clone(&results),
        };
        let server = Server::start(|url| {
            let mut pages = Pages {
                url: url.to_owned(),
                ..pages
            };
            let publish = format!("{url}{}/verification-results", pages.path);
            pages.contract["_links"] = json!({
                "self": { "href": format!("{url}{}", pages.path) },
                "pb:publish-verification-results": { "href": publish },
            });
            let pages = Arc::new(pages);
            Router::new().fallback(move |request| answer(Arc::clone(&pages), request))
        })
        .await;
        Self { server, results }
    }

    /// The broker's address.
    pub(crate) fn url(&self) -> &str {
        self.server.url()
    }

    /// The results that were published, as they came.
    pub(crate) fn results(&self) -> Vec<Value> {
        self.results
            .lock()
            .expect("nobody panics while publishing")
            .clone()
    }
}

async fn answer(pages: Arc<Pages>, request: axum::extract::Request) -> axum::response::Response {
    let request = wire::received(request).await;
    if request.method == "GET" && request.path == pages.path {
        return axum::Json(&pages.contract).into_response();
    }
    let fitting = pages
        .described
        .iter()
        .find(|(plan, _)| is_asked_for(plan, &request));
    let Some((_, response)) = fitting else {
        return axum::http::StatusCode::NOT_FOUND.into_response();
    };
    if request.path.ends_with("/verification-results") {
        pages.keep_result(&request);
    }
    let context = Context::consumer().with_mock_server_url(&pages.url);
    let response = generate::response(response, &context).expect("the fixture's generators apply");
    wire::sent(&response)
}

/// Whether the request is the described one. It may say more in its body than the fixture's example, which another client
/// sent.
fn is_asked_for(plan: &RequestPlan, request: &Request) -> bool {
    plan.compare(request)
        .mismatches()
        .iter()
        .all(|mismatch| mismatch.part == Part::Body && mismatch.expected.is_none())
}

impl Pages {
    fn keep_result(&self, request: &Request) {
        let result = serde_json::from_slice(&request.body.to_bytes()).expect("a result is JSON");
        self.results
            .lock()
            .expect("nobody panics while publishing")
            .push(result);
    }
}
