//! The pipelines of the book, held against the schemas of GitHub Actions and GitLab CI. What the schemas do not see, names of
//! jobs and stages, is checked in `it/pipelines.rs`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use contract_tests::pipelines::{self, Pipeline, System};
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

/// The schema of a CI system.
struct Schema {
    system: System,
    /// Its name in check-jsonschema.
    name: &'static str,
    /// A pipeline that it refuses.
    wrong: &'static str,
}

const SCHEMAS_OF_SYSTEMS: [Schema; 2] = [
    Schema {
        system: System::GitHub,
        name: "vendor.github-workflows",
        wrong: "on: push\njobs: { test: { steps: [] } }\n",
    },
    Schema {
        system: System::GitLab,
        name: "vendor.gitlab-ci",
        wrong: "test: { script: 7 }\n",
    },
];

fn fit_their_schemas(program: &Path) {
    let pipelines = pipelines::of_book();
    let folder = tempfile::tempdir().unwrap();
    for schema in SCHEMAS_OF_SYSTEMS {
        let write = |pipeline: &Pipeline| {
            let file = folder.path().join(pipeline.place.replace(':', "-") + ".yml");
            std::fs::write(&file, &pipeline.text).unwrap();
            file
        };
        let of_system = pipelines
            .iter()
            .filter(|pipeline| pipeline.system == schema.system);
        let files: Vec<PathBuf> = of_system.map(write).collect();
        assert!(files.len() >= 2, "a consumer's and a provider's: {files:?}");
        let checked = check(program, schema.name, &files);
        assert!(
            checked.status.success(),
            "docs/src: {}",
            String::from_utf8_lossy(&checked.stdout)
        );
        let wrong = folder.path().join("wrong.yml");
        std::fs::write(&wrong, schema.wrong).unwrap();
        assert!(!check(program, schema.name, &[wrong]).status.success());
    }
}

fn check(program: &Path, schema: &str, files: &[PathBuf]) -> Output {
    Command::new(program)
        .args(["--builtin-schema", schema])
        .args(files)
        .output()
        .unwrap()
}
