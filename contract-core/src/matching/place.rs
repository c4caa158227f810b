//! Where in a document the comparison is, and how that place is written.

use std::fmt::Write as _;

use super::trie::as_index;

/// A place in a document: a chain of steps that lives on the stack of the walk, so that a path costs nothing until a
/// mismatch needs its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    step: Step<'a>,
    depth: usize,
}

/// One step down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// To the member, child element, attribute or part of this name.
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

    /// One step down from here.
    pub(crate) fn name(&'a self, name: &'a str) -> Place<'a> {
        self.step(Step::Name(name))
    }

    /// One step down from here.
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

    /// How many steps the place is below the root.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// The steps from the root.
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

    /// The path expression of the place: `$.roles[1].id`.
    pub(crate) fn path(&self) -> String {
        let mut text = String::from("$");
        for step in self.steps() {
            push_step(&mut text, step);
        }
        text
    }
}

/// Names that need no quotes in the dot form (with XML's `@` and `#` in front), names that are written as an index as
/// one, as other implementations do, and all others as `['name']`.
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
