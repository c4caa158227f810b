-- The session at the provider that a login belongs to, as a digest: null if the provider named none. The provider ends its logins by it.
ALTER TABLE sessions ADD COLUMN provider_session TEXT;
CREATE INDEX sessions_provider ON sessions (provider_session) WHERE provider_session IS NOT NULL;
