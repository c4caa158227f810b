//! Who may do what.

use std::collections::BTreeSet;

use contract_broker::{Config, config::Secret};
use futures_util::future::join_all;
use http::Method;
use serde_json::Value;

use crate::broker::{Answer, Database, TestBroker, on_each_database};

fn accounts(config: &mut Config) {
    config.auth_tokens = vec![Secret::new("writer")];
    config.auth_read_only_tokens = vec![Secret::new("reader")];
}

#[test]
fn guessing_credentials_is_slowed_down_and_using_them_is_not() {
    TestBroker::run_with(Database::sqlite(), accounts, async |broker| {
        let ask = |token: &'static str| async move {
            let request = broker.request(Method::GET, "/").header("authorization", token);
            request.send().await
        };
        let (guesses, right) = tokio::join!(
            join_all((0..40).map(|_| ask("Bearer guess"))),
            ask("Bearer writer")
        );
        right.expect(200);
        let count = |status: u16| guesses.iter().filter(|answer| answer.status == status).count();
        assert!(count(401) >= 1 && count(429) >= 1 && count(401) + count(429) == 40);
        let busy = guesses.iter().find(|answer| answer.status == 429).unwrap();
        assert_eq!(busy.header("retry-after"), "5");
        // Whoever only asks what is needed is told, however many are guessing.
        let challenged = join_all((0..40).map(|_| broker.get("/"))).await;
        assert!(
            challenged
                .iter()
                .all(|answer| answer.header("www-authenticate").starts_with("Basic "))
        );
    });
}

#[test]
fn public_badges_are_badges_and_nothing_else() {
    let public = |config: &mut Config| {
        accounts(config);
        config.auth_public_badges = true;
    };
    TestBroker::run_with(Database::sqlite(), public, async |broker| {
        let request = broker.request(Method::GET, "/openapi.json");
        let description = request.header("authorization", "Bearer reader").send().await;
        let description = description.expect(200).json;
        let (mut badges, mut others) = (BTreeSet::new(), BTreeSet::new());
        for (path, operations) in description["paths"].as_object().unwrap() {
            let names = path
                .split('/')
                .map(|part| if part.starts_with('{') { "badge" } else { part });
            let address = names.collect::<Vec<_>>().join("/");
            if operations["get"]["responses"]["200"]["content"]["image/svg+xml"].is_object() {
                badges.insert(address);
            } else {
                others.insert(address);
            }
        }
        assert_eq!(badges.len(), 8);
        for badge in &badges {
            broker.get(badge).await.expect(200);
        }
        for other in others.difference(&badges) {
            let is_health = ["/healthz", "/readyz", "/diagnostic/status/heartbeat"].contains(&other.as_str());
            // Where somebody becomes known, nobody is known yet; there is nothing to read.
            let is_login = other.starts_with("/oauth/") || other == "/logout/backchannel";
            let expected = match (is_health, is_login) {
                (true, _) => 200,
                (_, true) => 405,
                _ => 401,
            };
            broker.get(other).await.expect(expected);
        }
        broker.get("/pacts/provider/p/latest/badge.svg").await.expect(401);
    });
}

/// What a caller asks for.
const ACCEPTS: [&str; 4] = [
    "application/hal+json",
    "text/html",
    "text/html,application/xhtml+xml,image/avif,*/*;q=0.8",
    "*/*",
];

/// What a route shows, and so what it asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Health,
    Badge,
    /// Where somebody becomes known.
    Login,
    Resource,
}

struct Route {
    method: Method,
    address: String,
    kind: Kind,
}

impl Route {
    /// Whether it is asked for what is only written: the answer tells no more than that.
    fn has_nothing_to_read(&self) -> bool {
        let reads = matches!(self.method.as_str(), "HEAD" | "OPTIONS");
        let written = [
            "/admin/users/invite-user",
            "/admin/users/invite-users",
            "/admin/users/badge/roles",
            "/admin/users/badge/roles/badge",
            "/admin/users/badge/role/admin",
            "/admin/roles/reset",
            "/settings/tokens/badge",
            "/settings/tokens/badge/regenerate",
            "/settings/sessions/badge/revoke",
        ];
        reads && written.contains(&self.address.as_str())
    }

    /// What nobody sees who has no account.
    fn is_about_people(&self) -> bool {
        let about = [
            "/admin/",
            "/settings/",
            "/device",
            "/user",
            "/preferences/",
            "/secrets",
            "/audit",
            "/metrics/teams",
        ];
        about.iter().any(|start| self.address.starts_with(start))
    }

    /// What those who only read do not see.
    fn is_for_managers(&self) -> bool {
        let about = [
            "/admin/roles",
            "/admin/permissions",
            "/admin/system-accounts",
            "/admin/tenant",
            "/secrets",
            "/audit",
        ];
        about.iter().any(|start| self.address.starts_with(start))
            || self.address == "/admin/users/badge/sessions"
    }

    fn is_own_token(&self) -> bool {
        matches!(
            (self.method.as_str(), self.address.as_str()),
            ("DELETE", "/settings/tokens/badge")
                | (
                    "POST",
                    "/settings/tokens/badge/regenerate" | "/settings/sessions/badge/revoke"
                )
        )
    }

    fn may_be_used(&self, token: &str, opened: &Config) -> bool {
        let reads = matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS)
            || (self.method == Method::POST && self.address.ends_with("/for-verification"));
        match (token, self.kind) {
            ("writer", _) | (_, Kind::Login) => true,
            // The broker looks whose token or session it is before it refuses.
            ("reader", _) if self.is_own_token() => true,
            ("reader", _) if self.has_nothing_to_read() => true,
            ("reader", Kind::Resource) if self.is_for_managers() => false,
            ("reader", _) => reads,
            (_, Kind::Resource) if self.is_about_people() && !self.has_nothing_to_read() => false,
            (_, _) if !reads => false,
            (_, Kind::Health) => opened.auth_public_read || opened.auth_public_health,
            (_, Kind::Badge) => opened.auth_public_read || opened.auth_public_badges,
            (_, Kind::Resource) => opened.auth_public_read,
        }
    }
}

/// Every route that is described, and those of pages alone. Each name in an address is `badge`, which is a name as good as
/// any.
async fn routes(broker: &TestBroker) -> Vec<Route> {
    let request = broker.request(Method::GET, "/openapi.json");
    let description = request.header("authorization", "Bearer reader").send().await;
    let description = description.expect(200).json;
    let mut routes = Vec::new();
    let mut add = |methods: &[&str], address: &str, kind| {
        for method in methods.iter().copied().chain(["head", "options", "brew"]) {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let address = address.to_owned();
            routes.push(Route {
                method,
                address,
                kind,
            });
        }
    };
    for (path, operations) in description["paths"].as_object().unwrap() {
        let names = path
            .split('/')
            .map(|part| if part.starts_with('{') { "badge" } else { part });
        let address = names.collect::<Vec<_>>().join("/");
        let is_badge = |content: &Value| content["image/svg+xml"].is_object();
        let kind = if ["/healthz", "/readyz", "/diagnostic/status/heartbeat"].contains(&path.as_str()) {
            Kind::Health
        } else if is_badge(&operations["get"]["responses"]["200"]["content"]) {
            Kind::Badge
        } else if path.starts_with("/oauth/") || path == "/logout/backchannel" {
            Kind::Login
        } else {
            Kind::Resource
        };
        let methods: Vec<&str> = operations
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let methods: Vec<&str> = methods.into_iter().filter(|key| *key != "parameters").collect();
        add(&methods, &address, kind);
    }
    for page in [
        "/hal-browser/browser.html",
        "/hal-browser/browser.html?path=/webhooks",
        "/assets/style.css",
    ] {
        add(&["get", "post"], page, Kind::Resource);
    }
    for page in ["/login", "/login/callback", "/logged-out"] {
        add(&["get", "post"], page, Kind::Login);
    }
    add(&["get"], "/device", Kind::Resource);
    for nothing in ["/nothing", "/healthz/badge", "/badge", "/latest/badge"] {
        add(
            &["get", "post", "put", "patch", "delete"],
            nothing,
            Kind::Resource,
        );
    }
    // Two templates give one address where a name is a word of the other: the router takes the words.
    let badges: BTreeSet<String> = routes
        .iter()
        .filter(|route| route.kind == Kind::Badge)
        .map(|route| route.address.clone())
        .collect();
    routes.retain(|route| route.kind == Kind::Badge || !badges.contains(&route.address));
    routes
}

async fn ask(broker: &TestBroker, route: &Route, token: &str, accept: &str) -> Answer {
    let mut request = broker
        .request(route.method.clone(), &route.address)
        .header("accept", accept);
    if !token.is_empty() {
        request = request.header("authorization", &format!("Bearer {token}"));
    }
    if route.method == Method::POST {
        request = request.header("content-type", "application/x-www-form-urlencoded");
    }
    request.send().await
}

#[test]
fn each_route_asks_the_same_of_a_caller_whatever_type_is_accepted() {
    let opened = |change: fn(&mut Config)| {
        let mut config = Config::default();
        accounts(&mut config);
        change(&mut config);
        config
    };
    for (place, config) in [
        opened(|_| {}),
        opened(|config| config.auth_public_health = false),
        opened(|config| config.auth_public_badges = true),
        opened(|config| config.auth_public_read = true),
    ]
    .into_iter()
    .enumerate()
    {
        let configure = |settings: &mut Config| {
            settings.auth_tokens.clone_from(&config.auth_tokens);
            settings
                .auth_read_only_tokens
                .clone_from(&config.auth_read_only_tokens);
            settings.auth_public_badges = config.auth_public_badges;
            settings.auth_public_health = config.auth_public_health;
            settings.auth_public_read = config.auth_public_read;
        };
        TestBroker::run_with(Database::sqlite(), configure, async |broker| {
            let routes = routes(broker).await;
            assert!(routes.len() > 300, "{}", routes.len());
            // Settings open doors for those without an account alone.
            let all = [("", 401), ("reader", 403), ("writer", 0)];
            let callers = if place == 0 { &all[..] } else { &all[..1] };
            for route in &routes {
                for (token, refused) in callers.iter().copied() {
                    for accept in ACCEPTS {
                        let answer = ask(broker, route, token, accept).await;
                        let status = answer.status.as_u16();
                        let expected = if route.may_be_used(token, &config) {
                            None
                        } else {
                            Some(refused)
                        };
                        let was_refused = matches!(status, 401 | 403).then_some(status);
                        let Route {
                            method,
                            address,
                            kind,
                        } = route;
                        assert_eq!(
                            was_refused, expected,
                            "{method} {address} {kind:?} as {token:?} for {accept}"
                        );
                    }
                }
            }
        });
    }
}

on_each_database! {
    async fn a_browser_gets_the_badge_and_never_a_page_in_its_place(broker) {
        broker.publish("web", "1", Some("badge"), "api", "x").await;
        let tag = "/pacticipants/web/versions/1/tags/badge";
        let pair = "/pacts/provider/api/consumer/web";
        for tagged in [false, true] {
            if tagged {
                broker.put(tag, serde_json::json!({})).await.expect(201);
            }
            for path in ["latest/badge", "latest/badge.svg", "latest/badge/badge", "branch/badge/latest/badge", "latest-untagged/badge"] {
                for accept in ["text/html", "text/html,application/xhtml+xml,*/*;q=0.8", "image/svg+xml", "*/*"] {
                    let answer = broker.request(Method::GET, &format!("{pair}/{path}")).header("accept", accept).send().await;
                    let answer = answer.expect(200);
                    assert_eq!(answer.header("content-type"), "image/svg+xml", "{path} {accept}");
                    assert!(answer.text.starts_with("<svg"), "{path} {accept}");
                }
            }
        }
        let page = broker.request(Method::GET, &format!("{pair}/latest")).header("accept", "text/html").send().await;
        assert!(page.expect(200).header("content-type").starts_with("text/html"));
    }

    async fn the_api_browser_shows_what_its_caller_may_see(broker) {
        let answer = broker.get("/hal-browser/browser.html?path=/webhooks").await.expect(200);
        assert!(answer.text.contains("GET /webhooks") && answer.text.contains(">200<"), "{}", answer.text);
    }
}

#[test]
fn the_api_browser_asks_with_the_credentials_of_its_caller() {
    TestBroker::run_with(Database::sqlite(), accounts, async |broker| {
        let request = broker.request(Method::GET, "/hal-browser/browser.html?path=/webhooks");
        let answer = request
            .header("authorization", "Bearer reader")
            .send()
            .await
            .expect(200);
        assert!(
            answer.text.contains("pb:webhooks") && answer.text.contains(">200<"),
            "{}",
            answer.text
        );
    });
}
