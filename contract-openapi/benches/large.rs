//! A large description: how long loading, comparing, linting and diffing take, and how much memory the loaded one has.
//!
//! ```text
//! npm install --prefix target/opc @pactflow/openapi-pact-comparator
//! CONTRACT_OPC_DIR=target/opc cargo bench -p contract-openapi --bench large
//! ```
//!
//! Without `CONTRACT_OPC_DIR` the other comparator is left out, with a line that says so.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use contract_openapi::breaking::{BreakingOptions, compare_descriptions};
use contract_openapi::document::{Documents, Limits};
use contract_openapi::lint::{Ruleset, lint};
use contract_openapi::{Comparator, CompareOptions, ContractFile, Description};

const OPERATIONS: usize = 2_000;
const INTERACTIONS: usize = 1_000;
const ROUNDS: usize = 5;

fn main() {
    let description = description(false);
    let changed = self::description(true);
    let contract = contract();
    println!(
        "{OPERATIONS} operations, {} bytes; {INTERACTIONS} interactions, {} bytes; the best of {ROUNDS} rounds",
        description.len(),
        contract.len()
    );
    let start = resident();
    let loaded = load(&description);
    let first = resident();
    // What reading needs for a while is free again, and the next ones use it.
    let more: Vec<Description> = (0..ROUNDS).map(|_| load(&description)).collect();
    let last = resident();
    if let (Some(start), Some(first), Some(last)) = (start, first, last) {
        let each = last.saturating_sub(first) / ROUNDS;
        println!(
            "memory: the first loaded description {:.1} × the file with what reading needs, each further one {:.1} ×",
            ratio(first.saturating_sub(start), description.len()),
            ratio(each, description.len())
        );
    }
    drop(more);
    let reader = best(|| {
        black_box(serde_saphyr::from_str::<serde_json::Value>(&description).expect("YAML"));
    });
    let load_time = best(|| {
        black_box(load(&description));
    });
    report("load, serde-saphyr alone", reader, None);
    report("load", load_time, Some(("of serde-saphyr alone", reader)));
    let other = load(&changed);
    let diff = best(|| {
        black_box(compare_descriptions(&loaded, &other, &BreakingOptions::default()));
    });
    report(
        "diff of two loaded descriptions",
        diff,
        Some(("of a load", load_time)),
    );
    let documents =
        Documents::from_text("openapi.yaml", &description, &Limits::default()).expect("a document");
    for (name, ruleset) in [
        ("check", Ruleset::default()),
        ("lint, recommended", Ruleset::recommended()),
        (
            "lint, recommended and security",
            Ruleset::recommended().with_security(),
        ),
    ] {
        let time = best(|| {
            black_box(lint(&documents, &ruleset));
        });
        report(name, time, Some(("of a load", load_time)));
    }
    let compared = ContractFile::from_text("web.json", &contract).expect("a contract");
    for (name, options) in [
        ("default", CompareOptions::default()),
        ("parity", CompareOptions::parity()),
    ] {
        let comparator = Comparator::new(&loaded, options).expect("a comparator");
        let first = Instant::now();
        let findings = comparator
            .compare(&compared)
            .expect("a comparison")
            .findings
            .len();
        let first = first.elapsed();
        let time = best(|| {
            let comparator = Comparator::new(&loaded, options).expect("a comparator");
            black_box(comparator.compare(&compared).expect("a comparison"));
        });
        println!("compare, profile {name}: first {first:?}, best {time:?}, {findings} findings");
    }
    other_comparator(&description, &contract);
}

/// Runs openapi-pact-comparator on the same inputs.
fn other_comparator(description: &str, contract: &str) {
    let Some(folder) = std::env::var_os("CONTRACT_OPC_DIR") else {
        println!("left out openapi-pact-comparator: CONTRACT_OPC_DIR is not set");
        return;
    };
    let directory = std::env::temp_dir().join(format!("contract-openapi-bench-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory");
    let (oas, pact) = (directory.join("openapi.json"), directory.join("pact.json"));
    let documents =
        Documents::from_text("openapi.yaml", description, &Limits::default()).expect("a document");
    std::fs::write(&oas, documents.root().to_serde().to_string()).expect("the description");
    std::fs::write(&pact, contract).expect("the contract");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/comparator.cjs");
    let run = Command::new("node")
        .arg(script)
        .arg(folder)
        .arg(&oas)
        .arg(&pact)
        .output()
        .expect("node");
    print!(
        "{}{}",
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr)
    );
    std::fs::remove_dir_all(&directory).expect("the directory can be removed");
}

fn load(text: &str) -> Description {
    Description::from_text("openapi.yaml", text).expect("a description")
}

fn best(mut run: impl FnMut()) -> Duration {
    let rounds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    rounds.min().unwrap_or_default()
}

fn report(name: &str, time: Duration, beside: Option<(&str, Duration)>) {
    match beside {
        Some((what, other)) => println!(
            "{name}: {time:?}, {:.2} × {what}",
            time.as_secs_f64() / other.as_secs_f64()
        ),
        None => println!("{name}: {time:?}"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
fn ratio(one: usize, other: usize) -> f64 {
    one as f64 / other as f64
}

/// The resident memory of the process, where the system tells it.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// A description whose operations refer to shared schemas. `is_changed` changes a hundred of them.
fn description(is_changed: bool) -> String {
    let mut text = String::from("openapi: 3.0.3\ninfo: {title: Large, version: 1.0.0}\npaths:\n");
    for number in 0..OPERATIONS / 2 {
        let _ = write!(
            text,
            "  /things{number}/{{id}}:\n    parameters:\n      - name: id\n        in: path\n        required: true\n        schema:\n          \
             type: integer\n    get:\n      operationId: getThing{number}\n      summary: Returns a thing of kind {number}.\n      \
             parameters:\n        - name: view\n          in: query\n          schema:\n            type: string\n            \
             enum: [short, whole]\n      responses:\n        '200':\n          description: The thing.\n          content:\n            \
             application/json:\n              schema:\n                $ref: '#/components/schemas/Thing{0}'\n        '404':\n          \
             description: There is none.\n    put:\n      operationId: putThing{number}\n      requestBody:\n        required: true\n        \
             content:\n          application/json:\n            schema:\n              $ref: '#/components/schemas/Thing{0}'\n      \
             responses:\n        '204':\n          description: It is stored.\n",
            number % 500
        );
    }
    text.push_str("components:\n  schemas:\n");
    for number in 0..500 {
        let kind = if is_changed && number % 5 == 0 {
            "number"
        } else {
            "integer"
        };
        let _ = write!(
            text,
            "    Thing{number}:\n      type: object\n      required: [id, name]\n      properties:\n        id:\n          type: integer\n        \
             name:\n          type: string\n          maxLength: 80\n        count:\n          type: {kind}\n        tags:\n          \
             type: array\n          items:\n            type: string\n        owner:\n          type: object\n          required: [mail]\n          \
             properties:\n            mail:\n              type: string\n            active:\n              type: boolean\n"
        );
    }
    text
}

fn contract() -> String {
    let interactions: Vec<serde_json::Value> = (0..INTERACTIONS)
        .map(|number| {
            serde_json::json!({
                "description": format!("a request for thing {number}"),
                "request": { "method": "GET", "path": format!("/things{number}/7"), "query": "view=short" },
                "response": {
                    "status": 200,
                    "headers": { "Content-Type": "application/json" },
                    "body": {
                        "id": number,
                        "name": "a thing",
                        "count": 3,
                        "tags": ["a", "b"],
                        "owner": { "mail": "ada@example.com", "active": true },
                    },
                    "matchingRules": { "body": { "$": { "matchers": [{ "match": "type" }] } } },
                },
            })
        })
        .collect();
    serde_json::json!({
        "consumer": { "name": "web" },
        "provider": { "name": "things" },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "3.0.0" } },
    })
    .to_string()
}
