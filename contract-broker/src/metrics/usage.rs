//! Metrics of how the broker is used.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

use super::label::{By, Label as _, label};
use crate::domain::selection::Selection;

label! {
    /// The outcome of a publication for a contract.
    "outcome": Publication {
        New = "new", Unchanged = "unchanged", Overwritten = "overwritten", Refused = "refused",
    }

    /// The verdict of can-i-deploy.
    "verdict": Verdict { Yes = "yes", No = "no", Unknown = "unknown" }

    /// How a version is in an environment.
    "kind": Recorded { Deployed = "deployed", Released = "released" }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Verification {
    success: bool,
    pending: bool,
    wip: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct InEnvironment {
    kind: &'static str,
    production: bool,
}

impl InEnvironment {
    fn of(kind: Recorded, production: bool) -> Self {
        Self {
            kind: kind.as_str(),
            production,
        }
    }
}

/// Metrics of how the broker is used. Clones share their state.
#[derive(Debug, Clone, Default)]
pub(crate) struct UsageMetrics {
    publications: By<Publication, Counter>,
    verifications: Family<Verification, Counter>,
    verdicts: By<Verdict, Counter>,
    recorded: Family<InEnvironment, Counter>,
}

impl UsageMetrics {
    pub(crate) fn new() -> Self {
        let metrics = Self::default();
        let both = [false, true];
        for success in both {
            for (pending, wip) in [(false, false), (true, false), (true, true)] {
                drop(metrics.verifications.get_or_create(&Verification {
                    success,
                    pending,
                    wip,
                }));
            }
        }
        for kind in Recorded::ALL {
            for production in both {
                drop(
                    metrics
                        .recorded
                        .get_or_create(&InEnvironment::of(*kind, production)),
                );
            }
        }
        metrics
    }

    /// Records the publication of a contract.
    pub(crate) fn published(&self, outcome: Publication) {
        self.publications.of(outcome).inc();
    }

    /// Records a published verification result.
    pub(crate) fn verified(&self, success: bool, selection: &Selection) {
        let labels = Verification {
            success,
            pending: selection.pending,
            wip: selection.wip,
        };
        self.verifications.get_or_create(&labels).inc();
    }

    /// Records a verdict of can-i-deploy; `None` means unknown.
    pub(crate) fn decided(&self, verdict: Option<bool>) {
        let verdict = match verdict {
            Some(true) => Verdict::Yes,
            Some(false) => Verdict::No,
            None => Verdict::Unknown,
        };
        self.verdicts.of(verdict).inc();
    }

    /// Records a deployment or a release.
    pub(crate) fn recorded(&self, kind: Recorded, production: bool) {
        self.recorded
            .get_or_create(&InEnvironment::of(kind, production))
            .inc();
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "contract_broker_publications",
            "Contracts that were published, by what that did",
            self.publications.clone(),
        );
        registry.register(
            "contract_broker_verifications",
            "Verification results that were published",
            self.verifications.clone(),
        );
        registry.register(
            "contract_broker_can_i_deploy",
            "Answers to can-i-deploy and to questions to the matrix",
            self.verdicts.clone(),
        );
        registry.register(
            "contract_broker_deployments_recorded",
            "Deployments and releases that were recorded",
            self.recorded.clone(),
        );
    }
}
