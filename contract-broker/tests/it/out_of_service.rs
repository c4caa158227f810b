//! A database that does not serve, and what clients are told meanwhile.

use contract_broker::{Broker, Config};
use http::Method;
use serde_json::json;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
};
use tokio_postgres::config::Host;

use crate::{
    broker::{Answer, Database, TestBroker, on_each_database},
    running::Running,
};

/// A way to the PostgreSQL server of the tests that can be cut.
struct Line {
    url: String,
    open: watch::Sender<bool>,
}

impl Line {
    async fn to(database: &Database) -> Self {
        let url = database.url();
        let server: tokio_postgres::Config = url.parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (open, opened) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (server, mut opened) = (server.clone(), opened.clone());
                tokio::spawn(async move {
                    let cut = async {
                        let _ = opened.wait_for(|open| !open).await;
                    };
                    tokio::select! {
                        () = pass(client, &server) => {}
                        () = cut => {}
                    }
                });
            }
        });
        let user = "postgres";
        let Database::Postgres { schema, .. } = database else {
            panic!("not PostgreSQL")
        };
        let name = url
            .parse::<tokio_postgres::Config>()
            .unwrap()
            .get_dbname()
            .unwrap_or(user)
            .to_owned();
        let url = format!(
            "postgres://{user}@127.0.0.1:{port}/{name}?sslmode=disable&options=-csearch_path%3D{schema}"
        );
        Self { url, open }
    }
}

/// Passes bytes on between a client and the server.
async fn pass(mut client: TcpStream, server: &tokio_postgres::Config) {
    let port = server.get_ports().first().copied().unwrap_or(5432);
    let _ = match &server.get_hosts()[0] {
        Host::Tcp(host) => {
            let mut server = TcpStream::connect((host.as_str(), port)).await.unwrap();
            copy_bidirectional(&mut client, &mut server).await
        }
        Host::Unix(path) => {
            let mut server = UnixStream::connect(path.join(format!(".s.PGSQL.{port}")))
                .await
                .unwrap();
            copy_bidirectional(&mut client, &mut server).await
        }
    };
}

#[tokio::test]
async fn while_postgresql_is_away_clients_are_asked_to_come_back() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.create().await;
    let line = Line::to(&database).await;
    let broker = Running::start_with(Config {
        database_url: line.url.clone(),
        webhook_encryption_key: Some(crate::process::KEY.into()),
        database_max_connections: 2,
        ..Config::default()
    })
    .await;
    let ask = async |method: Method, path: &str, accept: &str| {
        let request = broker.request(method, path).header("accept", accept);
        let answer = request.json(&json!({ "name": "web" })).send().await.unwrap();
        let after = answer.headers().get("retry-after").cloned();
        (
            answer.status().as_u16(),
            after.map(|value| value.to_str().unwrap().to_owned()),
        )
    };
    assert_eq!(ask(Method::GET, "/readyz", "*/*").await.0, 200);
    line.open.send(false).unwrap();
    for (method, path, accept) in [
        (Method::GET, "/pacticipants", "application/hal+json"),
        (Method::GET, "/pacticipants", "text/html"),
        (Method::GET, "/pacticipants", "application/problem+json"),
        (Method::POST, "/pacticipants", "application/hal+json"),
    ] {
        let (status, after) = ask(method.clone(), path, accept).await;
        assert_eq!(
            (status, after.as_deref()),
            (503, Some("5")),
            "{method} {path} {accept}"
        );
    }
    assert_eq!(ask(Method::GET, "/readyz", "*/*").await.0, 503);
    assert_eq!(ask(Method::GET, "/healthz", "*/*").await.0, 200);
    line.open.send(true).unwrap();
    assert_eq!(
        ask(Method::POST, "/pacticipants", "application/hal+json").await.0,
        201
    );
    assert_eq!(ask(Method::GET, "/readyz", "*/*").await.0, 200);
    broker.stop().await;
    database.remove().await;
}

/// Lets PostgreSQL refuse every insertion that a write needs with this error.
async fn refuse(broker: &TestBroker, code: &str, message: &str) {
    let raise = format!(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
         'BEGIN RAISE EXCEPTION ''{message}'' USING ERRCODE = ''{code}''; END'"
    );
    broker.database.execute(raise).await;
    for table in WRITTEN {
        let sql = format!("CREATE TRIGGER refuse BEFORE INSERT ON {table} EXECUTE FUNCTION refuse()");
        broker.database.execute(sql).await;
    }
}

/// Lets the database accept insertions again.
async fn accept(broker: &TestBroker) {
    for table in WRITTEN {
        broker
            .database
            .execute(format!("DROP TRIGGER refuse ON {table}"))
            .await;
    }
}

/// The tables that writes insert into, and the one that readiness does.
const WRITTEN: [&str; 2] = ["pacticipants", "schema_migrations"];

async fn create(broker: &TestBroker, name: &str) -> Answer {
    broker.post("/pacticipants", json!({ "name": name })).await
}

#[test]
fn a_full_disk_is_told_by_readiness_until_there_is_room_again() {
    let Some(database) = Database::postgres() else {
        return;
    };
    TestBroker::run(database, async |broker| {
        create(broker, "one").await.expect(201);
        refuse(broker, "53100", "could not extend file: No space left on device").await;
        let refused = create(broker, "two").await.expect(503);
        assert!(refused.text.contains("no room left"), "{}", refused.text);
        assert_eq!(refused.header("retry-after"), "5");
        let ready = broker.get("/readyz").await.expect(503);
        assert!(ready.text.contains("no room left"), "{}", ready.text);
        // What was written before can still be read.
        broker.get("/pacticipants/one").await.expect(200);
        accept(broker).await;
        broker.get("/readyz").await.expect(200);
        create(broker, "two").await.expect(201);
    });
}

#[test]
fn a_statement_that_postgresql_cancels_can_be_tried_again() {
    let Some(database) = Database::postgres() else {
        return;
    };
    TestBroker::run(database, async |broker| {
        create(broker, "one").await.expect(201);
        refuse(broker, "57014", "canceling statement due to statement timeout").await;
        let refused = create(broker, "two").await.expect(503);
        assert!(refused.text.contains("took too long"), "{}", refused.text);
        assert_eq!(refused.header("retry-after"), "5");
        accept(broker).await;
        create(broker, "two").await.expect(201);
    });
}

on_each_database! {
    async fn a_broker_that_serves_is_ready(broker) {
        assert_eq!(broker.get("/readyz").await.expect(200).json, json!({ "ok": true }));
    }
}

#[cfg(unix)]
#[test]
fn the_files_of_sqlite_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    TestBroker::run(Database::sqlite(), async |broker| {
        create(broker, "web").await.expect(201);
        let Database::Sqlite(directory) = &broker.database else {
            unreachable!()
        };
        let mut seen = 0;
        for entry in std::fs::read_dir(directory.path()).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{:?}", entry.file_name());
            seen += 1;
        }
        assert_eq!(seen, 3, "the database, its log and its index");
    });
    // With the parameters of an address, and with a name that has to be decoded.
    let directory = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let config = Config {
            database_url: format!("sqlite:{}/a%20b?cache=private", directory.path().display()),
            webhook_encryption_key: Some(crate::process::KEY.into()),
            ..Config::default()
        };
        Broker::build(config).await.unwrap().close().await;
    });
    let mode = std::fs::metadata(directory.path().join("a b"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
}

/// The name of a role that owns the tables of a database.
fn role_name(database: &Database) -> String {
    let Database::Postgres { schema, .. } = database else {
        panic!("not PostgreSQL")
    };
    format!("owner_{schema}")
}

/// Makes a role that owns the tables of a database; gives its name.
async fn role_of(database: &Database) -> String {
    let role = role_name(database);
    let schema = role.trim_start_matches("owner_");
    database
        .execute(format!(
            "CREATE ROLE {role} LOGIN; ALTER SCHEMA {schema} OWNER TO {role}"
        ))
        .await;
    role
}

/// The address of a database for its role.
fn url_of_role(database: &Database) -> String {
    let role = role_name(database);
    let url = database
        .url()
        .replacen("postgres://postgres@", &format!("postgres://{role}@"), 1);
    assert_ne!(url, database.url(), "the tests' user is postgres");
    url
}

/// Makes a database, and a broker that uses it by a role of its own, with so many connections at most; gives both.
async fn running_as_role(database: &Database, max_connections: u32) -> (Running, String) {
    database.create().await;
    let role = role_of(database).await;
    let broker = Running::start_with(Config {
        database_url: url_of_role(database),
        webhook_encryption_key: Some(crate::process::KEY.into()),
        database_max_connections: max_connections,
        ..Config::default()
    });
    (broker.await, role)
}

async fn remove_role(database: &Database, role: &str) {
    let schema = role.trim_start_matches("owner_");
    database
        .execute(format!("DROP SCHEMA {schema} CASCADE; DROP ROLE {role}"))
        .await;
}

#[tokio::test]
async fn a_server_without_free_connections_is_waited_for() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let (broker, role) = running_as_role(&database, 2).await;
    let ask = async |method: Method, path: &str| {
        let request = broker.request(method, path).json(&json!({ "name": "web" }));
        let answer = request.send().await.unwrap();
        let after = answer.headers().get("retry-after").cloned();
        (answer.status().as_u16(), after.is_some())
    };
    assert_eq!(ask(Method::POST, "/pacticipants").await, (201, false));
    // Every connection of the broker is ended, and the server has none for it.
    database
        .execute(format!(
            "ALTER ROLE {role} CONNECTION LIMIT 0; \
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'"
        ))
        .await;
    for (method, path) in [
        (Method::GET, "/pacticipants/web"),
        (Method::POST, "/pacticipants"),
        (Method::GET, "/pacticipants/web"),
    ] {
        assert_eq!(ask(method.clone(), path).await, (503, true), "{method} {path}");
    }
    assert_eq!(ask(Method::GET, "/readyz").await.0, 503);
    database
        .execute(format!("ALTER ROLE {role} CONNECTION LIMIT -1"))
        .await;
    assert_eq!(ask(Method::GET, "/pacticipants/web").await, (200, false));
    assert_eq!(ask(Method::GET, "/readyz").await.0, 200);
    broker.stop().await;
    remove_role(&database, &role).await;
}

#[tokio::test]
async fn a_server_that_is_read_only_for_a_while_is_written_again() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let (broker, role) = running_as_role(&database, 1).await;
    let create = async |name: &str| {
        let request = broker.request(Method::POST, "/pacticipants");
        request.json(&json!({ "name": name })).send().await.unwrap()
    };
    assert_eq!(create("one").await.status(), 201);
    database
        .execute(format!(
            "ALTER ROLE {role} SET default_transaction_read_only = on; \
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'"
        ))
        .await;
    // The first one finds the connection closed.
    create("two").await;
    let refused = create("two").await;
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("retry-after"));
    let text = refused.text().await.unwrap();
    assert!(text.contains("accepts no changes"), "{text}");
    assert_eq!(broker.get("/pacticipants/one").await.0, 200);
    // Readiness says so for as long as it lasts.
    for _ in 0..3 {
        let (status, ready) = broker.get("/readyz").await;
        assert_eq!(status, 503, "{ready}");
    }
    // Connections from before remember that they are read-only: they are not used for writes again.
    database
        .execute(format!("ALTER ROLE {role} RESET default_transaction_read_only"))
        .await;
    create("two").await;
    assert_eq!(create("three").await.status(), 201);
    assert_eq!(broker.get("/readyz").await.0, 200);
    broker.stop().await;
    remove_role(&database, &role).await;
}

#[cfg(unix)]
#[tokio::test]
async fn nothing_is_written_to_a_file_that_was_deleted_or_replaced() {
    let database = Database::sqlite();
    let Database::Sqlite(directory) = &database else {
        unreachable!()
    };
    let broker = Running::start(&database, Config::default()).await;
    let create = async |name: &str| {
        let request = broker.request(Method::POST, "/pacticipants");
        request.json(&json!({ "name": name })).send().await.unwrap()
    };
    assert_eq!(create("one").await.status(), 201);
    let (path, aside) = (
        directory.path().join("broker.sqlite3"),
        directory.path().join("aside"),
    );
    std::fs::rename(&path, &aside).unwrap();
    for replaced in [false, true] {
        if replaced {
            std::fs::copy(&aside, &path).unwrap();
        }
        let refused = create("two").await;
        assert_eq!(refused.status(), 503);
        assert!(refused.headers().contains_key("retry-after"));
        assert_eq!(broker.get("/readyz").await.0, 503);
        // What was written before can still be read.
        assert_eq!(broker.get("/pacticipants/one").await.0, 200);
    }
    std::fs::rename(&aside, &path).unwrap();
    assert_eq!(broker.get("/readyz").await.0, 200);
    assert_eq!(create("two").await.status(), 201);
    broker.stop().await;
}
