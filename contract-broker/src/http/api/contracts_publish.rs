//! Publishes all contracts of a consumer version at once.

use crate::{
    app::{Difference, PublishRequest},
    domain::publication,
    http::{address, call::Call, error::Result, hal::Hal, request_body::Json, resource::PublishedDocument},
};

pub(super) async fn publish(call: Call, body: Json) -> Result<Hal<PublishedDocument>> {
    let Json { value, length } = body;
    let read = move || publication::parse(&value);
    let mut request = call.app().heavy.run_on(length, read).await??;
    let publish = PublishRequest {
        consumer: request.consumer.clone(),
        version: request.version.clone(),
        branch: request.branch.clone(),
        tags: request.tags.clone(),
        build_url: request.build_url.clone(),
        contracts: std::mem::take(&mut request.contracts),
        difference: Difference::Shown,
    };
    let published = call.app().publish(&call.who, publish).await?;
    let urls: Vec<String> = published
        .contracts
        .iter()
        .map(|contract| {
            let names = [contract.provider.as_str(), &request.consumer, &request.version];
            call.base.to(address::CONTRACT, names)
        })
        .collect();
    let notices = publication::notices(&request, &published, &urls);
    let document = PublishedDocument::of(&call.base, &request, &published, &urls, notices);
    Ok(Hal::ok(document))
}
