//! `allOf`, `anyOf`, `oneOf` and discriminators.

use super::normal::{is_equivalent, says_nothing};
use super::property::join;
use super::walk::{Pair, Walk};
use crate::document::Node;

/// Branches that are not reported, because a more specific change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Skip {
    Nothing,
    /// `oneOf` and `anyOf`.
    Alternatives,
}

pub(super) fn compare(walk: &mut Walk<'_, '_>, pair: Pair<'_>, skip: Skip) {
    for (keyword, name) in [("allOf", "all-of"), ("anyOf", "any-of"), ("oneOf", "one-of")] {
        if keyword == "allOf" || skip == Skip::Nothing {
            compare_branches(walk, pair, keyword, name);
        }
    }
    discriminator(walk, pair);
}

fn compare_branches(walk: &mut Walk<'_, '_>, pair: Pair<'_>, keyword: &str, name: &str) {
    let list = |schema: &'_ Node| -> Vec<Node> {
        schema
            .get(keyword)
            .and_then(Node::as_array)
            .unwrap_or_default()
            .to_vec()
    };
    let (old, new) = (list(pair.old), list(pair.new));
    if old.is_empty() && new.is_empty() {
        return;
    }
    let matched = matched(walk, &old, &new, keyword != "allOf");
    for found in &matched.pairs {
        let (before, after) = (&old[found.old], &new[found.new]);
        let step = format!("{keyword}[{}]", label(after, found.new));
        walk.pair(before, after, &join(pair.way, &step));
    }
    let (base, revision) = (walk.sink.base, walk.sink.revision);
    let told = |walk: &mut Walk<'_, '_>, branches: &[Node], indexes: &[usize], verb: &str, is_old: bool| {
        let description = if is_old { base } else { revision };
        let (annotations, constraints): (Vec<usize>, Vec<usize>) = indexes
            .iter()
            .partition(|index| keyword == "allOf" && says_nothing(description.resolve(&branches[**index])));
        for (indexes, end) in [(constraints, ""), (annotations, "-annotation-only")] {
            if indexes.is_empty() {
                continue;
            }
            let names: Vec<String> = indexes
                .iter()
                .map(|index| label(&branches[*index], *index))
                .collect();
            let names = names.join(", ");
            let text = format!(
                "{} {names} {} {keyword}",
                if verb == "added" { "got" } else { "lost" },
                if verb == "added" { "in" } else { "of" }
            );
            walk.report(pair, &format!("{name}-{verb}{end}"), text, &[&names]);
        }
    };
    told(walk, &new, &matched.added, "added", false);
    told(walk, &old, &matched.removed, "removed", true);
}

/// Returns the label of a branch: its reference, its title or its number, from 1.
fn label(branch: &Node, index: usize) -> String {
    if let Some(reference) = branch.get("$ref").and_then(Node::as_str) {
        return reference.to_owned();
    }
    match branch.get("title").and_then(Node::as_str) {
        Some(title) => format!("subschema #{}: {title}", index + 1),
        None => format!("subschema #{}", index + 1),
    }
}

/// Pairs of matching branches.
struct Matched {
    pairs: Vec<Found>,
    added: Vec<usize>,
    removed: Vec<usize>,
}

#[derive(Clone, Copy)]
struct Found {
    old: usize,
    new: usize,
}

/// Whether two branches correspond to each other.
type Rule<'r> = dyn Fn(&Node, &Node) -> bool + 'r;

/// Pairs branches: by reference, by equivalence, by title; a single remaining pair of inline branches is also
/// paired.
fn matched(walk: &Walk<'_, '_>, old: &[Node], new: &[Node], across_references: bool) -> Matched {
    let (base, revision) = (walk.sink.base, walk.sink.revision);
    let mut pairs = Vec::new();
    let mut left_old: Vec<usize> = (0..old.len()).collect();
    let mut left_new: Vec<usize> = (0..new.len()).collect();
    let reference = |node: &Node| node.get("$ref").and_then(Node::as_str).map(str::to_owned);
    let title = |node: &Node| node.get("title").and_then(Node::as_str).map(str::to_owned);
    let resolve = |node: &Node, is_old: bool| {
        let description = if is_old { base } else { revision };
        description.resolve(node).clone()
    };
    let by_reference =
        |one: &Node, other: &Node| reference(one).is_some() && reference(one) == reference(other);
    let inline = |one: &Node, other: &Node| reference(one).is_none() && reference(other).is_none();
    let by_content = |one: &Node, other: &Node| inline(one, other) && is_equivalent(one, other, &resolve, 0);
    let by_title =
        |one: &Node, other: &Node| inline(one, other) && title(one).is_some() && title(one) == title(other);
    let crossing = |one: &Node, other: &Node| {
        across_references && reference(one) != reference(other) && is_equivalent(one, other, &resolve, 0)
    };
    let rules: [&Rule<'_>; 4] = [&by_reference, &by_content, &by_title, &crossing];
    for rule in rules {
        left_old.retain(|index| {
            let Some(found) = left_new.iter().position(|other| rule(&old[*index], &new[*other])) else {
                return true;
            };
            pairs.push(Found {
                old: *index,
                new: left_new.remove(found),
            });
            false
        });
    }
    let untitled = |nodes: &[Node], left: &[usize]| -> Vec<usize> {
        left.iter()
            .filter(|index| reference(&nodes[**index]).is_none() && title(&nodes[**index]).is_none())
            .copied()
            .collect()
    };
    if let ([one], [other]) = (&untitled(old, &left_old)[..], &untitled(new, &left_new)[..]) {
        pairs.push(Found {
            old: *one,
            new: *other,
        });
        left_old.retain(|index| index != one);
        left_new.retain(|index| index != other);
    }
    Matched {
        pairs,
        added: left_new,
        removed: left_old,
    }
}

fn discriminator(walk: &mut Walk<'_, '_>, pair: Pair<'_>) {
    let (old, new) = (pair.old.get("discriminator"), pair.new.get("discriminator"));
    let (old, new) = match (old, new) {
        (None, None) => return,
        (None, Some(_)) => {
            walk.report(pair, "discriminator-added", "got a discriminator".to_owned(), &[]);
            return;
        }
        (Some(_), None) => {
            walk.report(
                pair,
                "discriminator-removed",
                "lost its discriminator".to_owned(),
                &[],
            );
            return;
        }
        (Some(old), Some(new)) => (old, new),
    };
    let name = |node: &'_ Node| {
        node.get("propertyName")
            .and_then(Node::as_str)
            .unwrap_or("")
            .to_owned()
    };
    let (before, after) = (name(old), name(new));
    if before != after {
        let text = format!("changed its discriminator from `{before}` to `{after}`");
        walk.report(
            pair,
            "discriminator-property-name-changed",
            text,
            &[&before, &after],
        );
    }
    let (old, new) = (old.get("mapping"), new.get("mapping"));
    let entries = |node: Option<&Node>| -> Vec<(String, String)> {
        let entries = node.into_iter().flat_map(Node::entries);
        entries
            .map(|(tag, target)| (tag.to_owned(), target.scalar_text().unwrap_or_default()))
            .collect()
    };
    let (before, after) = (entries(old), entries(new));
    for (tag, target) in &before {
        match after.iter().find(|(other, _)| other == tag) {
            None => walk.report(
                pair,
                "discriminator-mapping-deleted",
                format!("lost the discriminator mapping of `{tag}`"),
                &[tag],
            ),
            Some((_, other)) if other != target => {
                let text = format!("maps the discriminator `{tag}` to {other} instead of {target}");
                walk.report(pair, "discriminator-mapping-changed", text, &[tag, target, other]);
            }
            Some(_) => {}
        }
    }
    for (tag, _) in after
        .iter()
        .filter(|(tag, _)| !before.iter().any(|(other, _)| other == tag))
    {
        walk.report(
            pair,
            "discriminator-mapping-added",
            format!("got a discriminator mapping of `{tag}`"),
            &[tag],
        );
    }
}
