//! What the relations of links mean: one sentence for each that an answer of the broker can have.

/// Every relation, without its prefix, by name.
pub(crate) const RELATIONS: &[(&str, &str)] = &[
    (
        "all-pact-versions",
        "All contracts of the pair, newest first. DELETE deletes them.",
    ),
    ("api-description", "The description of this API, as OpenAPI 3.1."),
    (
        "branch",
        "A branch of a pacticipant. DELETE deletes it; its versions stay.",
    ),
    (
        "branch-pact-versions",
        "All contracts of the pair from a branch. DELETE deletes them.",
    ),
    (
        "branch-version",
        "A version on a branch. PUT adds the version to the branch and makes it the newest there; both are \
      created where they are missing.",
    ),
    (
        "branches",
        "The branches of a pacticipant, the one that changed last first. DELETE deletes all but the main branch and \
      those named by exclude[].",
    ),
    (
        "can-i-deploy-badge",
        "A picture that says whether the newest version with a tag fits those with another.",
    ),
    (
        "can-i-deploy-branch-to-environment-badge",
        "A picture that says whether the newest version of a branch can be deployed \
      to an environment.",
    ),
    (
        "can-i-deploy-pacticipant-version-to-environment",
        "Whether a version fits the versions that are deployed to or released \
      in an environment.",
    ),
    (
        "can-i-deploy-pacticipant-version-to-tag",
        "Whether a version fits the newest versions with a tag.",
    ),
    (
        "compared-pact-version",
        "The contract that this one is compared with.",
    ),
    ("consumer", "The pacticipant that makes the requests."),
    (
        "consumer-version",
        "The consumer version that published the contract.",
    ),
    (
        "consumer-versions",
        "The consumer versions for which the contract was selected.",
    ),
    (
        "consumer-webhooks",
        "The webhooks that are for the consumer, whichever the provider. POST creates one.",
    ),
    (
        "consumers",
        "The consumers with the label that the webhook names.",
    ),
    ("contracts", "The contracts that were published."),
    ("create", "POST a webhook here to create it."),
    (
        "currently-deployed-deployed-versions",
        "The versions that are deployed to the environment now, one for each \
      application instance. Narrow them by pacticipant and applicationInstance.",
    ),
    (
        "currently-supported-released-versions",
        "The versions that are released and supported in the environment now. Narrow \
      them by pacticipant and version.",
    ),
    (
        "dashboard",
        "How the newest contracts of the pair stand: overall, of each branch, with each tag.",
    ),
    (
        "delete_integration",
        "DELETE here to delete the contracts, results and webhooks of the pair, and what only they \
      needed.",
    ),
    (
        "deployed-environments",
        "The records of the environments where the version, or any version of the pacticipant, is \
      deployed now.",
    ),
    ("diff", "The difference to another content, as text."),
    (
        "diff-previous-distinct",
        "The difference to the previous contract with other content, as text.",
    ),
    (
        "environment",
        "An environment. PUT replaces its names and contacts; DELETE deletes it with what was recorded in it.",
    ),
    (
        "environments",
        "The environments. POST creates one: name and production are needed.",
    ),
    (
        "error-logs",
        "The logs of the webhooks that failed at every attempt.",
    ),
    (
        "execute",
        "POST here to send the webhook once, with the newest contract that it is for.",
    ),
    (
        "group",
        "Who is connected with the pacticipant, for graphs: CSV or JSON.",
    ),
    ("integrations", "Who needs whom. DELETE deletes all of it."),
    (
        "label",
        "A label of a pacticipant. PUT adds it, DELETE removes it.",
    ),
    (
        "latest-branch-pact-versions",
        "The newest contract of the pair from a branch, as a list. DELETE deletes it.",
    ),
    (
        "latest-main-branch-pact-versions",
        "The newest contract of the pair from the consumer's main branch, as a list. DELETE \
      deletes it.",
    ),
    ("latest-pact-version", "The newest contract of the pair."),
    ("latest-pact-versions", "The newest contract of each integration."),
    (
        "latest-provider-pacts",
        "The newest contract of each consumer with the provider.",
    ),
    (
        "latest-provider-pacts-with-branch",
        "The newest contract of each consumer with the provider from a branch.",
    ),
    (
        "latest-provider-pacts-with-main-branch",
        "The newest contract of each consumer with the provider from the consumer's \
      main branch.",
    ),
    (
        "latest-provider-pacts-with-tag",
        "The newest contract of each consumer with the provider whose version has a tag.",
    ),
    (
        "latest-tagged-pact-version",
        "The newest contract of the pair whose version has a tag.",
    ),
    (
        "latest-tagged-version",
        "The newest version of a pacticipant with a tag.",
    ),
    (
        "latest-untagged-pact-version",
        "The newest contract of the pair whose version has no tag.",
    ),
    (
        "latest-verification-results",
        "The newest verification result for the content.",
    ),
    (
        "latest-verification-results-where-pacticipant-is-consumer",
        "The newest result for each contract of the version.",
    ),
    (
        "latest-version",
        "The newest version: of a pacticipant, or of a branch.",
    ),
    (
        "logs",
        "What was sent and answered at each attempt, secrets masked: text or JSON.",
    ),
    (
        "main-branch-pact-versions",
        "All contracts of the pair from the consumer's main branch. DELETE deletes them.",
    ),
    ("matrix", "Which versions of the pair fit together."),
    (
        "matrix-for-consumer-version",
        "Which provider versions fit the consumer version.",
    ),
    ("metrics", "Counts of what is stored."),
    (
        "pact-version",
        "The content of the contract at an address that never changes.",
    ),
    ("pact-versions", "The contracts of the list, newest first."),
    (
        "pact-webhooks",
        "The webhooks that are for the pair. POST creates one.",
    ),
    (
        "pacticipant",
        "A pacticipant: an application that is a consumer, a provider or both. PUT replaces it, PATCH changes or \
      creates it, DELETE deletes it with everything.",
    ),
    (
        "pacticipant-branch",
        "A branch of a pacticipant. DELETE deletes it; its versions stay.",
    ),
    (
        "pacticipant-branch-version",
        "A version on a branch. PUT adds the version to the branch and makes it the newest there; \
      both are created where they are missing.",
    ),
    (
        "pacticipant-version",
        "A version of a pacticipant. PUT creates or replaces it, PATCH changes it, DELETE deletes it with \
      its contracts and results.",
    ),
    (
        "pacticipant-version-tag",
        "A tag of a version. PUT adds it, DELETE removes it.",
    ),
    ("pacticipant-version-tags", "The tags that the version was given."),
    (
        "pacticipants",
        "The applications that are known. POST creates one.",
    ),
    ("pacticipants-with-label", "The pacticipants with a label."),
    ("pacts", "The contracts of the list."),
    (
        "previous-distinct",
        "The newest contract before this one with other content.",
    ),
    ("provider", "The pacticipant that answers the requests."),
    ("provider-pacts", "All contracts with the provider."),
    (
        "provider-pacts-for-verification",
        "What the provider should verify. POST selectors, the provider's branch and whether \
      pending contracts are wanted; the answer names each contract with why it was selected.",
    ),
    (
        "provider-pacts-with-branch",
        "All contracts with the provider from a branch.",
    ),
    (
        "provider-pacts-with-main-branch",
        "All contracts with the provider from the consumers' main branches.",
    ),
    (
        "provider-pacts-with-tag",
        "All contracts with the provider whose consumer versions have a tag.",
    ),
    ("provider-version", "The provider version that verified."),
    (
        "providers",
        "The providers with the label that the webhook names.",
    ),
    (
        "publish-contracts",
        "POST all contracts of a consumer version here, with its branch, tags and build.",
    ),
    (
        "publish-pact",
        "PUT a contract here to publish it; PATCH merges its interactions into those published before.",
    ),
    (
        "publish-verification-results",
        "POST the result of a verification here: success and providerApplicationVersion are \
      needed.",
    ),
    (
        "record-deployment",
        "POST here to record that the version was deployed to the environment, in place of the version that \
      was there. applicationInstance tells several instances apart.",
    ),
    (
        "record-release",
        "POST here to record that the version was released in the environment, beside those released before.",
    ),
    (
        "released-environments",
        "The records of the environments where the version is released and supported now.",
    ),
    ("replay", "POST here to send again what was delivered or failed."),
    ("tag", "A tag of the version. PUT adds it, DELETE removes it."),
    (
        "tag-prod-version",
        "PUT here to tag the consumer version as deployed to production. Recording a deployment says more.",
    ),
    ("tag-version", "PUT here to tag the consumer version."),
    (
        "tagged-pact-versions",
        "All contracts of the pair whose consumer versions have a tag. DELETE deletes them.",
    ),
    (
        "triggered-webhooks",
        "The webhooks that the contract or the result set off.",
    ),
    (
        "version",
        "A version of the pacticipant. PUT creates or replaces it, PATCH changes it, DELETE deletes it with its \
      contracts and results.",
    ),
    (
        "version-tag",
        "A tag of a version. PUT adds it, DELETE removes it.",
    ),
    ("versions", "The versions of the list, newest first."),
    (
        "webhook",
        "A webhook. PUT replaces it or creates it under that id, DELETE deletes it.",
    ),
    ("webhook-status", "What the webhooks of the pair last did."),
    ("webhooks", "The webhooks. POST creates one."),
];

/// What a relation means, with its prefix (`pb:`, `beta:`) or without.
pub(crate) fn meaning(relation: &str) -> Option<&'static str> {
    let name = relation
        .split_once(':')
        .filter(|(prefix, _)| ["pb", "beta"].contains(prefix))
        .map_or(relation, |(_, name)| name);
    RELATIONS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// The relations that the sources under a directory write into answers.
    fn written(directory: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(directory).expect("the sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                written(&path, found);
                continue;
            }
            let source = fs::read_to_string(&path).expect("a source");
            for text in source.split(['"', '\'']) {
                let name = text.strip_prefix("pb:").or_else(|| text.strip_prefix("beta:"));
                let is_name = |c: char| c.is_ascii_lowercase() || c == '-' || c == '_';
                found.extend(
                    name.filter(|name| name.contains(is_name) && name.chars().all(is_name))
                        .map(str::to_owned),
                );
            }
        }
    }

    #[test]
    fn every_relation_is_explained_once_and_in_order() {
        let mut used = BTreeSet::new();
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/api");
        written(&sources, &mut used);
        assert!(used.len() > 80, "{used:?}");
        let explained: Vec<String> = RELATIONS.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(explained, used.into_iter().collect::<Vec<_>>());
        assert_eq!(meaning("pb:logs"), meaning("logs"));
        assert_eq!(meaning("xx:logs"), None);
    }
}
