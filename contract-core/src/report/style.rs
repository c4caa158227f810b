//! Text layout: colours and width.

use std::io::IsTerminal;

/// Whether a report is coloured, and its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour with ANSI escape sequences.
    pub colour: bool,
    /// Maximum width in columns; rows that do not fit are stacked.
    pub width: usize,
}

/// The meaning of a piece of text, which determines its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Failure,
    Place,
    Expected,
    Actual,
    Aside,
}

impl Style {
    /// No colours, 120 columns.
    pub const PLAIN: Self = Self {
        colour: false,
        width: 120,
    };

    /// Detects the style for standard error: colours only on a terminal, if `NO_COLOR` is unset or empty and `TERM` is
    /// not `dumb`; the width from `COLUMNS`, 120 by default.
    pub fn detect() -> Self {
        let named = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            colour: std::io::stderr().is_terminal()
                && named("NO_COLOR").is_none()
                && named("TERM").as_deref() != Some("dumb"),
            width: named("COLUMNS")
                .and_then(|columns| columns.parse().ok())
                .filter(|&columns| columns >= 20)
                .unwrap_or(Self::PLAIN.width),
        }
    }

    /// Returns the text in the colour of this tone, if colours are enabled.
    pub(crate) fn paint(self, tone: Tone, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        let code = match tone {
            Tone::Failure => "1;31",
            Tone::Place => "36",
            Tone::Expected => "32",
            Tone::Actual => "31",
            Tone::Aside => "2",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}
