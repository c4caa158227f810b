//! Databases that an older or a newer broker made.

use contract_broker::{Broker, Config, config::Migrate, operate};
use serde_json::json;

use crate::{
    broker::{TestBroker, contract, refusal},
    consistency,
    database::Database,
};

/// The first step of the schema and a database full of rows, as the broker of that time left it. Rows have no id of
/// their own here: the database counts from 1.
async fn make_old(database: &Database) {
    let schema = match database {
        Database::Sqlite(_) => include_str!("../../src/store/engine/migrations/sqlite/0001_contracts.sql"),
        Database::Postgres { .. } => {
            include_str!("../../src/store/engine/migrations/postgres/0001_contracts.sql")
        }
    };
    if let Database::Sqlite(directory) = database {
        std::fs::write(directory.path().join("broker.sqlite3"), "").unwrap();
    }
    database.execute(schema.to_owned()).await;
    database
        .execute(
            "CREATE TABLE schema_migrations (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, \
             applied_at BIGINT NOT NULL); INSERT INTO schema_migrations VALUES (1, '0001_contracts', 1)"
                .to_owned(),
        )
        .await;
    let documents =
        ["one", "two"].map(|content| contract("web", "api", content).to_string().replace('\'', "''"));
    let [one, two] = documents;
    // web: 1 and 2 on main, 3 on feat; api: 7 on main. 1 and 3 have the same content; 2 has a second revision.
    database
        .execute(format!(
            "INSERT INTO pacticipants (name, main_branch, created_at, updated_at) VALUES ('web', 'main', 1, 1), ('api', 'main', 1, 1);
             INSERT INTO labels (pacticipant_id, name, created_at) VALUES (1, 'team', 1);
             INSERT INTO versions (pacticipant_id, number, build_url, created_at, updated_at) VALUES
               (1, '1', 'https://ci.example.org/1', 1000000, 1000000), (1, '2', NULL, 2000000, 2000000),
               (2, '7', NULL, 3000000, 3000000), (1, '3', NULL, 4000000, 4000000);
             INSERT INTO branches (pacticipant_id, name, created_at, updated_at) VALUES (1, 'main', 1, 1), (1, 'feat', 1, 1), (2, 'main', 1, 1);
             INSERT INTO branch_versions (branch_id, version_id, auto_created, created_at) VALUES (1, 1, 0, 1), (1, 2, 0, 1), (2, 4, 0, 1), (3, 3, 0, 1);
             INSERT INTO branch_heads (branch_id, version_id, position) VALUES (1, 2, 2), (2, 4, 3), (3, 3, 4);
             INSERT INTO tags (version_id, name, pacticipant_id, created_at) VALUES (1, 'gold', 1, 1), (2, 'gold', 1, 1);
             INSERT INTO tag_heads (pacticipant_id, name, version_id, first_tagged_at) VALUES (1, 'gold', 2, 1);
             INSERT INTO contents (consumer_id, provider_id, sha, interactions_count, messages_count, created_at, edits, document) VALUES
               (1, 2, 'aaaa', 1, 0, 1, '{{}}', '{one}'), (1, 2, 'bbbb', 1, 0, 1, '{{}}', '{two}');
             INSERT INTO publications (consumer_version_id, consumer_id, provider_id, revision, content_id, created_at) VALUES
               (1, 1, 2, 1, 1, 1), (2, 1, 2, 1, 1, 1), (2, 1, 2, 2, 2, 1), (4, 1, 2, 1, 1, 1);
             INSERT INTO current_publications (consumer_version_id, provider_id, consumer_id, publication_id, content_id, created_at) VALUES
               (1, 2, 1, 1, 1, 1), (2, 2, 1, 3, 2, 1), (4, 2, 1, 4, 1, 1);
             INSERT INTO branch_contracts (branch_id, provider_id, consumer_version_id, position, published_at) VALUES (1, 2, 2, 2, 1), (2, 2, 4, 3, 1);
             INSERT INTO tag_contracts (pacticipant_id, name, provider_id, consumer_version_id, published_at) VALUES (1, 'gold', 2, 2, 1);
             INSERT INTO integrations (consumer_id, provider_id, created_at) VALUES (1, 2, 1);
             INSERT INTO verifications (content_id, provider_version_id, consumer_id, provider_id, success, wip, pending, created_at) VALUES
               (1, 3, 1, 2, 0, 0, 0, 1), (1, 3, 1, 2, 1, 0, 0, 2), (2, 3, 1, 2, 0, 0, 0, 3);
             INSERT INTO current_verifications (content_id, provider_version_id, verification_id, success, created_at) VALUES (1, 3, 2, 1, 2), (2, 3, 3, 0, 3);
             INSERT INTO verified_on (content_id, kind, name, wip, first_at, last_at) VALUES (1, 'branch', 'main', 0, 2, 2);
             INSERT INTO environments (uuid, name, display_name, production, contacts, created_at, updated_at) VALUES ('e-1', 'production', 'Production', 1, '[]', 1, 1);
             INSERT INTO deployments (uuid, kind, environment_id, pacticipant_id, version_id, instance, auto_created, created_at, updated_at, ended_at) VALUES
               ('d-1', 'deployed', 1, 1, 1, '', 0, 1, 1, 2), ('d-2', 'deployed', 1, 2, 3, '', 0, 1, 1, NULL);
             INSERT INTO current_deployments (environment_id, pacticipant_id, kind, slot, version_id, deployment_id, since) VALUES (1, 2, 'deployed', '', 3, 2, 1);
             INSERT INTO events_outbox (name, consumer_id, provider_id, consumer_version_id, content_id, created_at) VALUES ('contract_published', 1, 2, 1, 1, 1)"
        ))
        .await;
}

fn on_each_database(prepare: &impl AsyncFn(&Database), test: &impl AsyncFn(&TestBroker)) {
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        TestBroker::run_on(database, prepare, async |broker| test(broker).await);
    }
}

#[test]
fn a_database_of_the_first_broker_is_migrated_with_everything_in_it() {
    on_each_database(&make_old, &async |broker| {
        let applied = broker
            .database
            .numbers("SELECT number FROM schema_migrations ORDER BY number".into())
            .await;
        assert!(
            applied.len() > 1 && applied[0] == 1 && applied.windows(2).all(|pair| pair[0] < pair[1]),
            "{applied:?}"
        );
        consistency::holds(&broker.database).await;

        let versions = broker.get("/pacticipants/web/versions").await.expect(200).json;
        let numbers: Vec<&str> = versions["_embedded"]["versions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["number"].as_str().unwrap())
            .collect();
        assert_eq!(numbers, ["3", "2", "1"]);
        let web = broker.get("/pacticipants/web").await.expect(200).json;
        assert_eq!(
            (&web["mainBranch"], &web["_embedded"]["labels"][0]["name"]),
            (&json!("main"), &json!("team"))
        );
        let first = broker.get("/pacticipants/web/versions/1").await.expect(200).json;
        assert_eq!(first["buildUrl"], "https://ci.example.org/1");
        assert_eq!(first["_embedded"]["tags"][0]["name"], "gold");
        let root = "/pacts/provider/api/consumer/web";
        for (path, version, content) in [
            ("latest", "3", "one"),
            ("branch/main/latest", "2", "two"),
            ("branch/feat/latest", "3", "one"),
            ("latest/gold", "2", "two"),
            ("version/1", "1", "one"),
        ] {
            let answer = broker.get(&format!("{root}/{path}")).await.expect(200);
            assert_eq!(answer.header("x-pact-consumer-version"), version, "{path}");
            assert_eq!(
                answer.json["interactions"][0]["description"],
                format!("a request for {content}"),
                "{path}"
            );
        }
        let result = broker
            .get(&format!("{root}/version/1/verification-results/latest"))
            .await
            .expect(200)
            .json;
        assert_eq!(
            (&result["success"], &result["providerApplicationVersion"]),
            (&json!(true), &json!("7"))
        );
        let deployable = async |version: &str| {
            let path = format!("/can-i-deploy?pacticipant=web&version={version}&environment=production");
            broker.get(&path).await.expect(200).json["summary"]["deployable"].clone()
        };
        assert_eq!(
            (
                deployable("1").await,
                deployable("2").await,
                deployable("3").await
            ),
            (json!(true), json!(false), json!(true))
        );
        let deployed = broker
            .get("/environments/e-1/deployed-versions/currently-deployed")
            .await
            .expect(200)
            .json;
        assert_eq!(deployed["_embedded"]["deployedVersions"][0]["uuid"], "d-2");

        // And it goes on from there.
        broker.publish("web", "4", Some("main"), "api", "three").await;
        let head = broker
            .get("/pacticipants/web/branches/main/latest-version")
            .await
            .expect(200);
        assert_eq!(head.json["number"], "4");
        broker.verify("web", "4", "api", "8", true).await;
        broker.deploy("api", "8", "production").await;
        assert_eq!(deployable("4").await, true);
        broker.delete("/pacticipants/web/versions/4").await.expect(204);
        consistency::holds(&broker.database).await;
    });
}

/// The settings of a broker that migrates this database as said.
fn migrating(database: &Database, migrate: Migrate) -> Config {
    Config {
        database_url: database.url(),
        database_migrate: migrate,
        webhook_encryption_key: Some(crate::process::KEY.into()),
        ..Config::default()
    }
}

/// Every table with the number of its rows.
async fn census(database: &Database) -> Vec<(String, i64)> {
    let mut census = Vec::new();
    for table in database.tables().await {
        let count = database.numbers(format!("SELECT COUNT(*) FROM {table}")).await;
        census.push((table, count[0]));
    }
    census
}

#[tokio::test]
async fn a_database_of_a_newer_broker_is_refused_and_left_as_it_is() {
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        database.create().await;
        make_old(&database).await;
        database
            .execute("INSERT INTO schema_migrations VALUES (9999, '9999_future', 1)".to_owned())
            .await;
        let before = census(&database).await;
        let config = Config {
            database_url: database.url(),
            ..Config::default()
        };
        let error = Broker::build(config).await.err().unwrap().to_string();
        assert!(
            error.contains("its schema is at step 9999")
                && error.contains("start the newer broker that wrote it"),
            "{error}"
        );
        assert_eq!(census(&database).await, before);
        database.remove().await;
    }
}

#[tokio::test]
async fn each_step_says_which_brokers_can_read_it_and_corrects_what_older_brokers_said() {
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        database.create().await;
        let config = Config {
            database_url: database.url(),
            ..Config::default()
        };
        operate::migrate(&config).await.unwrap();
        let said = async || {
            let sql =
                "SELECT number * 100 + oldest_reader FROM schema_readers WHERE number >= 14 ORDER BY number";
            database.numbers(sql.to_owned()).await
        };
        assert_eq!(said().await, [1414, 1514, 1616, 1716, 1816]);
        database
            .execute("UPDATE schema_readers SET oldest_reader = number".to_owned())
            .await;
        operate::migrate(&config).await.unwrap();
        assert_eq!(said().await, [1414, 1514, 1616, 1716, 1816]);
        database.remove().await;
    }
}

/// Whether a broker starts on a database that a newer broker migrated, which says that brokers from `reader` on can read it.
async fn starts_after(database: &Database, reader: impl Fn(i64) -> i64) -> Result<(), String> {
    database.create().await;
    let config = |migrate| migrating(database, migrate);
    let known = operate::schema_version(&config(Migrate::Off)).await.unwrap();
    assert_eq!(known, 0);
    operate::migrate(&config(Migrate::Check)).await.unwrap();
    let known = operate::schema_version(&config(Migrate::Off)).await.unwrap();
    database
        .execute(format!(
            "CREATE TABLE of_tomorrow (id BIGINT); \
             INSERT INTO schema_migrations VALUES ({0}, 'of_tomorrow', 1), ({1}, 'of_the_day_after', 1); \
             INSERT INTO schema_readers VALUES ({0}, {known}), ({1}, {2})",
            known + 1,
            known + 2,
            reader(known)
        ))
        .await;
    let mut started = Ok(());
    for migrate in [Migrate::Auto, Migrate::Check] {
        match Broker::build(config(migrate)).await {
            Ok(broker) => broker.close().await,
            Err(error) => started = Err(error.to_string()),
        }
    }
    started
}

#[tokio::test]
async fn a_database_of_a_newer_broker_that_this_one_can_read_is_served() {
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        starts_after(&database, |known| known - 1).await.unwrap();
        assert!(
            database.tables().await.contains(&"of_tomorrow".to_owned()),
            "nothing is undone"
        );
        database.remove().await;
    }
}

#[tokio::test]
async fn a_database_of_a_newer_broker_that_this_one_cannot_read_names_the_one_that_can() {
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        let error = starts_after(&database, |known| known + 2).await.unwrap_err();
        let known = operate::schema_version(&Config {
            database_url: database.url(),
            ..Config::default()
        })
        .await
        .unwrap()
            - 2;
        assert!(
            error.contains(&format!(
                "its schema is at step {0}, which a broker of step {0} or newer can read, and this one knows {known}",
                known + 2
            )),
            "{error}"
        );
        database.remove().await;
    }
}

/// A table of millions of rows may take a step longer than any request may take; what others hold is not waited for
/// without end.
#[test]
fn the_steps_of_a_migration_may_take_long_but_not_wait_long() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let prepare = async |database: &Database| {
        database
            .execute(
                "CREATE TABLE schema_migrations (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, \
                 applied_at BIGINT NOT NULL); CREATE TABLE noted (statement TEXT, lock TEXT); \
                 CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO noted VALUES \
                 (current_setting('statement_timeout'), current_setting('lock_timeout')); RETURN NULL; END$$; \
                 CREATE TRIGGER note AFTER INSERT ON schema_migrations FOR EACH ROW WHEN (NEW.number > 0) \
                 EXECUTE FUNCTION note()"
                    .to_owned(),
            )
            .await;
    };
    TestBroker::run_on(database, prepare, async |broker| {
        let connection = broker.database.connect().await;
        let noted = connection
            .rows("SELECT DISTINCT statement, lock FROM noted")
            .await;
        assert_eq!(noted, [["0", "5s"]]);
    });
}

#[tokio::test]
async fn a_broker_that_may_not_migrate_says_what_is_missing_and_the_command_does_it() {
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        database.create().await;
        make_old(&database).await;
        let config = |migrate| migrating(&database, migrate);
        let error = refusal(config(Migrate::Check)).await;
        assert!(
            error.contains("its schema is at step 1, this broker needs ")
                && error.contains("`contract-broker migrate`"),
            "{error}"
        );
        assert_eq!(operate::schema_version(&config(Migrate::Check)).await.unwrap(), 1);
        let plan = operate::migration_plan(&config(Migrate::Check)).await.unwrap();
        assert_eq!(plan[0], "0002_webhooks");
        assert_eq!(
            operate::schema_version(&config(Migrate::Check)).await.unwrap(),
            1,
            "a plan changes nothing"
        );
        let done = operate::migrate(&config(Migrate::Check)).await.unwrap();
        assert_eq!(done, plan);
        assert!(
            operate::migrate(&config(Migrate::Check))
                .await
                .unwrap()
                .is_empty()
        );
        Broker::build(config(Migrate::Check)).await.unwrap().close().await;
        Broker::build(config(Migrate::Off)).await.unwrap().close().await;
        consistency::holds(&database).await;
        database.remove().await;
    }
}

#[tokio::test]
async fn a_broker_that_may_not_migrate_says_what_to_do_about_an_empty_database() {
    for database in [Some(Database::sqlite()), Database::postgres()]
        .into_iter()
        .flatten()
    {
        database.create().await;
        let config = |migrate| migrating(&database, migrate);
        for migrate in [Migrate::Check, Migrate::Off] {
            let error = refusal(config(migrate)).await;
            assert!(
                error.contains("it has no tables: run `contract-broker migrate`"),
                "{migrate:?}: {error}"
            );
        }
        operate::migrate(&config(Migrate::Off)).await.unwrap();
        Broker::build(config(Migrate::Off)).await.unwrap().close().await;
        database.remove().await;
    }
}

/// Tables that another session holds for a while delay a migration, and do not end it.
#[tokio::test]
async fn a_migration_waits_again_for_tables_that_others_hold() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.create().await;
    make_old(&database).await;
    let other = database.connect().await;
    other
        .rows("BEGIN; LOCK TABLE versions IN ACCESS EXCLUSIVE MODE")
        .await;
    let waiting = async || {
        let sql = "SELECT COUNT(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation \
                   WHERE NOT l.granted AND c.relname = 'versions' AND c.relnamespace = current_schema()::regnamespace";
        database.numbers(sql.to_owned()).await[0]
    };
    let config = Config {
        database_url: database.url(),
        ..Config::default()
    };
    let migrating = tokio::spawn(async move { operate::migrate(&config).await.unwrap() });
    while waiting().await == 0 {
        assert!(!migrating.is_finished(), "it does not wait");
    }
    // It has waited for as long as a step waits, and lets others pass.
    while waiting().await > 0 {}
    other.rows("ROLLBACK").await;
    migrating.await.unwrap();
    database.remove().await;
}
