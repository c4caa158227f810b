-- The place in a trace of the request that caused an event, as the header traceparent has it (W3C Trace Context); null
-- where nobody knows.
ALTER TABLE events_outbox ADD COLUMN traceparent TEXT COLLATE "C";
ALTER TABLE triggered_webhooks ADD COLUMN traceparent TEXT COLLATE "C";
