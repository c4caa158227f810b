//! The connection to PostgreSQL with TLS. Before the server stands one that speaks TLS with the certificate of the
//! tests, or does not: so every machine shows the same.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use contract_broker::{Broker, Config};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream, UnixStream},
};
use tokio_postgres::config::Host;
use tokio_rustls::TlsAcceptor;

use crate::broker::{Database, TestBroker};

/// What a client asks with that would like to speak TLS.
const TLS_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// A certificate of the tests, which nobody else trusts: that of `localhost` is signed by that of the authority.
fn certificate(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tls").join(name)
}

/// What a server does when it is asked for TLS.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Speaks,
    Refuses,
    /// Says yes and goes.
    Fails,
}

/// A server in front of the one that the environment names.
struct Front {
    port: u16,
    database: Database,
    seen: Arc<Seen>,
}

/// How many connections came through.
#[derive(Default)]
struct Seen {
    secured: AtomicUsize,
    plain: AtomicUsize,
}

impl Front {
    /// `None` where the environment names no server.
    async fn start(asked: Asked) -> Option<Self> {
        let database = Database::postgres()?;
        database.create().await;
        let server = database.url().parse::<tokio_postgres::Config>().unwrap();
        let tls = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from_pem_file(certificate("localhost.pem")).unwrap()],
                PrivateKeyDer::from_pem_file(certificate("localhost.pem")).unwrap(),
            )
            .unwrap();
        let tls = TlsAcceptor::from(Arc::new(tls));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let counts = seen.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serve(client, asked, tls.clone(), server.clone(), counts.clone()));
            }
        });
        Some(Self {
            port: address.port(),
            database,
            seen,
        })
    }

    /// Its address by `host`, with `parameters`.
    fn url(&self, host: &str, parameters: &str) -> String {
        let url = self.database.url();
        let (scheme, rest) = url.split_once("://").unwrap();
        let (account, rest) = rest.split_at(rest.find('@').map_or(0, |at| at + 1));
        let path = &rest[rest.find(['/', '?']).unwrap()..];
        format!("{scheme}://{account}{host}:{}{path}&{parameters}", self.port)
    }

    /// Whether a broker can use the database through it.
    async fn opens(&self, host: &str, parameters: &str) -> Result<(), String> {
        open(self.url(host, parameters)).await
    }

    /// How many connections came with TLS and how many without since the last question.
    fn seen(&self) -> (usize, usize) {
        let taken = |count: &AtomicUsize| count.swap(0, Ordering::SeqCst);
        (taken(&self.seen.secured), taken(&self.seen.plain))
    }
}

async fn open(database_url: String) -> Result<(), String> {
    let config = Config {
        database_url,
        database_max_connections: 2,
        webhook_encryption_key: Some(crate::process::KEY.into()),
        ..Config::default()
    };
    let broker = Broker::build(config).await.map_err(|error| error.to_string())?;
    broker.close().await;
    Ok(())
}

async fn serve(
    mut client: TcpStream,
    asked: Asked,
    tls: TlsAcceptor,
    server: tokio_postgres::Config,
    seen: Arc<Seen>,
) {
    let mut first = [0; TLS_REQUEST.len()];
    if client.read_exact(&mut first).await.is_err() {
        return;
    }
    if first == TLS_REQUEST {
        let answer = if asked == Asked::Refuses { b"N" } else { b"S" };
        client.write_all(answer).await.unwrap();
        match asked {
            Asked::Fails => return,
            Asked::Refuses if client.read_exact(&mut first).await.is_err() => return,
            Asked::Refuses => {}
            Asked::Speaks => {
                // A client that does not trust the certificate goes.
                if let Ok(client) = tls.accept(client).await {
                    seen.secured.fetch_add(1, Ordering::SeqCst);
                    forward(client, &[], &server).await;
                }
                return;
            }
        }
    }
    seen.plain.fetch_add(1, Ordering::SeqCst);
    forward(client, &first, &server).await;
}

/// Passes on what was read already, and everything after it.
async fn forward(
    mut client: impl AsyncRead + AsyncWrite + Unpin,
    read: &[u8],
    server: &tokio_postgres::Config,
) {
    let port = server.get_ports().first().copied().unwrap_or(5432);
    // Either side may go at any time.
    match &server.get_hosts()[0] {
        Host::Tcp(host) => {
            let mut server = TcpStream::connect((host.as_str(), port)).await.unwrap();
            server.write_all(read).await.unwrap();
            let _ = copy_bidirectional(&mut client, &mut server).await;
        }
        Host::Unix(directory) => {
            let socket = directory.join(format!(".s.PGSQL.{port}"));
            let mut server = UnixStream::connect(socket).await.unwrap();
            server.write_all(read).await.unwrap();
            let _ = copy_bidirectional(&mut client, &mut server).await;
        }
    }
}

#[tokio::test]
async fn tls_is_used_where_the_server_speaks_it() {
    let Some(front) = Front::start(Asked::Speaks).await else {
        return;
    };
    front.opens("localhost", "application_name=x").await.unwrap();
    let (secured, plain) = front.seen();
    assert!(secured > 0 && plain == 0, "{secured} with TLS, {plain} without");
    front.opens("localhost", "sslmode=disable").await.unwrap();
    let (secured, plain) = front.seen();
    assert!(secured == 0 && plain > 0, "{secured} with TLS, {plain} without");
    front.database.remove().await;
}

#[tokio::test]
async fn where_tls_is_only_preferred_the_database_is_used_without_it() {
    for asked in [Asked::Refuses, Asked::Fails] {
        let Some(front) = Front::start(asked).await else {
            return;
        };
        front.opens("localhost", "sslmode=prefer").await.unwrap();
        let (secured, plain) = front.seen();
        assert!(secured == 0 && plain > 0, "{secured} with TLS, {plain} without");
        front.database.remove().await;
    }
}

#[tokio::test]
async fn where_tls_is_required_nothing_is_sent_without_it() {
    for (asked, expected) in [
        (
            Asked::Refuses,
            "server does not support TLS; sslmode=require in database.url needs it: turn it on",
        ),
        (Asked::Fails, "TLS handshake"),
    ] {
        let Some(front) = Front::start(asked).await else {
            return;
        };
        let problem = front
            .opens("localhost", "sslmode=require&password=swordfish")
            .await;
        let problem = problem.unwrap_err();
        assert!(
            problem.contains(expected) && !problem.contains("swordfish"),
            "{problem}"
        );
        assert_eq!(front.seen(), (0, 0));
        front.database.remove().await;
    }
}

#[tokio::test]
async fn the_certificate_is_verified_as_far_as_the_mode_says() {
    let Some(front) = Front::start(Asked::Speaks).await else {
        return;
    };
    let signer = format!("sslrootcert={}", certificate("authority.pem").display());
    // Not the authority of its own certificate.
    let stranger = format!("sslrootcert={}", certificate("localhost.pem").display());
    for (host, mode, authority, refused) in [
        ("127.0.0.1", "require", "", None),
        ("127.0.0.1", "verify-ca", &*signer, None),
        ("localhost", "verify-full", &*signer, None),
        ("127.0.0.1", "verify-full", &*signer, Some("not valid for name")),
        ("localhost", "verify-full", &*stranger, Some("UnknownIssuer")),
        (
            "localhost",
            "verify-full",
            "sslrootcert=system",
            Some("UnknownIssuer"),
        ),
        ("localhost", "verify-full", "", Some("UnknownIssuer")),
        ("localhost", "verify-ca", &*stranger, Some("UnknownIssuer")),
        // An authority that is named is asked for.
        ("localhost", "require", &*stranger, Some("UnknownIssuer")),
    ] {
        let joined = if authority.is_empty() { "" } else { "&" };
        let opened = front
            .opens(host, &format!("sslmode={mode}{joined}{authority}"))
            .await;
        let seen = front.seen();
        match (opened, refused) {
            (Ok(()), None) => assert!(seen.0 > 0 && seen.1 == 0, "{mode}: {seen:?}"),
            (Err(problem), Some(refused)) => {
                assert!(
                    problem.contains(refused) && problem.contains("sslrootcert=PATH"),
                    "{problem}"
                );
                assert_eq!(seen, (0, 0), "{mode}");
            }
            (opened, _) => panic!("{host} {mode} {authority}: {opened:?}"),
        }
    }
    front.database.remove().await;
}

#[tokio::test]
async fn a_password_that_must_not_be_passed_on_is_not_sent_to_one_in_between() {
    let Some(front) = Front::start(Asked::Speaks).await else {
        return;
    };
    // The server behind speaks to the one in front, which it cannot bind the password to.
    let problem = front
        .opens("localhost", "sslmode=require&channel_binding=require")
        .await;
    assert!(
        problem
            .unwrap_err()
            .contains("server did not use channel binding")
    );
    front.database.remove().await;
}

#[test]
fn the_server_says_that_its_tls_is_used() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let name = "contract_broker_says_so";
    let named = |config: &mut Config| {
        config.database_url = format!("{}&sslmode=prefer&application_name={name}", config.database_url);
    };
    TestBroker::run_with(database, named, async |broker| {
        broker.get("/pacticipants").await.expect(200);
        let beside = broker.database.connect().await;
        let speaks = "SELECT current_setting('ssl')::bool AND inet_server_addr() IS NOT NULL";
        let used = format!(
            "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = '{name}'"
        );
        assert_eq!(beside.rows(&used).await, beside.rows(speaks).await);
    });
}
