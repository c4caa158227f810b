//! Maximum lengths of texts written by clients.

/// Texts whose limit differs from that of names, by member: one table for every resource and both databases. Names (of
/// pacticipants, versions, branches, tags, labels, environments, application instances) are limited by
/// [`super::name::fault`].
const LIMITS: &[(&str, usize)] = &[
    ("buildUrl", 2048),
    ("repositoryUrl", 2048),
    // All contacts of an environment as JSON.
    ("contacts", 10_000),
    // Of a webhook.
    ("description", 1000),
    ("request.url", 2048),
    ("request.password", 1024),
    ("request.headers", 8192),
    // As JSON.
    ("request.body", 262_144),
];

/// Maximum length of every other text: display names, repository names, who verified, user names, etc.
const OTHERS: usize = 255;

/// Maximum number of faults in a response: a request may have a million.
pub(crate) const MOST_FAULTS: usize = 100;

/// Returns the maximum length of a member.
pub(crate) fn most(member: &str) -> usize {
    let limit = LIMITS.iter().find(|(name, _)| *name == member);
    limit.map_or(OTHERS, |(_, most)| *most)
}

/// Returns what is wrong with a text regardless of its meaning: it is too long, or contains the character U+0000, which
/// PostgreSQL cannot store.
pub(crate) fn fault(member: &str, text: &str) -> Option<String> {
    let most = most(member);
    if text.contains('\0') {
        return Some("cannot contain the character U+0000".to_owned());
    }
    // Every character has at least a byte: most texts need not be counted.
    let is_long = text.len() > most && text.chars().nth(most).is_some();
    is_long.then(|| format!("is too long (at most {most} characters)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_not_bytes() {
        for (member, text, expected) in [
            ("displayName", "é".repeat(255), None),
            (
                "displayName",
                "é".repeat(256),
                Some("is too long (at most 255 characters)"),
            ),
            ("buildUrl", "x".repeat(2048), None),
            (
                "buildUrl",
                "x".repeat(2049),
                Some("is too long (at most 2048 characters)"),
            ),
            (
                "anything",
                "a\0b".to_owned(),
                Some("cannot contain the character U+0000"),
            ),
        ] {
            assert_eq!(fault(member, &text).as_deref(), expected, "{member}");
        }
    }
}
