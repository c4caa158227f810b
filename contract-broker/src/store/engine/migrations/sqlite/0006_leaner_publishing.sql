-- Publishing writes into every index of these tables, so each of them is one that questions are answered from. What is
-- maintained (the contract that counts, heads, the newest of a branch) is put right by whoever deletes what it is made
-- from: it refers only to what it goes with otherwise, and needs no index for the rest. The publications, which their
-- versions and contents take along, are read for all when a pacticipant is deleted, and then only.
DROP INDEX publications_pair;
DROP INDEX publications_consumer;

CREATE TABLE current_publications_anew (
    consumer_version_id BIGINT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    provider_id BIGINT NOT NULL,
    consumer_id BIGINT NOT NULL,
    publication_id BIGINT NOT NULL,
    content_id BIGINT NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (consumer_version_id, provider_id)
) WITHOUT ROWID;
INSERT INTO current_publications_anew (consumer_version_id, provider_id, consumer_id, publication_id, content_id, created_at)
    SELECT consumer_version_id, provider_id, consumer_id, publication_id, content_id, created_at FROM current_publications;
DROP TABLE current_publications;
ALTER TABLE current_publications_anew RENAME TO current_publications;
CREATE INDEX current_publications_pair ON current_publications (provider_id, consumer_id, consumer_version_id, content_id);
CREATE INDEX current_publications_content ON current_publications (content_id, consumer_version_id);

-- One index finds a version on a branch from either side; that of the order finds the versions of a branch.
DROP INDEX branch_versions_member;
DROP INDEX branch_versions_version;
CREATE UNIQUE INDEX branch_versions_member ON branch_versions (version_id, branch_id);

CREATE TABLE branch_heads_anew (
    branch_id BIGINT NOT NULL PRIMARY KEY REFERENCES branches (id) ON DELETE CASCADE,
    version_id BIGINT NOT NULL,
    position BIGINT NOT NULL
) WITHOUT ROWID;
INSERT INTO branch_heads_anew (branch_id, version_id, position) SELECT branch_id, version_id, position FROM branch_heads;
DROP TABLE branch_heads;
ALTER TABLE branch_heads_anew RENAME TO branch_heads;

CREATE TABLE branch_contracts_anew (
    branch_id BIGINT NOT NULL REFERENCES branches (id) ON DELETE CASCADE,
    provider_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    consumer_version_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (branch_id, provider_id)
) WITHOUT ROWID;
INSERT INTO branch_contracts_anew (branch_id, provider_id, consumer_version_id, position, published_at)
    SELECT branch_id, provider_id, consumer_version_id, position, published_at FROM branch_contracts;
DROP TABLE branch_contracts;
ALTER TABLE branch_contracts_anew RENAME TO branch_contracts;
CREATE INDEX branch_contracts_provider ON branch_contracts (provider_id, published_at);
