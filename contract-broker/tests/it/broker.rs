//! A broker of its own for each test, on each database.

use axum::{Router, body::Body};
use contract_broker::{Broker, Config};
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

pub(crate) use crate::database::Database;
use crate::process::KEY;

/// Makes one test for each database of an async function that takes a [`TestBroker`].
macro_rules! on_each_database {
    ($($(#[$meta:meta])* async fn $name:ident($broker:ident) $body:block)+) => {
        $(mod $name {
            #[allow(unused_imports, reason = "not every test needs everything")]
            use super::*;

            $(#[$meta])*
            async fn check($broker: &$crate::broker::TestBroker) $body

            #[test]
            fn sqlite() {
                $crate::broker::TestBroker::run($crate::database::Database::sqlite(), async |broker| check(broker).await);
            }

            #[test]
            fn postgres() {
                if let Some(database) = $crate::database::Database::postgres() {
                    $crate::broker::TestBroker::run(database, async |broker| check(broker).await);
                }
            }
        })+
    };
}
pub(crate) use on_each_database;

/// Why a broker does not start.
pub(crate) async fn refusal(config: Config) -> String {
    match Broker::build(config).await {
        Ok(_) => panic!("the broker starts"),
        Err(error) => error.to_string(),
    }
}

/// A broker, called without a port.
pub(crate) struct TestBroker {
    router: Router,
    pub(crate) broker: Broker,
    pub(crate) database: Database,
}

impl TestBroker {
    /// Runs a test with a new broker.
    pub(crate) fn run(database: Database, test: impl AsyncFnOnce(&TestBroker)) {
        Self::run_with(database, |_| {}, test);
    }

    /// As [`TestBroker::run`], with settings.
    pub(crate) fn run_with(
        database: Database,
        configure: impl FnOnce(&mut Config),
        test: impl AsyncFnOnce(&TestBroker),
    ) {
        Self::build_and_run(database, configure, async |_| {}, test);
    }

    /// As [`TestBroker::run`], on a database that is prepared before the broker opens it.
    pub(crate) fn run_on(
        database: Database,
        prepare: impl AsyncFnOnce(&Database),
        test: impl AsyncFnOnce(&TestBroker),
    ) {
        Self::build_and_run(database, |_| {}, prepare, test);
    }

    fn build_and_run(
        database: Database,
        configure: impl FnOnce(&mut Config),
        prepare: impl AsyncFnOnce(&Database),
        test: impl AsyncFnOnce(&TestBroker),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            database.create().await;
            prepare(&database).await;
            let mut config = Config {
                database_url: database.url(),
                database_max_connections: 4,
                webhook_encryption_key: Some(KEY.into()),
                ..Config::default()
            };
            configure(&mut config);
            let broker = Broker::build(config).await.unwrap();
            let broker = TestBroker {
                router: broker.router(),
                broker,
                database,
            };
            test(&broker).await;
            let TestBroker {
                router,
                broker,
                database,
            } = broker;
            drop(router);
            broker.close().await;
            database.remove().await;
        });
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> Call<'_> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "broker.test");
        Call {
            broker: self,
            request,
            body: Body::empty(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path).send().await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.request(Method::PUT, path).json(&body).send().await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.request(Method::POST, path).json(&body).send().await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.request(Method::PATCH, path)
            .header("content-type", "application/merge-patch+json")
            .body(body.to_string())
            .send()
            .await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.request(Method::DELETE, path).send().await
    }

    /// Publishes a contract whose content is told apart by `content`.
    pub(crate) async fn publish(
        &self,
        consumer: &str,
        version: &str,
        branch: Option<&str>,
        provider: &str,
        content: &str,
    ) -> Answer {
        let answer = self
            .post(
                "/contracts/publish",
                publish_body(consumer, version, branch, provider, content),
            )
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer
    }

    /// Publishes a result for the contract of a consumer version, as a verifier would by its link.
    pub(crate) async fn verify(
        &self,
        consumer: &str,
        version: &str,
        provider: &str,
        provider_version: &str,
        success: bool,
    ) -> Answer {
        let contract = self
            .get(&format!(
                "/pacts/provider/{provider}/consumer/{consumer}/version/{version}"
            ))
            .await;
        let link = contract.link("pb:publish-verification-results");
        let body = json!({ "success": success, "providerApplicationVersion": provider_version });
        let answer = self.post(&link, body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer
    }

    /// Puts a version on a branch.
    pub(crate) async fn branch(&self, pacticipant: &str, branch: &str, version: &str) {
        let path = format!("/pacticipants/{pacticipant}/branches/{branch}/versions/{version}");
        let answer = self.put(&path, json!({})).await;
        assert!(answer.status.is_success(), "{}", answer.text);
    }

    /// Creates an environment; gives its uuid.
    pub(crate) async fn environment(&self, name: &str) -> String {
        let answer = self
            .post(
                "/environments",
                json!({ "name": name, "production": name == "production" }),
            )
            .await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.json["uuid"].as_str().unwrap().to_owned()
    }

    /// Records a deployment by the link that the version shows for the environment of that name.
    pub(crate) async fn deploy(&self, pacticipant: &str, version: &str, environment: &str) -> Answer {
        let shown = self
            .get(&format!("/pacticipants/{pacticipant}/versions/{version}"))
            .await;
        let link = shown.named_link("pb:record-deployment", environment);
        let answer = self.post(&link, json!({})).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer
    }
}

/// The body of a request to publish one contract.
pub(crate) fn publish_body(
    consumer: &str,
    version: &str,
    branch: Option<&str>,
    provider: &str,
    content: &str,
) -> Value {
    use base64::Engine as _;
    let contract = contract(consumer, provider, content);
    json!({
        "pacticipantName": consumer,
        "pacticipantVersionNumber": version,
        "branch": branch,
        "contracts": [{
            "consumerName": consumer,
            "providerName": provider,
            "specification": "pact",
            "contentType": "application/json",
            "content": base64::engine::general_purpose::STANDARD.encode(contract.to_string()),
        }],
    })
}

/// A contract whose content is told apart by `content`.
pub(crate) fn contract(consumer: &str, provider: &str, content: &str) -> Value {
    json!({
        "consumer": { "name": consumer },
        "provider": { "name": provider },
        "interactions": [{
            "description": format!("a request for {content}"),
            "request": { "method": "GET", "path": format!("/{content}") },
            "response": { "status": 200 },
        }],
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    })
}

/// A request under construction.
pub(crate) struct Call<'b> {
    broker: &'b TestBroker,
    request: http::request::Builder,
    body: Body,
}

impl Call<'_> {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json")
            .body(body.to_string())
    }

    pub(crate) fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) async fn send(self) -> Answer {
        let request = self.request.body(self.body).unwrap();
        let response = self.broker.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer {
            status: head.status,
            headers: head.headers,
            text,
            json,
        }
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: http::HeaderMap,
    pub(crate) text: String,
    /// Null where the body is not JSON.
    pub(crate) json: Value,
}

impl Answer {
    /// The path of a link.
    pub(crate) fn link(&self, relation: &str) -> String {
        let href = self.json["_links"][relation]["href"].as_str();
        path_of(href.unwrap_or_else(|| panic!("no link {relation} in {}", self.text)))
    }

    /// The path of that one of a list of links which has the name.
    pub(crate) fn named_link(&self, relation: &str, name: &str) -> String {
        let links = self.json["_links"][relation]
            .as_array()
            .unwrap_or_else(|| panic!("no links {relation}"));
        let link = links.iter().find(|link| link["name"] == name);
        path_of(
            link.unwrap_or_else(|| panic!("no link {relation} named {name}"))["href"]
                .as_str()
                .unwrap(),
        )
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }
}

/// The path and query of an address of the test's broker.
fn path_of(href: &str) -> String {
    href.strip_prefix("http://broker.test")
        .unwrap_or_else(|| panic!("{href} is not of this broker"))
        .to_owned()
}
