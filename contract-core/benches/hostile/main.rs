//! Inputs of up to 100 KB that are made to take long: none may take more than a second.
//!
//! `cargo bench -p contract-core --bench hostile --features full` prints one line for each and fails where one is over. What the
//! tests assert beside it is the work and the size of the outcome, never a time.

#![expect(clippy::print_stdout, reason = "a benchmark is read on a terminal")]
#![expect(
    clippy::needless_pass_by_value,
    clippy::format_collect,
    reason = "a table of inputs reads better so"
)]

mod arrays;
mod bodies;
mod compare;
mod dates;
mod generators;
mod input;
mod parts;
mod regexes;
mod rules;
mod schemas;
mod texts;

use std::process::ExitCode;
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(1);

/// Whether a name given on the command line is part of this one; without names all are tried.
fn is_wanted(name: &str) -> bool {
    let mut wanted = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .peekable();
    wanted.peek().is_none() || wanted.any(|wanted| name.contains(&wanted))
}

fn main() -> ExitCode {
    let mut slow = Vec::new();
    let inputs = [
        arrays::inputs(),
        rules::inputs(),
        schemas::inputs(),
        regexes::inputs(),
        dates::inputs(),
        parts::inputs(),
        bodies::inputs(),
        generators::inputs(),
        texts::inputs(),
    ];
    for input in inputs.into_iter().flatten().filter(|input| is_wanted(input.name)) {
        let started = Instant::now();
        let outcome = (input.run)();
        let took = started.elapsed();
        let mark = if took > LIMIT { "OVER" } else { "" };
        println!(
            "{:>9.1} ms {mark:>4}  {:<58} {outcome}",
            took.as_secs_f64() * 1_000.0,
            input.name
        );
        if took > LIMIT {
            slow.push(input.name);
        }
    }
    if slow.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("{} took more than {LIMIT:?}: {}", slow.len(), slow.join("; "));
    ExitCode::FAILURE
}
