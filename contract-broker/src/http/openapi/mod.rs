//! The description of the API, as OpenAPI 3.1: generated from the routes and the types of the documents.

mod about;
mod group;
mod overview;

use std::collections::BTreeSet;

use axum::response::{IntoResponse as _, Response};
use http::header;
use utoipa::{
    PartialSchema as _, ToSchema,
    openapi::{
        ComponentsBuilder, Content, ContentBuilder, HttpMethod, Info, License, OpenApi, OpenApiBuilder, Ref,
        ResponseBuilder, SecurityRequirement, Server, Tag,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::{
    AppState, address,
    base_url::BaseUrl,
    error::Result,
    hal,
    resource::{FailureDocument, ProblemDocument},
};

pub(crate) use about::about;
pub(crate) use group::{Group, at};
pub(crate) use overview::{OperationGroup, overview};

/// The name of the response for failures, which each operation refers to.
const FAILURE: &str = "Failure";

/// Returns the description without operations; each group adds its own.
pub(crate) fn frame() -> OpenApi {
    let mut info = Info::new("contract-broker", env!("CARGO_PKG_VERSION"));
    info.description = Some(
        "Stores contracts, verification results and deployments, and says what can be deployed. Answers are HAL \
         documents: follow their links rather than building addresses."
            .to_owned(),
    );
    info.license = Some(License::new("Apache-2.0 OR MIT"));
    let mut schemas = Vec::new();
    FailureDocument::schemas(&mut schemas);
    ProblemDocument::schemas(&mut schemas);
    let failure = ResponseBuilder::new()
        .description("What is wrong, and with which member")
        .content("application/hal+json", content::<FailureDocument>())
        .content("application/problem+json", content::<ProblemDocument>());
    let scheme = |scheme| SecurityScheme::Http(HttpBuilder::new().scheme(scheme).build());
    let components = ComponentsBuilder::new()
        .schemas_from_iter(schemas)
        .schema(FailureDocument::name(), FailureDocument::schema())
        .schema(ProblemDocument::name(), ProblemDocument::schema())
        .response(FAILURE, failure.build())
        .security_scheme("basic", scheme(HttpAuthScheme::Basic))
        .security_scheme("bearer", scheme(HttpAuthScheme::Bearer))
        .build();
    let no_scopes: [&str; 0] = [];
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .security(Some([
            SecurityRequirement::default(),
            SecurityRequirement::new("basic", no_scopes),
            SecurityRequirement::new("bearer", no_scopes),
        ]))
        .build()
}

/// Adds what the routes do not define: the address of the description itself, and the groups.
pub(crate) fn complete(mut description: OpenApi) -> OpenApi {
    let own = about("This description").gives_media("application/json");
    let item = at::<AppState, 0>(address::DESCRIPTION)
        .described(HttpMethod::Get, own)
        .item("Index and health");
    description
        .paths
        .paths
        .insert(address::DESCRIPTION.route().to_owned(), item);
    let groups: BTreeSet<String> = overview(&description)
        .into_iter()
        .map(|group| group.name)
        .collect();
    description.tags = Some(groups.into_iter().map(Tag::new).collect());
    description
}

/// Returns the description, with the broker's own address.
pub(crate) fn served(description: &OpenApi, base: &BaseUrl) -> Result<Response> {
    let mut description = description.clone();
    description.servers = Some(vec![Server::new(base.as_str())]);
    let kind = [(header::CONTENT_TYPE, "application/json")];
    Ok((kind, hal::write(&description)?).into_response())
}

fn content<T: ToSchema>() -> Content {
    let schema = Ref::from_schema_name(T::name());
    ContentBuilder::new().schema(Some(schema)).build()
}
