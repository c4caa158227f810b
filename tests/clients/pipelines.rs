//! The pipelines of the book, held against the schemas of GitHub Actions and GitLab CI.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use libtest_mimic::Trial;

use crate::install::SCHEMAS;
use crate::suite::Suite;

pub(crate) fn add_to(suite: &mut Suite) {
    let clients = suite.clients();
    suite
        .trials
        .push(Trial::test("pipelines::fit_their_schemas", move || {
            let program = clients.folder(SCHEMAS).join("bin/check-jsonschema");
            fit_their_schemas(&program);
            Ok(())
        }));
}

/// A CI system whose files the book shows.
struct System {
    /// How the text before a block names the file.
    file: &'static str,
    /// The name of its schema in check-jsonschema.
    schema: &'static str,
    /// A pipeline that the schema refuses.
    wrong: &'static str,
}

const SYSTEMS: [System; 2] = [
    System {
        file: ".github/workflows/",
        schema: "vendor.github-workflows",
        wrong: "on: push\njobs: { test: { steps: [] } }\n",
    },
    System {
        file: ".gitlab-ci.yml",
        schema: "vendor.gitlab-ci",
        wrong: "test: { script: 7 }\n",
    },
];

fn fit_their_schemas(program: &Path) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/ci.md");
    let page = std::fs::read_to_string(page).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for system in SYSTEMS {
        let files: Vec<PathBuf> = pipelines(&page, system.file)
            .into_iter()
            .enumerate()
            .map(|(number, pipeline)| {
                let file = folder.path().join(format!("{}-{number}.yml", system.schema));
                std::fs::write(&file, pipeline).unwrap();
                file
            })
            .collect();
        // A consumer's and a provider's.
        assert_eq!(files.len(), 2, "docs/src/ci.md: {}", system.file);
        let checked = check(program, system.schema, &files);
        assert!(
            checked.status.success(),
            "docs/src/ci.md: {}",
            String::from_utf8_lossy(&checked.stdout)
        );
        let wrong = folder.path().join("wrong.yml");
        std::fs::write(&wrong, system.wrong).unwrap();
        assert!(!check(program, system.schema, &[wrong]).status.success());
    }
}

fn check(program: &Path, schema: &str, files: &[PathBuf]) -> Output {
    Command::new(program)
        .args(["--builtin-schema", schema])
        .args(files)
        .output()
        .unwrap()
}

/// The YAML blocks of the page whose paragraph names this file.
fn pipelines<'a>(page: &'a str, file: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some((before, block)) = rest.split_once("```yaml\n") {
        let (block, after) = block.split_once("```").unwrap();
        let paragraph = before.trim_end().rsplit("\n\n").next().unwrap_or_default();
        if paragraph.contains(file) {
            found.push(block);
        }
        rest = after;
    }
    found
}
