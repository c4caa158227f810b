//! What the program writes: results to standard output, everything else to standard error.

use std::error::Error as _;
use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::OnceLock;

use clap::{Args, ValueEnum};
use contract_core::Error;
use contract_core::report::Style;
use serde::Serialize;

/// How much is said beside results, warnings and errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Nothing.
    Quiet,
    /// What people should know.
    Normal,
    /// Also each call to the broker.
    Verbose,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Colours {
    /// On a terminal that shows them.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Set once, when the command line was read.
static VERBOSITY: OnceLock<Verbosity> = OnceLock::new();

/// Sets how much is said and when colours are used, for the rest of the run.
pub(crate) fn set_up(verbosity: Verbosity, colours: Colours) {
    // A second call would change nothing.
    let _ = VERBOSITY.set(verbosity);
    match colours {
        Colours::Auto => {}
        Colours::Always => anstream::ColorChoice::Always.write_global(),
        Colours::Never => anstream::ColorChoice::Never.write_global(),
    }
}

fn verbosity() -> Verbosity {
    VERBOSITY.get().copied().unwrap_or(Verbosity::Normal)
}

/// Whether each call to the broker is shown.
pub(crate) fn is_verbose() -> bool {
    verbosity() >= Verbosity::Verbose
}

/// How a result is shown, as a flag.
#[derive(Debug, Args)]
pub(crate) struct OutputArguments {
    /// How the result is shown
    #[arg(
        long = "output",
        short = 'o',
        value_enum,
        default_value_t,
        help_heading = "Output"
    )]
    pub(crate) format: PlainFormat,
}

/// How a result is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// JUnit's XML.
    Junit,
    /// For people, with annotations of GitHub Actions.
    Github,
    /// One page.
    Html,
}

/// How a result is shown that has no place in a code review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum PlainFormat {
    /// For people.
    #[default]
    #[value(alias = "table")]
    Text,
    /// For programs.
    Json,
}

/// Writes a result. That nobody reads it any more (a closed pipe) is no failure.
pub(crate) fn result(text: &str) {
    let mut out = anstream::stdout();
    let _ = write!(out, "{text}");
    if !text.ends_with('\n') {
        let _ = writeln!(out);
    }
}

/// Writes a JSON document.
pub(crate) fn json(value: &impl Serialize) {
    let text =
        serde_json::to_string_pretty(value).expect("names of members are texts, and nothing else can fail");
    result(&text);
}

/// Says something that is no result, unless little is to be said.
pub(crate) fn note(text: &str) {
    if verbosity() > Verbosity::Quiet {
        let _ = writeln!(anstream::stderr(), "{text}");
    }
}

/// Says something that only those want to know who asked for more.
pub(crate) fn detail(text: &str) {
    if is_verbose() {
        let style = anstyle::Style::new().dimmed();
        let _ = writeln!(anstream::stderr(), "{style}{text}{style:#}");
    }
}

/// Says something that fails nothing, and that somebody should look at.
pub(crate) fn warning(text: &str) {
    let style = anstyle::Style::new()
        .bold()
        .fg_color(Some(anstyle::AnsiColor::Yellow.into()));
    let _ = writeln!(anstream::stderr(), "{style}warning:{style:#} {text}");
}

/// Says that a file among contracts is none.
pub(crate) fn not_a_contract(path: &Path) {
    note(&format!("skipped {}: it is not a contract", path.display()));
}

/// Says what went wrong.
pub(crate) fn error(text: &str) {
    let style = anstyle::Style::new()
        .bold()
        .fg_color(Some(anstyle::AnsiColor::Red.into()));
    let _ = writeln!(anstream::stderr(), "{style}error:{style:#} {text}");
}

/// Says why a command failed. Causes are shown where they say more than the message.
pub(crate) fn failure(failure: &Error) {
    let mut text = failure.to_string();
    let mut source = failure.source();
    while let Some(cause) = source {
        source = cause.source();
        let cause = cause.to_string();
        if source.is_none() && !text.contains(&cause) {
            let _ = write!(text, "\n  caused by: {cause}");
        }
    }
    error(&text);
}

/// A line about the progress that is written over by the next; nothing where nobody watches.
pub(crate) fn progress(what: &str, done: usize, total: usize) {
    let mut err = std::io::stderr();
    if err.is_terminal() && verbosity() > Verbosity::Quiet && std::env::var_os("CI").is_none() {
        let end = if done == total { "\r\x1b[K" } else { "" };
        let _ = write!(err, "\r\x1b[K{what} {done}/{total}{end}");
        let _ = err.flush();
    }
}

/// The style of results: colours where standard output shows them.
pub(crate) fn style() -> Style {
    Style {
        colour: anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never,
        ..Style::detect()
    }
}
