//! The texts of contents.

use std::collections::HashMap;

use super::super::{Connection, Error, Result, Statement, in_parts, row};
use crate::domain::{
    Refusal,
    content::{Edits, without_mark},
};

/// The text of a content, and its edits.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// As published, without a byte order mark.
    pub(crate) text: String,
    /// Its id.
    content: i64,
    /// JSON.
    edits: String,
}

impl Document {
    pub(super) fn new(content: i64, stored: String, edits: String) -> Self {
        Self {
            text: readable(stored),
            content,
            edits,
        }
    }

    /// Returns the error for a text that is no longer JSON.
    pub(crate) fn unreadable(&self, problem: &dyn std::fmt::Display) -> Error {
        Error::unreadable("contents", self.content, "document", problem)
    }

    /// Returns the edits for the served form.
    ///
    /// # Errors
    /// The edits cannot be parsed: without them the contract would be served without interaction ids.
    pub(crate) fn edits(&self) -> Result<Edits> {
        Edits::read(&self.edits, &self.text)
            .map_err(|problem| Error::unreadable("contents", self.content, "edits", problem))
    }
}

row! {
    struct StoredDocument {
        document: String,
        edits: String,
    }

    struct StoredText {
        content_id: i64,
        document: String,
    }
}

/// Returns the text of a content and its edits.
pub(crate) async fn document(connection: &mut Connection, content: i64) -> Result<Document> {
    let stored: Option<StoredDocument> = Statement::new("SELECT document, edits FROM contents WHERE id = $1")
        .bind(content)
        .optional(connection)
        .await?;
    let StoredDocument { document, edits } =
        stored.ok_or_else(|| Refusal::NotFound("The contract was deleted meanwhile".to_owned()))?;
    Ok(Document::new(content, document, edits))
}

/// Returns a stored document without its byte order mark.
fn readable(stored: String) -> String {
    match without_mark(&stored) {
        text if text.len() < stored.len() => text.to_owned(),
        _ => stored,
    }
}

/// Returns the texts of contents without byte order marks, by content.
pub(crate) async fn documents(connection: &mut Connection, contents: &[i64]) -> Result<HashMap<i64, String>> {
    let stored: Vec<StoredText> = in_parts(connection, contents, |part| {
        Statement::with_ids("SELECT id, document FROM contents WHERE id IN {ids}", part)
    })
    .await?;
    let texts = stored
        .into_iter()
        .map(|stored| (stored.content_id, readable(stored.document)));
    Ok(texts.collect())
}
