//! What a light consumer builds: a test of `examples/hello`, and nothing that another capability needs.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Crates at most on Linux, those of this workspace included; other systems have some of their own. More need a reason.
const MOST: usize = 41;

/// What verifying, the broker's client, JSON Schema, descriptions and content codings bring along, and what the fast
/// searches of `regex` do.
const HEAVY: [&str; 11] = [
    "aho-corasick",
    "apollo-compiler",
    "brotli-decompressor",
    "encoding_rs",
    "flate2",
    "jsonschema",
    "prost",
    "reqwest",
    "rustls",
    "ruzstd",
    "serde-saphyr",
];

/// The crates of the smallest consumer test, as `cargo tree` counts them.
fn crates() -> BTreeSet<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let listed = Command::new(cargo)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap())
        .args([
            "tree",
            "--package",
            "hello",
            "--edges",
            "normal,build,dev",
            "--prefix",
            "none",
        ])
        .args(["--format", "{p}", "--locked", "--offline"])
        .output()
        .unwrap();
    assert!(
        listed.status.success(),
        "{}",
        String::from_utf8_lossy(&listed.stderr)
    );
    let listed = String::from_utf8(listed.stdout).unwrap();
    // `name v1.2.3 (where it is from)`
    listed
        .lines()
        .map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn the_smallest_consumer_test_builds_few_crates() {
    let crates = crates();
    assert!(crates.len() > 10, "{crates:?}");
    assert!(
        crates.len() <= MOST || !cfg!(target_os = "linux"),
        "{} crates, and {MOST} are allowed: {crates:?}",
        crates.len()
    );
    for heavy in HEAVY {
        let found = crates.iter().find(|one| one.split(' ').next() == Some(heavy));
        assert_eq!(found, None, "a consumer's test must not build it");
    }
}
