//! The newest contents of lines of development.

use std::collections::HashMap;

use super::{
    super::{MOST, Statement, engine::Question, row},
    Lines, Owner,
};
use crate::domain::events::Line;

/// The newest content of each line of development with each provider.
#[derive(Default)]
pub(super) struct Newest {
    on_branches: HashMap<BranchAndProvider, i64>,
    with_tags: HashMap<TagAndProvider, i64>,
    /// If the version is on no line: the content of the newest version, by provider.
    of_all: HashMap<i64, i64>,
}

row! {
    #[derive(PartialEq, Eq, Hash)]
    struct BranchAndProvider {
        branch_id: i64,
        provider_id: i64,
    }

    #[derive(PartialEq, Eq, Hash)]
    struct TagAndProvider {
        tag: String,
        provider_id: i64,
    }

    struct OnBranch {
        line: BranchAndProvider,
        content_id: i64,
    }

    struct WithTag {
        line: TagAndProvider,
        content_id: i64,
    }

    struct OfAll {
        provider_id: i64,
        content_id: i64,
    }
}

/// The answers about the newest contents.
#[derive(Default)]
pub(super) struct Answers {
    on_branches: Vec<Vec<OnBranch>>,
    with_tags: Vec<Vec<WithTag>>,
    of_all: Vec<OfAll>,
}

impl Answers {
    /// Returns the questions for the lines of a version and some providers: one for its branches and one for its tags,
    /// unless there are very many.
    pub(super) fn questions<'a>(&'a mut self, owner: &'a Owner, providers: &[i64]) -> Vec<Question<'a>> {
        let Lines { branches, tags } = &owner.lines;
        if branches.is_empty() && tags.is_empty() {
            let of_all = Statement::new(
                "SELECT k.provider_id, k.content_id FROM pacticipants p \
                 JOIN current_publications k ON k.provider_id = p.id AND k.consumer_version_id = \
                 (SELECT MAX(m.consumer_version_id) FROM current_publications m WHERE m.provider_id = p.id AND m.consumer_id = ",
            )
            .value(owner.consumer)
            .sql(") WHERE p.id IN ")
            .numbers(providers);
            return vec![of_all.into_rows(&mut self.of_all)];
        }
        let branches: Vec<i64> = branches.iter().map(|branch| branch.id).collect();
        self.on_branches
            .resize_with(branches.len().div_ceil(MOST), Vec::new);
        self.with_tags.resize_with(tags.len().div_ceil(MOST), Vec::new);
        let on_branches = branches
            .chunks(MOST)
            .zip(&mut self.on_branches)
            .map(|(part, rows)| {
                Statement::new(
                    "SELECT h.branch_id, k.provider_id, k.content_id FROM branch_contracts h \
                 JOIN current_publications k ON k.consumer_version_id = h.consumer_version_id \
                 AND k.provider_id = h.provider_id WHERE h.branch_id IN ",
                )
                .numbers(part)
                .sql(" AND h.provider_id IN ")
                .numbers(providers)
                .into_rows(rows)
            });
        let with_tags = tags.chunks(MOST).zip(&mut self.with_tags).map(|(part, rows)| {
            Statement::new(
                "SELECT h.name, k.provider_id, k.content_id FROM tag_contracts h \
                 JOIN current_publications k ON k.consumer_version_id = h.consumer_version_id \
                 AND k.provider_id = h.provider_id WHERE h.pacticipant_id = ",
            )
            .value(owner.consumer)
            .sql(" AND h.name IN ")
            .texts(part)
            .sql(" AND h.provider_id IN ")
            .numbers(providers)
            .into_rows(rows)
        });
        on_branches.chain(with_tags).collect()
    }
}

impl From<Answers> for Newest {
    fn from(answers: Answers) -> Self {
        let on_branches = answers.on_branches.into_iter().flatten();
        let with_tags = answers.with_tags.into_iter().flatten();
        Self {
            on_branches: on_branches.map(|row| (row.line, row.content_id)).collect(),
            with_tags: with_tags.map(|row| (row.line, row.content_id)).collect(),
            of_all: answers
                .of_all
                .into_iter()
                .map(|row| (row.provider_id, row.content_id))
                .collect(),
        }
    }
}

impl Newest {
    /// Returns the newest content on a branch.
    pub(super) fn on_branch(&self, branch_id: i64, provider_id: i64) -> Option<i64> {
        let line = BranchAndProvider {
            branch_id,
            provider_id,
        };
        self.on_branches.get(&line).copied()
    }

    /// Returns the previous content of each line of development of a version with a provider.
    pub(super) fn lines(&self, lines: &Lines, provider_id: i64) -> Vec<Line> {
        let branches = lines.branches.iter().map(|branch| Line {
            name: Some(format!("branch {}", branch.name)),
            previous: self.on_branch(branch.id, provider_id),
        });
        let tags = lines.tags.iter().map(|tag| {
            let line = TagAndProvider {
                tag: tag.clone(),
                provider_id,
            };
            Line {
                name: Some(format!("tag {tag}")),
                previous: self.with_tags.get(&line).copied(),
            }
        });
        let mut lines: Vec<Line> = branches.chain(tags).collect();
        if lines.is_empty() {
            lines.push(Line {
                name: None,
                previous: self.of_all.get(&provider_id).copied(),
            });
        }
        lines
    }
}
