//! Where contracts are, and what they link to.

use serde_json::{Value, json};

use crate::{
    domain::{selection::Selection, time::iso},
    http::{
        base_url::{BaseUrl, encode},
        hal::{self, link, named},
    },
    store::contracts::Publication,
};

fn pair_url(base: &BaseUrl, publication: &Publication) -> String {
    base.url([
        "pacts",
        "provider",
        &publication.provider,
        "consumer",
        &publication.consumer,
    ])
}

/// Where a contract is.
pub(crate) fn url(base: &BaseUrl, publication: &Publication) -> String {
    format!(
        "{}/version/{}",
        pair_url(base, publication),
        encode(&publication.consumer_version)
    )
}

/// Where a contract's content is.
pub(crate) fn content_url(base: &BaseUrl, publication: &Publication) -> String {
    format!("{}/pact-version/{}", pair_url(base, publication), publication.sha)
}

/// Where a contract's content is, with the token of its selection.
pub(crate) fn selected_url(content: &str, token: &str) -> String {
    format!("{content}/metadata/{token}")
}

/// A contract in a few words.
pub(crate) fn title(publication: &Publication) -> String {
    let Publication {
        consumer,
        consumer_version,
        provider,
        ..
    } = publication;
    format!("Contract between {consumer} ({consumer_version}) and {provider}")
}

/// A link to a contract for lists.
pub(crate) fn list_link(base: &BaseUrl, publication: &Publication) -> Value {
    named(url(base, publication), title(publication), &publication.consumer)
}

/// A contract in a list of versions.
pub(crate) fn list_item(base: &BaseUrl, publication: &Publication) -> Value {
    let version = super::versions::url(base, &publication.consumer, &publication.consumer_version);
    json!({
        "createdAt": iso(publication.created_at),
        "_embedded": {
            "consumerVersion": { "number": publication.consumer_version, "_links": { "self": link(version) } },
        },
        "_links": { "self": named(url(base, publication), title(publication), &publication.consumer_version) },
    })
}

/// The links of a contract, as a JSON object.
pub(crate) fn of(base: &BaseUrl, publication: &Publication, token: Option<&str>) -> String {
    let Publication {
        consumer,
        consumer_version,
        provider,
        sha,
        ..
    } = publication;
    let pair = pair_url(base, publication);
    let itself = url(base, publication);
    let content = content_url(base, publication);
    let selected = token.map_or_else(|| content.clone(), |token| selected_url(&content, token));
    let consumer_url = base.url(["pacticipants", consumer]);
    let version_url = super::versions::url(base, consumer, consumer_version);
    hal::links(|links| {
        let own = if token.is_some() { &selected } else { &itself };
        links.add(
            "self",
            own,
            &[("title", "Contract"), ("name", &title(publication))],
        );
        links.add(
            "pb:consumer",
            &consumer_url,
            &[("title", "Consumer"), ("name", consumer)],
        );
        let named = [("title", "Consumer version"), ("name", consumer_version.as_str())];
        links.add("pb:consumer-version", &version_url, &named);
        let provider_url = base.url(["pacticipants", provider]);
        links.add(
            "pb:provider",
            provider_url,
            &[("title", "Provider"), ("name", provider)],
        );
        links.add(
            "pb:pact-version",
            &content,
            &[("title", "Contract content"), ("name", sha)],
        );
        for (relation, path, title) in [
            (
                "pb:latest-pact-version",
                "latest",
                "Latest version of this contract",
            ),
            (
                "pb:all-pact-versions",
                "versions",
                "All versions of this contract",
            ),
            (
                "pb:latest-untagged-pact-version",
                "latest-untagged",
                "Latest version of this contract without a tag",
            ),
        ] {
            links.titled(relation, format_args!("{pair}/{path}"), title);
        }
        links.templated(
            "pb:latest-tagged-pact-version",
            format_args!("{pair}/latest/{{tag}}"),
            "Latest version of this contract with a tag",
        );
        for (relation, path, title) in [
            (
                "pb:previous-distinct",
                "previous-distinct",
                "Previous version of this contract with other content",
            ),
            (
                "pb:diff-previous-distinct",
                "diff/previous-distinct",
                "Difference to the previous content",
            ),
            (
                "pb:triggered-webhooks",
                "triggered-webhooks",
                "Webhooks triggered by this contract",
            ),
        ] {
            links.titled(relation, format_args!("{itself}/{path}"), title);
        }
        links.templated(
            "pb:diff",
            format_args!("{content}/diff/pact-version/{{pactVersion}}"),
            "Difference to another content",
        );
        links.titled(
            "pb:pact-webhooks",
            base.url(["webhooks", "provider", provider, "consumer", consumer]),
            "Webhooks for this pair",
        );
        links.titled(
            "pb:consumer-webhooks",
            base.url(["webhooks", "consumer", consumer]),
            "Webhooks for this consumer",
        );
        links.titled(
            "pb:tag-prod-version",
            format_args!("{version_url}/tags/prod"),
            "PUT here to tag this version as deployed to production",
        );
        links.templated(
            "pb:tag-version",
            format_args!("{version_url}/tags/{{tag}}"),
            "PUT here to tag this version",
        );
        links.titled(
            "pb:publish-verification-results",
            format_args!("{selected}/verification-results"),
            "Publish verification results",
        );
        links.titled(
            "pb:latest-verification-results",
            format_args!("{content}/verification-results/latest"),
            "Latest verification result",
        );
        links.titled(
            "pb:matrix-for-consumer-version",
            format_args!(
                "{}/matrix?q[][pacticipant]={}&q[][version]={}&latestby=cvpv",
                base.as_str(),
                encode(consumer),
                encode(consumer_version)
            ),
            "Matrix of this consumer version",
        );
        links.curies(base, "pact", &["pb"]);
        if let Some(token) = token {
            let versions = Selection::decode(token).consumer_versions;
            let each = versions.iter().map(|number| {
                let href = super::versions::url(base, consumer, number);
                (href, "Consumer version", number)
            });
            links.list("pb:consumer-versions", each);
        }
    })
}
