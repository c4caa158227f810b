//! `semver`: a version by semver.org, 2.0.0.

/// Whether the text is a version, without a leading `v`.
pub(crate) fn holds(text: &str) -> bool {
    semver::Version::parse(text).is_ok()
}
