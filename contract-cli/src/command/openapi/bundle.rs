//! One document of a description in several files.

use std::path::Path;

use contract_core::{Error, ErrorKind};
use contract_openapi::bundle;
use contract_openapi::document::{Documents, LoadOptions, SourceError, Sources};

use super::files::{stays_beside, usage};

/// Files beside a description that was read before.
struct Beside<'a> {
    name: &'a str,
    text: &'a str,
}

impl Sources for Beside<'_> {
    fn read(&self, name: &str) -> Result<String, SourceError> {
        if name == self.name {
            return Ok(self.text.to_owned());
        }
        stays_beside(self.name, name)?;
        std::fs::read_to_string(name).map_err(|error| SourceError::new(error.to_string()))
    }
}

/// Returns a description and the files that it refers to as one document in JSON; `None` if it is one file already, or no
/// document: the broker says what it thinks of that.
pub(crate) fn bundled(path: &Path, content: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    let Ok(text) = std::str::from_utf8(content) else {
        return Ok(None);
    };
    let name = path.to_string_lossy().replace('\\', "/");
    let beside = Beside { name: &name, text };
    let Ok(documents) = Documents::load(&name, &beside, &LoadOptions::default()) else {
        return Ok(None);
    };
    if documents.len() == 1 && !documents.refers_to_missing_files() {
        return Ok(None);
    }
    let whole = bundle(&documents).map_err(usage)?;
    let text = serde_json::to_vec_pretty(&whole)
        .map_err(|error| Error::new(ErrorKind::Io, format!("writing the bundled description: {error}")))?;
    Ok(Some(text))
}
