//! Output: results on standard output, everything else on standard error.

use std::borrow::Cow;
use std::error::Error as _;
use std::fmt::{Display, Write as _};
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::OnceLock;

use clap::{Args, ValueEnum};
use contract_core::report::Style;
use contract_core::{Error, ErrorKind};
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

/// Returns a count with its noun: `1 interaction`, `2 interactions`.
pub(crate) fn counted<N: Copy + Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    let ending = if count == N::from(1) { "" } else { "s" };
    format!("{count} {noun}{ending}")
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

/// Why a result could not be written: the first error.
static UNWRITTEN: OnceLock<std::io::Error> = OnceLock::new();

/// Writes a result. A closed pipe is not an error: its reader has seen enough. Another error is
/// [kept](unwritten) for the end of the program.
pub(crate) fn result(text: &str) {
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let shown = terminal_text(text, std::io::stdout().is_terminal());
    let written = without_bars(|| {
        let mut out = anstream::stdout();
        write!(out, "{shown}{end}")?;
        out.flush()
    });
    if let Err(error) = written
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        // Only the first one matters.
        let _ = UNWRITTEN.set(error);
    }
}

/// Returns the error of a result that could not be written, as on a full disk.
pub(crate) fn unwritten() -> Option<Error> {
    let error = UNWRITTEN.get()?;
    let text = format!("the result cannot be written to standard output: {error}");
    Some(Error::new(ErrorKind::Io, text))
}

/// Returns the text for a terminal: control characters are escaped, other than the ends of lines, tabs and colours. Names and
/// values of contracts, brokers and providers must not move the cursor or set the title. What goes to a file or a program is
/// left as it is.
fn terminal_text(text: &str, is_terminal: bool) -> Cow<'_, str> {
    let is_plain = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    if !is_terminal || text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '\r' if rest.starts_with("\r\n") => 2,
            '\u{1b}' => colour_length(rest),
            c if is_plain(c) => c.len_utf8(),
            _ => 0,
        };
        if length == 0 {
            shown.extend(c.escape_default());
            rest = &rest[c.len_utf8()..];
        } else {
            shown.push_str(&rest[..length]);
            rest = &rest[length..];
        }
    }
    Cow::Owned(shown)
}

/// Returns the length of the sequence for colours with which a text begins: `ESC [ 1 ; 31 m`; 0 if it is none.
fn colour_length(text: &str) -> usize {
    let Some(parameters) = text.strip_prefix("\u{1b}[") else {
        return 0;
    };
    let end = parameters.find(|c: char| !c.is_ascii_digit() && c != ';');
    match end {
        Some(end) if parameters[end..].starts_with('m') => 2 + end + 1,
        _ => 0,
    }
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
    let shown = terminal_text(text, std::io::stderr().is_terminal());
    without_bars(|| {
        let _ = writeln!(anstream::stderr(), "{shown}");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_colours_and_no_other_control_sequence() {
        let text = "\u{1b}[1;31merror:\u{1b}[0m\ta \u{1b}[2J\u{1b}]0;title\u{7}\r\nb\rc \u{9b}31m 日本\n";
        assert_eq!(
            terminal_text(text, true),
            "\u{1b}[1;31merror:\u{1b}[0m\ta \\u{1b}[2J\\u{1b}]0;title\\u{7}\r\nb\\rc \\u{9b}31m 日本\n"
        );
        assert_eq!(terminal_text(text, false), text);
        assert_eq!(terminal_text("\u{1b}", true), "\\u{1b}");
        assert_eq!(terminal_text("\u{1b}[", true), "\\u{1b}[");
    }

    #[test]
    fn a_noun_agrees_with_its_count() {
        let counts: Vec<String> = (0_u64..3).map(|count| counted(count, "event")).collect();
        assert_eq!(counts, ["0 events", "1 event", "2 events"]);
    }
}
