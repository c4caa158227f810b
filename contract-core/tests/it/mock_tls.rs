//! The mock provider behind TLS, over HTTP/1.1 and HTTP/2.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use contract_core::ErrorKind;
use contract_core::mock::{Fault, ServerTls};
use contract_core::prelude::*;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tempfile::TempDir;

fn serve(directory: &TempDir, tls: ServerTls) -> BlockingMockProvider {
    Contract::between("web-app", "user-api")
        .directory(directory.path())
        .interaction(
            Interaction::http("the root")
                .request(Request::get("/"))
                .response(Response::ok().text("hello")),
        )
        .tls(tls)
        .serve_blocking()
        .unwrap()
}

/// Connects as a client that trusts this certificate.
fn connect(
    provider: &MockProvider,
    trusted: &str,
    name: &str,
    protocols: &[&[u8]],
) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(trusted.as_bytes()).unwrap())
        .unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let connection = ClientConnection::new(Arc::new(config), name.to_owned().try_into().unwrap()).unwrap();
    StreamOwned::new(connection, TcpStream::connect(provider.address()).unwrap())
}

const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";

#[test]
fn the_certificate_is_handed_to_the_client() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory, ServerTls::self_signed(["api.test"]).unwrap());
    assert!(
        provider.url().starts_with("https://127.0.0.1:"),
        "{}",
        provider.url()
    );
    for name in ["127.0.0.1", "localhost", "api.test"] {
        let mut stream = connect(&provider, provider.ca_pem(), name, &[]);
        stream.write_all(GET).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.ends_with("hello"), "{name}: {answer}");
    }
    provider.finish().unwrap();
    let contract = std::fs::read_to_string(directory.path().join("web-app-user-api.json")).unwrap();
    assert!(!contract.contains("https"), "{contract}");
}

#[test]
fn a_client_that_does_not_trust_the_certificate_is_no_unexpected_request() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory, ServerTls::self_signed([] as [&str; 0]).unwrap());
    let other = ServerTls::self_signed([] as [&str; 0]).unwrap();
    let mut stranger = connect(&provider, other.certificate_pem(), "localhost", &[]);
    stranger.write_all(GET).unwrap_err();
    drop(stranger);
    let mut friend = connect(&provider, provider.ca_pem(), "localhost", &[]);
    friend.write_all(GET).unwrap();
    friend.read_to_end(&mut Vec::new()).unwrap();
    assert!(provider.unexpected_requests().is_empty());
    provider.finish().unwrap();
}

#[test]
fn faults_reach_clients_behind_tls() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory, ServerTls::self_signed([] as [&str; 0]).unwrap());
    let root = Interaction::http("the root")
        .request(Request::get("/"))
        .response(Response::ok().text("hello"));
    provider
        .expect(root)
        .fail_once(Fault::Reset)
        .fail_once(Fault::Truncate);
    let ask = || {
        let mut stream = connect(&provider, provider.ca_pem(), "localhost", &[]);
        stream.write_all(GET).unwrap();
        let mut answer = Vec::new();
        let ended = stream.read_to_end(&mut answer);
        (String::from_utf8(answer).unwrap(), ended.is_ok())
    };
    assert_eq!(ask(), (String::new(), false));
    let (truncated, is_whole) = ask();
    assert!(truncated.ends_with("\r\n\r\nhe") && !is_whole, "{truncated}");
    assert!(ask().0.ends_with("hello"));
    provider.finish().unwrap();
}

#[test]
fn a_provider_without_tls_has_no_certificate() {
    let directory = tempfile::tempdir().unwrap();
    let provider = Contract::between("web-app", "user-api")
        .directory(directory.path())
        .serve_blocking()
        .unwrap();
    let panic =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| provider.ca_pem().to_owned())).unwrap_err();
    let message = panic.downcast_ref::<&str>().unwrap();
    assert!(message.contains("speaks no TLS: say `tls`"), "{message}");
    provider.finish().unwrap_err();
}

#[test]
fn what_is_no_name_is_refused() {
    let error = ServerTls::self_signed(["straße"]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("straße"), "{error}");
}

#[cfg(feature = "http2")]
#[test]
fn a_client_may_choose_http2() {
    let directory = tempfile::tempdir().unwrap();
    let provider = serve(&directory, ServerTls::self_signed([] as [&str; 0]).unwrap());
    let mut stream = connect(&provider, provider.ca_pem(), "localhost", &[b"h2", b"http/1.1"]);
    // The preface, empty settings, and a request of HPACK's static table: GET, https, /.
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
    stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).unwrap();
    stream
        .write_all(&[0, 0, 3, 1, 5, 0, 0, 0, 1, 0x82, 0x87, 0x84])
        .unwrap();
    assert_eq!(stream.conn.alpn_protocol(), Some(&b"h2"[..]));
    let headers = loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).unwrap();
        let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
        let mut payload = vec![0; length];
        stream.read_exact(&mut payload).unwrap();
        if head[3] == 1 {
            break payload;
        }
    };
    assert_eq!(headers[0], 0x88, "`:status: 200` of the static table");
    drop(stream);
    provider.finish().unwrap();
}
