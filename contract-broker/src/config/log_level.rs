//! What is logged.

use std::str::FromStr as _;

use contract_core::report::nearest;
use tracing_subscriber::filter::LevelFilter;

use super::{Raw, Value};

const LEVELS: [&str; 6] = ["error", "warn", "info", "debug", "trace", "off"];

/// A level, or a filter with a level for each target: `info,contract_broker::sql=debug`. A target always has a level, so
/// a misspelt level is not taken for a target, which would silence the rest of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLevel(String);

impl LogLevel {
    /// Returns it as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for LogLevel {
    fn default() -> Self {
        Self("info".to_owned())
    }
}

impl Value for LogLevel {
    const SHAPE: &'static str = "LEVEL";

    fn parse(raw: Raw) -> Result<Self, String> {
        let text = String::parse(raw)?;
        let problem = directives(&text)
            .find(|directive| !has_level(directive))
            .map(no_level);
        match problem {
            Some(problem) => Err(problem),
            None => Ok(Self(text)),
        }
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

/// Returns the parts between commas; those in brackets are fields of a span.
fn directives(filter: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    let parts = filter.split(move |letter| {
        match letter {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ',' && depth == 0
    });
    parts.map(str::trim)
}

/// Whether the directive is a level, or has one; what is in brackets is judged by the filter itself.
fn has_level(directive: &str) -> bool {
    directive.contains(['=', '[']) || LevelFilter::from_str(directive).is_ok()
}

fn no_level(directive: &str) -> String {
    match nearest(directive, LEVELS) {
        Some(level) => format!("{directive:?} is not a level; did you mean {level}?"),
        None => format!(
            "{directive:?} is not a level: write error, warn, info, debug, trace or off, or {directive}=debug for the \
             target {directive}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<LogLevel, String> {
        LogLevel::parse(Raw::Text(text.to_owned()))
    }

    #[test]
    fn levels_and_filters_are_taken_as_they_are() {
        for text in [
            "info",
            "WARN",
            "off",
            "info,contract_broker::sql=debug",
            "info, hyper=warn",
            "info,[request{method,path,status}]=debug",
        ] {
            assert_eq!(parse(text).map(|level| level.show()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn a_misspelt_level_is_not_a_target() {
        for (text, says) in [
            ("inof", "\"inof\" is not a level; did you mean info?"),
            ("debgu,hyper=warn", "did you mean debug?"),
            ("contract_broker::sql=debug,tarce", "did you mean trace?"),
            (
                "hyper_util",
                "\"hyper_util\" is not a level: write error, warn, info, debug, trace or off, or hyper_util=debug",
            ),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
