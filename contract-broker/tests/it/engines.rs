//! Servers that speak PostgreSQL's protocol and are none, as far as PostgreSQL can be made to behave like them.

use contract_broker::{Broker, Config};

use crate::{database::Database, process::KEY};

async fn started(url: String) -> Result<(), String> {
    let config = Config {
        database_url: url,
        webhook_encryption_key: Some(KEY.into()),
        ..Config::default()
    };
    match Broker::build(config).await {
        Ok(broker) => {
            broker.close().await;
            Ok(())
        }
        Err(error) => Err(error.to_string()),
    }
}

#[tokio::test]
async fn ids_that_connections_get_in_blocks_are_refused_by_name() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.create().await;
    started(database.url()).await.unwrap();
    for change in ["CACHE 100", "CACHE 1 INCREMENT 2", "INCREMENT 1 CYCLE"] {
        database
            .execute(format!("ALTER SEQUENCE versions_id_seq {change}"))
            .await;
        let error = started(database.url()).await.unwrap_err();
        assert!(
            error.contains("ids in the order of creation") && error.contains("versions_id_seq"),
            "{change}: {error}"
        );
    }
    database
        .execute("ALTER SEQUENCE versions_id_seq CACHE 1 INCREMENT 1 NO CYCLE".to_owned())
        .await;
    started(database.url()).await.unwrap();
    database.remove().await;
}

/// A function of the schema is found before that of PostgreSQL.
#[tokio::test]
async fn locks_that_exclude_nobody_and_functions_that_are_missing_are_refused_by_name() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.create().await;
    let Database::Postgres { schema, .. } = &database else {
        unreachable!()
    };
    let url = format!("{}%2Cpg_catalog", database.url());
    started(url.clone()).await.unwrap();
    for (arguments, body, expected) in [
        (
            "pg_advisory_xact_lock(integer, integer) RETURNS void",
            "SELECT NULL::void",
            "advisory locks (pg_advisory_xact_lock): a lock that one connection holds is given to another",
        ),
        (
            "pg_advisory_xact_lock(bigint) RETURNS void",
            "SELECT 1 / 0",
            "division by zero",
        ),
        (
            "hashint8(bigint) RETURNS integer",
            "SELECT 1 / 0",
            "the function hashint8",
        ),
    ] {
        let name = arguments.split(" RETURNS").next().unwrap();
        database
            .execute(format!(
                "CREATE FUNCTION {arguments} LANGUAGE sql VOLATILE AS $$ {body} $$"
            ))
            .await;
        let error = started(url.clone()).await.unwrap_err();
        assert!(error.contains(expected), "{name}: {error}");
        database.execute(format!("DROP FUNCTION {schema}.{name}")).await;
    }
    started(url).await.unwrap();
    database.remove().await;
}
