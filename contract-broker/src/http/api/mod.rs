//! The JSON API, one file per resource.

mod badges;
mod branches;
mod changes;
pub(crate) mod contract;
mod contract_diff;
mod contract_lists;
mod contracts_publish;
mod dashboard;
mod deletion;
mod deployments;
mod environments;
mod for_verification;
mod health;
mod help;
mod index;
mod integrations;
pub(crate) mod matrix;
mod metrics;
mod network;
mod pacticipants;
mod provider_states;
mod retention;
mod tags;
mod triggered_webhooks;
mod verification_results;
pub(crate) mod versions;
mod webhooks;

use axum::{
    Router, middleware,
    routing::{get, post},
};

use super::{AppState, layers, openapi, remember};
use crate::store::{
    contracts::{Set, Which},
    deployments::Kind,
};

/// Every route of the API.
pub(crate) fn routes(state: &AppState) -> Router<AppState> {
    let remember = middleware::from_fn_with_state(state.clone(), remember::answer);
    let stored = Router::new()
        .merge(webhook_routes())
        .merge(badges())
        .merge(changes())
        .merge(pacticipants().route_layer(middleware::from_fn(layers::only_json)))
        .merge(contracts())
        .merge(environments().route_layer(middleware::from_fn(layers::only_json)))
        .merge(matrix())
        .merge(contract_lists())
        .merge(overviews())
        .route_layer(remember);
    Router::new()
        .route("/", get(index::show))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/diagnostic/status/heartbeat", get(health::heartbeat))
        .route("/diagnostic/status/dependencies", get(health::dependencies))
        .merge(stored)
        .route("/openapi.json", get(openapi::show))
        .route("/doc/{relation}", get(help::relation))
        .route("/test/error", get(help::error).post(help::error))
}

fn pacticipants() -> Router<AppState> {
    Router::new()
        .route(
            "/pacticipants",
            get(pacticipants::list).post(pacticipants::create),
        )
        .route("/pacticipants/label/{label}", get(pacticipants::list_with_label))
        .route(
            "/pacticipants/{pacticipant}",
            get(pacticipants::show)
                .put(pacticipants::replace)
                .patch(pacticipants::patch)
                .delete(deletion::pacticipant),
        )
        .route(
            "/pacticipants/{pacticipant}/labels/{label}",
            get(pacticipants::show_label)
                .put(pacticipants::put_label)
                .delete(pacticipants::delete_label),
        )
        .route("/labels", get(pacticipants::labels))
        .route("/pacticipants/{pacticipant}/versions", get(versions::list))
        .route(
            "/pacticipants/{pacticipant}/versions/{version}",
            get(versions::show)
                .put(versions::put)
                .patch(versions::patch)
                .delete(deletion::version),
        )
        .route(
            "/pacticipants/{pacticipant}/latest-version",
            get(versions::latest),
        )
        .route(
            "/pacticipants/{pacticipant}/latest-version/{tag}",
            get(versions::latest_with_tag),
        )
        .route(
            "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}",
            get(tags::show).put(tags::put).delete(deletion::tag),
        )
        .route(
            "/pacticipants/{pacticipant}/tags/{tag}/versions",
            get(versions::list_with_tag),
        )
        .route(
            "/pacticipants/{pacticipant}/branches",
            get(branches::list).delete(deletion::branches),
        )
        .route(
            "/pacticipants/{pacticipant}/branches/{branch}",
            get(branches::show).delete(deletion::branch),
        )
        .route(
            "/pacticipants/{pacticipant}/branches/{branch}/latest-version",
            get(versions::latest_on_branch),
        )
        .route(
            "/pacticipants/{pacticipant}/branches/{branch}/versions",
            get(versions::list_on_branch),
        )
        .route(
            "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}",
            get(branches::show_version)
                .put(branches::put_version)
                .delete(deletion::branch_version),
        )
        .route(
            "/pacticipants/{pacticipant}/environments/{environment}/versions",
            get(versions::list_in_environment),
        )
}

fn contracts() -> Router<AppState> {
    let one = || {
        contract::one_named(Which::Version)
            .put(contract::put)
            .patch(contract::patch)
            .delete(contract_lists::delete_one)
    };
    Router::new()
        .route("/contracts/publish", post(contracts_publish::publish))
        .route("/pacts/provider/{provider}/consumer/{consumer}/version/{version}", one())
        .route("/pacts/provider/{provider}/consumer/{consumer}/versions/{version}", one())
        .route("/pact/provider/{provider}/consumer/{consumer}/version/{version}", one())
        .route("/pact/provider/{provider}/consumer/{consumer}/latest", contract::one(Which::Latest))
        .route("/pacts/provider/{provider}/consumer/{consumer}/latest", contract::one(Which::Latest))
        .route("/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}", contract::one_named(Which::LatestWithTag))
        .route("/pacts/provider/{provider}/consumer/{consumer}/latest-untagged", contract::one(Which::LatestUntagged))
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest",
            contract::one_named(Which::LatestOnBranch),
        )
        .route("/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}", get(contract::show_content))
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}",
            get(contract::show_selected_content),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results",
            post(verification_results::post),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results",
            post(verification_results::post_selected),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}",
            get(verification_results::show).delete(verification_results::delete),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results/{number}",
            get(verification_results::show_selected),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/latest",
            get(verification_results::latest_of_content),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/verification-results/latest",
            get(verification_results::latest_of_version),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/latest/verification-results/latest",
            get(verification_results::latest_of_latest),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/verification-results/latest",
            get(verification_results::latest_of_latest_with_tag),
        )
        .route(
            "/verification-results/consumer/{consumer}/version/{version}/latest",
            get(verification_results::summary_of_consumer_version),
        )
}

fn matrix() -> Router<AppState> {
    Router::new()
        .route("/matrix", get(matrix::show))
        .route("/matrix/provider/{provider}/consumer/{consumer}", get(matrix::show_pair))
        .route("/can-i-deploy", get(matrix::can_i_deploy))
        .route("/pacts/provider/{provider}/for-verification", get(for_verification::get).post(for_verification::post))
        .route(
            "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}",
            get(matrix::can_i_deploy_tag_to_tag),
        )
        .route(
            "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}",
            get(matrix::can_i_deploy_branch_to_environment),
        )
}

fn contract_lists() -> Router<AppState> {
    use contract_lists as lists;
    Router::new()
        .route("/pacts/latest", get(lists::latest))
        .route("/pacts/provider/{provider}", lists::of_provider(Set::Every))
        .route(
            "/pacts/provider/{provider}/tag/{tag}",
            lists::of_provider_named(Set::WithTag),
        )
        .route(
            "/pacts/provider/{provider}/latest",
            lists::of_provider(Set::Latest),
        )
        .route(
            "/pacts/provider/{provider}/latest/{tag}",
            lists::of_provider_named(Set::LatestWithTag),
        )
        .route(
            "/pacts/provider/{provider}/branch",
            lists::of_provider(Set::OnMainBranch),
        )
        .route(
            "/pacts/provider/{provider}/branch/latest",
            lists::of_provider(Set::LatestOnMainBranch),
        )
        .route(
            "/pacts/provider/{provider}/branch/{branch}",
            lists::of_provider_named(Set::OnBranch),
        )
        .route(
            "/pacts/provider/{provider}/branch/{branch}/latest",
            lists::of_provider_named(Set::LatestOnBranch),
        )
        .route(
            "/pacts/provider/{provider}/provider-states",
            get(provider_states::on_main_branch),
        )
        .route(
            "/pacts/provider/{provider}/provider-states/branch/{branch}",
            get(provider_states::on_branch),
        )
        .route(
            "/pacts/provider/{provider}/provider-states/environment/{environment}",
            get(provider_states::in_environment),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/versions",
            lists::of_pair(Set::Every),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/tag/{tag}",
            lists::of_pair_named(Set::WithTag),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/versions",
            lists::of_pair(Set::OnMainBranch),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/latest/versions",
            lists::of_pair(Set::LatestOnMainBranch),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}",
            lists::of_pair_named(Set::OnBranch),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/versions",
            lists::of_pair_named(Set::LatestOnBranch),
        )
        // One client asks at these two addresses.
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/branch",
            get(lists::of_pair_on_main_branch),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/latest",
            contract::one(Which::LatestOnMainBranch),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/previous-distinct",
            get(contract_diff::previous_distinct),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/previous-distinct",
            get(contract_diff::with_previous_distinct),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/version/{other}",
            get(contract_diff::between_versions),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/diff/pact-version/{other}",
            get(contract_diff::between_contents),
        )
}

fn overviews() -> Router<AppState> {
    Router::new()
        .route(
            "/integrations",
            get(integrations::list).delete(deletion::integrations),
        )
        .route(
            "/integrations/provider/{provider}/consumer/{consumer}",
            axum::routing::delete(deletion::integration),
        )
        .route("/dashboard", get(dashboard::all))
        .route(
            "/dashboard/provider/{provider}/consumer/{consumer}",
            get(dashboard::pair),
        )
        .route("/relationships", get(network::relationships))
        .route("/groups/{pacticipant}", get(network::group))
        .route("/metrics", get(metrics::show))
        .route("/retention", get(retention::show))
}

fn environments() -> Router<AppState> {
    Router::new()
        .route(
            "/environments",
            get(environments::list).post(environments::create),
        )
        .route(
            "/environments/{environment}",
            get(environments::show)
                .put(environments::replace)
                .delete(environments::delete),
        )
        .route(
            "/environments/{environment}/deployed-versions/currently-deployed",
            deployments::current(Kind::Deployed),
        )
        .route(
            "/environments/{environment}/released-versions/currently-supported",
            deployments::current(Kind::Released),
        )
        .route(
            "/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{environment}",
            deployments::of_version(Kind::Deployed).post(deployments::record_deployment),
        )
        .route(
            "/pacticipants/{pacticipant}/versions/{version}/released-versions/environment/{environment}",
            deployments::of_version(Kind::Released).post(deployments::record_release),
        )
        .route("/deployed-versions/{uuid}", deployments::one(Kind::Deployed))
        .route("/released-versions/{uuid}", deployments::one(Kind::Released))
}

/// Pictures for README files.
fn badges() -> Router<AppState> {
    Router::new()
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/latest/badge",
            get(badges::latest),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/badge",
            get(badges::latest_with_tag),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged/badge",
            get(badges::latest_untagged),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/badge",
            get(badges::latest_on_branch),
        )
        .route(
            "/matrix/provider/{provider}/latest/{providerTag}/consumer/{consumer}/latest/{tag}/badge",
            get(badges::of_tags),
        )
        .route(
            "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}/badge",
            get(badges::can_i_deploy_tag_to_tag),
        )
        .route(
            "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}/badge",
            get(badges::can_i_deploy_branch_to_environment),
        )
        .route("/pacticipants/{pacticipant}/main-branch/can-i-merge/badge", get(badges::can_i_merge))
}

/// What changed between contracts.
fn changes() -> Router<AppState> {
    Router::new()
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes",
            get(changes::since_previous),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/changes/version/{other}",
            get(changes::since_version),
        )
}

/// Webhooks and what they sent.
fn webhook_routes() -> Router<AppState> {
    Router::new()
        .route("/webhooks", get(webhooks::list).post(webhooks::create))
        .route("/webhooks/execute", post(webhooks::execute_unsaved))
        .route("/webhooks/{uuid}", get(webhooks::show).put(webhooks::put).delete(webhooks::delete))
        .route("/webhooks/{uuid}/execute", post(webhooks::execute))
        .route("/webhooks/{uuid}/triggered-webhooks", get(triggered_webhooks::of_webhook))
        .route(
            "/webhooks/provider/{provider}",
            get(webhooks::list_for_provider).post(webhooks::create_for_provider),
        )
        .route(
            "/webhooks/consumer/{consumer}",
            get(webhooks::list_for_consumer).post(webhooks::create_for_consumer),
        )
        .route(
            "/webhooks/provider/{provider}/consumer/{consumer}",
            get(webhooks::list_for_pair).post(webhooks::create_for_pair),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/webhooks",
            get(webhooks::list_for_pair).post(webhooks::create_for_pair),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/webhooks/status",
            get(triggered_webhooks::status),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/triggered-webhooks",
            get(triggered_webhooks::of_contract),
        )
        .route(
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}/triggered-webhooks",
            get(triggered_webhooks::of_result),
        )
        .route("/triggered-webhooks", get(triggered_webhooks::list))
        .route("/triggered-webhooks/{uuid}", get(triggered_webhooks::show))
        .route("/triggered-webhooks/{uuid}/logs", get(triggered_webhooks::logs))
        .route("/triggered-webhooks/{uuid}/replay", post(triggered_webhooks::replay))
}
