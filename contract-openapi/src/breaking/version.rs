//! `info.version`: a breaking change requires a new major version.

use semver::Version;

use super::ChangeLevel;
use super::sink::{Report, Sink};
use crate::document::Node;

/// Compares `info.version` of both, if there is a breaking change and both are semantic versions (a leading
/// `v` is ignored).
pub(super) fn compare(sink: &mut Sink<'_>) {
    let is_breaking = sink
        .changes
        .iter()
        .any(|change| change.level == ChangeLevel::Error);
    let (base, revision) = (sink.base, sink.revision);
    let node = |root: &'_ Node| root.descend(["info", "version"]).map(|node| node.at);
    let texts = (
        base.api_version().unwrap_or_default(),
        revision.api_version().unwrap_or_default(),
    );
    let parsed = (parse(&texts.0), parse(&texts.1));
    let (Some(before), Some(after)) = parsed else {
        return;
    };
    let id = if after < before {
        "api-version-decreased"
    } else if !is_breaking {
        return;
    } else if after == before {
        "api-version-not-bumped"
    } else if same_line(&before, &after) {
        "api-major-version-not-bumped"
    } else {
        return;
    };
    let text = if texts.0 == texts.1 {
        format!("info.version is still {}", texts.0)
    } else {
        format!("info.version went from {} to {}", texts.0, texts.1)
    };
    let (base, revision) = (node(base.root()), node(revision.root()));
    sink.report(
        None,
        Report {
            id,
            text,
            arguments: vec![texts.0, texts.1],
            base,
            revision,
        },
    );
}

fn parse(text: &str) -> Option<Version> {
    Version::parse(text.strip_prefix('v').unwrap_or(text)).ok()
}

/// Returns whether one version is expected to be compatible with the other: before 1.0.0 the minor version
/// takes the role of the major version.
fn same_line(before: &Version, after: &Version) -> bool {
    before.major == after.major && (before.major > 0 || before.minor == after.minor)
}
