//! The program as its user runs it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};

fn quickstart() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quickstart"));
    command.env("NO_COLOR", "1");
    command
}

#[test]
fn tells_the_story_from_the_contract_to_the_answer_no() {
    let output = quickstart().output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut rest = told.as_str();
    for next in [
        "orders-web-orders-api.json",
        "published",
        "✗ Not yet.",
        "✓ orders-web → orders-api: a request for an order",
        "✓ Yes.",
        "✗ refused, before any code runs",
        "status",
        "✗ orders-web → orders-api: a request for an order",
        "$.status",
        "✗ No.",
        "2.0.0",
        "What to try next",
    ] {
        let at = rest
            .find(next)
            .unwrap_or_else(|| panic!("{next:?} is not told, or not in its place:\n{told}"));
        rest = &rest[at + next.len()..];
    }
}

#[test]
fn keep_leaves_the_broker_running_and_says_where() {
    let mut process = quickstart().arg("--keep").stdout(Stdio::piped()).spawn().unwrap();
    let address = BufReader::new(process.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .find_map(|line| {
            let address = line.split_once("The broker is at http://")?.1;
            Some(address.split_whitespace().next()?.to_owned())
        })
        .expect("the address of the broker is told");
    let mut stream = TcpStream::connect(&address).unwrap();
    write!(
        stream,
        "GET / HTTP/1.1\r\nhost: {address}\r\naccept: text/html\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(
        page.contains("orders-web") && page.contains("orders-api"),
        "{page}"
    );
}
