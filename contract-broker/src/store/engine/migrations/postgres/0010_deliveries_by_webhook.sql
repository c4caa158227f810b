-- What waits to be delivered, by webhook: a receiver that hangs holds up its own deliveries only.
CREATE INDEX triggered_webhooks_turn ON triggered_webhooks (webhook_uuid, due_at, id) WHERE due_at IS NOT NULL;
-- The status that a receiver answered with; null where there was no answer.
ALTER TABLE webhook_attempts ADD COLUMN answered BIGINT;
