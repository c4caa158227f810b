-- Who an account is at a provider with which people log in.
CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_account ON identities (account_id);

-- What the rules of the login gave (1); the next login may take it away. What people gave stays.
ALTER TABLE account_roles ADD COLUMN managed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE team_members ADD COLUMN managed BIGINT NOT NULL DEFAULT 0;

-- Logins in browsers, by SHA-256 digests in hexadecimal. used_at is written every few minutes, for all of them at once.
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    digest TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    address TEXT,
    user_agent TEXT
);
CREATE UNIQUE INDEX sessions_uuid ON sessions (uuid);
CREATE UNIQUE INDEX sessions_digest ON sessions (digest);
CREATE INDEX sessions_account ON sessions (account_id, id);

-- Tokens of CI jobs that were taken, as digests of their ids, until they expire: each is taken once.
CREATE TABLE used_tokens (
    issuer TEXT NOT NULL,
    token TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, token)
);

-- Logins of the command line that wait for somebody to allow them in a browser. account_id is null until then.
CREATE TABLE device_logins (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL,
    user_code TEXT NOT NULL,
    account_id BIGINT REFERENCES accounts (id) ON DELETE CASCADE,
    denied BIGINT NOT NULL,
    client TEXT NOT NULL,
    address TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX device_logins_digest ON device_logins (digest);
CREATE UNIQUE INDEX device_logins_user_code ON device_logins (user_code);

-- How a token came about: null if somebody made it, else 'ci' or 'device'. Those are deleted some time after they expired.
ALTER TABLE tokens ADD COLUMN origin TEXT;
CREATE INDEX tokens_origin ON tokens (expires_at) WHERE origin IS NOT NULL;
