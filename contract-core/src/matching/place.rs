//! The current place of a comparison in a document, and how it is written.

use std::fmt::Write as _;

use super::trie::as_index;

/// A place in a document: a chain of steps on the stack of the walk. The path is only written if a mismatch needs it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    step: Step<'a>,
    depth: usize,
}

/// One step down the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// To the member, child element, attribute or part with this name.
    Name(&'a str),
    /// To the element at this index.
    Index(usize),
}

impl<'a> Place<'a> {
    /// The document's root, `$`.
    pub(crate) const ROOT: Place<'static> = Place {
        parent: None,
        step: Step::Name("$"),
        depth: 0,
    };

    /// Returns the place of this member.
    pub(crate) fn name(&'a self, name: &'a str) -> Place<'a> {
        self.step(Step::Name(name))
    }

    /// Returns the place of this element.
    pub(crate) fn index(&'a self, index: usize) -> Place<'a> {
        self.step(Step::Index(index))
    }

    fn step(&'a self, step: Step<'a>) -> Place<'a> {
        Place {
            parent: Some(self),
            step,
            depth: self.depth + 1,
        }
    }

    /// Returns the number of steps below the root.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// Returns the steps from the root.
    pub(crate) fn steps(&self) -> Vec<Step<'a>> {
        let mut steps = Vec::with_capacity(self.depth);
        let mut place = *self;
        while let Some(parent) = place.parent {
            steps.push(place.step);
            place = *parent;
        }
        steps.reverse();
        steps
    }

    /// Returns the path expression of the place: `$.roles[1].id`.
    pub(crate) fn path(&self) -> String {
        let mut text = String::from("$");
        for step in self.steps() {
            push_step(&mut text, step);
        }
        text
    }
}

/// Names that need no quotes in dot notation (with XML's `@` and `#` prefixes) are written as `.name`, names that look
/// like an index as an index (as other implementations do), and all others as `['name']`.
fn push_step(text: &mut String, step: Step<'_>) {
    match step {
        Step::Index(index) => {
            let _ = write!(text, "[{index}]");
        }
        Step::Name(name) if as_index(name).is_some() => {
            let _ = write!(text, "[{name}]");
        }
        Step::Name(name) => {
            let bare = name.strip_prefix(['@', '#']).unwrap_or(name);
            let mut bytes = bare.bytes();
            let plain = bytes
                .next()
                .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
                && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let _ = if plain {
                write!(text, ".{name}")
            } else {
                write!(text, "['{name}']")
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_written_as_a_path_expression() {
        let items = Place::ROOT.name("items");
        let second = items.index(1);
        assert_eq!(second.name("id").path(), "$.items[1].id");
        assert_eq!(second.name("a b").path(), "$.items[1]['a b']");
        assert_eq!(Place::ROOT.name("100").path(), "$[100]");
        assert_eq!(Place::ROOT.name("007").path(), "$['007']");
        assert_eq!(Place::ROOT.name("@id").path(), "$.@id");
        assert_eq!(Place::ROOT.name("").path(), "$['']");
        assert_eq!(Place::ROOT.path(), "$");
    }
}
