//! How long it takes to move in from a large database of a Pact Broker. Set `CONTRACT_MEASURE` to run it, with `--release` for
//! figures that mean something.

use std::time::Instant;

use contract_broker::{
    Config,
    operate::{Source, move_in},
};

use crate::{database::Database, pact_broker_tables::make_tables, process::KEY};

/// How many pairs of applications there are, and how many versions of each application.
const PAIRS: u32 = 20;
const VERSIONS: u32 = 500;
/// A content is that of so many versions, one after the other.
const SAME: u32 = 10;
/// The length of a content in bytes is about this.
const LENGTH: u32 = 8_600;

/// Rows as builds leave them: each version has a contract and a result, and each tenth contract is a new one. Consumers have
/// odd ids, their providers the next ones.
fn rows() -> String {
    let numbers = |most: u32| {
        format!("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {most})")
    };
    let versions = PAIRS * VERSIONS;
    let contents = versions / SAME;
    let filler = LENGTH - 300;
    let time = "datetime(1767225600 + i, 'unixepoch')";
    let twice = versions * 2;
    format!(
        "INSERT INTO schema_migrations VALUES ('000001_create_pacticipant_table.rb'), \
           ('20240112_add_client_language_verified_by_to_verification.rb'), ('20260217_add_wip_query_optimization_indexes.rb');
         {applications} INSERT INTO pacticipants (id, name, main_branch, created_at) \
           SELECT i + 1, 'application-' || (i + 1), 'main', '2026-01-01 00:00:00' FROM n;
         INSERT INTO branches (id, name, pacticipant_id, created_at) SELECT id, 'main', id, created_at FROM pacticipants;
         {all} INSERT INTO versions (id, number, pacticipant_id, \"order\", created_at) \
           SELECT i + 1, 'v' || (i / {two_pairs}), i % {two_pairs} + 1, i / {two_pairs} + 1, {time} FROM n;
         INSERT INTO branch_versions (branch_id, version_id, version_order) SELECT pacticipant_id, id, \"order\" FROM versions;
         {changed} INSERT INTO pact_versions (id, consumer_id, provider_id, sha, content, created_at) \
           SELECT i + 1, i % {PAIRS} * 2 + 1, i % {PAIRS} * 2 + 2, 'sha-' || i, '{{\"consumer\":{{\"name\":\"application-' || \
             (i % {PAIRS} * 2 + 1) || '\"}},\"provider\":{{\"name\":\"application-' || (i % {PAIRS} * 2 + 2) || '\"}},\
             \"interactions\":[{{\"description\":\"content ' || i || '\",\"request\":{{\"method\":\"GET\",\"path\":\"/a\"}},\
             \"response\":{{\"status\":200,\"body\":{{\"text\":\"' || substr(hex(zeroblob({filler})), 1, {filler}) || '\"}}}}}}],\
             \"metadata\":{{\"pactSpecification\":{{\"version\":\"2.0.0\"}}}}}}', '2026-01-01 00:00:00' FROM n;
         INSERT INTO pact_publications (consumer_version_id, provider_id, revision_number, pact_version_id, created_at) \
           SELECT id, pacticipant_id + 1, 1, (\"order\" - 1) / {SAME} * {PAIRS} + (pacticipant_id - 1) / 2 + 1, created_at \
           FROM versions WHERE pacticipant_id % 2 = 1;
         INSERT INTO verifications (number, success, pact_version_id, provider_version_id, execution_date, created_at, wip) \
           SELECT \"order\", TRUE, (\"order\" - 1) / {SAME} * {PAIRS} + (pacticipant_id - 2) / 2 + 1, id, created_at, created_at, FALSE \
           FROM versions WHERE pacticipant_id % 2 = 0;",
        applications = numbers(PAIRS * 2),
        all = numbers(twice),
        changed = numbers(contents),
        two_pairs = PAIRS * 2,
    )
}

#[tokio::test]
async fn a_large_database_of_a_pact_broker() {
    if std::env::var_os("CONTRACT_MEASURE").is_none() {
        println!("skipped: CONTRACT_MEASURE is not set");
        return;
    }
    let source = Database::sqlite();
    source.create().await;
    make_tables(&source).await;
    source.execute(rows()).await;
    let targets = [Some(Database::sqlite()), Database::postgres()];
    for target in targets.into_iter().flatten() {
        target.create().await;
        let config = Config {
            database_url: target.url(),
            database_max_connections: 4,
            webhook_encryption_key: Some(KEY.into()),
            ..Config::default()
        };
        let from = Source::database(&source.url(), None, false).await.unwrap();
        let start = Instant::now();
        move_in(&config, &from, |_| {}).await.unwrap();
        let took = start.elapsed().as_secs_f64();
        let counts = target
            .numbers(
                "SELECT COUNT(*) FROM versions UNION ALL SELECT COUNT(*) FROM publications \
                 UNION ALL SELECT COUNT(*) FROM verifications"
                    .to_owned(),
            )
            .await;
        let expected = i64::from(PAIRS * VERSIONS);
        assert_eq!(counts, [expected * 2, expected, expected]);
        println!(
            "{} versions, {} contracts and {} results moved in {took:.1} s: {:.0} contracts and results a second",
            counts[0],
            counts[1],
            counts[2],
            f64::from(PAIRS * VERSIONS * 2) / took
        );
        target.remove().await;
    }
    source.remove().await;
}
