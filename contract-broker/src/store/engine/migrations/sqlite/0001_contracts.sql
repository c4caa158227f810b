-- Names, versions and branches. A version's id is its place in the one global order of creation.
CREATE TABLE pacticipants (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    display_name TEXT,
    repository_url TEXT,
    repository_name TEXT,
    repository_namespace TEXT,
    main_branch TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX pacticipants_name ON pacticipants (name);

CREATE TABLE labels (
    pacticipant_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (pacticipant_id, name)
);
CREATE INDEX labels_name ON labels (name, pacticipant_id);

CREATE TABLE versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    pacticipant_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    number TEXT NOT NULL,
    build_url TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX versions_number ON versions (pacticipant_id, number);
CREATE INDEX versions_order ON versions (pacticipant_id, id);

CREATE TABLE branches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    pacticipant_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX branches_name ON branches (pacticipant_id, name);

-- The id orders the versions of a branch by when they were added to it (elsewhere: the position); the head is the
-- one added last.
CREATE TABLE branch_versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    branch_id BIGINT NOT NULL REFERENCES branches (id) ON DELETE CASCADE,
    version_id BIGINT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    auto_created BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX branch_versions_member ON branch_versions (branch_id, version_id);
CREATE INDEX branch_versions_order ON branch_versions (branch_id, id);
CREATE INDEX branch_versions_version ON branch_versions (version_id, branch_id);

CREATE TABLE branch_heads (
    branch_id BIGINT NOT NULL PRIMARY KEY REFERENCES branches (id) ON DELETE CASCADE,
    version_id BIGINT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    position BIGINT NOT NULL
);
CREATE INDEX branch_heads_version ON branch_heads (version_id, branch_id);

CREATE TABLE tags (
    version_id BIGINT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    pacticipant_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (version_id, name)
);
CREATE INDEX tags_name ON tags (pacticipant_id, name, version_id);

CREATE TABLE tag_heads (
    pacticipant_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    version_id BIGINT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    first_tagged_at BIGINT NOT NULL,
    PRIMARY KEY (pacticipant_id, name)
);
CREATE INDEX tag_heads_version ON tag_heads (version_id, name);

-- Contracts: content is stored once per consumer and provider; a publication says which version had it.
CREATE TABLE contents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    consumer_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    provider_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    sha TEXT NOT NULL,
    interactions_count BIGINT NOT NULL,
    messages_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    edits TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE UNIQUE INDEX contents_sha ON contents (consumer_id, provider_id, sha);
CREATE INDEX contents_provider ON contents (provider_id);

CREATE TABLE publications (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    consumer_version_id BIGINT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    consumer_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    provider_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    revision BIGINT NOT NULL,
    content_id BIGINT NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX publications_revision ON publications (consumer_version_id, provider_id, revision);
CREATE INDEX publications_content ON publications (content_id, consumer_version_id);
CREATE INDEX publications_pair ON publications (provider_id, consumer_id, consumer_version_id);
CREATE INDEX publications_consumer ON publications (consumer_id);

-- The revision that counts, one per consumer version and provider.
CREATE TABLE current_publications (
    consumer_version_id BIGINT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    provider_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    consumer_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    publication_id BIGINT NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    content_id BIGINT NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (consumer_version_id, provider_id)
);
CREATE INDEX current_publications_pair ON current_publications (provider_id, consumer_id, consumer_version_id, content_id);
CREATE INDEX current_publications_consumer ON current_publications (consumer_id, provider_id);
CREATE INDEX current_publications_content ON current_publications (content_id, consumer_version_id);
CREATE INDEX current_publications_publication ON current_publications (publication_id);

-- The newest contract on a branch, and with a tag, for each provider: what a selector asks for.
CREATE TABLE branch_contracts (
    branch_id BIGINT NOT NULL REFERENCES branches (id) ON DELETE CASCADE,
    provider_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    consumer_version_id BIGINT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (branch_id, provider_id)
);
CREATE INDEX branch_contracts_provider ON branch_contracts (provider_id, published_at);
CREATE INDEX branch_contracts_version ON branch_contracts (consumer_version_id);

CREATE TABLE tag_contracts (
    pacticipant_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    provider_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    consumer_version_id BIGINT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (pacticipant_id, name, provider_id)
);
CREATE INDEX tag_contracts_provider ON tag_contracts (provider_id, published_at);
CREATE INDEX tag_contracts_version ON tag_contracts (consumer_version_id);

CREATE TABLE integrations (
    consumer_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    provider_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (consumer_id, provider_id)
);
CREATE INDEX integrations_provider ON integrations (provider_id, consumer_id);

-- Verification results belong to content. A result's id is its number in its address.
CREATE TABLE verifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    content_id BIGINT NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    provider_version_id BIGINT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    consumer_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    provider_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    success BIGINT NOT NULL,
    wip BIGINT NOT NULL,
    pending BIGINT NOT NULL,
    build_url TEXT,
    verified_by TEXT,
    selection TEXT,
    created_at BIGINT NOT NULL,
    test_results TEXT
);
CREATE INDEX verifications_content ON verifications (content_id, id, success);
CREATE INDEX verifications_provider_version ON verifications (provider_version_id, content_id);
CREATE INDEX verifications_pair ON verifications (provider_id, consumer_id, id);
CREATE INDEX verifications_consumer ON verifications (consumer_id);

-- The result that counts, one per content and provider version.
CREATE TABLE current_verifications (
    content_id BIGINT NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    provider_version_id BIGINT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    verification_id BIGINT NOT NULL REFERENCES verifications (id) ON DELETE CASCADE,
    success BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (content_id, provider_version_id)
);
CREATE INDEX current_verifications_version ON current_verifications (provider_version_id, content_id);
CREATE INDEX current_verifications_verification ON current_verifications (verification_id);

-- On which provider branches (and with which tags) a content was ever verified successfully. It outlives results,
-- branches and tags that are deleted, so that pending and work in progress do not change by cleaning.
CREATE TABLE verified_on (
    content_id BIGINT NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    wip BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (content_id, kind, name, wip)
);
CREATE INDEX verified_on_first ON verified_on (content_id, kind, wip, first_at, name);

-- Environments, and what was and is in them.
CREATE TABLE environments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    production BIGINT NOT NULL,
    contacts TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX environments_uuid ON environments (uuid);
CREATE UNIQUE INDEX environments_name ON environments (name);

-- kind is 'deployed' or 'released'; instance is the application instance ('' where none was named).
CREATE TABLE deployments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL,
    kind TEXT NOT NULL,
    environment_id BIGINT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    pacticipant_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    version_id BIGINT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    instance TEXT NOT NULL,
    auto_created BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE UNIQUE INDEX deployments_uuid ON deployments (uuid);
CREATE INDEX deployments_version ON deployments (version_id, environment_id);
CREATE INDEX deployments_environment ON deployments (environment_id, pacticipant_id, version_id);
CREATE INDEX deployments_pacticipant ON deployments (pacticipant_id);

-- What is in each environment now: one row per application instance, and one per supported release (slot is the
-- instance, or the version's id).
CREATE TABLE current_deployments (
    environment_id BIGINT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    pacticipant_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    slot TEXT NOT NULL,
    version_id BIGINT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    deployment_id BIGINT NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
    since BIGINT NOT NULL,
    PRIMARY KEY (environment_id, pacticipant_id, kind, slot)
);
CREATE INDEX current_deployments_pacticipant ON current_deployments (pacticipant_id, environment_id, version_id);
CREATE INDEX current_deployments_version ON current_deployments (version_id, environment_id);
CREATE INDEX current_deployments_deployment ON current_deployments (deployment_id);

-- Events, written in the transaction of the change that caused them; the queue takes them from here.
CREATE TABLE events_outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    consumer_id BIGINT NOT NULL,
    provider_id BIGINT NOT NULL,
    consumer_version_id BIGINT,
    provider_version_id BIGINT,
    content_id BIGINT,
    publication_id BIGINT,
    verification_id BIGINT,
    comment TEXT,
    created_at BIGINT NOT NULL
);
