//! People log in with a provider that is not ours: npm's `oidc-provider`.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use contract_tests::programs::Broker;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Url};
use serde_json::Value;

use crate::database::Database;
use crate::install::{Clients, OIDC_PROVIDER};
use crate::suite::Suite;

const SECRET: &str = "the secret of the client, with a :";

pub(crate) fn add_to(suite: &mut Suite) {
    suite.on_each_database(
        "login::somebody_logs_in_with_oidc_provider",
        |database, clients| Box::pin(somebody_logs_in(database, clients)),
    );
}

async fn somebody_logs_in(database: &Database, clients: &Clients) {
    let (provider_port, broker_port) = (free_port(), free_port());
    let base = format!("http://127.0.0.1:{broker_port}");
    let _provider = start_provider(clients, provider_port, &base);
    let issuer = format!("http://127.0.0.1:{provider_port}");
    let rules = r#"[{ group = "shop", roles = ["User"], teams = ["Default"] }]"#;
    let bind = format!("127.0.0.1:{broker_port}");
    let _broker = Broker::start_at(
        &bind,
        &database.url(),
        &[
            ("CONTRACT_BROKER_BASE_URL", &base),
            ("CONTRACT_BROKER_OIDC_ISSUER", &issuer),
            ("CONTRACT_BROKER_OIDC_CLIENT_ID", "contract-broker"),
            ("CONTRACT_BROKER_OIDC_CLIENT_SECRET", SECRET),
            ("CONTRACT_BROKER_OIDC_SCOPES", "openid email profile groups"),
            ("CONTRACT_BROKER_OIDC_RULES", rules),
            (
                "CONTRACT_BROKER_WEBHOOK_ENCRYPTION_KEY",
                "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
            ),
        ],
    );
    let mut ann = Browser::new(&base);
    let page = ann.log_in("ann", "/pacticipants").await;
    assert_eq!(
        (page.status, page.url.as_str()),
        (200, format!("{base}/pacticipants").as_str()),
        "{}",
        page.text
    );
    let own = ann.get_json(&format!("{base}/user")).await;
    assert_eq!(own["name"], "Name of ann", "{own}");
    assert_eq!(own["email"], "ann@example.org");
    assert_eq!(own["_embedded"]["roles"][0]["name"], "User");
    // Who is in none of the groups is not let in.
    let mut eve = Browser::new(&base);
    let page = eve.log_in("eve", "/").await;
    assert_eq!(page.status, 403, "{}", page.text);
    assert!(page.text.contains("gives you a role"), "{}", page.text);
    // Logged out is logged out, whatever the provider still knows.
    let page = ann.send(Method::POST, &format!("{base}/logout"), "x=1").await;
    assert_eq!(
        page.location.as_deref(),
        Some(format!("{base}/logged-out").as_str()),
        "{}",
        page.text
    );
    let page = ann.send(Method::GET, &format!("{base}/pacticipants"), "").await;
    assert_eq!(page.status, 303);
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// A process that ends with its scenario.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start_provider(clients: &Clients, port: u16, base: &str) -> Running {
    let folder = clients.folder(OIDC_PROVIDER);
    // A module is found from where the script is.
    std::fs::write(
        folder.join("oidc-provider.mjs"),
        include_str!("oidc-provider.mjs"),
    )
    .unwrap();
    let mut process = Command::new("node")
        .args([
            "oidc-provider.mjs",
            &port.to_string(),
            &format!("{base}/login/callback"),
            SECRET,
        ])
        .current_dir(&folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let is_ready = lines.by_ref().map_while(Result::ok).any(|line| line == "ready");
    assert!(is_ready, "oidc-provider did not start");
    std::thread::spawn(move || lines.for_each(drop));
    Running(process)
}

/// A browser: it keeps cookies for each server and follows redirects.
struct Browser {
    http: Client,
    base: String,
    /// By server and name.
    cookies: BTreeMap<(String, String), String>,
}

struct Page {
    status: u16,
    url: String,
    text: String,
    location: Option<String>,
}

impl Browser {
    fn new(base: &str) -> Self {
        Self {
            http: Client::builder().redirect(Policy::none()).build().unwrap(),
            base: base.to_owned(),
            cookies: BTreeMap::new(),
        }
    }

    /// Asks for a page of the broker, and fills in what the provider asks for on the way there.
    async fn log_in(&mut self, name: &str, path: &str) -> Page {
        let mut page = self.send(Method::GET, &format!("{}{path}", self.base), "").await;
        for _ in 0..30 {
            if let Some(next) = page.location.clone() {
                page = self.send(Method::GET, &next, "").await;
            } else if page.url.starts_with(&self.base) {
                return page;
            } else if page.text.contains("value=\"login\"") {
                let form = format!("prompt=login&login={name}&password=x");
                page = self.send(Method::POST, &page.url, &form).await;
            } else {
                assert!(
                    page.text.contains("value=\"consent\""),
                    "{}: {}",
                    page.url,
                    page.text
                );
                page = self.send(Method::POST, &page.url, "prompt=consent").await;
            }
        }
        panic!("the login does not end: {}", page.url);
    }

    async fn get_json(&mut self, url: &str) -> Value {
        let request = self.http.get(url).header("accept", "application/hal+json");
        let request = request.header("cookie", self.cookies_for(url));
        request.send().await.unwrap().json().await.unwrap()
    }

    fn cookies_for(&self, url: &str) -> String {
        let server = server(url);
        let own = self.cookies.iter().filter(|((of, _), _)| *of == server);
        let pairs: Vec<String> = own.map(|((_, name), value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    async fn send(&mut self, method: Method, url: &str, form: &str) -> Page {
        let origin = server(url);
        let mut request = self
            .http
            .request(method, url)
            .header("accept", "text/html")
            .header("cookie", self.cookies_for(url));
        if !form.is_empty() {
            request = request
                .header("origin", &origin)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.to_owned());
        }
        let answer = request.send().await.unwrap();
        for line in answer.headers().get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            let key = (origin.clone(), name.to_owned());
            if value.is_empty() {
                self.cookies.remove(&key);
            } else {
                self.cookies.insert(key, value.to_owned());
            }
        }
        let location = answer
            .headers()
            .get("location")
            .map(|value| value.to_str().unwrap());
        let location = location.map(|to| Url::parse(url).unwrap().join(to).unwrap().to_string());
        Page {
            status: answer.status().as_u16(),
            url: url.to_owned(),
            location,
            text: answer.text().await.unwrap(),
        }
    }
}

fn server(url: &str) -> String {
    Url::parse(url).unwrap().origin().ascii_serialization()
}
