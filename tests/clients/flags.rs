//! The book's table of the flags of the Pact command: no flag is missing from it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::install::RUST;
use crate::scene::{Family, Scene};
use crate::suite::Suite;

pub(crate) fn add_to(suite: &mut Suite) {
    suite.add(Family::Rust, every_flag_is_in_the_book);
}

/// A row of the table: the commands that have the flag, and the flag.
struct Row {
    commands: Vec<String>,
    flag: String,
}

async fn every_flag_is_in_the_book(scene: &Scene) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/pact-flags.md");
    let rows = rows(&std::fs::read_to_string(page).unwrap());
    let pact = scene.clients.folder(RUST).join("bin/pact");
    let mut missing = BTreeSet::new();
    let mut check = |path: &[&str], command: &str, is_broker: bool| {
        for flag in flags(&help(&pact, path)) {
            let is_known = rows.iter().any(|row| {
                row.flag == flag
                    && row
                        .commands
                        .iter()
                        .any(|known| known == command || (is_broker && known == "all"))
            });
            if !is_known {
                missing.insert(format!("{command} {flag}"));
            }
        }
    };
    for command in commands(&help(&pact, &["broker"])) {
        match command.as_str() {
            "provider-states" => check(
                &["broker", "provider-states", "list"],
                "provider-states list",
                true,
            ),
            // They run another broker and have flags for its start.
            "help" | "ruby" | "docker" => {}
            name => check(&["broker", name], name, true),
        }
    }
    check(&["verifier"], "verifier", false);
    check(&["stub"], "stub", false);
    assert!(rows.len() > 100, "the page has {} rows", rows.len());
    assert!(missing.is_empty(), "docs/src/pact-flags.md lacks {missing:#?}");
}

/// The rows of tables with three columns whose second one is a flag.
fn rows(page: &str) -> Vec<Row> {
    page.lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let [_, commands, flag, _, _] = cells.as_slice() else {
                return None;
            };
            let flag = flag.strip_prefix('`')?.strip_suffix('`')?;
            Some(Row {
                commands: commands.split(", ").map(str::to_owned).collect(),
                flag: flag.strip_prefix("--").map(|_| flag.to_owned())?,
            })
        })
        .collect()
}

fn help(pact: &Path, path: &[&str]) -> String {
    let output = Command::new(pact).args(path).arg("--help").output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The commands that a help lists.
fn commands(help: &str) -> Vec<String> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| Some(line.split_whitespace().next()?.to_owned()))
        .collect()
}

/// The long flags that a help describes: they begin their lines, some behind a letter.
fn flags(help: &str) -> BTreeSet<String> {
    help.lines()
        .filter_map(|line| {
            let line = line.trim_start();
            let line = match line.as_bytes() {
                [b'-', letter, b',', b' ', ..] if *letter != b'-' => &line[4..],
                _ => line,
            };
            let name = line.strip_prefix("--")?;
            let end = name
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
                .unwrap_or(name.len());
            Some(format!("--{}", &name[..end]))
        })
        .collect()
}
