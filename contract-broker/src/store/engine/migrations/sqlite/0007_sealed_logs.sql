-- The log of an attempt is encrypted (sealed is 1); those of earlier brokers are text until a broker has encrypted them.
ALTER TABLE webhook_attempts ADD COLUMN sealed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX webhook_attempts_open ON webhook_attempts (sealed, id) WHERE sealed = 0;
