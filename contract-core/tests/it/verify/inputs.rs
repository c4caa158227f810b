//! Bad input: each says what, where and what to do.

use std::time::Duration;

use contract_core::ErrorKind;
use contract_core::provider::*;
use contract_core::verify::Outcome;

use super::provider::{Users, app, contract, contract_text, get_interaction, nobody, serve};

fn one_interaction() -> Contracts {
    Contracts::value(contract(&[get_interaction("a request", &[], "/users/1", 404)]))
}

#[tokio::test]
async fn a_provider_that_is_not_there() {
    let url = nobody();
    let error = Verifier::new("user-api")
        .contracts(one_interaction())
        .base_url(url.clone())
        .run()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    let text = error.to_string();
    assert!(
        text.starts_with(&format!("no provider answers at {url} (")),
        "{text}"
    );
    assert!(
        text.ends_with("start it, or give the address where it listens"),
        "{text}"
    );
}

#[tokio::test]
async fn an_address_that_is_none() {
    for address in [
        "127.0.0.1:80",
        "ftp://host/",
        "nonsense",
        "http://127.0.0.1:80/api?tenant=a",
        "http://127.0.0.1:80/#users",
    ] {
        let error = Verifier::new("user-api")
            .contracts(one_interaction())
            .base_url(address)
            .run()
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
        assert!(error.to_string().contains(address), "{error}");
    }
}

#[tokio::test]
async fn a_provider_that_hangs() {
    let hangs = axum::Router::new().fallback(std::future::pending::<&'static str>);
    let report = Verifier::new("user-api")
        .contracts(one_interaction())
        .base_url(serve(hangs).await)
        .request_timeout(Duration::from_millis(50))
        .run()
        .await
        .unwrap();
    let (_, first) = report.interactions().next().unwrap();
    let Outcome::Errored(error) = &first.outcome else {
        panic!("{first:?}")
    };
    assert!(error.to_string().contains("within 50ms"), "{error}");
}

#[tokio::test]
async fn nothing_to_verify_is_a_failure_unless_it_is_allowed() {
    let empty = || Verifier::new("user-api").contracts(Contracts::value(contract(&[])));
    let error = empty().run().await.unwrap_err();
    assert!(error.to_string().starts_with("nothing was verified"), "{error}");
    assert!(empty().allow_empty().run().await.unwrap().is_success());
}

#[tokio::test]
async fn a_directory_with_contracts_of_others_names_them() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("nested")).unwrap();
    let file = directory.path().join("nested/web-app-user-api.json");
    let interaction = get_interaction("a request", &[], "/users/1", 404);
    std::fs::write(&file, contract_text("web-app", &[interaction])).unwrap();

    let verify = |name: &str| {
        Verifier::new(name)
            .contracts(Contracts::dir(directory.path()))
            .service(|| async { app(Users::default()) })
            .run()
    };
    assert!(verify("user-api").await.unwrap().is_success());
    let error = verify("users-api").await.unwrap_err().to_string();
    assert!(
        error.starts_with("no contract with provider \"users-api\" in "),
        "{error}"
    );
    assert!(error.ends_with("did you mean \"user-api\"?"), "{error}");

    std::fs::write(&file, "{\n  \"consumer\": {\n").unwrap();
    let error = verify("user-api").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed);
    assert!(
        error.to_string().contains("nested/web-app-user-api.json"),
        "{error}"
    );
}

#[tokio::test]
async fn sources_that_are_not_there() {
    for (source, named) in [
        (Contracts::dir("no/such/directory"), "no/such/directory"),
        (Contracts::file("no/such/file.json"), "no/such/file.json"),
        (Contracts::url(nobody()), "http://127.0.0.1"),
    ] {
        let error = Verifier::new("user-api")
            .contracts(source)
            .run()
            .await
            .unwrap_err();
        assert!(error.to_string().contains(named), "{error}");
    }
}
