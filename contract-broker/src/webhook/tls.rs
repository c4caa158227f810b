//! Certificate authorities trusted by webhooks.

use std::{path::Path, sync::Arc};

use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::tls;

/// Returns TLS settings with the machine's root certificates and those in the PEM file `authorities`.
///
/// # Errors
/// The file cannot be read or has no usable certificate.
pub(super) fn client(authorities: Option<&Path>) -> Result<ClientConfig, String> {
    // Read separately first, so that errors in the file are reported regardless of the machine's certificates.
    let (own, roots) = match authorities {
        Some(path) => tls::authorities("webhook.ca_file", path)?,
        None => (Vec::new(), RootCertStore::empty()),
    };
    let provider = tls::provider();
    let builder = tls::builder(provider.clone())?;
    match Verifier::new_with_extra_roots(own, provider) {
        Ok(verifier) => Ok(builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth()),
        Err(error) => {
            tracing::warn!(%error, "this machine has no root certificates: webhooks to public https addresses will fail");
            Ok(builder.with_root_certificates(roots).with_no_client_auth())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::TcpListener,
    };

    use rustls::{
        ServerConfig, ServerConnection, Stream,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    };

    use super::*;
    use crate::{
        Config,
        trace::TraceContext,
        webhook::{Message, Outcome, RequestTemplate, Sender, Values},
    };

    /// Returns the path of a test certificate, which is not trusted anywhere else.
    fn file(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tls").join(name)
    }

    /// Starts a TLS receiver that responds to one connection, and returns its address.
    fn receiver() -> String {
        let server = ServerConfig::builder_with_provider(tls::provider())
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from_pem_file(file("localhost.pem")).expect("a certificate")],
                PrivateKeyDer::from_pem_file(file("localhost.pem")).expect("a key"),
            )
            .expect("a server");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        std::thread::spawn(move || {
            let (mut socket, _) = listener.accept().expect("a connection");
            let mut connection = ServerConnection::new(Arc::new(server)).expect("a connection");
            let mut stream = Stream::new(&mut connection, &mut socket);
            // A client that does not trust the certificate has disconnected.
            if stream.read(&mut [0; 4096]).is_ok() {
                let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
                let _ = stream.flush();
            }
        });
        format!("https://localhost:{port}/")
    }

    async fn send(authorities: Option<&str>) -> Outcome {
        let config = Config {
            webhook_allowed_hosts: vec!["localhost".to_owned()],
            webhook_ca_file: authorities.map(file),
            ..Config::default()
        };
        let template = RequestTemplate {
            method: "POST".to_owned(),
            url: receiver(),
            ..RequestTemplate::default()
        };
        let request = template.render(&Values::default());
        let sender = Sender::new(&config).expect("a sender");
        let message = Message {
            id: "msg_1",
            time: 1,
            trace: TraceContext::new(),
        };
        sender.send(&request, &message).await
    }

    #[tokio::test]
    async fn a_receiver_is_trusted_by_the_authority_in_the_file_alone() {
        let trusted = send(Some("authority.pem")).await;
        assert!(trusted.success, "{:?}", trusted.log);
        let unknown = send(None).await;
        assert!(
            !unknown.success
                && unknown
                    .error
                    .as_ref()
                    .is_some_and(|error| error.contains("certificate")),
            "{:?}",
            unknown.log
        );
    }

    #[test]
    fn a_file_that_is_no_use_is_said_to_be_none() {
        for (path, expected) in [
            (file("nothing.pem"), "cannot read"),
            (
                Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"),
                "no certificate in it",
            ),
        ] {
            let problem = client(Some(&path)).expect_err("it is no use");
            assert!(
                problem.contains("webhook.ca_file") && problem.contains(expected),
                "{problem}"
            );
        }
    }
}
