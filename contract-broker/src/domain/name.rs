//! Names: of pacticipants, versions, branches, tags, environments.

/// Returns what is wrong with a name, if anything. Names are any text of 1 to 255 characters without control
/// characters, except `.` and `..`: clients remove these from URLs, so the resource would be unreachable.
pub(crate) fn fault(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        Some("can't be blank")
    } else if name.contains(['\n', '\r']) {
        Some("cannot contain a new line")
    } else if name.chars().any(char::is_control) {
        Some("cannot contain control characters")
    } else if name.chars().count() > 255 {
        Some("is too long (at most 255 characters)")
    } else if matches!(name, "." | "..") {
        Some("cannot be a dot or two")
    } else {
        None
    }
}

/// Like [`fault`], for names that must not contain white space.
pub(crate) fn fault_without_spaces(name: &str) -> Option<&'static str> {
    fault(name).or_else(|| {
        name.contains(char::is_whitespace)
            .then_some("cannot contain spaces")
    })
}

/// Returns a display name: `pre-production_eu` becomes `Pre Production Eu`.
pub(crate) fn humanise(name: &str) -> String {
    let words: Vec<String> = name
        .split(['-', '_', ' '])
        .filter(|word| !word.is_empty())
        .map(|word| {
            let mut characters = word.chars();
            characters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(characters).collect()
            })
        })
        .collect();
    words.join(" ")
}
