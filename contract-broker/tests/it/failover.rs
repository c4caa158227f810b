//! A PostgreSQL server that dies, and a replica that takes over: nothing that was acknowledged is lost.
//!
//! Starts two servers of its own where `initdb` is installed: a primary that acknowledges a commit once its replica has it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use contract_broker::Config;
use http::Method;
use serde_json::json;

use crate::{process::KEY, running::Running};

/// The folder with PostgreSQL's programs.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|version| Some(version.ok()?.path().join("bin")))
        .filter(|programs| programs.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop()
}

/// A server in a folder, which ends with the test.
struct Server {
    programs: PathBuf,
    data: PathBuf,
    port: u16,
}

impl Server {
    fn new(programs: &Path, folder: &Path, name: &str) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        Self {
            programs: programs.to_owned(),
            data: folder.join(name),
            port: free.local_addr().unwrap().port(),
        }
    }

    /// Runs one of PostgreSQL's programs, as an ordinary user: they refuse to run as root.
    fn run(&self, program: &str, arguments: &[&str]) {
        let path = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        let status = command
            .args(arguments)
            .current_dir("/")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success(), "{program} {arguments:?}");
    }

    fn data(&self) -> &str {
        self.data.to_str().unwrap()
    }

    fn start(&self, options: &str) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories= {options}",
            self.port
        );
        let log = format!("{}.log", self.data());
        let arguments = ["-D", self.data(), "-l", &log, "-o", &options, "-w", "start"];
        self.run("pg_ctl", &arguments);
    }

    /// Ends it as a power failure does.
    fn kill(&self) {
        let file = std::fs::read_to_string(self.data.join("postmaster.pid")).unwrap();
        let id = file.lines().next().unwrap();
        assert!(Command::new("kill").args(["-9", id]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.data.join("postmaster.pid").exists() {
            let path = self.programs.join("pg_ctl");
            let mut command = if is_root() {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--"]).arg(path);
                command
            } else {
                Command::new(path)
            };
            let _ = command
                .args(["-D", self.data(), "-m", "immediate", "stop"])
                .current_dir("/")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
        }
    }
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout.starts_with(b"0\n")
}

/// What the clients met.
#[derive(Default)]
struct Met {
    /// Versions whose publication was acknowledged.
    acknowledged: Mutex<Vec<String>>,
    asked_to_come_back: AtomicUsize,
    wrong: Mutex<Vec<String>>,
}

/// Publishes one version after the other, as a pipeline does that tries again when it is asked to.
async fn publish(broker: &Running, client: usize, met: &Met, stop: &AtomicBool) {
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        number += 1;
        let version = format!("{client}.{number}");
        let path = format!("/pacticipants/shop-{client}/versions/{version}");
        while !stop.load(Ordering::Relaxed) {
            let answer = broker.request(Method::PUT, &path).json(&json!({})).send().await;
            let answer = answer.unwrap();
            match answer.status().as_u16() {
                200 | 201 => {
                    met.acknowledged.lock().unwrap().push(version);
                    break;
                }
                503 if answer.headers().contains_key("retry-after") => {
                    met.asked_to_come_back.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                status => {
                    let text = answer.text().await.unwrap();
                    met.wrong.lock().unwrap().push(format!("{status}: {text}"));
                    return;
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_primary_that_dies_is_replaced_by_its_replica_and_nothing_acknowledged_is_lost() {
    let Some(programs) = programs() else {
        println!("skipped: no PostgreSQL server is installed (/usr/lib/postgresql/*/bin/initdb)");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    if is_root() {
        let owned = Command::new("chown").arg("postgres").arg(folder.path()).status();
        assert!(owned.unwrap().success());
    }
    let primary = Server::new(&programs, folder.path(), "primary");
    let replica = Server::new(&programs, folder.path(), "replica");
    let (data, port) = (primary.data(), primary.port.to_string());
    primary.run(
        "initdb",
        &[
            "-D",
            data,
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-sync",
        ],
    );
    primary.start("-c wal_level=replica -c synchronous_commit=on");
    let slot = [
        "-h",
        "127.0.0.1",
        "-p",
        &port,
        "-U",
        "postgres",
        "-D",
        replica.data(),
        "-R",
        "-X",
        "stream",
    ];
    replica.run("pg_basebackup", &slot);
    replica.start("");
    // From now on a commit waits for the replica.
    let (client, connection) = tokio_postgres::connect(
        &format!("postgres://postgres@127.0.0.1:{port}/postgres"),
        tokio_postgres::NoTls,
    )
    .await
    .unwrap();
    let connection = tokio::spawn(connection);
    client
        .simple_query("ALTER SYSTEM SET synchronous_standby_names = '*'")
        .await
        .unwrap();
    client.simple_query("SELECT pg_reload_conf()").await.unwrap();
    let is_synchronous = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'";
    while client.query(is_synchronous, &[]).await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }

    let url = format!(
        "postgres://postgres@127.0.0.1:{},127.0.0.1:{}/postgres?target_session_attrs=read-write&sslmode=disable",
        primary.port, replica.port
    );
    let broker = Running::start_with(Config {
        database_url: url,
        webhook_encryption_key: Some(KEY.into()),
        database_max_connections: 4,
        ..Config::default()
    })
    .await;
    let (broker, met) = (Arc::new(broker), Arc::new(Met::default()));
    let stop = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..3)
        .map(|client| {
            let (broker, met, stop) = (broker.clone(), met.clone(), stop.clone());
            tokio::spawn(async move { publish(&broker, client, &met, &stop).await })
        })
        .collect();
    let acknowledged = || met.acknowledged.lock().unwrap().len();
    let wait_for = async |count: usize| {
        while acknowledged() < count && met.wrong.lock().unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    wait_for(60).await;
    primary.kill();
    let killed = Instant::now();
    // The time in which somebody, or a tool, notices and decides.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let before = acknowledged();
    let ready = broker.request(Method::GET, "/readyz").send().await.unwrap();
    assert_eq!(ready.status().as_u16(), 503);
    replica.run("pg_ctl", &["-D", replica.data(), "-w", "promote"]);
    let promoted = Instant::now();
    wait_for(before + 1).await;
    println!(
        "failover: served again {:?} after the promotion, {:?} after the primary was killed",
        promoted.elapsed(),
        killed.elapsed()
    );
    wait_for(before + 60).await;
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }
    let wrong = std::mem::take(&mut *met.wrong.lock().unwrap());
    assert!(wrong.is_empty(), "{wrong:?}");
    let versions = std::mem::take(&mut *met.acknowledged.lock().unwrap());
    println!(
        "failover: {} publications acknowledged, {} asked to come back",
        versions.len(),
        met.asked_to_come_back.load(Ordering::Relaxed)
    );
    assert!(met.asked_to_come_back.load(Ordering::Relaxed) > 0);
    for version in versions {
        let client = version.split('.').next().unwrap();
        let path = format!("/pacticipants/shop-{client}/versions/{version}");
        let answer = broker.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(
            answer.status().as_u16(),
            200,
            "{version} was acknowledged and is lost"
        );
    }
    let ready = broker.request(Method::GET, "/readyz").send().await.unwrap();
    assert_eq!(ready.status().as_u16(), 200);
    connection.abort();
    let broker = Arc::into_inner(broker).unwrap();
    broker.stop().await;
}
