//! Formats a failure as text for people.

use std::fmt::Write as _;

use super::style::{Style, Tone};
use super::value::{counted, more};
use super::{Exchange, Failure, excerpt, lines, one_line, secret, table, tree};
use crate::contract::{Body, Content, Data, Request};
use crate::matching::{Mismatch, Part};

/// Maximum number of mismatches shown; the others are counted.
const SHOWN: usize = 20;

/// Returns the failure as text, each line terminated: a headline with the source of the interaction, the number of
/// mismatches by part, one row for each, the differing part of the body, and how to repeat the request.
///
/// At most 20 mismatches are shown, the others are counted; rows that exceed the style's width are stacked.
///
/// ```
/// use contract_core::contract::Response;
/// use contract_core::matching::ResponsePlan;
/// use contract_core::report::{self, Exchange, Failure, Style};
///
/// let expected = Response { status: Some(200), ..Response::default() };
/// let actual = Response { status: Some(500), ..Response::default() };
/// let comparison = ResponsePlan::compile(&expected)?.compare(&actual);
/// let failure = Failure {
///     consumer: "web-app",
///     provider: "user-api",
///     description: "a request for a user",
///     provider_states: &[],
///     test: None,
///     source: None,
///     mismatches: comparison.mismatches(),
///     exchange: Exchange::Response { expected: &expected, actual: &actual },
///     request: None,
///     reproduce: None,
///     secrets: Vec::new(),
/// };
/// let text = report::text(&failure, Style::PLAIN);
/// assert!(text.contains("200") && text.contains("500"), "{text}");
/// # Ok::<(), contract_core::Error>(())
/// ```
pub fn text(failure: &Failure<'_>, style: Style) -> String {
    let mut text = headline(failure, style);
    text.push('\n');
    text.push_str(&explanation(failure, style));
    text.push_str(&sent(
        failure.reproduce.as_deref(),
        failure.request,
        &failure.secrets,
        style,
    ));
    text
}

/// Formats the command that repeats a request, or the request if there is none.
pub(crate) fn sent(
    command: Option<&str>,
    request: Option<&Request>,
    secrets: &[String],
    style: Style,
) -> String {
    let label = style.paint(Tone::Aside, "reproduce:");
    match (command, request) {
        (Some(command), _) => format!("\n  {label} {command}\n"),
        (None, Some(request)) => request_lines(request, secrets),
        (None, None) => String::new(),
    }
}

/// Formats the request that was sent: request line, header fields with secrets masked, the beginning of the body.
fn request_lines(request: &Request, secrets: &[String]) -> String {
    let method = request.method.to_ascii_uppercase();
    let mut text = format!(
        "\n  the request that was sent:\n\n    {method} {}\n",
        request.target()
    );
    for (name, values) in request.headers.iter() {
        for value in values {
            let shown = if secret::is_secret(name) {
                secret::masked(name, value)
            } else {
                value.clone()
            };
            let _ = writeln!(text, "    {name}: {shown}");
        }
    }
    let body = excerpt::of(&request.body, secrets);
    if !body.is_empty() {
        text.push('\n');
    }
    for line in body {
        let _ = writeln!(text, "    {line}");
    }
    text
}

/// Returns `✗ web-app → user-api: a request for user 42 [user exists]   contract file · written by test`.
fn headline(failure: &Failure<'_>, style: Style) -> String {
    let mut title = format!(
        "✗ {} → {}: {}",
        failure.consumer, failure.provider, failure.description
    );
    if !failure.provider_states.is_empty() {
        let states: Vec<String> = failure.provider_states.iter().map(ToString::to_string).collect();
        let _ = write!(title, " [{}]", states.join(", "));
    }
    let origin: Vec<String> = failure
        .source
        .map(ToOwned::to_owned)
        .into_iter()
        .chain(failure.test.map(|test| format!("written by {test}")))
        .collect();
    let origin = origin.join(" · ");
    let title = one_line(&title);
    let mut line = style.paint(Tone::Failure, &title);
    if !origin.is_empty() {
        let fits = title.chars().count() + origin.chars().count() + 3 <= style.width;
        line.push_str(if fits { "   " } else { "\n  " });
        line.push_str(&style.paint(Tone::Aside, &origin));
    }
    line.push('\n');
    line
}

/// Returns the text below the headline: what differs.
fn explanation(failure: &Failure<'_>, style: Style) -> String {
    let all = failure.mismatches;
    let answer = answer(failure);
    let mut text = format!("  {}\n\n", summary(failure));
    if let Some(answer) = answer {
        // With another status, differences of header fields and body are expected and say nothing more.
        let (status, others): (Vec<Mismatch>, Vec<Mismatch>) =
            (all.iter().cloned()).partition(|mismatch| mismatch.part == Part::Status);
        text.push_str(&table::render(&status, style));
        if !others.is_empty() {
            let _ = writeln!(
                text,
                "  … and {}, since the status differs",
                Count::of(&others).more()
            );
        }
        text.push_str(if answer.is_empty() {
            "\n  the response has no body\n"
        } else {
            "\n  the response's body:\n\n"
        });
        for line in answer {
            let _ = writeln!(text, "    {}", style.paint(Tone::Actual, &line));
        }
        return text;
    }
    let shown = &all[..all.len().min(SHOWN)];
    text.push_str(&table::render(shown, style));
    if all.len() > SHOWN {
        let _ = writeln!(text, "  … and {}", Count::of(&all[SHOWN..]).more());
    }
    let diff = body_diff(&failure.exchange, shown, style);
    if !diff.is_empty() {
        text.push('\n');
        text.push_str(&diff);
    }
    text
}

/// Returns the beginning of a response's body if the status is unexpected: it says more about the reason than a diff to
/// the body of a success.
pub(super) fn answer(failure: &Failure<'_>) -> Option<Vec<String>> {
    let is_other_status = failure
        .mismatches
        .iter()
        .any(|mismatch| mismatch.part == Part::Status);
    match &failure.exchange {
        Exchange::Response { actual, .. } if is_other_status => {
            Some(excerpt::of(&actual.body, &failure.secrets))
        }
        _ => None,
    }
}

/// How many values differ.
struct Count {
    differences: usize,
    /// Whether the comparison ended before all were found.
    may_be_more: bool,
}

impl Count {
    fn of(mismatches: &[Mismatch]) -> Self {
        let differences = mismatches
            .iter()
            .filter(|mismatch| mismatch.is_difference())
            .count();
        Self {
            differences,
            may_be_more: differences < mismatches.len(),
        }
    }

    /// Returns `2 mismatches`, `at least 1,000 mismatches`.
    fn total(&self) -> String {
        let counted = counted(self.differences, "mismatch");
        if self.may_be_more {
            format!("at least {counted}")
        } else {
            counted
        }
    }

    /// Returns `2 more mismatches`, `at least 980 more mismatches`, `more mismatches`.
    fn more(&self) -> String {
        match (self.differences, self.may_be_more) {
            (0, true) => "more mismatches".to_owned(),
            (count, true) => format!("at least {}", more(count, "mismatch")),
            (count, false) => more(count, "mismatch"),
        }
    }
}

/// Returns `response body does not match (2 mismatches)`.
fn summary(failure: &Failure<'_>) -> String {
    let found = Count::of(failure.mismatches);
    let name = failure.exchange.name();
    if found.differences == 0 {
        return format!("{name} could not be compared completely");
    }
    let count = found.total();
    let mut parts: Vec<Part> = Vec::new();
    for mismatch in failure.mismatches.iter().filter(|one| one.is_difference()) {
        if !parts.contains(&mismatch.part) {
            parts.push(mismatch.part);
        }
    }
    match parts.as_slice() {
        [part] => format!("{name} {part} does not match ({count})"),
        parts => {
            let parts: Vec<&str> = parts.iter().map(|part| part.name()).collect();
            format!("{name} does not match: {} ({count})", parts.join(", "))
        }
    }
}

/// Returns a line diff of the body, `-` for expected and `+` for actual lines; empty if the body cannot be compared by
/// line.
#[cfg(feature = "provider")]
pub(crate) fn plain_diff(failure: &Failure<'_>) -> String {
    let shown = &failure.mismatches[..failure.mismatches.len().min(SHOWN)];
    body_diff(&failure.exchange, shown, Style::PLAIN)
}

fn body_diff(exchange: &Exchange<'_>, mismatches: &[Mismatch], style: Style) -> String {
    if !mismatches.iter().any(|mismatch| mismatch.part == Part::Body) {
        return String::new();
    }
    let (expected, actual) = match exchange {
        Exchange::Request { expected, actual } => (&expected.body, &actual.body),
        Exchange::Response { expected, actual } => (&expected.body, &actual.body),
        Exchange::Message { expected, actual } => (&expected.contents, &actual.contents),
    };
    match (data(expected), data(actual)) {
        (_, Some(Data::Json(actual))) => tree::render(actual, mismatches, style),
        // A rule decided, not the example: a line diff with the example would only distract.
        (Some(Data::Text(expected)), Some(Data::Text(actual)))
            if mismatches.iter().any(|mismatch| mismatch.rule.is_none()) =>
        {
            lines::render(expected, actual, style)
        }
        _ => String::new(),
    }
}

fn data(body: &Body) -> Option<&Data> {
    body.content().map(|Content { data, .. }| data)
}

#[cfg(test)]
mod tests;
