//! The paths of servers: a consumer sends them before each path of the description.

use super::endpoint::without_names;
use super::sink::{Report, Sink, Subject};
use crate::description::{Operation, path_prefixes, servers};

/// Compares the paths of an operation's servers. A server elsewhere is a matter of configuration, its path is not.
pub(super) fn compare(sink: &mut Sink<'_>, old: &Operation<'_>, new: &Operation<'_>) {
    let (before, after) = (paths(old), paths(new));
    let at = |operation: &Operation<'_>| Some(servers(operation).map_or(operation.at, |servers| servers.at));
    let report = |id, text, path: &str| Report {
        id,
        text,
        arguments: vec![path.to_owned()],
        base: at(old),
        revision: at(new),
    };
    let subject = Some(Subject::of(new));
    for path in before.iter().filter(|path| !after.contains(path)) {
        let text = format!("no server has the path `{path}` any more");
        sink.report(subject, report("api-server-path-removed", text, path));
    }
    for path in after.iter().filter(|path| !before.contains(path)) {
        let text = format!("a server has the path `{path}` now");
        sink.report(subject, report("api-server-path-added", text, path));
    }
}

/// Returns the paths of an operation's servers; variables of any value have no names.
fn paths(operation: &Operation<'_>) -> Vec<String> {
    let mut paths: Vec<String> = path_prefixes(operation)
        .iter()
        .map(|prefix| match without_names(prefix) {
            path if path.is_empty() => "/".to_owned(),
            path => path,
        })
        .collect();
    if paths.is_empty() {
        paths.push("/".to_owned());
    }
    paths
}
