-- The SHA that a content had at the broker from which it was moved in.
CREATE TABLE content_aliases (
    consumer_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    provider_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    sha TEXT COLLATE "C" NOT NULL,
    content_id BIGINT NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    PRIMARY KEY (consumer_id, provider_id, sha)
);
CREATE INDEX content_aliases_provider ON content_aliases (provider_id);
CREATE INDEX content_aliases_content ON content_aliases (content_id);
