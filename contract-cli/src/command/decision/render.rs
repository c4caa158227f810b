//! Formats a verdict.

use std::fmt::Write as _;
use std::io::Write as _;

use clap::ValueEnum;
use contract_core::broker::{MatrixRow, StoredResult, Verdict};
use serde_json::{Value, json};

use super::explained::Explained;
use crate::annotation::{data, property};
use crate::output;
use crate::show::{Table, day_and_time};

/// The format of a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(in crate::command) enum DecisionFormat {
    /// For people
    #[default]
    #[value(alias = "table")]
    Text,
    /// For programs: the broker's response, with explanations
    Json,
    /// For people, with annotations and a job summary on GitHub Actions
    Github,
    /// For comments on pull requests
    Markdown,
}

/// A verdict with explanations.
pub(super) struct Decision {
    /// The applications: `orders-web`.
    pub(super) subject: String,
    /// The intended action: `deploy`.
    pub(super) verb: &'static str,
    /// Where: `to production`.
    pub(super) place: String,
    pub(super) verdict: Verdict,
    /// One for each row of the matrix, in its order.
    pub(super) pairs: Vec<Explained>,
}

/// Maximum number of commands shown.
const STEPS: usize = 5;
/// Maximum number of failed interactions shown for a result.
const INTERACTIONS: usize = 5;
/// Maximum number of mismatches shown for an interaction.
const PROBLEMS: usize = 3;

impl Decision {
    pub(super) fn show(&self, format: DecisionFormat) {
        match format {
            DecisionFormat::Text => output::result(&self.text()),
            DecisionFormat::Json => output::json(&self.json()),
            DecisionFormat::Markdown => output::result(&self.markdown()),
            DecisionFormat::Github => {
                output::result(&self.text());
                output::result(&self.annotations());
                self.summarise();
            }
        }
    }

    /// Returns `not safe to deploy`.
    fn decision(&self) -> String {
        match self.verdict.deployable {
            Some(true) => format!("safe to {}", self.verb),
            Some(false) => format!("not safe to {}", self.verb),
            None => "unknown: not verified yet".to_owned(),
        }
    }

    /// Returns the verdict, the pairs of versions, the broker's reasons, failures, and what to do.
    fn text(&self) -> String {
        let mut text = format!("{}: {} {}\n", self.decision(), self.subject, self.place);
        if !self.verdict.matrix.is_empty() {
            text.push('\n');
            text.push_str(&self.table(Links::Plain).text());
        }
        text.push('\n');
        for reason in self.reasons() {
            let _ = writeln!(text, "{reason}");
        }
        for explained in self.in_the_way() {
            if let Some(result) = explained.failed_result() {
                let _ = write!(text, "\n{}\n{}", pair(&explained.row), failures(result));
            }
        }
        for (what, command) in self.steps() {
            let _ = write!(text, "\nNext: {what}:\n  {command}\n");
        }
        text
    }

    fn json(&self) -> Value {
        let mut document = self.verdict.document.clone();
        document["decision"] = json!(self.decision());
        document["inTheWay"] = json!(self.in_the_way().collect::<Vec<_>>());
        for (number, explained) in self.pairs.iter().enumerate() {
            if let Some(url) = explained.build_url() {
                document["matrix"][number]["verificationResult"]["buildUrl"] = json!(url);
            }
        }
        document
    }

    fn markdown(&self) -> String {
        let mut text = format!("### {}: {} {}\n\n", self.decision(), self.subject, self.place);
        if !self.verdict.matrix.is_empty() {
            text.push_str(&self.table(Links::Markdown).markdown());
            text.push('\n');
        }
        for reason in self.reasons() {
            let _ = writeln!(text, "{reason}\n");
        }
        for explained in self.in_the_way() {
            if let Some(result) = explained.failed_result() {
                let _ = write!(
                    text,
                    "**{}**\n\n```text\n{}```\n\n",
                    pair(&explained.row),
                    failures(result)
                );
            }
        }
        for (what, command) in self.steps() {
            let _ = write!(text, "Next: {what}:\n\n```sh\n{command}\n```\n\n");
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }

    /// Returns one annotation for each pair that prevents the deployment, or for the verdict if there is none.
    fn annotations(&self) -> String {
        let title = property(&format!("{}: {}", self.decision(), self.subject));
        if self.verdict.deployable == Some(true) {
            return format!("::notice title={title}::{}\n", data(&self.place));
        }
        let mut text = String::new();
        for explained in self.in_the_way() {
            let mut says = pair(&explained.row);
            if let Some(result) = explained.failed_result() {
                let _ = write!(says, "\n{}", failures(result).trim_end());
            }
            if let Some(url) = &explained.row.result_url {
                let _ = write!(says, "\nresult: {url}");
            }
            if let Some(url) = explained.build_url() {
                let _ = write!(says, "\nbuild: {url}");
            }
            let _ = writeln!(text, "::error title={title}::{}", data(says.trim_end()));
        }
        if text.is_empty() {
            let _ = writeln!(
                text,
                "::error title={title}::{}",
                data(&self.reasons().join("\n"))
            );
        }
        text
    }

    /// Appends the verdict to the job summary.
    fn summarise(&self) {
        let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
            return;
        };
        let appended = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .and_then(|mut file| file.write_all(self.markdown().as_bytes()));
        if let Err(error) = appended {
            output::warning(&format!(
                "cannot write the job summary to {}: {error}",
                path.display()
            ));
        }
    }

    /// Returns the broker's reasons.
    fn reasons(&self) -> Vec<&str> {
        if self.verdict.notices.is_empty() {
            return vec![&self.verdict.reason];
        }
        self.verdict
            .notices
            .iter()
            .map(|notice| notice.text.as_str())
            .collect()
    }

    /// Returns the pairs that prevent the deployment.
    fn in_the_way(&self) -> impl Iterator<Item = &Explained> {
        self.pairs.iter().filter(|explained| explained.is_in_the_way())
    }

    /// Returns one row for each pair of versions.
    fn table(&self, links: Links) -> Table {
        let mut table = Table::new(vec![
            "consumer", "provider", "result", "since", "details", "build",
        ]);
        for explained in &self.pairs {
            let row = &explained.row;
            let result = match (row.ignored, row.is_comparison(), row.success) {
                (true, _, _) => "ignored",
                (_, true, Some(true)) => "compatible",
                (_, true, Some(false)) => "not compatible",
                (_, true, None) => "being compared",
                (_, _, Some(true)) => "verified",
                (_, _, Some(false)) => "failed",
                (_, _, None) => "not verified yet",
            };
            let details = match (&row.result_url, &row.contract_url) {
                (Some(url), _) => links.show("result", url),
                (None, Some(url)) => links.show("contract", url),
                (None, None) => String::new(),
            };
            let build = explained.build_url();
            table.add(vec![
                format!("{} {}", row.consumer, short(&row.consumer_version)),
                format!("{} {}", row.provider, provider_version(row)),
                result.to_owned(),
                row.verified_at.as_deref().map(day_and_time).unwrap_or_default(),
                details,
                build.map_or_else(String::new, |url| links.show("build", url)),
            ]);
        }
        table
    }

    /// Returns what to do, without duplicates.
    fn steps(&self) -> Vec<(&str, &str)> {
        let mut steps: Vec<(&str, &str)> = Vec::new();
        for step in self.in_the_way().flat_map(|explained| &explained.next) {
            let step = (step.what.as_str(), step.command.as_str());
            if !steps.contains(&step) && steps.len() < STEPS {
                steps.push(step);
            }
        }
        steps
    }
}

/// How links are written.
#[derive(Clone, Copy)]
enum Links {
    /// The URL alone.
    Plain,
    /// A word with the URL behind it.
    Markdown,
}

impl Links {
    fn show(self, word: &str, url: &str) -> String {
        match self {
            Self::Plain => url.to_owned(),
            Self::Markdown => format!("[{word}]({url})"),
        }
    }
}

/// Returns `orders-web 5f2c1a9b → orders-api 0d1e2f3a`.
fn pair(row: &MatrixRow) -> String {
    format!(
        "{} {} → {} {}",
        row.consumer,
        short(&row.consumer_version),
        row.provider,
        provider_version(row)
    )
}

fn provider_version(row: &MatrixRow) -> &str {
    row.provider_version.as_deref().map_or("(none)", short)
}

/// Shortens a commit hash to eight characters; other versions are unchanged.
fn short(version: &str) -> &str {
    let is_hash = matches!(version.len(), 40 | 64) && version.bytes().all(|byte| byte.is_ascii_hexdigit());
    version.get(..8).filter(|_| is_hash).unwrap_or(version)
}

/// Returns the failed interactions with their mismatches.
fn failures(result: &StoredResult) -> String {
    let mut text = String::new();
    for failed in result.failures.iter().take(INTERACTIONS) {
        let _ = writeln!(text, "  ✗ {}", failed.interaction);
        for problem in failed.problems.iter().take(PROBLEMS) {
            let _ = writeln!(text, "      {}", problem.replace('\n', "\n      "));
        }
        more(&mut text, "      ", failed.problems.len(), PROBLEMS);
    }
    more(&mut text, "  ", result.failures.len(), INTERACTIONS);
    text
}

fn more(text: &mut String, indent: &str, all: usize, shown: usize) {
    if all > shown {
        let _ = writeln!(text, "{indent}… {} more", all - shown);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashes_are_shortened() {
        for (version, shown) in [
            ("5f2c1a9b00112233445566778899aabbccddeeff", "5f2c1a9b"),
            ("1.4.0", "1.4.0"),
            ("2026-01-31-build-7", "2026-01-31-build-7"),
            ("5f2c1a9", "5f2c1a9"),
        ] {
            assert_eq!(short(version), shown);
        }
    }
}
