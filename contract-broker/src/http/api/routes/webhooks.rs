//! Routes for webhooks and their deliveries.

use utoipa_axum::router::OpenApiRouter;

use super::{
    super::{triggered_webhooks, webhooks},
    PAGED,
};
use crate::http::{
    AppState, address, layers,
    openapi::{Group, about, at},
    resource::{
        DeliveryDocument, DeliveryList, DeliveryLogs, WebhookDocument, WebhookList, WebhookStatusDocument,
        WebhookTrial, request,
    },
};

const GROUP: &str = "Webhooks";

// One line for each operation.
#[rustfmt::skip]
pub(super) fn routes() -> OpenApiRouter<AppState> {
    let logs = Group::new(GROUP)
        .route(at(address::LOGS)
            .get(triggered_webhooks::logs, about("Show the attempts of a delivery").gives_media("text/plain").gives::<DeliveryLogs>()))
        .routes();
    Group::new(GROUP)
        .route(at(address::WEBHOOKS)
            .get(webhooks::list, about("List webhooks").query(PAGED).gives::<WebhookList>())
            .post(webhooks::create, about("Create a webhook").takes::<request::WebhookRequest>().creates::<WebhookDocument>()))
        .route(at(address::EXECUTE_UNSAVED)
            .post(webhooks::execute_unsaved, about("Send a webhook that is not stored").takes::<request::WebhookRequest>().gives::<WebhookTrial>()))
        .route(at(address::WEBHOOK)
            .get(webhooks::show, about("Show a webhook; secrets masked").gives::<WebhookDocument>())
            .put(webhooks::put, about("Replace a webhook, or create it under this id").takes::<request::WebhookRequest>().gives::<WebhookDocument>())
            .delete(webhooks::delete, about("Delete a webhook").gives_nothing()))
        .route(at(address::EXECUTE)
            .post(webhooks::execute, about("Send a webhook once, with the newest contract that it is for").gives::<WebhookTrial>()))
        .route(at(address::SENT_BY_WEBHOOK)
            .get(triggered_webhooks::of_webhook, about("List what a webhook sent").query(PAGED).gives::<DeliveryList>()))
        .route(at(address::WEBHOOKS_OF_PROVIDER)
            .get(webhooks::list_for_provider, about("List the webhooks for a provider").query(PAGED).gives::<WebhookList>())
            .post(webhooks::create_for_provider, about("Create a webhook for a provider").takes::<request::WebhookRequest>().creates::<WebhookDocument>()))
        .route(at(address::WEBHOOKS_OF_CONSUMER)
            .get(webhooks::list_for_consumer, about("List the webhooks for a consumer").query(PAGED).gives::<WebhookList>())
            .post(webhooks::create_for_consumer, about("Create a webhook for a consumer").takes::<request::WebhookRequest>().creates::<WebhookDocument>()))
        .route(at(address::WEBHOOKS_OF_PAIR)
            .get(webhooks::list_for_pair, about("List the webhooks for a pair").query(PAGED).gives::<WebhookList>())
            .post(webhooks::create_for_pair, about("Create a webhook for a pair").takes::<request::WebhookRequest>().creates::<WebhookDocument>()))
        .route(at(address::WEBHOOKS_OF_CONTRACT)
            .get(webhooks::list_for_pair, about("List the webhooks for a contract").query(PAGED).gives::<WebhookList>())
            .post(webhooks::create_for_pair, about("Create a webhook for a contract").takes::<request::WebhookRequest>().creates::<WebhookDocument>()))
        .route(at(address::WEBHOOK_STATUS)
            .get(triggered_webhooks::status, about("Sum up the latest deliveries of the webhooks of a pair").gives::<WebhookStatusDocument>()))
        .route(at(address::TRIGGERED_BY_CONTRACT)
            .get(triggered_webhooks::of_contract, about("List the webhooks that a contract triggered").query(PAGED).gives::<DeliveryList>()))
        .route(at(address::TRIGGERED_BY_RESULT)
            .get(triggered_webhooks::of_result, about("List the webhooks that a result triggered").query(PAGED).gives::<DeliveryList>()))
        .route(at(address::TRIGGERED_WEBHOOKS)
            .get(triggered_webhooks::list, about("List dead letters, or deliveries of another status").query(&["status", "page", "size"]).gives::<DeliveryList>()))
        .route(at(address::TRIGGERED_WEBHOOK)
            .get(triggered_webhooks::show, about("Show a delivery").gives::<DeliveryDocument>())
            .delete(triggered_webhooks::delete, about("Delete a delivery; one that is due is not attempted").gives_nothing()))
        .route(at(address::REPLAY).post(triggered_webhooks::replay, about("Deliver again what failed").status("202").gives::<DeliveryDocument>()))
        .served_as(layers::JSON)
        .merge(logs)
}
