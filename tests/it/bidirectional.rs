//! The story of the page "Bi-directional contracts", as it is written there, with the real programs.

use contract_tests::programs::{Broker, workspace};

use crate::program::contract_in;

/// The first block of the page in a language.
fn block<'p>(page: &'p str, language: &str) -> &'p str {
    let start = format!("```{language}\n");
    let (_, rest) = page
        .split_once(&start)
        .unwrap_or_else(|| panic!("no block of {language}"));
    rest.split_once("```").expect("a block ends").0
}

/// A command of the page, with the lines that it shows.
struct Step<'p> {
    command: &'p str,
    shown: Vec<&'p str>,
}

/// The commands of a part of the page.
fn steps(part: &str) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    for console in part.split("```console\n").skip(1) {
        for line in console.split("```").next().unwrap_or_default().lines() {
            match (line.strip_prefix("$ contract "), steps.last_mut()) {
                (Some(command), _) => steps.push(Step {
                    command,
                    shown: Vec::new(),
                }),
                (None, Some(step)) => step.shown.push(line),
                (None, None) => panic!("{line}: what shows it?"),
            }
        }
    }
    steps
}

/// The story up to this heading, and from the sentence on that changes the description.
fn told(page: &str) -> (&str, &str) {
    let (_, story) = page
        .split_once("## A description loses a field")
        .expect("the story");
    let (story, _) = story.split_once("\n## ").expect("what follows the story");
    story
        .split_once("The provider removes the line")
        .expect("what is changed")
}

#[test]
fn the_story_of_the_page_happens_as_it_is_written() {
    let page = std::fs::read_to_string(workspace().join("docs/src/bi-directional.md")).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let broker = Broker::start(&format!(
        "sqlite:{}",
        directory.path().join("broker.sqlite3").display()
    ));
    let run = |step: &Step<'_>| {
        let said = contract_in(directory.path(), &broker.url, step.command.split_whitespace());
        for line in &step.shown {
            let known = said.out.lines().chain(said.err.lines()).any(|said| said == *line);
            assert!(
                known,
                "{}\n{line}\n--- output\n{}\n--- errors\n{}",
                step.command, said.out, said.err
            );
        }
        let no = step.shown.iter().any(|line| line.starts_with("not safe"));
        assert_eq!(
            said.code,
            Some(i32::from(no)),
            "{}\n{}\n{}",
            step.command,
            said.out,
            said.err
        );
    };
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write("orders-web-orders-api.json", block(&page, "json"));
    let description = block(&page, "yaml");
    write("openapi.yaml", description);
    let (before, after) = told(&page);
    let steps_before = steps(before);
    assert_eq!(steps_before.len(), 5);
    steps_before.iter().for_each(run);

    let kept: Vec<&str> = description
        .lines()
        .filter(|line| line.trim() != "total: {type: number}")
        .collect();
    assert_eq!(kept.len() + 1, description.lines().count());
    write("openapi.yaml", &kept.join("\n"));
    let steps_after = steps(after);
    assert_eq!(steps_after.len(), 3);
    steps_after.iter().for_each(run);
}

#[test]
fn a_description_of_several_files_is_published_as_one() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write(
        "openapi.yaml",
        "openapi: 3.1.0\ninfo: {title: Orders, version: 1.0.0}\npaths:\n  /orders/{id}: {$ref: 'paths.yaml#/order'}\n",
    );
    write(
        "paths.yaml",
        "order:\n  get:\n    parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n    responses:\n      \
         '200':\n        description: an order\n        content: {application/json: {schema: {$ref: 'schemas.yaml#/Order'}}}\n",
    );
    write(
        "schemas.yaml",
        "Order: {type: object, required: [id], properties: {id: {type: string}}, additionalProperties: false}\n",
    );
    let broker = Broker::start(&format!(
        "sqlite:{}",
        directory.path().join("broker.sqlite3").display()
    ));
    let run = |command: &str| contract_in(directory.path(), &broker.url, command.split_whitespace());
    let published =
        run("publish-provider-contract openapi.yaml --provider orders-api --version 1 --branch main");
    assert_eq!(published.code, Some(0), "{}{}", published.out, published.err);
    let changes = run("openapi diff broker:orders-api@main openapi.yaml");
    assert!(
        changes.out.starts_with("no findings\ncompatible: "),
        "{}{}",
        changes.out,
        changes.err
    );
    std::fs::remove_file(directory.path().join("schemas.yaml")).unwrap();
    let refused =
        run("publish-provider-contract openapi.yaml --provider orders-api --version 2 --branch main");
    assert_eq!(refused.code, Some(2), "{}{}", refused.out, refused.err);
    assert!(
        refused
            .err
            .contains("paths.yaml:7:46: the reference schemas.yaml#/Order leads nowhere"),
        "{}",
        refused.err
    );
}
