//! One body with one change at a time.

use contract_core::json;

use super::edit::{Edit, Tree as _, changed};
use crate::document::Node;

/// A body in the forms that the checks of both sides need. A change is made in place and undone: it costs as much as the
/// changed place, not as the whole body.
pub(super) struct Trial {
    node: Node,
    json: json::Value,
    /// Made once the second validator is asked.
    serde: Option<serde_json::Value>,
}

impl Trial {
    pub(super) fn new(body: &Node) -> Self {
        Self {
            node: body.clone(),
            json: body.to_json(),
            serde: None,
        }
    }

    /// Calls `check` with the changed body; `None` if the place of the change does not exist.
    pub(super) fn with_node<R>(&mut self, edit: &Edit<'_>, check: impl FnOnce(&Node) -> R) -> Option<R> {
        changed(&mut self.node, edit, |node| check(node))
    }

    /// Calls `check` with the changed body in the model of `contract-core`.
    pub(super) fn with_json<R>(
        &mut self,
        edit: &Edit<'_>,
        check: impl FnOnce(&mut json::Value) -> R,
    ) -> Option<R> {
        changed(&mut self.json, edit, check)
    }

    /// Calls `check` with the changed body as the second validator takes it.
    pub(super) fn with_serde<R>(
        &mut self,
        edit: &Edit<'_>,
        check: impl FnOnce(&serde_json::Value) -> R,
    ) -> Option<R> {
        let serde = self
            .serde
            .get_or_insert_with(|| serde_json::Value::of(&self.node));
        changed(serde, edit, |serde| check(serde))
    }
}
