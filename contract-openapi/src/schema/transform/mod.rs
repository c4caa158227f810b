//! Converts schemas of OpenAPI to JSON Schema in the form needed for comparison.

mod declared;
mod definite;
mod flatten;
mod merge;
mod minimum;
mod one_sided;
mod partial;
mod received;
mod rewrite;
mod rules;

pub(crate) use self::merge::both;
use self::minimum::bundle_of;
pub(crate) use self::partial::partial;
pub(crate) use self::received::received;
pub(crate) use self::rules::{Direction, SchemaRules};

use crate::document::{Documents, Node};

use super::Bundle;

/// A keyword of our own: references to the schemas that extend a schema with a discriminator. It is removed again.
const SUBTYPES: &str = "\0subtypes";

/// Returns a schema of a description as declared, in the keywords of JSON Schema.
pub(crate) fn as_declared(documents: &Documents, schema: &Node, direction: Direction) -> Bundle {
    let rules = SchemaRules {
        nullable_needs_type: true,
        reference_stands_alone: true,
        read_only_write_only: true,
        ..SchemaRules::default()
    };
    bundle_of(documents, schema, direction, rules)
}

/// Returns a schema of a description in the keywords of JSON Schema, regardless of the sender of its values.
pub(crate) fn plain(documents: &Documents, schema: &Node) -> Bundle {
    let rules = SchemaRules {
        nullable_needs_type: true,
        reference_stands_alone: true,
        ..SchemaRules::default()
    };
    bundle_of(documents, schema, Direction::Sent, rules)
}

/// Returns a schema of a description for values that the consumer sends or receives.
pub(crate) fn sent_or_received(
    documents: &Documents,
    schema: &Node,
    direction: Direction,
    rules: SchemaRules,
) -> Bundle {
    let bundle = bundle_of(documents, schema, direction, rules);
    let mut bundle = flatten::flatten(&bundle, rules);
    if direction == Direction::Received {
        if rules.partial {
            return partial(&bundle, rules);
        }
        received(&mut bundle, rules);
    }
    bundle
}
