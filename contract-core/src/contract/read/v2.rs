//! Version 2 added matching rules, as one flat map from path expressions to one rule each.

use super::flat_path::{Target, put};
use super::place::{At, Read};
use super::rules;
use crate::contract::{MatchingRules, Members};

/// Reads `{"$.body.id": {"match": "type"}, "$.headers.Accept": {..}, "$.query.page": {..}, "$.path": {..}}`.
///
/// A rule for anything else is kept as written.
pub(super) fn matching_rules(members: Members, read: &mut MatchingRules, at: &At) -> Read<()> {
    for (key, value) in members {
        let at = at.member(&key);
        let path = rules::path(&key, &at)?;
        match Target::of(&path, &key) {
            Some(target) => put(read, target, rules::list(value, &at)?),
            None => {
                read.extra.insert(key.clone(), value);
            }
        }
    }
    Ok(())
}
