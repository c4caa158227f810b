//! Moving in from a broker of this kind: descriptions come along, and comparisons with them are computed anew.

use contract_broker::{
    Config,
    operate::{Account, Source, compare, move_in},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    bidirectional::{
        CAN_I_DEPLOY, PUBLISH, WITH_TOTAL, WITHOUT_TOTAL, comparison_of, consumer_contract, decided,
        production, provider_contract,
    },
    database::Database,
    running::Running,
    webhooks::config,
};

#[tokio::test(flavor = "multi_thread")]
async fn descriptions_come_along_and_comparisons_are_computed_anew() {
    let there = Database::sqlite();
    let broker = Running::start(&there, config()).await;
    broker
        .expect(
            200,
            Method::POST,
            "/contracts/publish",
            consumer_contract("1", Some("main")),
        )
        .await;
    for (version, properties, success) in [("10", WITH_TOTAL, Some(true)), ("11", WITHOUT_TOTAL, None)] {
        broker
            .expect(
                200,
                Method::POST,
                PUBLISH,
                provider_contract(version, Some("main"), properties, success),
            )
            .await;
    }
    let rule = "/provider-contracts/provider/api/compatibility";
    broker
        .expect(
            200,
            Method::PUT,
            rule,
            json!({"level": "refuse", "basis": "usage"}),
        )
        .await;
    production(&broker, "10").await;
    let yes = decided(&broker, CAN_I_DEPLOY).await;
    assert_eq!(yes["matrix"][0]["verificationType"], "BDCT", "{yes:#}");
    let source = Source::at(&broker.url, Account::None).unwrap();
    let here = Database::sqlite();
    let settings = Config {
        database_url: here.url(),
        ..config()
    };
    let mut lines = Vec::new();
    // Before the move nothing is here.
    let different = compare(&settings, &source, |line| lines.push(line))
        .await
        .unwrap();
    assert!(different >= 2, "{lines:?}");
    assert!(
        lines.contains(&"the description of api version 10 is not here".to_owned()),
        "{lines:?}"
    );
    for copied in [
        "2 provider descriptions added, 1 rule for new ones",
        "0 provider descriptions added, 1 rule for new ones",
    ] {
        lines.clear();
        move_in(&settings, &source, |line| lines.push(line))
            .await
            .unwrap();
        assert!(lines.contains(&copied.to_owned()), "{lines:?}");
        assert!(
            lines.contains(&"0 verification results added".to_owned()),
            "a comparison is no result of a verification: {lines:?}"
        );
    }
    let moved = Running::start(&here, settings.clone()).await;
    let answer = decided(&moved, CAN_I_DEPLOY).await;
    assert_eq!(answer["summary"]["deployable"], true, "{answer:#}");
    assert_eq!(answer["matrix"][0]["verificationType"], "BDCT");
    let bad = decided(&moved, &comparison_of("11", "1")).await;
    assert_eq!(
        bad["verificationStatus"],
        decided(&broker, &comparison_of("11", "1")).await["verificationStatus"]
    );
    let (status, own) = moved
        .get("/contracts/bi-directional/provider/api/version/10/provider-contract-verification-results")
        .await;
    assert_eq!((status, &own["verifier"]), (200, &Value::from("drift")));
    let (_, kept) = moved.get(rule).await;
    assert_eq!(kept["level"], "refuse");
    moved.stop().await;
    lines.clear();
    let different = compare(&settings, &source, |line| lines.push(line))
        .await
        .unwrap();
    assert_eq!(different, 0, "{lines:?}");
    assert_eq!(lines[1], "2 provider descriptions compared, 0 different");
}
