//! References that lead nowhere.

use std::collections::HashSet;

use super::part::{Part, below};
use super::{Documents, Node, Position, ReferenceError};
use crate::{Error, ErrorKind};

/// A `$ref` that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnresolvedReference {
    /// The text of the `$ref`.
    pub reference: String,
    /// Its position.
    pub at: Position,
    /// Why it leads nowhere.
    pub why: ReferenceError,
}

impl Documents {
    /// Returns the references that lead nowhere, of the first file and of all that its references lead to.
    ///
    /// Values are not looked at: examples, defaults, enumerations, and extensions (`x-…`).
    ///
    /// ```
    /// use contract_openapi::document::{Documents, Limits};
    ///
    /// let text = "paths:\n  /pets: {$ref: '#/components/pathItems/Pets'}\n";
    /// let documents = Documents::from_text("openapi.yaml", text, &Limits::default())?;
    /// let unresolved = documents.unresolved();
    /// assert_eq!(unresolved[0].reference, "#/components/pathItems/Pets");
    /// assert_eq!(unresolved[0].why.to_string(), "openapi.yaml has nothing at #/components/pathItems/Pets");
    /// # Ok::<(), contract_openapi::Error>(())
    /// ```
    pub fn unresolved(&self) -> Vec<UnresolvedReference> {
        let mut search = Search {
            documents: self,
            found: Vec::new(),
            waiting: vec![self.root()],
            seen: HashSet::new(),
        };
        while let Some(node) = search.waiting.pop() {
            search.look(node, Part::Keywords);
        }
        search.found.sort_by_key(|reference| reference.at);
        search.found
    }

    /// Checks that every reference leads somewhere: a comparison would take what is not there for a schema that accepts
    /// everything.
    ///
    /// # Errors
    ///
    /// A reference leads nowhere, see [`Documents::unresolved`]; the error names the first one with its place.
    pub fn check_references(&self) -> Result<(), Error> {
        let unresolved = self.unresolved();
        let Some(first) = unresolved.first() else {
            return Ok(());
        };
        let more = match unresolved.len() - 1 {
            0 => String::new(),
            more => format!(" {more} more lead nowhere."),
        };
        let text = format!(
            "the reference {} leads nowhere: {}. Correct it or remove it: without its target nothing can be compared.{more}",
            first.reference, first.why
        );
        let name = self.name(first.at.file);
        Err(Error::at(ErrorKind::Reference, name, self.place(first.at), text))
    }
}

struct Search<'d> {
    documents: &'d Documents,
    found: Vec<UnresolvedReference>,
    /// Targets of references that are not looked at yet.
    waiting: Vec<&'d Node>,
    /// Objects that were looked at: several references lead to one.
    seen: HashSet<Position>,
}

impl<'d> Search<'d> {
    fn look(&mut self, node: &'d Node, part: Part) {
        if node.as_object().is_some() {
            if !self.seen.insert(node.at) {
                return;
            }
            if part == Part::Keywords {
                self.follow(node);
            }
        }
        below(node, part, &mut |node, part| self.look(node, part));
    }

    fn follow(&mut self, node: &'d Node) {
        let Some(member) = node.get("$ref").or_else(|| node.get("$dynamicRef")) else {
            return;
        };
        let Some(reference) = member.as_str() else { return };
        let target = self
            .documents
            .lookup(member.at.base(), reference)
            .and_then(|target| self.documents.resolve(node).map(|_| target));
        match target {
            Ok(target) => self.waiting.push(target),
            Err(why) => self.found.push(UnresolvedReference {
                reference: reference.to_owned(),
                at: member.at,
                why,
            }),
        }
    }
}
