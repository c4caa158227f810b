-- Requests with an Idempotency-Key that were done: a row is written in the transaction that does what is asked for. answer is
-- what was answered, encrypted; empty until then, or if it is too long.
CREATE TABLE keyed_requests (
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    attempt TEXT NOT NULL,
    done_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    answer TEXT,
    PRIMARY KEY (owner, key)
);
CREATE INDEX keyed_requests_expiry ON keyed_requests (expires_at);
