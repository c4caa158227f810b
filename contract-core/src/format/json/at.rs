//! Where the walk is, as far as rules go.

use super::template::Template;
use crate::matching::rule::{Rules, SetId};
use crate::matching::scope::Scope;

/// The rules where the walk is.
pub(super) struct At<'r, 't> {
    pub(super) scope: Scope<'r>,
    /// What is kept for this place; `None` if the walk has left the example's shape.
    pub(super) template: Option<&'t Template>,
}

impl<'r, 't> At<'r, 't> {
    pub(super) fn root(rules: &'r Rules) -> Self {
        Self::open(Scope::root(rules))
    }

    pub(super) fn open(scope: Scope<'r>) -> Self {
        Self {
            scope,
            template: None,
        }
    }

    fn kept(&self, template: &'t Template) -> Self {
        Self {
            scope: self.scope.kept(template.scope()),
            template: Some(template),
        }
    }

    /// One step down to the member that the example has at this position.
    pub(super) fn member(&self, position: usize, name: &str) -> Self {
        match self.template.and_then(|template| template.member(position)) {
            Some(template) => self.kept(template),
            None => Self::open(self.scope.member(name)),
        }
    }

    /// One step down to an element.
    pub(super) fn element(&self, index: usize, each: SetId) -> Self {
        match self.template.and_then(|template| template.element(index)) {
            Some(template) if each == 0 => self.kept(template),
            _ => Self::open(self.scope.element(index, each)),
        }
    }
}
