//! Certificates that are not trusted, and servers that do not speak TLS.

use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::provider::{Users, app, serve};
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
            tokio::spawn(async move { acceptor.accept(stream).await.is_ok() });
        }
    });
    port
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
    assert!(said.contains("SSL_CERT_FILE"), "{said}");

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
