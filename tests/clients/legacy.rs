//! Fetches that verifiers made before there were selectors, and contracts by their address.

use crate::arrange::Consumer;
use crate::provider::Provider;
use crate::recorder::Recorder;
use crate::scene::{Family, Scene};
use crate::suite::Suite;
use crate::verification::{Publish, Source, Verification};

pub(crate) fn add_to(suite: &mut Suite) {
    suite.verifiers(without_selectors_the_latest_of_each_consumer);
    suite.add(Family::Ruby, by_tag_from_a_broker_without_selectors);
    suite.verifiers(a_contract_by_its_address);
}

const PUBLISH: Publish<'_> = Publish {
    version: "7",
    tags: &[],
    build_url: "https://ci.test/7",
};

async fn consumers(scene: &Scene) {
    let consumer = Consumer {
        name: "web-app",
        version: "1",
        branch: "main",
        tags: &["dev"],
        paths: &["/users/1"],
    };
    scene.arrange(consumer).await;
    scene
        .arrange(Consumer {
            version: "2",
            tags: &[],
            paths: &["/users/2"],
            ..consumer
        })
        .await;
    scene
        .arrange(Consumer {
            name: "mobile",
            version: "m1",
            tags: &[],
            paths: &["/mobile"],
            ..consumer
        })
        .await;
}

async fn without_selectors_the_latest_of_each_consumer(scene: &Scene) {
    consumers(scene).await;
    let provider = Provider::with(&["/users/1", "/users/2", "/mobile"]).await;
    let recorder = Recorder::before(scene, &[]).await;
    let asked = Verification {
        branch: "main",
        publish: Some(PUBLISH),
        ..Verification::default()
    };
    scene.through(&recorder).verify(&provider, &asked).await.ok();
    assert_eq!(scene.results("7").await, ["mobile m1 yes", "web-app 2 yes"]);
    // One still reads the old list, the others send no selector.
    let old = scene.family == Family::Rust;
    assert_eq!(recorder.saw("/pacts/provider/user-api/latest"), old);
}

/// What a broker without selectors does not offer.
const NEWER: &[&str] = &[
    "pb:provider-pacts-for-verification",
    "beta:provider-pacts-for-verification",
];

/// The Ruby verifier reads the old list by tag where the index offers nothing newer.
async fn by_tag_from_a_broker_without_selectors(scene: &Scene) {
    consumers(scene).await;
    let provider = Provider::with(&["/users/1"]).await;
    let recorder = Recorder::before(scene, NEWER).await;
    let asked = Verification {
        tag: Some("dev"),
        branch: "main",
        publish: Some(PUBLISH),
        ..Verification::default()
    };
    scene.through(&recorder).verify(&provider, &asked).await.ok();
    assert_eq!(scene.results("7").await, ["web-app 1 yes"]);
    assert!(recorder.saw("/pacts/provider/user-api/latest/dev"));
}

async fn a_contract_by_its_address(scene: &Scene) {
    consumers(scene).await;
    for (end, path) in [
        ("latest", "/users/2"),
        ("latest/dev", "/users/1"),
        ("version/1", "/users/1"),
    ] {
        let url = scene.url(&format!("/pacts/provider/user-api/consumer/web-app/{end}"));
        let asked = Verification {
            source: Source::Url(url),
            ..Verification::default()
        };
        let provider = Provider::with(&["/users/1", "/users/2"]).await;
        scene.verify(&provider, &asked).await.ok();
        assert_eq!(provider.states(), [format!("{path} exists")]);
    }
}
