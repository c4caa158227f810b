//! Pairs the media types of two bodies by name.

use super::schema::{Side, is_alike};
use crate::description::{Description, MediaType};
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

/// Returns whether an old and a new name belong together.
type Fits<'f> = &'f dyn Fn(&str, &str) -> bool;

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

/// Pairs the media types of two bodies: first those with the same name, then those that mean the same, then those that one
/// replaced. A request with other parameters is another one for a provider.
pub(super) fn pairs<'a>(old: Option<&'a Node>, new: Option<&'a Node>, side: Side) -> Pairs<'a> {
    let media = |node: Option<&'a Node>| -> Vec<Media<'a>> {
        node.into_iter()
            .flat_map(Node::entries)
            .map(|(name, node)| Media { name, node })
            .collect()
    };
    let parsed = MediaType::parse;
    let is_same_name = |old: &str, new: &str| old == new;
    let is_same_type = |old: &str, new: &str| parsed(old) == parsed(new);
    let agrees = |old: &str, new: &str| {
        parsed(old).essence == parsed(new).essence && !parsed(old).contradicts(&parsed(new))
    };
    let is_replaced = |old: &str, new: &str| match name_change(old, new) {
        Some(NameChange::Parameters) => side == Side::Response,
        change => change.is_some(),
    };
    let steps: [Fits<'_>; 4] = [&is_same_name, &is_same_type, &agrees, &is_replaced];
    let mut pairs = Pairs {
        removed: media(old),
        added: media(new),
        ..Pairs::default()
    };
    for fits in steps {
        for old in std::mem::take(&mut pairs.removed) {
            match pairs.added.iter().position(|new| fits(old.name, new.name)) {
                Some(index) => pairs.both.push(Pair {
                    old,
                    new: pairs.added.remove(index),
                }),
                None => pairs.removed.push(old),
            }
        }
    }
    pairs
}

/// Returns how one name replaced another; `None` if it did not, or means the same.
pub(super) fn name_change(old: &str, new: &str) -> Option<NameChange> {
    let (old, new) = (MediaType::parse(old), MediaType::parse(new));
    if old.essence == new.essence {
        return (old != new).then_some(NameChange::Parameters);
    }
    if contains(&new.essence, &old.essence) {
        Some(NameChange::Generalized)
    } else if contains(&old.essence, &new.essence) {
        Some(NameChange::Specialized)
    } else {
        None
    }
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
    use super::{NameChange, Node, Side, name_change, pairs};

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

    /// The names of pairs, and of what was removed and added.
    fn paired(old: &[&str], new: &[&str], side: Side) -> String {
        let content = |names: &[&str]| {
            let members = names
                .iter()
                .map(|name| ((*name).to_owned(), serde_json::json!({})));
            Node::from(serde_json::Value::Object(members.collect()))
        };
        let (old, new) = (content(old), content(new));
        let pairs = pairs(Some(&old), Some(&new), side);
        let both = pairs
            .both
            .iter()
            .map(|pair| format!("{}={}", pair.old.name, pair.new.name));
        let removed = pairs.removed.iter().map(|media| format!("-{}", media.name));
        let added = pairs.added.iter().map(|media| format!("+{}", media.name));
        both.chain(removed).chain(added).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn parameters_decide_which_names_belong_together() {
        let old = ["a/b;v=1", "a/b; v=2"];
        assert_eq!(
            paired(&old, &["a/b;v=2", "a/b; V=1"], Side::Request),
            "a/b; v=2=a/b;v=2 a/b;v=1=a/b; V=1"
        );
        assert_eq!(
            paired(&["a/b;v=1"], &["a/b;v=2"], Side::Request),
            "-a/b;v=1 +a/b;v=2"
        );
        assert_eq!(
            paired(&["a/b;v=1"], &["a/b;v=2"], Side::Response),
            "a/b;v=1=a/b;v=2"
        );
        assert_eq!(
            paired(&["a/b"], &["a/b;charset=utf-8"], Side::Request),
            "a/b=a/b;charset=utf-8"
        );
        assert_eq!(
            paired(&["a/b;v=1"], &["a/b;v=2", "a/b"], Side::Response),
            "a/b;v=1=a/b +a/b;v=2"
        );
        assert_eq!(name_change("a/b; charset=UTF-8", "a/b;charset=utf-8"), None);
    }
}
