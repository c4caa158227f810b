//! A broker with tenants.

mod background;
mod commands;
mod control;
mod counted;
mod leaks;
mod limits;
mod logins;
mod measured;
mod opening;
mod operators;
mod seeded;

use axum::{Router, body::Body};
use contract_broker::{
    Config, TenantBroker,
    config::{HostPattern, Raw, Value as _},
};
use http::{Method, Request, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{broker::Answer, database::Database, process::KEY};

/// The host that belongs to no tenant.
const BARE: &str = "contracts.test";

/// Makes one test for each database of an async function that takes a [`Tenants`].
macro_rules! with_tenants {
    ($($(#[$meta:meta])* async fn $name:ident($tenants:ident) $(with $configure:expr;)? $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "not every test needs everything")]
            use super::*;

            async fn check($tenants: &$crate::tenants::Tenants) $body

            fn configure() -> fn(&mut contract_broker::Config) {
                let given: &[fn(&mut contract_broker::Config)] = &[$($configure)?];
                given.first().copied().unwrap_or(|_| {})
            }

            #[test]
            fn sqlite() {
                let database = $crate::database::Database::sqlite();
                $crate::tenants::Tenants::run(database, configure(), async |tenants| check(tenants).await);
            }

            #[test]
            fn postgres() {
                if let Some(database) = $crate::database::Database::postgres() {
                    $crate::tenants::Tenants::run(database, configure(), async |tenants| check(tenants).await);
                }
            }
        }
    )+};
}
use with_tenants;

/// A broker with tenants, called without a port.
pub(crate) struct Tenants {
    router: Router,
    broker: TenantBroker,
    database: Database,
    config: Config,
}

/// A tenant, and its administrator's token.
#[derive(Debug, Clone)]
struct Tenant {
    name: String,
    token: String,
}

impl Tenant {
    fn host(&self) -> String {
        format!("{}.{BARE}", self.name)
    }
}

/// The settings of a broker with tenants on this database.
fn settings(database: &Database) -> Config {
    let prefix = match database {
        Database::Sqlite(_) => "tenant_".to_owned(),
        Database::Postgres { schema, .. } => format!("{schema}_t_"),
    };
    Config {
        database_url: database.url(),
        database_max_connections: 2,
        webhook_encryption_key: Some(KEY.into()),
        tenants_host: HostPattern::parse(Raw::Text(format!("{{tenant}}.{BARE}"))).ok(),
        tenants_schema_prefix: prefix,
        auth_tokens: vec!["operator".into()],
        auth_read_only_tokens: vec!["auditor".into()],
        // Making the tables of a tenant takes long on a machine that does much else.
        http_request_timeout: std::time::Duration::from_mins(10),
        // What fails is not tried again while a test looks.
        webhook_retry_schedule: vec![std::time::Duration::from_hours(1)],
        ..Config::default()
    }
}

/// Removes the schemas of tenants.
async fn remove(database: Database) {
    if let Database::Postgres { schema, .. } = &database {
        let connection = database.connect().await;
        let sql = format!("SELECT nspname FROM pg_namespace WHERE nspname LIKE '{schema}\\_t\\_%'");
        for row in connection.rows(&sql).await {
            connection.rows(&format!("DROP SCHEMA {} CASCADE", row[0])).await;
        }
    }
    database.remove().await;
}

impl Tenants {
    /// Runs a test with a new broker.
    fn run(database: Database, configure: impl FnOnce(&mut Config), test: impl AsyncFnOnce(&Tenants)) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            database.create().await;
            let mut config = settings(&database);
            configure(&mut config);
            let broker = TenantBroker::build(config.clone()).await.unwrap();
            let tenants = Tenants {
                router: broker.router(),
                broker,
                database,
                config,
            };
            test(&tenants).await;
            let Tenants {
                router,
                broker,
                database,
                ..
            } = tenants;
            drop(router);
            broker.close().await;
            remove(database).await;
        });
    }

    /// Makes a tenant by the control API.
    async fn create(&self, name: &str) -> Tenant {
        let body = json!({ "name": name, "administrator": { "email": format!("admin@{name}.example.org") } });
        let created = self.operate(Method::POST, "/admin/tenants", Some(body)).await;
        let token = created.expect(201).json["token"].as_str().unwrap().to_owned();
        Tenant {
            name: name.to_owned(),
            token,
        }
    }

    /// Asks the control API as an operator.
    async fn operate(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.ask(BARE, Some("operator"), method, path, body).await
    }

    /// Asks a tenant as its administrator.
    async fn of(&self, tenant: &Tenant, method: Method, path: &str, body: Option<Value>) -> Answer {
        let host = tenant.host();
        self.ask(&host, Some(&tenant.token), method, path, body).await
    }

    async fn get(&self, tenant: &Tenant, path: &str) -> Answer {
        self.of(tenant, Method::GET, path, None).await
    }

    /// Asks at a host with a bearer token.
    async fn ask(
        &self,
        host: &str,
        token: Option<&str>,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, host)
            .header(header::ACCEPT, "application/hal+json, */*;q=0.1");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.send(request.body(body).unwrap()).await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer {
            status: head.status,
            headers: head.headers,
            text,
            json,
        }
    }
}
