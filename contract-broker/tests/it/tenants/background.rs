//! Background work: each tenant's is done, and goes where that tenant said.

use std::time::Duration;

use contract_broker::{Config, TenantBroker};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use super::{Tenant, Tenants};
use crate::{
    broker::publish_body,
    database::Database,
    running::{Receiver, client},
};

/// A broker with tenants that listens on a port and goes its rounds.
pub(super) struct Serving {
    address: std::net::SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Serving {
    pub(super) async fn start(config: Config) -> Self {
        let broker = TenantBroker::build(config).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            broker.serve(listener, stopped).await.unwrap();
        });
        Self {
            address,
            stop: Some(stop),
            task,
        }
    }

    pub(super) async fn send(
        &self,
        tenant: &Tenant,
        method: Method,
        path: &str,
        body: Value,
    ) -> (u16, Value) {
        let request = client()
            .request(method, format!("http://{}{path}", self.address))
            .header("host", tenant.host())
            .header("accept", "application/hal+json")
            .bearer_auth(&tenant.token);
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// Posts, again as long as the node has no room for the tenant.
    async fn until(&self, tenant: &Tenant, path: &str, body: Value, expected: u16) {
        loop {
            let (status, answer) = self.send(tenant, Method::POST, path, body.clone()).await;
            if status == expected {
                return;
            }
            assert_eq!(status, 503, "{path}: {answer}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(super) async fn stop(mut self) {
        drop(self.stop.take());
        self.task.await.unwrap();
    }
}

fn webhooks(config: &mut Config) {
    config.webhook_schemes = vec!["http".into()];
    config.webhook_allowed_hosts = vec!["127.0.0.1".into()];
    config.webhook_retry_schedule = vec![Duration::from_secs(3)];
}

async fn hook(serving: &Serving, tenant: &Tenant, url: &str) {
    let body = json!({
        "description": "build", "events": [{ "name": "contract_published" }],
        "request": { "method": "POST", "url": url, "body": { "pact": "${pactbroker.pactUrl}" } },
    });
    serving.until(tenant, "/webhooks", body, 201).await;
}

async fn publish(serving: &Serving, tenant: &Tenant, content: &str) {
    let body = publish_body("web", content, None, "api", content);
    serving.until(tenant, "/contracts/publish", body, 200).await;
}

fn on_each_database(configure: impl Fn(&mut Config) + Copy, test: &impl AsyncFn(&Tenants)) {
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        Tenants::run(database, configure, async |tenants| test(tenants).await);
    }
}

#[test]
fn webhooks_go_to_the_receivers_of_their_tenant_with_links_to_its_host() {
    on_each_database(webhooks, &async |tenants| {
        let (ours, theirs) = (tenants.create("ours").await, tenants.create("theirs").await);
        let serving = Serving::start(tenants.config.clone()).await;
        let (mut to_us, mut to_them) = (Receiver::start(0).await, Receiver::start(0).await);
        hook(&serving, &ours, &to_us.url).await;
        hook(&serving, &theirs, &to_them.url).await;
        publish(&serving, &ours, "a").await;
        publish(&serving, &theirs, "b").await;
        for (receiver, host) in [
            (&mut to_us, "ours.contracts.test"),
            (&mut to_them, "theirs.contracts.test"),
        ] {
            let received = receiver.next().await.json();
            let link = received["pact"].as_str().unwrap();
            let start = format!("http://{host}:{}/pacts/", serving.address.port());
            assert!(link.starts_with(&start), "{link}");
        }
        serving.stop().await;
        assert_eq!((to_us.rest().len(), to_them.rest().len()), (0, 0));
    });
}

#[test]
fn a_retry_does_not_wait_until_the_queue_looks_again() {
    let configure = |config: &mut Config| {
        webhooks(config);
        config.webhook_retry_schedule = vec![Duration::from_millis(100)];
    };
    on_each_database(configure, &async |tenants| {
        let ours = tenants.create("ours").await;
        let serving = Serving::start(tenants.config.clone()).await;
        let mut receiver = Receiver::start(1).await;
        hook(&serving, &ours, &receiver.url).await;
        publish(&serving, &ours, "a").await;
        receiver.next().await;
        // An idle queue of a tenant looks every ten seconds.
        let retried = tokio::time::timeout(Duration::from_secs(8), receiver.next()).await;
        assert!(retried.is_ok());
        serving.stop().await;
    });
}

#[test]
fn the_work_of_a_tenant_that_was_closed_is_done_at_a_visit() {
    let configure = |config: &mut Config| {
        webhooks(config);
        config.tenants_max_open = 1;
        config.tenants_visit_interval = Duration::from_secs(1);
    };
    on_each_database(configure, &async |tenants| {
        let (ours, theirs) = (tenants.create("ours").await, tenants.create("theirs").await);
        let serving = Serving::start(tenants.config.clone()).await;
        let mut receiver = Receiver::start(1).await;
        let asked = async |tenant: &Tenant| {
            while serving
                .send(tenant, Method::GET, "/pacticipants", Value::Null)
                .await
                .0
                != 200
            {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        asked(&ours).await;
        hook(&serving, &ours, &receiver.url).await;
        publish(&serving, &ours, "a").await;
        receiver.next().await;
        // Another tenant takes the only place, and the second attempt is due later.
        asked(&theirs).await;
        receiver.next().await;
        serving.stop().await;
    });
}
