//! What the book tells operators exists: metrics, alerts, lines of the log, and tests.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(file: &str) -> String {
    std::fs::read_to_string(repository().join(file)).unwrap()
}

/// All Rust files below a folder of the broker, with their text.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The rows of one kind in the tables of the runbooks.
fn rows<'a>(book: &'a str, kind: &str) -> Vec<&'a str> {
    let start = format!("| {kind} | ");
    book.lines().filter(|line| line.starts_with(&start)).collect()
}

/// The parts that each runbook has.
const KINDS: [&str; 6] = ["Shows", "Metric", "Alert", "Log", "First step", "Roll back"];

#[test]
fn each_runbook_has_every_part() {
    let book = read("docs/src/runbooks.md");
    let failures = book
        .split("\n## ")
        .skip(1)
        .filter(|section| !section.starts_with("Capacity"));
    let mut count = 0;
    for section in failures {
        let title = section.lines().next().unwrap_or_default();
        for kind in KINDS {
            assert_eq!(rows(section, kind).len(), 1, "{title}: {kind}");
        }
        count += 1;
    }
    assert!(count >= 10, "{count} runbooks");
}

#[test]
fn metrics_and_alerts_of_the_runbooks_exist() {
    let book = read("docs/src/runbooks.md");
    let table = read("docs/src/observability.md");
    let rules = read("deploy/prometheus/rules.yaml");
    let is_metric = |word: &str| {
        ["contract_broker_", "http_server_", "process_"]
            .iter()
            .any(|start| word.starts_with(start))
    };
    let mut metrics = BTreeSet::new();
    for word in quoted(&book).into_iter().filter(|word| is_metric(word)) {
        let name = word.split('{').next().unwrap_or_default();
        let row = format!("| `{name}` |");
        assert!(
            table.contains(&row),
            "{name} is not among the metrics of the book"
        );
        if let Some(labels) = word.split('{').nth(1) {
            let label = labels.split('=').next().unwrap_or_default();
            let row = table.lines().find(|line| line.starts_with(&row)).unwrap();
            assert!(row.contains(&format!("`{label}`")), "{name} has no label {label}");
        }
        metrics.insert(name);
    }
    assert!(metrics.len() >= 10, "{metrics:?}");
    let named: BTreeSet<&str> = quoted(&book)
        .into_iter()
        .filter(|word| word.starts_with("ContractBroker"))
        .collect();
    let shipped: BTreeSet<&str> = rules
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- alert: "))
        .collect();
    assert_eq!(named, shipped, "runbooks and rules name the same alerts");
}

#[test]
fn lines_of_the_log_in_the_runbooks_are_written_by_the_broker() {
    let book = read("docs/src/runbooks.md");
    let code: String = sources("src").into_iter().map(|(_, text)| text).collect();
    let mut count = 0;
    for row in rows(&book, "Log") {
        for line in quoted(row).into_iter().filter(|line| line.contains(' ')) {
            assert!(code.contains(line), "the broker never writes {line:?}");
            count += 1;
        }
    }
    assert!(count >= 12, "{count} lines");
}

#[test]
fn settings_in_the_runbooks_exist() {
    let keys: BTreeSet<&str> = contract_broker::config::settings()
        .iter()
        .map(|setting| setting.key)
        .collect();
    let tables: BTreeSet<&str> = keys
        .iter()
        .filter_map(|key| key.split_once('.'))
        .map(|(table, _)| table)
        .collect();
    for file in ["runbooks", "security", "threat-model"] {
        let book = read(&format!("docs/src/{file}.md"));
        for word in quoted(&book) {
            let is_setting = word.split_once('.').is_some_and(|(table, key)| {
                tables.contains(table) && key.chars().all(|c| c.is_ascii_lowercase() || c == '_')
            });
            assert!(
                !is_setting || keys.contains(word),
                "{file}.md: {word} is no setting"
            );
        }
    }
}

#[test]
fn tests_that_the_security_page_names_exist() {
    let page = read("docs/src/security.md");
    let mut sources = sources("tests");
    sources.extend(self::sources("src"));
    let exists = |name: &str| {
        let Some((module, function)) = name.rsplit_once("::") else {
            return false;
        };
        let file = module.rsplit("::").next().unwrap_or_default();
        sources.iter().any(|(path, text)| {
            path.file_stem().is_some_and(|stem| stem == file) && text.contains(&format!("fn {function}("))
        })
    };
    let named: Vec<&str> = quoted(&page)
        .into_iter()
        .filter(|word| word.contains("::"))
        .collect();
    for name in &named {
        assert!(
            exists(name),
            "security.md names the test {name}, which does not exist"
        );
    }
    assert!(!exists("access::no_such_test"));
    let items: Vec<&str> = page.lines().filter(|line| line.starts_with("| API")).collect();
    assert_eq!(items.len(), 10);
    for (number, item) in items.iter().enumerate() {
        assert!(item.starts_with(&format!("| API{} ", number + 1)), "{item}");
        assert!(item.contains("::"), "no test holds: {item}");
    }
}
