//! How often schemas apply to one value.

use std::collections::HashMap;

use super::Bundle;
use crate::document::{Node, Value};

/// Maximum number of schemas that apply to one value, all branches counted.
const MAX_APPLIED: u64 = 10_000;

/// Maximum nesting of branches and references.
const MAX_DEPTH: usize = 256;

/// Returns whether each value is judged by a limited number of schemas, and no schema refers to itself at the same place: a
/// validator that applies every branch anew then ends in time.
pub(super) fn is_tractable(bundle: &Bundle) -> bool {
    let mut costs = Costs {
        bundle,
        known: HashMap::new(),
    };
    bundle.schemas().all(|schema| costs.is_tractable(schema))
}

struct Costs<'a> {
    bundle: &'a Bundle,
    /// The number of schemas that a referenced one applies; `None` while it is counted, and if there are too many.
    known: HashMap<*const Node, Option<u64>>,
}

impl<'a> Costs<'a> {
    /// Judges a schema and its subschemas.
    fn is_tractable(&mut self, schema: &'a Node) -> bool {
        match &schema.value {
            Value::Object(object) => {
                self.applied(schema, 0).is_some()
                    && object.iter().all(|(_, member)| self.is_tractable(&member.node))
            }
            Value::Array(elements) => elements.iter().all(|element| self.is_tractable(element)),
            _ => true,
        }
    }

    /// Returns the number of schemas that apply where this one does; `None` if there are too many.
    fn applied(&mut self, schema: &'a Node, depth: usize) -> Option<u64> {
        if depth > MAX_DEPTH {
            return None;
        }
        let branches = ["allOf", "anyOf", "oneOf"]
            .into_iter()
            .filter_map(|keyword| schema.get(keyword)?.as_array())
            .flatten();
        let single = ["not", "if", "then", "else"]
            .into_iter()
            .filter_map(|keyword| schema.get(keyword));
        let dependent = schema
            .get("dependentSchemas")
            .into_iter()
            .flat_map(Node::entries)
            .map(|(_, schema)| schema);
        let mut sum: u64 = 1;
        for branch in branches.chain(single).chain(dependent) {
            sum += self.applied(branch, depth + 1)?;
        }
        if let Some(target) = self.bundle.target_of(schema) {
            sum += self.applied_by(target, depth + 1)?;
        }
        (sum <= MAX_APPLIED).then_some(sum)
    }

    fn applied_by(&mut self, target: &'a Node, depth: usize) -> Option<u64> {
        let address = std::ptr::from_ref(target);
        if let Some(known) = self.known.get(&address) {
            return *known;
        }
        self.known.insert(address, None);
        let applied = self.applied(target, depth);
        self.known.insert(address, applied);
        applied
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::is_tractable;
    use crate::document::Node;
    use crate::schema::Bundle;

    fn is_limited(schema: serde_json::Value) -> bool {
        let mut bundle = Bundle::of(Node::from(schema));
        bundle.follow_local_references();
        is_tractable(&bundle)
    }

    #[test]
    fn branches_that_double_at_each_level_are_too_many() {
        let levels = |count: usize| {
            let mut schema = json!({"$ref": "#/$defs/0", "$defs": {}});
            for level in 0..count {
                let next = json!({"$ref": format!("#/$defs/{}", level + 1)});
                schema["$defs"][level.to_string()] = json!({"anyOf": [next, next]});
            }
            schema["$defs"][count.to_string()] = json!({"type": "string"});
            schema
        };
        assert!(is_limited(levels(6)));
        assert!(!is_limited(levels(30)));
    }

    #[test]
    fn recursion_is_limited_by_the_value_unless_it_stays_at_the_same_place() {
        assert!(is_limited(json!({"properties": {"next": {"$ref": "#"}}})));
        assert!(!is_limited(
            json!({"oneOf": [{"allOf": [{"$ref": "#"}]}, {"type": "null"}]})
        ));
    }
}
