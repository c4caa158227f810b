//! Names, values and outputs that a terminal, a file or HTTP cannot take.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::run::{contract, contract_with};
use crate::stub::{Answers, contract_text};

fn verify_with(more: &[&str]) -> crate::run::Ran {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), contract_text(None)).unwrap();
    let url = Answers::default()
        .with("GET /users/1", 200, r#"{"id": 1, "name": "Ada"}"#)
        .serve();
    let mut arguments = vec!["verify", "--provider", "user-api", "--provider-url", &url];
    arguments.extend(["--file", "a.json"]);
    arguments.extend(more);
    contract(directory.path(), &arguments)
}

#[test]
fn a_header_field_that_cannot_be_sent_is_wrong_usage_and_not_a_failure_of_the_provider() {
    for wrong in ["ü: x", ": x", "two words: x", "X: a\nb", "nothing"] {
        let ran = verify_with(&["--header", wrong]);
        assert_eq!(ran.code, 2, "{wrong:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains("for '--header <NAME: VALUE>'"), "{}", ran.err);
    }
    for fine in ["X-Name: Zoë", "X-Name=a:b"] {
        let ran = verify_with(&["--header", fine]);
        assert_eq!(ran.code, 0, "{fine:?}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn an_address_of_states_that_is_none_is_wrong_usage_and_not_a_failure_of_the_provider() {
    for wrong in ["nourl", "ftp://127.0.0.1/states"] {
        let ran = verify_with(&["--state-change-url", wrong]);
        assert_eq!(ran.code, 2, "{wrong:?}: {}{}", ran.out, ran.err);
        let named = format!("error: {wrong:?} is not the address of provider states");
        assert!(ran.err.contains(&named), "{}", ran.err);
    }
}

#[test]
fn a_time_limit_of_nothing_is_wrong_usage() {
    for flag in ["--request-timeout", "--state-change-timeout"] {
        let ran = verify_with(&[flag, "0"]);
        assert_eq!(ran.code, 2, "{flag}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains("write a number of at least 1"), "{}", ran.err);
        let ran = verify_with(&[flag, "99999999999999999999"]);
        assert_eq!(ran.code, 2, "{flag}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains("the number is too large"), "{}", ran.err);
        assert_eq!(verify_with(&[flag, "18446744073709551615"]).code, 0, "{flag}");
    }
}

#[test]
fn a_name_with_line_ends_stays_in_its_line() {
    let directory = tempfile::tempdir().unwrap();
    let mut contract_file: Value = serde_json::from_str(&contract_text(None)).unwrap();
    let interaction = &mut contract_file["interactions"][0];
    interaction["description"] = json!("a user \u{1b}[2J\n::error::no");
    interaction["providerStates"] = json!([{ "name": "some\rstate" }]);
    fs::write(directory.path().join("a.json"), contract_file.to_string()).unwrap();
    fs::write(directory.path().join("b.json"), contract_text(None)).unwrap();
    let name = r"a user \u{1b}[2J\n::error::no [some\rstate]";
    let url = Answers::default().serve();
    let arguments = ["verify", "--provider", "user-api", "--provider-url", &url];
    for output in ["text", "github", "junit"] {
        let file = ["--file", "a.json", "--ignore-states", "--output", output];
        let ran = contract(directory.path(), &[&arguments[..], &file].concat());
        assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
        assert!(ran.out.contains(name), "{}", ran.out);
        assert!(!ran.out.contains("\n::error::no"), "{}", ran.out);
    }
    let ran = contract(directory.path(), &["diff", "b.json", "a.json"]);
    assert!(ran.out.contains(name), "{}", ran.out);
}

#[test]
fn a_file_that_cannot_be_read_is_a_finding_with_its_path() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a,b.json"), "{").unwrap();
    let found = contract(directory.path(), &["check", "a,b.json", "--output", "json"]);
    assert_eq!(found.code, 1, "{}{}", found.out, found.err);
    let found: Value = serde_json::from_str(&found.out).unwrap();
    assert_eq!(found["findings"][0]["file"], "a,b.json");
    let found = contract(directory.path(), &["check", "a,b.json", "--output", "github"]);
    assert!(
        found.out.starts_with("::error file=a%2Cb.json,title="),
        "{}",
        found.out
    );
    let text = contract_text(None).replace("\"description\"", "\"transport\": \"grpc\", \"description\"");
    fs::write(directory.path().join("a,b.json"), text).unwrap();
    let found = contract(directory.path(), &["check", "a,b.json", "--output", "github"]);
    assert!(
        found.out.contains("::error file=a%2Cb.json,line="),
        "{}",
        found.out
    );
}

#[test]
fn a_token_that_cannot_be_sent_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let url = Answers::default().serve();
    let variables = |token| {
        [
            ("CONTRACT_BROKER_URL", url.as_str()),
            ("CONTRACT_BROKER_TOKEN", token),
        ]
    };
    let ran = contract_with(
        directory.path(),
        &variables("s3cret\nline"),
        &["list", "environments"],
    );
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(
        ran.err
            .contains("the token for the broker has characters that no token has")
            && !ran.err.contains("s3cret"),
        "{}",
        ran.err
    );
}

#[test]
fn settings_that_cannot_be_read_are_named() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("contract.toml"), b"\xff\xfe").unwrap();
    let ran = contract(directory.path(), &["list", "environments"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(
        ran.err.contains("cannot read the settings in contract.toml"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("correct the file"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn a_pipe_among_contracts_is_not_waited_for() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("contracts")).unwrap();
    fs::write(directory.path().join("contracts/a.json"), contract_text(None)).unwrap();
    let pipe = directory.path().join("contracts/b.json");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let ran = contract(directory.path(), &["check", "contracts"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "1 contract file, no problems found\n"),
        "{}",
        ran.err
    );
    // One that is named is read, once.
    let write = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::write(pipe, contract_text(None)).unwrap()
    });
    let ran = contract(directory.path(), &["check", "contracts/b.json"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    write.join().unwrap();
    let write = std::thread::spawn(move || fs::write(pipe, contract_text(None)).unwrap());
    let ran = contract(directory.path(), &["format", "contracts/b.json"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("it is not a file"), "{}", ran.err);
    write.join().unwrap();
}

/// A result that is not there must not look like one.
#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_written_is_an_error_and_a_closed_pipe_is_none() {
    let directory = tempfile::tempdir().unwrap();
    let text = contract_text(None);
    fs::write(directory.path().join("a.json"), &text).unwrap();
    fs::write(directory.path().join("bad.json"), "{").unwrap();
    let run = |file: &str, out: Stdio| {
        Command::new(assert_cmd::cargo::cargo_bin("contract"))
            .current_dir(directory.path())
            .args(["check", file])
            .stdout(out)
            .stderr(Stdio::piped())
            .output()
            .unwrap()
    };
    let full = || Stdio::from(fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    for (file, code) in [("a.json", 2), ("bad.json", 1)] {
        let ran = run(file, full());
        let said = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(code), "{file}: {said}");
        assert!(
            said.contains("error: the result cannot be written to standard output: No space left on device"),
            "{said}"
        );
    }
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ran = run("a.json", writer.into());
    let said = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(0), "{said}");
}
