//! The current place of the walk, and the rules that apply there.

use super::template::Template;
use crate::matching::rule::{Rules, SetId};
use crate::matching::scope::Scope;

/// The rules that apply at the current place.
pub(super) struct At<'r, 't> {
    pub(super) scope: Scope<'r>,
    /// The compiled data of this place; `None` if it does not exist in the example.
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

    /// Returns the place of the member at this position of the example.
    pub(super) fn member(&self, position: usize, name: &str) -> Self {
        match self.template.and_then(|template| template.member(position)) {
            Some(template) => self.kept(template),
            None => Self::open(self.scope.member(name)),
        }
    }

    /// Returns the place of an element.
    pub(super) fn element(&self, index: usize, each: SetId) -> Self {
        match self.template.and_then(|template| template.element(index)) {
            Some(template) if each == 0 => self.kept(template),
            _ => Self::open(self.scope.element(index, each)),
        }
    }
}
