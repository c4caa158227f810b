-- Descriptions of APIs that providers publish. A document is stored once for each provider.
CREATE TABLE descriptions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    sha TEXT NOT NULL,
    specification TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    document TEXT NOT NULL
);
CREATE UNIQUE INDEX descriptions_sha ON descriptions (provider_id, sha);

-- The description of a provider version, with what the provider says of its own verification: self_success is null where
-- it says nothing; self_verification is JSON.
CREATE TABLE provider_contracts (
    provider_version_id BIGINT NOT NULL PRIMARY KEY REFERENCES versions (id) ON DELETE CASCADE,
    provider_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    description_id BIGINT NOT NULL REFERENCES descriptions (id) ON DELETE CASCADE,
    content_type TEXT NOT NULL,
    self_success BIGINT,
    self_verification TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX provider_contracts_provider ON provider_contracts (provider_id, provider_version_id);
CREATE INDEX provider_contracts_description ON provider_contracts (description_id, provider_version_id);

-- The comparison of a contract's content with a description: made once, whichever versions have them. due_at is when it is
-- to be made, null when it is done; a node that makes it moves due_at past the time that it can take and writes its name
-- into claimed_by. success is null until it is made, and where no interaction is of a kind that the description
-- describes. summary and result are JSON.
CREATE TABLE comparisons (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    content_id BIGINT NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    description_id BIGINT NOT NULL REFERENCES descriptions (id) ON DELETE CASCADE,
    success BIGINT,
    attempts BIGINT NOT NULL,
    due_at BIGINT,
    claimed_by TEXT,
    created_at BIGINT NOT NULL,
    compared_at BIGINT,
    summary TEXT,
    result TEXT
);
CREATE UNIQUE INDEX comparisons_pair ON comparisons (content_id, description_id);
CREATE INDEX comparisons_description ON comparisons (description_id, content_id);
CREATE INDEX comparisons_due ON comparisons (due_at, id) WHERE due_at IS NOT NULL;

-- What a new description of a provider is held against: level is 'off', 'warn' or 'refuse', basis is 'usage' or 'rules'.
CREATE TABLE compatibility_rules (
    provider_id BIGINT NOT NULL PRIMARY KEY REFERENCES pacticipants (id) ON DELETE CASCADE,
    level TEXT NOT NULL,
    basis TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
