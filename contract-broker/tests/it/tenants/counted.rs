//! What metrics and the log say of tenants.

use http::Method;

use super::{
    opening::{Watched, watched},
    with_tenants,
};
use crate::broker::publish_body;

fn one_label(config: &mut contract_broker::Config) {
    watched(config);
    config.tenants_metric_labels = 1;
}

/// The metrics of tenants in the book.
fn metrics_of_the_book() -> Vec<String> {
    let book = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/tenants.md");
    let book = std::fs::read_to_string(book).unwrap();
    let rows = book
        .lines()
        .filter_map(|line| line.strip_prefix("| `contract_broker_"));
    rows.filter_map(|row| row.split('`').next())
        .map(|name| format!("contract_broker_{name}"))
        .collect()
}

with_tenants! {
    async fn metrics_count_all_tenants_and_name_none(tenants) with watched; {
        let (one, two) = (tenants.create("tenant-one").await, tenants.create("tenant-two").await);
        let watched = Watched::start(tenants).await;
        for tenant in [&one, &two] {
            let body = publish_body("secretweb", "1", None, "secretapi", "secretcontent");
            tenants.of(tenant, Method::POST, "/contracts/publish", Some(body)).await.expect(200);
        }
        tenants.ask("ghost.contracts.test", None, Method::GET, "/", None).await.expect(404);
        let text = watched.scrape().await;
        for sample in [
            "contract_broker_publications_total{outcome=\"new\"} 2",
            "contract_broker_tenants_opened_total 2",
            "contract_broker_tenant_turned_away_total{reason=\"unknown\"} 1",
            "http_server_request_duration_seconds_count{method=\"POST\",route=\"/contracts/publish\",status=\"200\"} 2",
        ] {
            assert!(text.lines().any(|line| line == sample), "{sample}: {text}");
        }
        for name in ["tenant-one", "tenant-two", "ghost", "secretweb", "secretapi", "secretcontent", "contract_broker_tenant_requests"] {
            assert!(!text.contains(name), "{name}: {text}");
        }
        // What is stored is the sum, once each tenant was counted.
        while !watched.scrape().await.lines().any(|line| line == "contract_broker_pacticipants 4") {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        watched.stop().await;
    }

    async fn so_many_tenants_are_named_as_the_settings_say(tenants) with one_label; {
        let (one, two) = (tenants.create("one").await, tenants.create("two").await);
        let watched = Watched::start(tenants).await;
        for tenant in [&one, &two, &two] {
            tenants.get(tenant, "/pacticipants").await.expect(200);
        }
        let text = watched.scrape().await;
        for sample in [
            "contract_broker_tenant_requests_total{tenant=\"one\",status=\"2xx\"} 1",
            "contract_broker_tenant_requests_total{tenant=\"(others)\",status=\"2xx\"} 2",
        ] {
            assert!(text.lines().any(|line| line == sample), "{sample}: {text}");
        }
        let documented = metrics_of_the_book();
        let declared = text.lines().filter_map(|line| line.strip_prefix("# TYPE contract_broker_tenant"));
        let mut count = 0;
        for name in declared.filter_map(|line| line.split(' ').next()) {
            let name = format!("contract_broker_tenant{name}");
            let is_it = |one: &String| one.trim_end_matches("_total") == name.trim_end_matches("_total");
            assert!(documented.iter().any(is_it), "{name} is not in the book: {documented:?}");
            count += 1;
        }
        assert_eq!(count, documented.len(), "{documented:?}");
        watched.stop().await;
    }
}
