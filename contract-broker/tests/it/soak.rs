//! Many clients at once, for a while.

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use contract_broker::Config;
use futures_util::{StreamExt as _, future::join_all, stream};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    broker::publish_body,
    consistency,
    database::Database,
    process::KEY,
    running::{Running, with_each_database},
};

/// How many clients there are.
const CLIENTS: usize = 32;

/// For how long clients publish: 2 s, or as many as `CONTRACT_SOAK_SECONDS` says.
fn duration() -> Duration {
    let seconds = std::env::var("CONTRACT_SOAK_SECONDS").map_or(2, |text| text.parse().unwrap());
    Duration::from_secs(seconds)
}

/// What a client was told is stored: consumer, version, provider, branch, content.
struct Acknowledged {
    consumer: String,
    version: String,
    provider: String,
    branch: String,
    content: String,
}

/// A client publishes until it is told to stop; gives what was acknowledged, in order.
///
/// Of four clients one publishes versions of its own of a pacticipant that others use too, two publish the same
/// versions of that one for different providers, and one has a pacticipant to itself.
async fn publish(broker: &Running, client: usize, stop: &AtomicBool) -> Vec<Acknowledged> {
    let mut done = Vec::new();
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let (consumer, version) = match client % 4 {
            0 => ("shared".to_owned(), format!("{client}.{number}")),
            1 | 2 => ("shared".to_owned(), format!("same.{number}")),
            _ => (format!("own-{client}"), number.to_string()),
        };
        let one = Acknowledged {
            provider: format!("api-{}", if client % 4 == 3 { number % 5 } else { client }),
            // Some content comes again and again.
            content: format!("{}", if number % 3 == 0 { 0 } else { number }),
            branch: ["main", "feat"][usize::from(client % 8 == 4)].to_owned(),
            consumer,
            version,
        };
        let mut body = publish_body(
            &one.consumer,
            &one.version,
            Some(&one.branch),
            &one.provider,
            &one.content,
        );
        body["tags"] = json!([one.branch.clone(), format!("t{}", client % 3)]);
        let published = broker.expect(200, Method::POST, "/contracts/publish", body).await;
        if number % 4 == 0 {
            let links = published["_links"]["pb:contracts"].as_array().unwrap();
            let path = links[0]["href"]
                .as_str()
                .unwrap()
                .strip_prefix(&broker.url)
                .unwrap();
            let (status, contract) = broker.get(path).await;
            assert_eq!(status, 200, "{path}");
            let link = contract["_links"]["pb:publish-verification-results"]["href"]
                .as_str()
                .unwrap();
            let result = json!({ "success": number % 8 == 0, "providerApplicationVersion": (number / 16).to_string() });
            broker
                .expect(201, Method::POST, link.strip_prefix(&broker.url).unwrap(), result)
                .await;
        }
        done.push(one);
    }
    done
}

/// The numbers of all versions at a path, newest first.
async fn versions(broker: &Running, path: &str) -> Vec<String> {
    let mut numbers = Vec::new();
    for page in 1.. {
        let (status, list) = broker.get(&format!("{path}?size=500&page={page}")).await;
        assert_eq!(status, 200, "{path}: {list}");
        let found = list["_embedded"]["versions"].as_array().unwrap();
        numbers.extend(found.iter().map(|one| one["number"].as_str().unwrap().to_owned()));
        if list["_links"]["next"].is_null() {
            break;
        }
    }
    numbers
}

/// Everything that was acknowledged is there.
async fn is_there(broker: &Running, one: &Acknowledged) {
    let path = format!(
        "/pacts/provider/{}/consumer/{}/version/{}",
        one.provider, one.consumer, one.version
    );
    let (status, contract) = broker.get(&path).await;
    assert_eq!(status, 200, "{path} was acknowledged and is gone");
    assert_eq!(contract["interactions"][0]["path"], Value::Null);
    assert_eq!(
        contract["interactions"][0]["request"]["path"],
        format!("/{}", one.content),
        "{path}"
    );
}

async fn nothing_is_lost(broker: &Running, database: &Database, clients: &[Vec<Acknowledged>]) {
    let each = stream::iter(clients.iter().flatten()).for_each_concurrent(16, |one| is_there(broker, one));
    each.await;
    // Newest first in the list, oldest first in what a client saw.
    let mut lists: HashMap<String, HashMap<String, usize>> = HashMap::new();
    let mut heads: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for client in clients {
        for one in client {
            for path in [
                format!("/pacticipants/{}/versions", one.consumer),
                format!("/pacticipants/{}/branches/{}/versions", one.consumer, one.branch),
            ] {
                if let Entry::Vacant(list) = lists.entry(path.clone()) {
                    let numbers = versions(broker, &path).await;
                    let places = numbers
                        .into_iter()
                        .enumerate()
                        .map(|(place, number)| (number, place));
                    list.insert(places.collect());
                }
            }
        }
        for path in client.first().into_iter().flat_map(|one| {
            [
                format!("/pacticipants/{}/versions", one.consumer),
                format!("/pacticipants/{}/branches/{}/versions", one.consumer, one.branch),
            ]
        }) {
            let places: Vec<usize> = client.iter().map(|one| lists[&path][&one.version]).collect();
            assert!(
                places.is_sorted_by(|before, after| before > after),
                "{path}: {places:?}"
            );
        }
        if let Some(last) = client.last() {
            heads
                .entry((&last.consumer, &last.branch))
                .or_default()
                .push(&last.version);
        }
    }
    // The head is the last version of one of the clients.
    for ((consumer, branch), last) in heads {
        let (_, head) = broker
            .get(&format!(
                "/pacticipants/{consumer}/branches/{branch}/latest-version"
            ))
            .await;
        assert!(
            last.contains(&head["number"].as_str().unwrap()),
            "{consumer} {branch}: {head}"
        );
    }
    let contracts: i64 = clients
        .iter()
        .map(|client| i64::try_from(client.len()).unwrap())
        .sum();
    assert_eq!(
        database
            .numbers("SELECT COUNT(*) FROM current_publications".into())
            .await,
        [contracts]
    );
    consistency::holds(database).await;
}

with_each_database! {
    async fn clients_that_publish_at_once_fail_never_and_lose_nothing(database) {
        let broker = Running::start_with(Config { database_url: database.url(), webhook_encryption_key: Some(KEY.into()), ..Config::default() }).await;
        let stop = AtomicBool::new(false);
        let started = Instant::now();
        let clients = async {
            let clients = join_all((0..CLIENTS).map(|client| publish(&broker, client, &stop)));
            clients.await
        };
        let ending = async {
            tokio::time::sleep(duration()).await;
            stop.store(true, Ordering::Relaxed);
        };
        let (clients, ()) = tokio::join!(clients, ending);
        let count: usize = clients.iter().map(Vec::len).sum();
        println!("{count} contracts acknowledged in {:?}", started.elapsed());
        assert!(clients.iter().all(|client| !client.is_empty()), "every client had its turn");
        nothing_is_lost(&broker, database, &clients).await;
        broker.stop().await;
    }
}
