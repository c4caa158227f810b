//! The pipelines of the book and of this repository name only jobs and stages that exist. The schemas of the CI systems, which
//! the suite of clients asks, accept any name there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use contract_tests::pipelines::{self, Pipeline, System};
use serde_json::Value;

/// The stages that GitLab has if a pipeline lists none.
const DEFAULT_STAGES: [&str; 3] = ["build", "test", "deploy"];
/// The stages that GitLab always has.
const OWN_STAGES: [&str; 2] = [".pre", ".post"];
/// The members of a GitLab pipeline that are objects and no jobs.
const SETTINGS: [&str; 7] = [
    "cache",
    "default",
    "image",
    "include",
    "spec",
    "variables",
    "workflow",
];
/// The members of a job that name other jobs.
const REFERENCES: [&str; 3] = ["dependencies", "extends", "needs"];

type Jobs<'p> = BTreeMap<&'p str, &'p Value>;

/// Returns what is wrong with the names in a pipeline, a line each.
fn wrong_names(pipeline: &Pipeline) -> Vec<String> {
    let document: Value = match serde_saphyr::from_str(&pipeline.text) {
        Ok(document) => document,
        Err(error) => return vec![format!("{}: {error}", pipeline.place)],
    };
    let jobs = jobs(pipeline.system, &document);
    let mut wrong = unknown_jobs(&jobs);
    wrong.extend(circles(&jobs));
    if pipeline.system == System::GitLab {
        wrong.extend(unknown_stages(&document, &jobs));
    }
    wrong
        .iter()
        .map(|what| format!("{}: {what}", pipeline.place))
        .collect()
}

fn jobs(system: System, document: &Value) -> Jobs<'_> {
    let members = match system {
        System::GitHub => &document["jobs"],
        System::GitLab => document,
    };
    let is_job = |(name, value): &(&str, &Value)| {
        system == System::GitHub || (value.is_object() && !SETTINGS.contains(name))
    };
    let members = members.as_object().into_iter().flatten();
    members
        .map(|(name, job)| (name.as_str(), job))
        .filter(is_job)
        .collect()
}

/// Returns the jobs that a member of a job names: a name, or a list of names and of objects with the name in `job`.
fn named<'p>(job: &'p Value, member: &str) -> Vec<&'p str> {
    let list = match &job[member] {
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    };
    let name = |entry: &'p Value| entry.as_str().or_else(|| entry["job"].as_str());
    list.into_iter().filter_map(name).collect()
}

fn unknown_jobs(jobs: &Jobs<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, job) in jobs {
        for member in REFERENCES {
            let unknown = named(job, member)
                .into_iter()
                .filter(|other| !jobs.contains_key(other));
            wrong.extend(unknown.map(|other| format!("`{member}` of {name} names {other}, which is no job")));
        }
    }
    wrong
}

/// Returns the jobs that wait for themselves.
fn circles(jobs: &Jobs<'_>) -> Vec<String> {
    let waits_for_itself = |name: &&str| {
        let mut seen = BTreeSet::new();
        let mut left = vec![*name];
        while let Some(one) = left.pop() {
            for other in jobs.get(one).map(|job| named(job, "needs")).unwrap_or_default() {
                if other == *name {
                    return true;
                }
                if seen.insert(other) {
                    left.push(other);
                }
            }
        }
        false
    };
    let waiting = jobs.keys().copied().filter(waits_for_itself);
    waiting.map(|name| format!("{name} needs itself")).collect()
}

fn unknown_stages(document: &Value, jobs: &Jobs<'_>) -> Vec<String> {
    let stages: Vec<&str> = match document["stages"].as_array() {
        Some(listed) => listed.iter().filter_map(Value::as_str).collect(),
        None => DEFAULT_STAGES.to_vec(),
    };
    let unknown = jobs.iter().filter_map(|(name, job)| {
        let is_template = name.starts_with('.');
        let stage = job["stage"].as_str().or((!is_template).then_some("test"))?;
        let is_known = stages.contains(&stage) || OWN_STAGES.contains(&stage);
        (!is_known).then(|| format!("the stage {stage} of {name} is not listed"))
    });
    unknown.collect()
}

#[test]
fn pipelines_name_jobs_and_stages_that_exist() {
    let mut pipelines = pipelines::of_book();
    for system in [System::GitHub, System::GitLab] {
        let count = pipelines
            .iter()
            .filter(|pipeline| pipeline.system == system)
            .count();
        assert!(count >= 3, "{system:?}: {count} pipelines found in docs/src");
    }
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.github/workflows");
    for entry in std::fs::read_dir(own).unwrap() {
        let path = entry.unwrap().path();
        pipelines.push(Pipeline {
            place: path.file_name().unwrap().to_string_lossy().into_owned(),
            system: System::GitHub,
            text: std::fs::read_to_string(&path).unwrap(),
        });
    }
    let wrong: Vec<String> = pipelines.iter().flat_map(wrong_names).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn names_without_a_job_or_stage_are_found() {
    let wrong = |system, text: &str| {
        wrong_names(&Pipeline {
            place: "a.yml".to_owned(),
            system,
            text: text.to_owned(),
        })
    };
    let github =
        "on: push\njobs:\n  test: {}\n  lint: { needs: [lint] }\n  deploy: { needs: [test, tset] }\n";
    assert_eq!(
        wrong(System::GitHub, github),
        [
            "a.yml: `needs` of deploy names tset, which is no job",
            "a.yml: lint needs itself"
        ]
    );
    let gitlab = "stages: [check, ship]\n.base: { script: [a] }\nunit: { script: [a] }\n\
                  ship: { stage: shipp, extends: .bas, needs: [{ job: unti, optional: true }, unit] }\n";
    assert_eq!(
        wrong(System::GitLab, gitlab),
        [
            "a.yml: `extends` of ship names .bas, which is no job",
            "a.yml: `needs` of ship names unti, which is no job",
            "a.yml: the stage shipp of ship is not listed",
            "a.yml: the stage test of unit is not listed",
        ]
    );
    let sound = "default: { image: rust }\nunit: { script: [a] }\nship: { stage: deploy, needs: [unit], script: [a] }\n";
    assert_eq!(wrong(System::GitLab, sound), Vec::<String>::new());
}
