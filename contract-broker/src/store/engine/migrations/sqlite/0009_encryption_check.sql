-- A known text, encrypted with the key of this database: a broker with another key refuses to start.
CREATE TABLE encryption_check (
    id BIGINT NOT NULL PRIMARY KEY,
    sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
