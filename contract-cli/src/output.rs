//! Output: results on standard output, everything else on standard error.

use std::error::Error as _;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::OnceLock;

use clap::{Args, ValueEnum};
use contract_core::Error;
use contract_core::report::Style;
use serde::Serialize;

use crate::progress::without_bars;

/// What is shown besides results, warnings and errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Nothing.
    Quiet,
    /// Notes for people.
    Normal,
    /// Also each call to the broker.
    Verbose,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Colours {
    /// On a terminal that supports them.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Set once, after the command line is parsed.
static VERBOSITY: OnceLock<Verbosity> = OnceLock::new();

/// Sets verbosity and colours for the rest of the run.
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

/// Returns whether each call to the broker is shown.
pub(crate) fn is_verbose() -> bool {
    verbosity() >= Verbosity::Verbose
}

/// The output format, as a flag.
#[derive(Debug, Args)]
pub(crate) struct OutputArguments {
    /// Output format
    #[arg(
        long = "output",
        short = 'o',
        value_enum,
        default_value_t,
        help_heading = "Output"
    )]
    pub(crate) format: PlainFormat,
}

/// The format of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// JUnit XML.
    Junit,
    /// For people, with annotations of GitHub Actions.
    Github,
    /// An HTML page.
    Html,
}

/// The format of a result that is not for code reviews.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum PlainFormat {
    /// For people.
    #[default]
    #[value(alias = "table")]
    Text,
    /// For programs.
    Json,
}

/// Writes a result. A closed pipe is not an error.
pub(crate) fn result(text: &str) {
    without_bars(|| {
        let mut out = anstream::stdout();
        let _ = write!(out, "{text}");
        if !text.ends_with('\n') {
            let _ = writeln!(out);
        }
    });
}

/// Writes a command to the runner of a CI system, which reads both streams.
pub(crate) fn command_of_runner(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Writes a JSON document.
pub(crate) fn json(value: &impl Serialize) {
    let text =
        serde_json::to_string_pretty(value).expect("all member names are strings, and nothing else can fail");
    result(&text);
}

/// Writes a line on standard error. A closed pipe is not an error.
fn line(text: &str) {
    without_bars(|| {
        let _ = writeln!(anstream::stderr(), "{text}");
    });
}

/// Writes a note, unless quiet.
pub(crate) fn note(text: &str) {
    if verbosity() > Verbosity::Quiet {
        line(text);
    }
}

/// Writes a detail in verbose mode.
pub(crate) fn detail(text: &str) {
    if is_verbose() {
        let style = anstyle::Style::new().dimmed();
        line(&format!("{style}{text}{style:#}"));
    }
}

/// Writes a warning.
pub(crate) fn warning(text: &str) {
    let style = anstyle::Style::new()
        .bold()
        .fg_color(Some(anstyle::AnsiColor::Yellow.into()));
    line(&format!("{style}warning:{style:#} {text}"));
}

/// Notes that a file among contracts is not one.
pub(crate) fn not_a_contract(path: &Path) {
    note(&format!("skipped {}: it is not a contract", path.display()));
}

/// Writes an error.
pub(crate) fn error(text: &str) {
    let style = anstyle::Style::new()
        .bold()
        .fg_color(Some(anstyle::AnsiColor::Red.into()));
    line(&format!("{style}error:{style:#} {text}"));
}

/// Writes why a command failed. Causes are shown if they add to the message.
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

/// Returns the style of results: colours if standard output supports them.
pub(crate) fn style() -> Style {
    Style {
        colour: anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never,
        ..Style::detect()
    }
}
