//! Finding an item by what people call it.

use serde_json::Value;

use crate::broker::hal::{Document, text};
use crate::nearest::did_you_mean;
use crate::{Error, ErrorKind};

/// An item that people name.
pub(super) trait Keyed {
    /// The singular noun: `team`.
    const NOUN: &'static str;
    /// The command that lists them: `contract teams list`.
    const LISTED_BY: &'static str;

    fn uuid(&self) -> &str;

    fn name(&self) -> &str;

    /// Returns another name that is as good, such as an email address.
    fn other_name(&self) -> Option<&str> {
        None
    }
}

/// Returns the item with this UUID or name.
///
/// # Errors
///
/// `Usage` if there is none, suggesting the nearest name; or if several have this name, with their UUIDs.
pub(super) fn find<T: Keyed>(mut items: Vec<T>, key: &str) -> Result<T, Error> {
    if let Some(at) = items.iter().position(|item| item.uuid() == key) {
        return Ok(items.swap_remove(at));
    }
    let is_called = |item: &T| item.name() == key || item.other_name() == Some(key);
    let named: Vec<usize> = items
        .iter()
        .enumerate()
        .filter(|(_, item)| is_called(item))
        .map(|(at, _)| at)
        .collect();
    match named[..] {
        [at] => Ok(items.swap_remove(at)),
        [] => Err(unknown(&items, key)),
        _ => {
            let uuids: Vec<&str> = named.iter().map(|at| items[*at].uuid()).collect();
            Err(Error::new(
                ErrorKind::Usage,
                format!(
                    "{} {}s are named {key:?}: give the UUID of one of them: {}",
                    uuids.len(),
                    T::NOUN,
                    uuids.join(", ")
                ),
            ))
        }
    }
}

fn unknown<T: Keyed>(items: &[T], key: &str) -> Error {
    let names: Vec<&str> = items
        .iter()
        .flat_map(|item| std::iter::once(item.name()).chain(item.other_name()))
        .collect();
    let hint = did_you_mean(key, names.iter().copied());
    Error::new(
        ErrorKind::Usage,
        format!(
            "there is no {} {key:?}{hint}; `{}` shows those that there are",
            T::NOUN,
            T::LISTED_BY
        ),
    )
}

/// Returns the error for an item that exists with other settings.
pub(super) fn differs(doing: &str, differences: &[String], change: &str) -> Error {
    Error::new(
        ErrorKind::Usage,
        format!(
            "it already exists with other settings: {}; give the existing settings, or change it with `{change}`",
            differences.join(", ")
        ),
    )
    .context(doing)
}

/// Returns the error for a response that lacks what every item has.
pub(super) fn incomplete(answer: &Document, noun: &str) -> Error {
    Error::new(
        ErrorKind::Broker,
        format!(
            "the broker's response at {} lacks the uuid or the name of a {noun}",
            answer.url
        ),
    )
}

/// Returns the items of a member that is a list.
pub(super) fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// Returns the texts of a member that is a list of texts.
pub(super) fn texts(value: &Value, name: &str) -> Vec<String> {
    items(value, name)
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

/// Returns the `scope` of each permission of a list.
pub(super) fn scopes(value: &Value) -> Vec<String> {
    items(value, "permissions")
        .filter_map(|permission| text(permission, "scope"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Team(&'static str, &'static str);

    impl Keyed for Team {
        const NOUN: &'static str = "team";
        const LISTED_BY: &'static str = "contract teams list";

        fn uuid(&self) -> &str {
            self.0
        }

        fn name(&self) -> &str {
            self.1
        }
    }

    #[test]
    fn an_item_is_found_by_its_name_or_its_uuid() {
        let teams = || vec![Team("1", "web"), Team("2", "api"), Team("3", "api")];
        assert_eq!(find(teams(), "web").unwrap(), Team("1", "web"));
        assert_eq!(find(teams(), "3").unwrap(), Team("3", "api"));
        let several = find(teams(), "api").unwrap_err().to_string();
        assert!(
            several.contains("2 teams") && several.contains("2, 3"),
            "{several}"
        );
        let none = find(teams(), "wep").unwrap_err().to_string();
        assert!(
            none.contains("did you mean \"web\"?") && none.contains("contract teams list"),
            "{none}"
        );
    }
}
