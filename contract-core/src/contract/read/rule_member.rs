//! Reads the members `matchingRules` and `generators` in the form of any version.

use super::place::{At, Read, keep_empty, says_nothing, take, take_any};
use super::{flat_path, generators as generator, v2, v3};
use crate::contract::{Generators, MatchingRules, Members};

/// Reads matching rules in either syntax, regardless of the version: there are version 3 files with the flat paths of
/// version 2.
pub(super) fn matching_rules(rest: &mut Members, names: &[&str], at: &At) -> Read<MatchingRules> {
    let Some((name, value)) = take_any(rest, names) else {
        return Ok(MatchingRules::default());
    };
    let at = at.member(name);
    let members = at.object(value)?;
    if members.is_empty() {
        keep_empty(rest, names[0], members);
        return Ok(MatchingRules::default());
    }
    rules_of_any_version(members, &at)
}

/// Reads matching rules: flat (version 2), by category (from version 3), or a mix.
pub(crate) fn rules_of_any_version(members: Members, at: &At) -> Read<MatchingRules> {
    let (flat, categories): (Members, Members) =
        members.into_iter().partition(|(key, _)| flat_path::is_path(key));
    let mut read = v3::matching_rules(categories, at)?;
    v2::matching_rules(flat, &mut read, at)?;
    Ok(read)
}

pub(super) fn generators(rest: &mut Members, at: &At) -> Read<Generators> {
    let Some(value) = take(rest, "generators") else {
        return Ok(Generators::default());
    };
    if says_nothing(&value) {
        keep_empty(rest, "generators", Members::new());
        return Ok(Generators::default());
    }
    generator::generators(value, &at.member("generators"))
}
