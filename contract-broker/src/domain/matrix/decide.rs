//! Decides whether versions can be deployed.

use std::collections::{HashMap, HashSet};

use super::{
    Ignore, Integration, MatrixRow, Query, Resolved, VersionRef,
    reasons::{self, Explained, Found},
};
use crate::domain::Notice;

/// The decision with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Summary {
    /// `None` if a verification result or comparison is missing.
    pub(crate) deployable: Option<bool>,
    /// The reasons, one per line.
    pub(crate) reason: String,
    pub(crate) success: usize,
    pub(crate) failed: usize,
    pub(crate) unknown: usize,
    pub(crate) ignored: usize,
    pub(crate) notices: Vec<Notice>,
}

/// Pacticipants and versions that the query ignores.
pub(crate) struct Ignored<'i> {
    whole: HashSet<&'i str>,
    versions: HashSet<(&'i str, &'i str)>,
}

impl<'i> Ignored<'i> {
    pub(crate) fn new(ignore: &'i [Ignore]) -> Self {
        let mut ignored = Self {
            whole: HashSet::new(),
            versions: HashSet::new(),
        };
        for Ignore { pacticipant, version } in ignore {
            match version {
                None => ignored.whole.insert(pacticipant),
                Some(number) => ignored.versions.insert((pacticipant, number)),
            };
        }
        ignored
    }

    /// Returns whether a row is ignored.
    pub(crate) fn covers(&self, row: &MatrixRow) -> bool {
        let meets = |name: &str, version: Option<&VersionRef>| {
            self.whole.contains(name)
                || version.is_some_and(|version| self.versions.contains(&(name, version.number.as_str())))
        };
        meets(&row.consumer, Some(&row.consumer_version))
            || meets(&row.provider, row.provider_version.as_ref())
    }

    /// Returns whether every version of a pacticipant is ignored.
    fn covers_all_of(&self, pacticipant: &str) -> bool {
        self.whole.contains(pacticipant)
    }
}

/// Decides. `rows` are grouped and filtered; `explained` has the failures of results and comparisons.
pub(crate) fn decide(
    query: &Query,
    resolved: &[Resolved],
    integrations: &[Integration],
    rows: &[MatrixRow],
    unknown_ignored: &[&Ignore],
    explained: &Explained,
) -> Summary {
    let ignore = Ignored::new(&query.options.ignore);
    let (ignored, counted): (Vec<&MatrixRow>, Vec<&MatrixRow>) =
        rows.iter().partition(|row| ignore.covers(row));
    let with_row: HashSet<(i64, i64)> = rows
        .iter()
        .map(|row| (row.consumer_id, row.provider_id))
        .collect();
    let missing: Vec<&Resolved> = resolved
        .iter()
        .filter(|selector| selector.specified && selector.is_missing())
        .filter(|selector| !ignore.covers_all_of(&selector.selector.pacticipant))
        .collect();
    let without_row: Vec<&Integration> = integrations
        .iter()
        .filter(|integration| {
            integration.required
                && !with_row.contains(&(integration.consumer_id, integration.provider_id))
                && !ignore.covers_all_of(&integration.provider)
                && !ignore.covers_all_of(&integration.consumer)
        })
        .collect();
    let count = |wanted: Option<bool>| counted.iter().filter(|row| row.success() == wanted).count();
    let (success, failed) = (count(Some(true)), count(Some(false)));
    let unknown = count(None) + without_row.len();
    let deployable = if !missing.is_empty() {
        Some(false)
    } else if unknown > 0 {
        None
    } else {
        Some(failed == 0)
    };
    let mut by_pacticipant = HashMap::new();
    for one in resolved {
        by_pacticipant.entry(one.pacticipant_id).or_insert(one);
    }
    let absent = resolved.iter().filter(|one| one.is_missing());
    let found = Found {
        query,
        by_pacticipant,
        absent: absent.map(|one| one.pacticipant_id).collect(),
        missing: &missing,
        without_row: &without_row,
        rows: &counted,
    };
    let (reason, notices) = reasons::explain(&found, deployable, unknown_ignored, explained);
    Summary {
        deployable,
        reason,
        success,
        failed,
        unknown,
        ignored: ignored.len(),
        notices,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::bidirectional::{self, Disagreement};
    use crate::domain::matrix::{
        CrossContract, Evidence, Failing, FirstFailure, LatestBy, Target, Verification, VersionSelector,
        Versions, group,
    };

    fn version(id: i64) -> VersionRef {
        VersionRef {
            id,
            number: id.to_string(),
        }
    }

    fn row(consumer_version: i64, provider_version: Option<i64>, success: Option<bool>) -> MatrixRow {
        MatrixRow {
            consumer_id: 1,
            consumer: "web".into(),
            consumer_version: version(consumer_version),
            provider_id: 2,
            provider: "api".into(),
            provider_version: provider_version.map(version),
            publication_id: consumer_version,
            content_id: 1,
            sha: "0".into(),
            published_at: 1,
            evidence: success.map(|success| {
                Evidence::Verified(Verification {
                    id: 5,
                    success,
                    verified_at: 2,
                })
            }),
        }
    }

    fn resolved(name: &str, id: i64, versions: &[i64], specified: bool) -> Resolved {
        Resolved {
            pacticipant_id: id,
            selector: VersionSelector {
                pacticipant: name.into(),
                version: specified.then(|| versions.first().map_or("9".to_owned(), ToString::to_string)),
                environment: (!specified).then(|| "production".into()),
                ..VersionSelector::default()
            },
            versions: Versions::Some(versions.iter().map(|id| version(*id)).collect()),
            specified,
        }
    }

    fn query() -> Query {
        let mut query = Query::default();
        query.selectors.push(VersionSelector {
            pacticipant: "web".into(),
            version: Some("10".into()),
            ..VersionSelector::default()
        });
        query.options.target = Some(Target::Environment("production".into()));
        query
    }

    fn integration() -> Integration {
        Integration {
            consumer_id: 1,
            consumer: "web".into(),
            provider_id: 2,
            provider: "api".into(),
            required: true,
        }
    }

    fn summary(
        query: &Query,
        resolved: &[Resolved],
        integrations: &[Integration],
        rows: &[MatrixRow],
    ) -> Summary {
        let failing = Failing {
            interactions: vec!["a request for x".into()],
            since: Some(FirstFailure {
                at: 1,
                provider_version: "18".into(),
            }),
        };
        let disagreement = Disagreement {
            code: "response.body.incompatible".into(),
            operation: "GET /orders/{id}".into(),
            interaction: "an order".into(),
            place: "response.body.total".into(),
            message: "must be number".into(),
        };
        let compared = bidirectional::Summary {
            errors: 1,
            disagreements: vec![disagreement],
            ..bidirectional::Summary::default()
        };
        let explained = Explained {
            failing: HashMap::from([(5, failing)]),
            compared: HashMap::from([(6, compared)]),
        };
        decide(query, resolved, integrations, rows, &[], &explained)
    }

    #[test]
    fn yes_when_everything_passed() {
        let all = [resolved("web", 1, &[10], true), resolved("api", 2, &[20], false)];
        let summary = summary(&query(), &all, &[integration()], &[row(10, Some(20), Some(true))]);
        assert_eq!(summary.deployable, Some(true));
        assert_eq!((summary.success, summary.failed, summary.unknown), (1, 0, 0));
        assert_eq!(
            summary.reason,
            "All required verification results are published and successful"
        );
    }

    #[test]
    fn no_when_something_failed_and_it_says_what() {
        let all = [resolved("web", 1, &[10], true), resolved("api", 2, &[20], false)];
        let summary = summary(
            &query(),
            &all,
            &[integration()],
            &[row(10, Some(20), Some(false))],
        );
        assert_eq!(summary.deployable, Some(false));
        assert!(summary.reason.starts_with(
            "The verification for the pact between version 10 of web and the version of api currently in production (20) failed"
        ), "{}", summary.reason);
        assert_eq!(
            summary.notices[1].text,
            "  api version 20 failed the contract of web version 10 on 1970-01-01T00:00:00+00:00 in: 'a request for x'; \
             failing since 1970-01-01T00:00:00+00:00 (first seen in provider version 18); next: verify api again once it \
             is fixed, and publish the result"
        );
    }

    fn compared(compatible: Option<bool>, self_success: Option<bool>) -> MatrixRow {
        MatrixRow {
            evidence: Some(Evidence::Compared(CrossContract {
                description_id: 9,
                self_success,
                comparison_id: Some(6),
                compatible,
                compared_at: compatible.map(|_| 2),
            })),
            ..row(10, Some(20), None)
        }
    }

    #[test]
    fn both_kinds_of_evidence_have_to_pass() {
        let all = [resolved("web", 1, &[10], true), resolved("api", 2, &[20], false)];
        let of = |rows: &[MatrixRow]| summary(&query(), &all, &[integration()], rows).deployable;
        let verified = |success| row(10, Some(20), Some(success));
        for (rows, expected) in [
            (vec![compared(Some(true), Some(true))], Some(true)),
            (vec![compared(Some(true), None)], Some(true)),
            (vec![compared(Some(true), Some(false))], Some(false)),
            (vec![compared(None, Some(true))], None),
            (vec![compared(None, Some(false))], Some(false)),
            (vec![compared(Some(true), None), verified(true)], Some(true)),
            (vec![compared(Some(true), None), verified(false)], Some(false)),
            (vec![compared(Some(false), None), verified(true)], Some(false)),
            (vec![compared(None, None), verified(true)], None),
        ] {
            assert_eq!(of(&rows), expected, "{rows:?}");
        }
        let both = vec![compared(Some(true), None), verified(true)];
        for latest_by in [
            LatestBy::Pair,
            LatestBy::EachConsumerVersion,
            LatestBy::EachProviderVersion,
        ] {
            assert_eq!(group(both.clone(), Some(latest_by)).len(), 2);
        }
    }

    #[test]
    fn a_failed_comparison_names_code_operation_and_place() {
        let all = [resolved("web", 1, &[10], true), resolved("api", 2, &[20], false)];
        let failed = summary(&query(), &all, &[integration()], &[compared(Some(false), None)]);
        assert_eq!(
            failed.reason,
            "The cross contract comparison between the pact for version 10 of web and the oas for the version of api \
             currently in production (20) failed"
        );
        assert_eq!(
            failed.notices[1].text,
            "  GET /orders/{id}, response.body.total in 'an order': must be number (response.body.incompatible)"
        );
        let waiting = summary(&query(), &all, &[integration()], &[compared(None, None)]);
        assert_eq!(
            waiting.reason,
            "The cross contract comparison between the pact for version 10 of web and the oas for the version of api \
             currently in production (20) is not finished yet"
        );
        let own = summary(
            &query(),
            &all,
            &[integration()],
            &[compared(Some(true), Some(false))],
        );
        assert_eq!(
            own.reason,
            "The self-verification of the oas for the version of api currently in production (20) failed"
        );
    }

    #[test]
    fn unknown_when_a_result_or_the_provider_is_missing() {
        let all = [resolved("web", 1, &[10], true), resolved("api", 2, &[20], false)];
        let summary_one = summary(&query(), &all, &[integration()], &[row(10, None, None)]);
        assert_eq!((summary_one.deployable, summary_one.unknown), (None, 1));
        assert_eq!(
            summary_one.notices[1].text,
            "  The contract of web version 10 has been waiting for a result of api since 1970-01-01T00:00:00+00:00. Next: \
             verify the contract in the build of api and publish the result"
        );
        let all = [resolved("web", 1, &[10], true), resolved("api", 2, &[], false)];
        let summary_two = summary(&query(), &all, &[integration()], &[]);
        assert_eq!((summary_two.deployable, summary_two.unknown), (None, 1));
        assert!(
            summary_two
                .reason
                .contains("no version is currently recorded as deployed or released in this environment"),
            "{}",
            summary_two.reason
        );
    }

    #[test]
    fn a_version_that_does_not_exist_is_no() {
        let all = [resolved("web", 1, &[], true)];
        let summary = summary(&query(), &all, &[integration()], &[]);
        assert_eq!(summary.deployable, Some(false));
        assert_eq!(
            summary.reason,
            "No pacts or verifications have been published for version 9 of web"
        );
    }

    #[test]
    fn nothing_to_depend_on_is_yes() {
        let all = [resolved("api", 2, &[20], true)];
        let optional = Integration {
            required: false,
            ..integration()
        };
        let summary = summary(&query(), &all, &[optional], &[]);
        assert_eq!(summary.deployable, Some(true));
        assert_eq!(summary.reason, "There are no missing dependencies");
    }

    #[test]
    fn what_is_ignored_does_not_count() {
        let mut query = query();
        query.options.ignore.push(Ignore {
            pacticipant: "api".into(),
            version: Some("20".into()),
        });
        let all = [resolved("web", 1, &[10], true), resolved("api", 2, &[20], false)];
        let summary = summary(&query, &all, &[integration()], &[row(10, Some(20), Some(false))]);
        assert_eq!(
            (summary.deployable, summary.ignored, summary.failed),
            (Some(true), 1, 0)
        );
    }

    #[test]
    fn the_newest_provider_version_of_a_group_is_kept() {
        let rows = vec![
            row(10, Some(20), Some(true)),
            row(10, Some(21), Some(false)),
            row(11, Some(20), Some(true)),
        ];
        assert_eq!(group(rows.clone(), Some(LatestBy::EachProviderVersion)).len(), 3);
        let by_provider = group(rows.clone(), Some(LatestBy::EachConsumerVersion));
        assert_eq!(by_provider.len(), 2);
        assert!(by_provider.iter().any(|row| row.success() == Some(false)));
        let one = group(rows, Some(LatestBy::Pair));
        assert_eq!(
            one.iter().map(|row| row.consumer_version.id).collect::<Vec<_>>(),
            [11]
        );
    }
}
