-- Dead letters are few among many deliveries: pages and clients look for them by status, the newest first.
CREATE INDEX triggered_webhooks_status ON triggered_webhooks (status, id);
