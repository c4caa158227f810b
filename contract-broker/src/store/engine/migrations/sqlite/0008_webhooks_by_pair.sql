-- The webhooks for a pair are found by it, and whether any waits for events without looking at all of them.
CREATE INDEX webhooks_pair ON webhooks (provider_id, consumer_id);
CREATE INDEX webhooks_enabled ON webhooks (enabled);
DROP INDEX webhooks_provider;
