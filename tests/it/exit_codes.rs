//! What a pipeline cannot mend by trying again is exit code 2.

use contract_tests::programs::Broker;

use crate::webhook::{asks_for, run, run_with};

#[tokio::test(flavor = "multi_thread")]
async fn what_would_fail_again_is_code_2() {
    let directory = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", directory.path().join("broker.sqlite3").display());
    let broker = Broker::start(&database);
    let file = directory.path().join("contract.json");
    let path = file.to_str().unwrap();
    let publish = ["publish", path, "--version", "1"];
    std::fs::write(&file, asks_for("/orders")).unwrap();
    assert_eq!(run(&broker.url, &publish).await.code, Some(0));
    let create = ["create-environment", "production", "--production"];
    let said = run(&broker.url, &create).await;
    assert_eq!(
        (said.code, &*said.out),
        (Some(0), "created the environment production\n"),
        "{}",
        said.err
    );

    // The same once more is fine; other settings are not changed in passing.
    let said = run(&broker.url, &create).await;
    assert_eq!(
        (said.code, &*said.out),
        (
            Some(0),
            "the environment production already exists with these settings\n"
        ),
        "{}",
        said.err
    );
    let said = run(
        &broker.url,
        &["create-environment", "production", "--display-name", "Live"],
    )
    .await;
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(
        said.err.contains(
            "it already exists with other settings: production is true, not false, display name is \"Production\", not \"Live\""
        ) && said.err.contains("contract environments update production"),
        "{}",
        said.err
    );

    // Another content under the same version.
    std::fs::write(&file, asks_for("/other")).unwrap();
    let said = run(&broker.url, &publish).await;
    assert_eq!(said.code, Some(2), "{}", said.err);

    let version = "--version=1";
    for question in [
        &["can-i-deploy", "Order Web", version, "--to", "nonesuch"][..],
        &["can-i-deploy", "nobody", version, "--to", "production"],
        &[
            "record-deployment",
            "Order Web",
            version,
            "--environment",
            "nonesuch",
        ],
        &[
            "record-deployment",
            "nobody",
            version,
            "--environment",
            "production",
        ],
        &[
            "record-release",
            "Order Web",
            version,
            "--environment",
            "nonesuch",
        ],
        &["record-release", "nobody", version, "--environment", "production"],
        &["record-undeployment", "Order Web", "--environment", "nonesuch"],
        &["record-undeployment", "nobody", "--environment", "production"],
        &[
            "record-support-ended",
            "Order Web",
            version,
            "--environment",
            "nonesuch",
        ],
        &[
            "record-support-ended",
            "nobody",
            version,
            "--environment",
            "production",
        ],
        &["create-environment", "two words"],
        &[
            "verify",
            "--provider=Order API",
            "--provider-url=http://127.0.0.1:1",
            "--selector=branch=x,consumer=",
        ],
    ] {
        let said = run(&broker.url, question).await;
        assert_eq!(said.code, Some(2), "{question:?}: {}{}", said.out, said.err);
        assert!(said.err.contains("error:"), "{question:?}: {}", said.err);
    }
    drop(broker);

    // Wrong credentials, in every command.
    let broker = Broker::start_with(&database, &[], &[("CONTRACT_BROKER_AUTH_TOKENS", "right")]);
    let environment = "--environment=production";
    for command in [
        &["publish", path, version][..],
        &["can-i-deploy", "Order Web", version, "--to", "production"],
        &["record-deployment", "Order Web", version, environment],
        &["record-release", "Order Web", version, environment],
        &["record-undeployment", "Order Web", environment],
        &["record-support-ended", "Order Web", version, environment],
        &["create-environment", "production"],
        &["list", "environments"],
        &["list", "applications"],
        &[
            "verify",
            "--provider=Order API",
            "--provider-url=http://127.0.0.1:1",
        ],
    ] {
        let said = run_with(
            &[
                ("CONTRACT_BROKER_URL", &broker.url),
                ("CONTRACT_BROKER_TOKEN", "wrong"),
            ],
            command,
        )
        .await;
        assert_eq!(said.code, Some(2), "{command:?}: {}{}", said.out, said.err);
        assert!(
            said.err.contains("refused the credentials (401)"),
            "{command:?}: {}",
            said.err
        );
    }
}
