//! `overrides` of a rule file: other rules for some files, or for parts of them.

use globset::{GlobBuilder, GlobMatcher};

use super::Layer;
use crate::Error;
use crate::document::{Node, folder_of, fragment_tokens};
use crate::lint::finding::Segment;
use crate::lint::own::Refuse;

/// An entry of `overrides`.
#[derive(Debug, Clone)]
pub(super) struct Override {
    files: Vec<FilePattern>,
    pub(super) layer: Layer,
}

/// A pattern of file names, and a part of the files.
#[derive(Debug, Clone)]
struct FilePattern {
    /// The folder of the rule file, which names are relative to.
    folder: String,
    matcher: GlobMatcher,
    /// The names of the pointer after `#`; empty for the whole file.
    pointer: Vec<String>,
}

impl Override {
    /// Reads `files` of an entry.
    pub(super) fn read(files: &Node, layer: Layer, refuse: &Refuse<'_>) -> Result<Self, Error> {
        let Some(elements) = files.as_array().filter(|elements| !elements.is_empty()) else {
            return Err(refuse.at(files, "files must be a list of patterns, as [\"api/*.yaml\"]"));
        };
        let patterns: Result<Vec<_>, _> = elements
            .iter()
            .map(|element| FilePattern::read(element, refuse))
            .collect();
        let read = Self {
            files: patterns?,
            layer,
        };
        match read.files.iter().position(|pattern| !pattern.pointer.is_empty()) {
            Some(index) if !read.layer.own.is_empty() => {
                let place = elements.get(index).unwrap_or(files);
                Err(refuse.at(
                    place,
                    "a rule cannot be defined for a part of a file: only severities can be changed",
                ))
            }
            _ => Ok(read),
        }
    }

    /// Returns whether the entry is for the whole of a file.
    pub(super) fn is_for_file(&self, name: &str) -> bool {
        self.files
            .iter()
            .any(|pattern| pattern.pointer.is_empty() && pattern.is_for(name))
    }

    /// Returns whether the entry is for a part of a file that this place is in.
    pub(super) fn is_for_part(&self, name: &str, path: &[Segment]) -> bool {
        self.files.iter().any(|pattern| {
            let names = &pattern.pointer;
            let is_within = path.len() >= names.len()
                && names
                    .iter()
                    .zip(path)
                    .all(|(name, segment)| *name == segment.to_string());
            !names.is_empty() && pattern.is_for(name) && is_within
        })
    }
}

impl FilePattern {
    fn read(node: &Node, refuse: &Refuse<'_>) -> Result<Self, Error> {
        let Some(text) = node.as_str() else {
            return Err(refuse.at(node, "a pattern of files must be a text"));
        };
        let (glob, pointer) = text.split_once('#').unwrap_or((text, ""));
        let Some(pointer) = fragment_tokens(pointer) else {
            return Err(refuse.at(
                node,
                format!("#{pointer} is no JSON Pointer: write #/… with each step after a /"),
            ));
        };
        let glob = glob.trim_start_matches("./");
        let matcher = GlobBuilder::new(glob)
            .literal_separator(true)
            .build()
            .map_err(|error| refuse.at(node, format!("{glob} is no pattern of files: {error}")))?
            .compile_matcher();
        Ok(Self {
            folder: folder_of(refuse.file).to_owned(),
            matcher,
            pointer,
        })
    }

    fn is_for(&self, name: &str) -> bool {
        let relative = name.strip_prefix(&self.folder).unwrap_or(name);
        self.matcher.is_match(relative.trim_start_matches("./"))
    }
}
