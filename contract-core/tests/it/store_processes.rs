//! The file store under many processes, and under processes that are killed. The processes are this test binary, asked to
//! run one test that is a worker.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use contract_core::contract::merge::Identity;
use contract_core::contract::store::{Mode, Options, Pending, Run, file_name, merge_into_file};
use contract_core::contract::{
    Body, Contract, HttpInteraction, Interaction, InteractionKind, Request, Response,
};
use serde_json::json;

const PATH: &str = "CONTRACT_TEST_WORKER_PATH";
const NUMBER: &str = "CONTRACT_TEST_WORKER_NUMBER";
const WAY: &str = "CONTRACT_TEST_WORKER_WAY";

const PROCESSES: usize = 64;
const EACH: usize = 20;

fn interaction(process: usize, number: usize) -> Interaction {
    let request = Request {
        method: "GET".into(),
        path: format!("/users/{process}/{number}"),
        ..Request::default()
    };
    let response = Response {
        status: Some(200),
        body: Body::json(json!({"id": number, "name": "Ada Lovelace", "roles": ["admin", "user"]})),
        ..Response::default()
    };
    let http = HttpInteraction { request, response };
    let mut interaction = Interaction::new(
        format!("process {process} asks for {number}"),
        InteractionKind::Http(Box::new(http)),
    );
    interaction
        .comments
        .insert("testname".into(), format!("test {process}").into());
    interaction
}

fn contract(interactions: impl IntoIterator<Item = Interaction>) -> Contract {
    let mut contract = Contract::new("web", "api");
    contract.interactions.extend(interactions);
    contract
}

/// Not a test of its own: what the processes of the tests below run.
#[test]
fn worker() {
    let (Ok(path), Ok(number), Ok(way)) = (std::env::var(PATH), std::env::var(NUMBER), std::env::var(WAY))
    else {
        return;
    };
    let path = Path::new(&path);
    let process: usize = number.parse().unwrap();
    let options = Options::from_env().mode(Mode::Write);
    match way.as_str() {
        "at once" => {
            let all = contract((0..EACH).map(|number| interaction(process, number)));
            merge_into_file(path, &all, &options).unwrap();
        }
        "one by one" => {
            for number in 0..EACH {
                merge_into_file(path, &contract([interaction(process, number)]), &options).unwrap();
            }
        }
        "for review" => {
            let review = options.mode(Mode::Review);
            for number in 0..EACH {
                merge_into_file(path, &contract([interaction(process, number)]), &review).unwrap();
            }
        }
        "until killed" => {
            for number in 0.. {
                merge_into_file(path, &contract([interaction(process, number)]), &options).unwrap();
                println!("written");
            }
        }
        other => panic!("no way of working is called {other:?}"),
    }
}

fn spawn(path: &Path, number: usize, way: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "store_processes::worker",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(PATH, path)
        .env(NUMBER, number.to_string())
        .env(WAY, way)
        .env(Run::VARIABLE, "one run")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// As hundreds of tests under nextest: a process for each few interactions, all at once.
#[test]
fn what_waits_for_review_is_whole_and_the_contract_is_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(file_name("web", "api"));
    let committed = contract([interaction(0, 0)]);
    let committed_text = committed.to_text(committed.specification).unwrap();
    std::fs::write(&path, &committed_text).unwrap();
    let children: Vec<Child> = (0..PROCESSES / 2)
        .map(|number| spawn(&path, number, "for review"))
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), committed_text);
    let pending = Pending::of(&path).unwrap().unwrap();
    // All but the one that the contract has already.
    assert_eq!(pending.contract().interactions.len(), PROCESSES / 2 * EACH - 1);

    let all: Vec<Identity> = pending.contract().interactions.iter().map(Identity::of).collect();
    Pending::accept(&path, &all).unwrap();
    assert_eq!(Pending::of(&path).unwrap(), None);
    let expected = contract(
        (0..PROCESSES / 2).flat_map(|process| (0..EACH).map(move |number| interaction(process, number))),
    );
    let expected = expected.to_text(expected.specification).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
}

fn nothing_is_lost(way: &str, processes: usize) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contracts").join(file_name("web", "api"));
    let children: Vec<Child> = (0..processes).map(|number| spawn(&path, number, way)).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let expected = contract(
        (0..processes).flat_map(|process| (0..EACH).map(move |number| interaction(process, number))),
    );
    let expected = expected.to_text(expected.specification).unwrap();
    let written = std::fs::read_to_string(&path).unwrap();
    assert_eq!(
        Contract::read_str(&written, "written")
            .unwrap()
            .interactions
            .len(),
        processes * EACH
    );
    assert!(
        written == expected,
        "the bytes depend on the order of the processes"
    );
}

#[test]
fn processes_that_write_all_their_interactions_at_once_lose_nothing() {
    nothing_is_lost("at once", PROCESSES);
}

#[test]
fn processes_that_write_their_interactions_one_by_one_lose_nothing() {
    // Each writing is synced to disk, so that all of them would take half a minute.
    nothing_is_lost("one by one", PROCESSES / 4);
}

#[test]
fn a_killed_process_leaves_the_old_file_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(file_name("web", "api"));
    let mut seen = 0;
    for round in 0..12 {
        let mut writers: Vec<Child> = (0..3)
            .map(|number| spawn(&path, round * 3 + number, "until killed"))
            .collect();
        let mut acknowledged = 0;
        let stdout = writers[0].stdout.take().unwrap();
        for line in BufReader::new(stdout).lines() {
            if line.unwrap().contains("written") {
                acknowledged += 1;
            }
            // A different moment of the work in each round.
            if acknowledged > round {
                break;
            }
        }
        for writer in &mut writers {
            writer.kill().unwrap();
        }
        for writer in &mut writers {
            writer.wait().unwrap();
        }
        let contract = Contract::read_file(&path).unwrap();
        let by_first = contract
            .interactions
            .iter()
            .filter(|interaction| {
                interaction
                    .description
                    .starts_with(&format!("process {} ", round * 3))
            })
            .count();
        assert!(
            by_first >= acknowledged,
            "{by_first} of {acknowledged} acknowledged interactions are there"
        );
        assert!(
            contract.interactions.len() > seen,
            "what was there before is gone"
        );
        seen = contract.interactions.len();
    }
    // The lock went with its holders, and what they left behind is in nobody's way.
    let options = Options::new(Run::new("after"));
    let outcome = merge_into_file(&path, &contract([interaction(1000, 0)]), &options).unwrap();
    assert_eq!(outcome.changes.len(), 1);
}
