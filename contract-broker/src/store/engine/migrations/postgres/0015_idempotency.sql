-- Requests with an Idempotency-Key that were done: a row is written in the transaction that does what is asked for. answer is
-- what was answered, encrypted; empty until then, or if it is too long.
CREATE TABLE keyed_requests (
    owner TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    attempt TEXT COLLATE "C" NOT NULL,
    done_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    answer TEXT COLLATE "C",
    PRIMARY KEY (owner, key)
);
CREATE INDEX keyed_requests_expiry ON keyed_requests (expires_at);
