//! `members.tsv`: the members of each kind of object.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::shape::Shape;
use crate::description::Version;
use crate::document::Node;

/// The members of a kind of object, for one version.
#[derive(Debug, Default)]
pub(super) struct Kind {
    pub(super) rows: Vec<Row>,
}

/// A line of the table.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) says: Says,
    /// All of these must hold.
    pub(super) when: Vec<Condition>,
}

/// What a line says.
#[derive(Debug, Clone)]
pub(super) enum Says {
    /// There may be a member with this name; or there must.
    Member {
        name: Name,
        is_required: bool,
        shape: Shape,
    },
    /// Exactly one of these members is there.
    OneOf(Vec<&'static str>),
    /// At least one of these members is there.
    AnyOf(Vec<&'static str>),
    /// At most one of these members is there.
    NotBoth(Vec<&'static str>),
    /// A status or `default` is there.
    SomeResponse,
    /// Any other member may be there.
    Open,
}

/// The name of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Exactly(&'static str),
    /// A path: it begins with `/`.
    Path,
    /// A status code of OpenAPI 2.0.
    Code,
    /// A status code, or a range of them.
    Status,
    /// Any.
    Any,
}

/// When a line holds.
#[derive(Debug, Clone)]
pub(super) enum Condition {
    /// A member has one of these texts.
    Is {
        member: &'static str,
        texts: Vec<&'static str>,
    },
    /// A member is there.
    Has(&'static str),
}

impl Condition {
    pub(super) fn holds(&self, node: &Node) -> bool {
        match self {
            Self::Is { member, texts } => node
                .get(member)
                .and_then(Node::as_str)
                .is_some_and(|text| texts.iter().any(|other| text.eq_ignore_ascii_case(other))),
            Self::Has(member) => node.get(member).is_some(),
        }
    }
}

/// A column of versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    V2,
    V30,
    V31,
    V32,
}

static TABLE: LazyLock<BTreeMap<(Column, &str), Kind>> = LazyLock::new(|| {
    let lines: Vec<Line> = include_str!("members.tsv")
        .lines()
        .filter_map(Line::parse)
        .collect();
    let mut table: BTreeMap<(Column, &str), Kind> = BTreeMap::new();
    for column in [Column::V2, Column::V30, Column::V31, Column::V32] {
        let kinds: Vec<&str> = lines.iter().map(|line| line.kind).collect();
        for kind in kinds {
            table.entry((column, kind)).or_insert_with(|| Kind {
                rows: rows(&lines, kind, column, &[], 0),
            });
        }
    }
    table
});

/// Returns the lines of a kind, with those of the kinds that it includes.
fn rows(lines: &[Line], kind: &str, column: Column, when: &[Condition], depth: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for line in lines
        .iter()
        .filter(|line| line.kind == kind && line.is_for(column))
    {
        let mut conditions = when.to_vec();
        conditions.extend(line.when.iter().cloned());
        match &line.content {
            Content::Row(says) => rows.push(Row {
                says: says.clone(),
                when: conditions,
            }),
            // Two levels are in use: a table that includes itself says less, and the test of it fails.
            Content::Include(other) if depth < 4 => {
                rows.extend(self::rows(lines, other, column, &conditions, depth + 1));
            }
            Content::Include(_) => {}
        }
    }
    rows
}

/// Returns the members of a kind of object; `None` if there is no such kind.
pub(super) fn kind(version: Version, name: &str) -> Option<&Kind> {
    let column = match version {
        Version::V2 => Column::V2,
        Version::V3_0 => Column::V30,
        Version::V3_1 => Column::V31,
        Version::V3_2 => Column::V32,
    };
    TABLE.get(&(column, name))
}

struct Line {
    kind: &'static str,
    versions: &'static str,
    content: Content,
    when: Vec<Condition>,
}

enum Content {
    Row(Says),
    Include(&'static str),
}

impl Line {
    fn parse(text: &'static str) -> Option<Self> {
        if text.starts_with('#') || text.is_empty() {
            return None;
        }
        let mut fields = text.split('\t');
        let (kind, member, versions, shape) =
            (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        let when = fields.next()?;
        let names = || shape.split(' ').collect();
        let content = match member {
            "one-of" => Content::Row(Says::OneOf(names())),
            "any-of" => Content::Row(Says::AnyOf(names())),
            "not-both" => Content::Row(Says::NotBoth(names())),
            "some-response" => Content::Row(Says::SomeResponse),
            "open" => Content::Row(Says::Open),
            _ => match member.strip_prefix('*').filter(|other| !other.is_empty()) {
                Some(other) => Content::Include(other),
                None => Content::Row(Says::Member {
                    name: match member.trim_end_matches('!') {
                        "/" => Name::Path,
                        "code" => Name::Code,
                        "status" => Name::Status,
                        "*" => Name::Any,
                        name => Name::Exactly(name),
                    },
                    is_required: member.ends_with('!'),
                    shape: Shape::parse(shape)?,
                }),
            },
        };
        Some(Self {
            kind,
            versions,
            content,
            when: conditions(when)?,
        })
    }

    fn is_for(&self, column: Column) -> bool {
        self.versions.split(',').any(|version| match version {
            "*" => true,
            "2" => column == Column::V2,
            "3" => column != Column::V2,
            "3.0" => column == Column::V30,
            "3.1" => column >= Column::V31,
            "=3.1" => column == Column::V31,
            "3.2" => column == Column::V32,
            _ => false,
        })
    }
}

fn conditions(text: &'static str) -> Option<Vec<Condition>> {
    let parts = text.split(',').filter(|part| !part.is_empty());
    parts
        .map(|part| match part.strip_prefix("has:") {
            Some(member) => Some(Condition::Has(member)),
            None => part.split_once('=').map(|(member, texts)| Condition::Is {
                member,
                texts: texts.split('|').collect(),
            }),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Content, Line, Says};
    use crate::lint::rules::validity::structure::shape::Shape;

    /// The kinds that a shape leads to.
    fn kinds(shape: &Shape) -> Vec<&str> {
        match shape {
            Shape::Object { kind, .. } => vec![kind],
            Shape::List { element, .. } => kinds(element),
            Shape::Map { member, .. } => kinds(member),
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_line_is_read_and_leads_to_kinds_that_exist() {
        let text = include_str!("members.tsv");
        let written = text.lines().filter(|line| !line.starts_with('#')).count();
        let lines: Vec<Line> = text.lines().filter_map(Line::parse).collect();
        assert_eq!(lines.len(), written);
        for line in &lines {
            let named = match &line.content {
                Content::Include(kind) => vec![*kind],
                Content::Row(Says::Member { shape, .. }) => kinds(shape),
                Content::Row(_) => Vec::new(),
            };
            for kind in named {
                assert!(
                    lines.iter().any(|other| other.kind == kind),
                    "{kind} has no members"
                );
            }
            for version in line.versions.split(',') {
                assert!(
                    ["*", "2", "3", "3.0", "3.1", "=3.1", "3.2"].contains(&version),
                    "{version}"
                );
            }
        }
    }
}
