//! When the store of a tenant is opened and closed.

use std::time::Duration;

use futures_util::future::join_all;
use http::Method;
use tokio::{net::TcpListener, sync::oneshot};

use super::{BARE, Tenants, with_tenants};
use crate::{broker::publish_body, database::Database, running::client};

/// The value of a metric.
fn value(scrape: &str, metric: &str) -> u64 {
    let line = scrape
        .lines()
        .find_map(|line| line.strip_prefix(metric)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {metric} in {scrape}"))
        .parse()
        .unwrap()
}

/// A listener with the metrics of a broker.
pub(super) struct Watched {
    monitor: contract_broker::Monitor,
    address: std::net::SocketAddr,
}

impl Watched {
    pub(super) async fn start(tenants: &Tenants) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let monitor = contract_broker::Monitor::start(listener);
        monitor.watch_tenants(&tenants.broker);
        Self { monitor, address }
    }

    pub(super) async fn scrape(&self) -> String {
        let answer = client()
            .get(format!("http://{}/metrics", self.address))
            .send()
            .await
            .unwrap();
        answer.text().await.unwrap()
    }

    pub(super) async fn value(&self, metric: &str) -> u64 {
        value(&self.scrape().await, metric)
    }

    pub(super) async fn stop(self) {
        self.monitor.stop().await;
    }
}

pub(super) fn watched(config: &mut contract_broker::Config) {
    config.metrics_bind = Some("127.0.0.1:0".parse().unwrap());
    config.tenants_max_requests = 256;
}

fn one_at_a_time(config: &mut contract_broker::Config) {
    watched(config);
    config.tenants_max_open = 1;
}

with_tenants! {
    async fn a_tenant_is_opened_once_however_many_ask_at_once(tenants) with watched; {
        let acme = tenants.create("acme").await;
        let watched = Watched::start(tenants).await;
        assert_eq!(watched.value("contract_broker_tenants_opened_total").await, 0);
        let asked = join_all((0..50).map(|_| tenants.get(&acme, "/pacticipants"))).await;
        assert!(asked.iter().all(|answer| answer.status == 200));
        assert_eq!(watched.value("contract_broker_tenants_opened_total").await, 1);
        watched.stop().await;
    }

    async fn the_tenant_that_was_used_longest_ago_makes_room(tenants) with one_at_a_time; {
        let (one, two) = (tenants.create("one").await, tenants.create("two").await);
        let watched = Watched::start(tenants).await;
        for (round, tenant) in [&one, &two].into_iter().cycle().take(6).enumerate() {
            let body = publish_body("web", &round.to_string(), None, "api", "same");
            tenants.of(tenant, Method::POST, "/contracts/publish", Some(body)).await.expect(200);
        }
        assert_eq!(watched.value("contract_broker_tenants_opened_total").await, 6);
        for tenant in [&one, &two] {
            let versions = tenants.get(tenant, "/pacticipants/web/versions").await.expect(200).json;
            assert_eq!(versions["_embedded"]["versions"].as_array().map(Vec::len), Some(3));
        }
        // Both at once: who finds no room is told to come again, and nobody waits for ever.
        let asked = join_all((0..20).map(|round| tenants.get(if round % 2 == 0 { &one } else { &two }, "/pacticipants"))).await;
        for answer in &asked {
            assert!(answer.status == 200 || (answer.status == 503 && answer.header("retry-after") == "5"), "{}", answer.text);
        }
        assert!(asked.iter().any(|answer| answer.status == 200));
        watched.stop().await;
    }
}

#[test]
fn a_tenant_whose_database_is_gone_stops_no_other_and_is_named_to_operators() {
    Tenants::run(
        Database::sqlite(),
        |_| {},
        async |tenants| {
            let (lost, well) = (tenants.create("lost").await, tenants.create("well").await);
            let Database::Sqlite(directory) = &tenants.database else {
                unreachable!("it is SQLite")
            };
            let folder = directory.path().join("broker.sqlite3.tenants");
            let file = folder.join("lost.sqlite3");
            std::fs::rename(&file, folder.join("aside")).unwrap();
            let refused = tenants.get(&lost, "/pacticipants").await.expect(503);
            assert_eq!(refused.header("retry-after"), "5");
            assert!(!refused.text.contains("sqlite"), "{}", refused.text);
            tenants.get(&well, "/pacticipants").await.expect(200);
            tenants
                .ask(BARE, None, Method::GET, "/readyz", None)
                .await
                .expect(200);
            let shown = tenants
                .operate(Method::GET, "/admin/tenants/lost", None)
                .await
                .expect(200)
                .json;
            let problem = shown["problem"].as_str().unwrap();
            assert!(
                problem.contains("lost.sqlite3: is the volume mounted"),
                "{problem}"
            );
            assert!(!file.exists(), "nothing is made in its place");
            // What is there again is opened again.
            std::fs::rename(folder.join("aside"), &file).unwrap();
            while tenants.get(&lost, "/pacticipants").await.status != 200 {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            let shown = tenants
                .operate(Method::GET, "/admin/tenants/lost", None)
                .await
                .expect(200)
                .json;
            assert!(shown["problem"].is_null(), "{shown}");
        },
    );
}

#[test]
fn what_nobody_uses_is_closed_and_opened_again_when_somebody_asks() {
    let configure = |config: &mut contract_broker::Config| {
        watched(config);
        config.tenants_idle_timeout = Duration::from_millis(1);
    };
    Tenants::run(Database::sqlite(), configure, async |tenants| {
        let acme = tenants.create("acme").await;
        // A broker of its own on the same databases serves, so that it goes its rounds.
        let broker = contract_broker::TenantBroker::build(tenants.config.clone())
            .await
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let monitoring = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let metrics = format!("http://{}/metrics", monitoring.local_addr().unwrap());
        let monitor = contract_broker::Monitor::start(monitoring);
        monitor.watch_tenants(&broker);
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(broker.serve(listener, async {
            let _ = stopped.await;
        }));
        let ask = async || {
            let request = client()
                .get(format!("http://{address}/pacticipants"))
                .bearer_auth(&acme.token);
            let answer = request.header("host", acme.host()).send().await.unwrap();
            assert_eq!(answer.status(), 200);
        };
        let open = async || {
            let text = client().get(&metrics).send().await.unwrap().text().await.unwrap();
            value(&text, "contract_broker_tenants_open")
        };
        for _ in 0..2 {
            ask().await;
            while open().await == 0 {
                ask().await;
            }
            while open().await == 1 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        ask().await;
        drop(stop);
        serving.await.unwrap().unwrap();
        monitor.stop().await;
    });
}
