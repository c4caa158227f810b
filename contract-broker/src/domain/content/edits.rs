//! The edits that turn a document into its served form.

use serde::{Deserialize, Serialize};

/// The edits that turn a document into its served form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Edits {
    /// Where links are inserted: before the closing brace. Unset if the document is not an object.
    #[serde(rename = "e", skip_serializing_if = "Option::is_none")]
    pub(super) end: Option<usize>,
    /// Whether the object has other members, so that a comma is needed.
    #[serde(rename = "m", default)]
    pub(super) members: bool,
    /// Replaced parts of the document, in order: from, to, and the new text.
    #[serde(rename = "r", default)]
    pub(super) replace: Vec<(usize, usize, String)>,
}

impl Edits {
    /// Returns the JSON that [`Deserialize`] reads.
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("numbers, texts and flags always serialise")
    }

    /// Reads the stored edits of a document.
    ///
    /// # Errors
    /// They are not JSON, or belong to another document.
    pub(crate) fn read(stored: &str, document: &str) -> Result<Self, String> {
        let edits: Self = serde_json::from_str(stored).map_err(|error| error.to_string())?;
        let mut at = 0;
        let mut follows = |from: usize, to: usize| {
            let in_order = at <= from && from <= to;
            at = to;
            in_order && document.is_char_boundary(from) && document.is_char_boundary(to)
        };
        let fit = edits.replace.iter().all(|(from, to, _)| follows(*from, *to));
        let ends = edits.end.is_none_or(|end| follows(end, end));
        if fit && ends {
            Ok(edits)
        } else {
            Err("they belong to another document".to_owned())
        }
    }

    /// Returns the served form of `document` up to where links are inserted, ready for more members (with a comma if
    /// needed); the caller adds the closing brace. `None` if the document is not an object.
    pub(crate) fn open(&self, document: &str) -> Option<String> {
        let mut out = self.apply(document, self.end?);
        if self.members {
            out.push(',');
        }
        Some(out)
    }

    /// Returns the complete served form.
    pub(crate) fn closed(&self, document: &str) -> String {
        self.apply(document, document.len())
    }

    fn apply(&self, document: &str, end: usize) -> String {
        let mut out = String::with_capacity(document.len() + self.replace.len() * 64 + 4096);
        let mut at = 0;
        for (from, to, text) in &self.replace {
            out.push_str(&document[at..*from]);
            out.push_str(text);
            at = *to;
        }
        out.push_str(&document[at..end]);
        out
    }
}
