//! Certificates that are not trusted, and servers that do not speak TLS.

use std::path::Path;
use std::sync::Arc;

use contract_core::provider::*;
use contract_core::{Error, ErrorKind};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::provider::{Users, app, contract, get_interaction, serve};
use super::raw::verify;

/// A server for `localhost` whose certificate is signed by an authority that nobody trusts.
async fn untrusted() -> u16 {
    let certificate =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../contract-broker/tests/tls/localhost.pem");
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_file(&certificate).unwrap()],
            PrivateKeyDer::from_pem_file(&certificate).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                let mut request = [0; 1024];
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                if stream.read(&mut request).await.is_ok() {
                    let _ = stream.write_all(answer).await;
                }
            });
        }
    });
    port
}

/// Verifies one interaction against the server.
async fn verify_trusting(trust: impl FnOnce(Verifier) -> Verifier) -> Result<VerificationReport, Error> {
    let url = format!("https://localhost:{}", untrusted().await);
    let interaction = get_interaction("a request", &[], "/it", 200);
    let verifier = Verifier::new("user-api")
        .contracts(Contracts::value(contract(&[interaction])))
        .base_url(url);
    trust(verifier).run().await
}

#[tokio::test]
async fn an_authority_can_be_named_and_the_check_turned_off() {
    let tls = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contract-broker/tests/tls");
    let report = verify_trusting(|verifier| verifier.ca_file(tls.join("authority.pem")))
        .await
        .unwrap();
    assert!(report.is_success(), "{}", report.to_json());
    assert_eq!(report.warnings, Vec::<String>::new());

    let report = verify_trusting(Verifier::insecure).await.unwrap();
    assert!(report.is_success(), "{}", report.to_json());
    assert!(
        report.warnings[0].contains("certificates were not checked"),
        "{:?}",
        report.warnings
    );

    let error = verify_trusting(|verifier| verifier.ca_file("Cargo.toml"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(
        error.to_string().contains("the certificates of Cargo.toml"),
        "{error}"
    );
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_reads_as_that() {
    let port = untrusted().await;
    let url = format!("https://localhost:{port}");
    let request = json!({ "method": "GET", "path": "/it" });
    let said = verify(&url, request.clone(), json!({ "status": 200 })).await;
    assert!(
        said.contains(&format!(
            "the provider at {url} has a certificate that is not trusted"
        )),
        "{said}"
    );
    assert!(said.contains("(ca_file, --ca-file)"), "{said}");

    let said = verify(
        &format!("http://localhost:{port}"),
        request.clone(),
        json!({ "status": 200 }),
    )
    .await;
    assert!(
        said.contains("if it listens with TLS, write its address as https://"),
        "{said}"
    );

    let plain = serve(app(Users::default())).await.replace("http://", "https://");
    let said = verify(&plain, request, json!({ "status": 200 })).await;
    assert!(
        said.contains("if it listens without TLS, write its address as http://"),
        "{said}"
    );
}
