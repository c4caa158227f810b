//! Pairs the media types of two bodies by name.

use super::schema::is_alike;
use crate::description::Description;
use crate::document::{Node, Object};

/// The media types of two bodies, paired.
#[derive(Debug, Default)]
pub(super) struct Pairs<'a> {
    /// The same media type on both sides, or one that replaced another.
    pub(super) both: Vec<Pair<'a>>,
    pub(super) removed: Vec<Media<'a>>,
    pub(super) added: Vec<Media<'a>>,
}

/// A media type with its description.
#[derive(Debug, Clone, Copy)]
pub(super) struct Media<'a> {
    pub(super) name: &'a str,
    pub(super) node: &'a Node,
}

/// A media type before and after.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) old: Media<'a>,
    pub(super) new: Media<'a>,
}

/// How the name of a media type changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameChange {
    /// To a more general one: `application/hal+json` to `application/json`.
    Generalized,
    /// To a more specific one.
    Specialized,
    /// Only parameters differ.
    Parameters,
}

/// Pairs the media types of two bodies.
pub(super) fn pairs<'a>(old: Option<&'a Node>, new: Option<&'a Node>) -> Pairs<'a> {
    let media = |node: Option<&'a Node>| -> Vec<Media<'a>> {
        node.into_iter()
            .flat_map(Node::entries)
            .map(|(name, node)| Media { name, node })
            .collect()
    };
    let mut added = media(new);
    let mut pairs = Pairs::default();
    let mut unmatched = Vec::new();
    for old in media(old) {
        match added.iter().position(|new| new.name == old.name) {
            Some(index) => pairs.both.push(Pair {
                old,
                new: added.remove(index),
            }),
            None => unmatched.push(old),
        }
    }
    for old in unmatched {
        match added
            .iter()
            .position(|new| name_change(old.name, new.name).is_some())
        {
            Some(index) => pairs.both.push(Pair {
                old,
                new: added.remove(index),
            }),
            None => pairs.removed.push(old),
        }
    }
    pairs.added = added;
    pairs
}

/// Returns how one name replaced another; `None` if it did not.
pub(super) fn name_change(old: &str, new: &str) -> Option<NameChange> {
    let (old_essence, new_essence) = (essence(old), essence(new));
    if old_essence == new_essence {
        return (old != new).then_some(NameChange::Parameters);
    }
    if contains(&new_essence, &old_essence) {
        Some(NameChange::Generalized)
    } else if contains(&old_essence, &new_essence) {
        Some(NameChange::Specialized)
    } else {
        None
    }
}

fn essence(name: &str) -> String {
    name.split(';').next().unwrap_or(name).trim().to_ascii_lowercase()
}

/// Returns whether one media type includes another: `application/json` includes `application/hal+json`.
fn contains(general: &str, special: &str) -> bool {
    let parts = |name: &str| {
        name.split_once('/')
            .map(|(main, sub)| (main.to_owned(), sub.to_owned()))
    };
    let (Some((main, sub)), Some((other_main, other_sub))) = (parts(general), parts(special)) else {
        return false;
    };
    main == other_main
        && other_sub
            .rsplit_once('+')
            .is_some_and(|(_, suffix)| suffix == sub)
}

/// Returns whether the encodings of the parts of a form differ.
pub(super) fn differs_in_encoding(base: &Description, revision: &Description, pair: &Pair<'_>) -> bool {
    let none = Node::from(Object::default());
    let of = |media: Media<'_>| {
        media
            .node
            .get("encoding")
            .cloned()
            .unwrap_or_else(|| none.clone())
    };
    !is_alike(base, &of(pair.old), revision, &of(pair.new))
}

#[cfg(test)]
mod tests {
    use super::{NameChange, name_change};

    #[test]
    fn names_contain_each_other() {
        assert_eq!(
            name_change("application/hal+json", "application/json"),
            Some(NameChange::Generalized)
        );
        assert_eq!(
            name_change("application/json", "application/hal+json"),
            Some(NameChange::Specialized)
        );
        assert_eq!(
            name_change("application/json", "application/json; v=2"),
            Some(NameChange::Parameters)
        );
        assert_eq!(name_change("application/json", "application/xml"), None);
        assert_eq!(name_change("application/json", "application/json"), None);
    }
}
