//! An HTML page.

use std::fmt::Write as _;

use serde_json::Value;

use super::is_difference;
use super::markup::escape;
use crate::report::value::counted;
use crate::verify::report::{ContractDocument, Document, InteractionDocument};

const STYLE: &str = include_str!("report.css");

/// Returns a page without scripts or external resources: the decision, the counts, and the interactions of each
/// contract, with failed ones expanded.
pub(super) fn render(report: &Document) -> String {
    let title = escape(&format!("{}: contract verification", report.provider));
    let verdict = if report.success { "verdict" } else { "verdict bad" };
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n<main>\n<h1>{title}</h1>\n{}<p class=\"{verdict}\">{}</p>\n{}",
        version(report),
        escape(&report.decision),
        counts(report)
    );
    for contract in &report.contracts {
        html.push_str(&contract_section(contract));
    }
    html.push_str(&list("Contracts that could not be read", &report.unreadable));
    html.push_str(&list(report.end_heading(), report.ended.as_slice()));
    html.push_str(&list("Results not published", report.publish_error.as_slice()));
    html.push_str(&list("Warnings", &report.warnings));
    html.push_str(&sources(report));
    html.push_str("</main>\n</html>\n");
    html
}

/// Returns the provider's version and the duration of the run.
fn version(report: &Document) -> String {
    let mut parts = Vec::new();
    if let Some(version) = &report.provider_version {
        parts.push(format!("version <code>{}</code>", escape(version)));
    }
    if let Some(branch) = &report.provider_branch {
        parts.push(format!("branch <code>{}</code>", escape(branch)));
    }
    if let Some(url) = &report.build_url {
        parts.push(link(url, "build"));
    }
    parts.push(format!("took {}", duration(report.duration_ms)));
    format!("<p class=\"soft\">{}</p>\n", parts.join(" · "))
}

/// Returns a link for a web address, otherwise only its text.
fn link(url: &str, text: &str) -> String {
    if url.starts_with("https://") || url.starts_with("http://") {
        format!("<a href=\"{}\">{}</a>", escape(url), escape(text))
    } else {
        escape(url)
    }
}

fn counts(report: &Document) -> String {
    let counts = &report.counts;
    let named = [
        (counts.passed, "passed"),
        (counts.failed, "failed"),
        (counts.pending, "pending, failed"),
        (counts.not_verifiable, "not verifiable"),
        (counts.left_out, "not run"),
    ];
    let mut items = String::new();
    for (count, name) in named {
        if count > 0 || name == "passed" {
            let _ = write!(items, "<li><b>{count}</b> {name}</li>");
        }
    }
    format!("<ul class=\"counts\">{items}</ul>\n")
}

fn contract_section(contract: &ContractDocument) -> String {
    let mut html = format!(
        "<section>\n<h2>{} → {}</h2>\n<p class=\"soft\">{}",
        escape(&contract.consumer),
        escape(&contract.provider),
        link_or_text(&contract.source)
    );
    if let Some(selected) = &contract.selected_as {
        let _ = write!(html, " · {}", escape(selected));
    }
    if contract.wip {
        html.push_str(" · work in progress");
    } else if contract.pending {
        html.push_str(" · pending");
    }
    if let Some(published) = &contract.published {
        let _ = write!(html, " · {}", link(published, "published result"));
    }
    html.push_str("</p>\n");
    for notice in &contract.notices {
        let _ = writeln!(html, "<p class=\"soft\">{}</p>", escape(notice));
    }
    html.push_str("<div class=\"list\">\n");
    for interaction in &contract.interactions {
        html.push_str(&interaction_row(interaction));
    }
    html.push_str("</div>\n");
    if contract.left_out > 0 {
        let _ = writeln!(html, "<p class=\"soft\">{} not run</p>", contract.left_out);
    }
    html.push_str("</section>\n");
    html
}

fn link_or_text(source: &str) -> String {
    let is_address = source.starts_with("http://") || source.starts_with("https://");
    if is_address {
        link(source, source)
    } else {
        escape(source)
    }
}

fn interaction_row(interaction: &InteractionDocument) -> String {
    let (class, mark) = match (interaction.outcome.as_str(), interaction.fails) {
        ("passed", _) => ("passed", "✓"),
        (_, true) => ("failing", "✗"),
        (_, false) => ("excused", "⚠"),
    };
    let pending = if interaction.pending && class != "passed" {
        "<span class=\"pill\">pending</span>"
    } else {
        ""
    };
    let head = format!(
        "<span class=\"mark\" role=\"img\" aria-label=\"{}\">{mark}</span><span class=\"name\">{}</span>{pending}<time>{}</time>",
        escape(&interaction.outcome),
        escape(&interaction.short_name()),
        duration(interaction.duration_ms)
    );
    if class == "passed" && interaction.warnings.is_empty() {
        return format!("<div class=\"row {class}\">{head}</div>\n");
    }
    let open = if interaction.fails { " open" } else { "" };
    format!(
        "<details class=\"{class}\"{open}><summary>{head}</summary>\n<div class=\"body\">\n{}</div></details>\n",
        interaction_body(interaction)
    )
}

fn interaction_body(interaction: &InteractionDocument) -> String {
    let mut html = String::new();
    if let Some(test) = &interaction.test {
        let _ = writeln!(
            html,
            "<p class=\"soft\">written by <code>{}</code></p>",
            escape(test)
        );
    }
    html.push_str(&list("", &interaction.warnings));
    if let Some(error) = &interaction.error {
        let _ = writeln!(html, "<pre class=\"wrapped\">{}</pre>", escape(error));
    }
    let mismatches = interaction.mismatches();
    if !mismatches.is_empty() {
        html.push_str(
            "<table>\n<thead><tr><th>Where</th><th>Expected</th><th>Got</th></tr></thead>\n<tbody>\n",
        );
        for mismatch in mismatches {
            html.push_str(&mismatch_row(mismatch));
        }
        html.push_str("</tbody>\n</table>\n");
    }
    if let Some(failure) = &interaction.failure {
        let answer: Vec<&str> = (failure["answer"].as_array().into_iter().flatten())
            .filter_map(Value::as_str)
            .collect();
        if !answer.is_empty() {
            let _ = writeln!(
                html,
                "<h3>Response body</h3>\n<pre>{}</pre>",
                escape(&answer.join("\n"))
            );
        } else if let Some(diff) = &interaction.diff {
            let _ = writeln!(html, "<h3>Difference</h3>\n<pre>{}</pre>", coloured(diff));
        }
    }
    if let Some(command) = &interaction.reproduce {
        let _ = writeln!(
            html,
            "<h3>Reproduce</h3>\n<pre class=\"wrapped\">{}</pre>",
            escape(command)
        );
    }
    if !interaction.provider_output.is_empty() {
        let output = escape(&interaction.provider_output.join("\n"));
        let _ = writeln!(html, "<h3>Provider output</h3>\n<pre>{output}</pre>");
    }
    html
}

fn mismatch_row(mismatch: &Value) -> String {
    let text = |name: &str| mismatch[name].as_str().unwrap_or_default();
    let place = match (text("part"), text("path")) {
        (part, "") => part.to_owned(),
        ("body", path) => path.to_owned(),
        (part, path) => format!("{part} {path}"),
    };
    if !is_difference(mismatch) {
        return format!(
            "<tr><td><code>{}</code></td><td colspan=\"2\">{}</td></tr>\n",
            escape(&place),
            escape(text("description")),
        );
    }
    let searches = mismatch["rule"]["name"] == "arrayContains";
    let got = match mismatch.get("actual") {
        Some(Value::String(words)) if mismatch["kind"] == "bytes" => escape(words),
        Some(value) => format!("<code>{}</code>", escape(&value.to_string())),
        None if searches => "no such element".to_owned(),
        None => "nothing".to_owned(),
    };
    format!(
        "<tr><td><code>{}</code></td><td data-name=\"expected\">{}</td><td data-name=\"got\">{got}</td></tr>\n",
        escape(&place),
        escape(text("expectation")),
    )
}

/// Colours the lines of a diff.
fn coloured(diff: &str) -> String {
    let mut html = String::new();
    for line in diff.lines() {
        let class = match line.trim_start().as_bytes() {
            [b'+', b' ', ..] => "add",
            [b'-', b' ', ..] => "del",
            _ => {
                let _ = writeln!(html, "{}", escape(line));
                continue;
            }
        };
        let _ = write!(html, "<span class=\"{class}\">{}</span>", escape(line));
    }
    html
}

fn list(title: &str, items: &[String]) -> String {
    if items.is_empty() {
        return String::new();
    }
    let heading = if title.is_empty() {
        String::new()
    } else {
        format!("<h2>{}</h2>\n", escape(title))
    };
    let mut entries = String::new();
    for item in items {
        let _ = writeln!(entries, "<li>{}</li>", escape(item));
    }
    format!("{heading}<ul>\n{entries}</ul>\n")
}

fn sources(report: &Document) -> String {
    let mut html = "<h2>Sources</h2>\n<ul>\n".to_owned();
    for source in &report.sources {
        let found = source.counts.run() + source.counts.left_out;
        let _ = write!(
            html,
            "<li>{}: {}, {}, {} run",
            escape(&source.name),
            counted(source.contracts, "contract"),
            counted(found, "interaction"),
            source.counts.run()
        );
        if source.of_other_providers > 0 {
            let _ = write!(
                html,
                "; {} with other providers skipped",
                counted(source.of_other_providers, "contract")
            );
        }
        for reason in &source.skipped {
            let _ = write!(html, "; skipped: {}", escape(reason));
        }
        html.push_str("</li>\n");
    }
    html.push_str("</ul>\n");
    html
}

/// Formats a duration: `850 ms`, `2.4 s`.
fn duration(milliseconds: u64) -> String {
    if milliseconds < 1_000 {
        format!("{milliseconds} ms")
    } else {
        format!("{}.{} s", milliseconds / 1_000, milliseconds % 1_000 / 100)
    }
}
