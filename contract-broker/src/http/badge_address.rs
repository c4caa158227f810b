//! Where badges are. Whoever may see badges alone may see these addresses and no other.

pub(crate) const LATEST: &str = "/pacts/provider/{provider}/consumer/{consumer}/latest/badge";
pub(crate) const LATEST_WITH_TAG: &str = "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/badge";
pub(crate) const LATEST_UNTAGGED: &str =
    "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged/badge";
pub(crate) const LATEST_ON_BRANCH: &str =
    "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/badge";
pub(crate) const OF_TAGS: &str =
    "/matrix/provider/{provider}/latest/{providerTag}/consumer/{consumer}/latest/{tag}/badge";
pub(crate) const TAG_TO_TAG: &str =
    "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}/badge";
pub(crate) const BRANCH_TO_ENVIRONMENT: &str = "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}/badge";
pub(crate) const CAN_I_MERGE: &str = "/pacticipants/{pacticipant}/main-branch/can-i-merge/badge";

/// All of them.
pub(crate) const ALL: [&str; 8] = [
    LATEST,
    LATEST_WITH_TAG,
    LATEST_UNTAGGED,
    LATEST_ON_BRANCH,
    OF_TAGS,
    TAG_TO_TAG,
    BRANCH_TO_ENVIRONMENT,
    CAN_I_MERGE,
];

/// Whether a path, as it was sent, is the address of a badge. A path that merely ends in `/badge` is not: names of
/// pacticipants, tags and branches may be `badge` too.
pub(crate) fn is(path: &str) -> bool {
    let path = path.strip_suffix(".svg").unwrap_or(path);
    ALL.iter().any(|template| fits(template, path))
}

fn fits(template: &str, path: &str) -> bool {
    let (mut parts, mut segments) = (template.split('/'), path.split('/'));
    loop {
        match (parts.next(), segments.next()) {
            (None, None) => return true,
            (Some(part), Some(segment)) if part == segment => {}
            (Some(part), Some(segment)) if part.starts_with('{') && !segment.is_empty() => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_badges_are_at_the_addresses_of_badges() {
        for path in [
            "/pacts/provider/p/consumer/c/latest/badge",
            "/pacts/provider/a%2Fb/consumer/c/latest/badge.svg",
            "/pacts/provider/p/consumer/c/branch/badge/latest/badge",
            "/matrix/provider/p/latest/t/consumer/c/latest/t/badge",
            "/pacticipants/p/main-branch/can-i-merge/badge.svg",
        ] {
            assert!(is(path), "{path}");
        }
        for path in [
            "/badge",
            "/pacticipants/badge",
            "/pacticipants/badge.svg",
            "/webhooks/provider/badge",
            "/pacts/provider/p/latest/badge",
            "/pacts/provider/p/consumer/c/tag/badge",
            "/pacts/provider//consumer/c/latest/badge",
            "/pacts/provider/p/consumer/c/latest/badge/",
            "/pacts/provider/p/consumer/c/latest/badge.json",
            "/pacts/provider/p/consumer/c/latest/badge/badge/badge",
            "/pacticipants/p/versions/1/tags/badge",
        ] {
            assert!(!is(path), "{path}");
        }
    }
}
