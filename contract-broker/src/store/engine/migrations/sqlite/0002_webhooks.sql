-- Webhooks. What a webhook sends (request) is encrypted; events and filters are JSON.
CREATE TABLE webhooks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL,
    description TEXT,
    enabled BIGINT NOT NULL,
    consumer_id BIGINT REFERENCES pacticipants (id) ON DELETE CASCADE,
    consumer_label TEXT,
    provider_id BIGINT REFERENCES pacticipants (id) ON DELETE CASCADE,
    provider_label TEXT,
    events TEXT NOT NULL,
    filters TEXT NOT NULL,
    request TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX webhooks_uuid ON webhooks (uuid);
CREATE INDEX webhooks_consumer ON webhooks (consumer_id);
CREATE INDEX webhooks_provider ON webhooks (provider_id);

-- A webhook that an event set off, or somebody. status is 'not_run', 'retrying', 'success' or 'failure'; a failure is
-- a dead letter that can be replayed. due_at is when it is to be tried next, null when it is done; a node that tries
-- it moves due_at past the time the try can take and writes its name into claimed_by.
CREATE TABLE triggered_webhooks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL,
    event_id BIGINT,
    webhook_uuid TEXT NOT NULL,
    event_name TEXT NOT NULL,
    trigger_type TEXT NOT NULL,
    consumer_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    provider_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    consumer_version_id BIGINT,
    verification_id BIGINT,
    parameters TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    due_at BIGINT,
    claimed_by TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX triggered_webhooks_uuid ON triggered_webhooks (uuid);
CREATE UNIQUE INDEX triggered_webhooks_event ON triggered_webhooks (event_id, webhook_uuid);
CREATE INDEX triggered_webhooks_due ON triggered_webhooks (due_at, id);
CREATE INDEX triggered_webhooks_webhook ON triggered_webhooks (webhook_uuid, id);
CREATE INDEX triggered_webhooks_pair ON triggered_webhooks (provider_id, consumer_id, id);
CREATE INDEX triggered_webhooks_consumer ON triggered_webhooks (consumer_id);
CREATE INDEX triggered_webhooks_version ON triggered_webhooks (consumer_version_id, provider_id);
CREATE INDEX triggered_webhooks_verification ON triggered_webhooks (verification_id);

CREATE TABLE webhook_attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    triggered_webhook_id BIGINT NOT NULL REFERENCES triggered_webhooks (id) ON DELETE CASCADE,
    success BIGINT NOT NULL,
    log TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX webhook_attempts_triggered ON webhook_attempts (triggered_webhook_id, id);
