-- People (kind 'user') and machines (kind 'system'), with what they may do. Permissions are JSON lists of texts.
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    first_name TEXT,
    last_name TEXT,
    external_id TEXT,
    external_name TEXT,
    active BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX accounts_uuid ON accounts (uuid);
CREATE UNIQUE INDEX accounts_email ON accounts (email);

CREATE TABLE roles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    permissions TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX roles_uuid ON roles (uuid);
CREATE UNIQUE INDEX roles_name ON roles (name);

CREATE TABLE account_roles (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role_id BIGINT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (account_id, role_id)
);
CREATE INDEX account_roles_role ON account_roles (role_id);

-- An application that no team has belongs to the default team, if there is one.
CREATE TABLE teams (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL,
    name TEXT NOT NULL,
    is_default BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX teams_uuid ON teams (uuid);
CREATE UNIQUE INDEX teams_name ON teams (name);

CREATE TABLE team_members (
    team_id BIGINT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (team_id, account_id)
);
CREATE INDEX team_members_account ON team_members (account_id);

CREATE TABLE team_administrators (
    team_id BIGINT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (team_id, account_id)
);
CREATE INDEX team_administrators_account ON team_administrators (account_id);

CREATE TABLE team_pacticipants (
    team_id BIGINT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    pacticipant_id BIGINT NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    PRIMARY KEY (team_id, pacticipant_id)
);
CREATE INDEX team_pacticipants_pacticipant ON team_pacticipants (pacticipant_id);

CREATE TABLE team_environments (
    team_id BIGINT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    environment_id BIGINT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    PRIMARY KEY (team_id, environment_id)
);
CREATE INDEX team_environments_environment ON team_environments (environment_id);

-- The account that published an application first.
CREATE TABLE pacticipant_creators (
    pacticipant_id BIGINT NOT NULL PRIMARY KEY REFERENCES pacticipants (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX pacticipant_creators_account ON pacticipant_creators (account_id);

-- Tokens, as SHA-256 digests in hexadecimal; digest is null until a value was given out. The value before a renewal
-- works until previous_until. permissions narrows what the account may do; null is all of it. last_used_at is written
-- every few minutes, for all tokens at once.
CREATE TABLE tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    read_only BIGINT NOT NULL,
    permissions TEXT,
    digest TEXT,
    previous_digest TEXT,
    previous_until BIGINT,
    created_at BIGINT NOT NULL,
    renewed_at BIGINT,
    expires_at BIGINT,
    revoked_at BIGINT,
    last_used_at BIGINT
);
CREATE UNIQUE INDEX tokens_uuid ON tokens (uuid);
CREATE INDEX tokens_account ON tokens (account_id, id);

-- Values for webhooks, encrypted.
CREATE TABLE secrets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    team_id BIGINT REFERENCES teams (id) ON DELETE CASCADE,
    sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX secrets_uuid ON secrets (uuid);
CREATE INDEX secrets_team ON secrets (team_id, name);

ALTER TABLE webhooks ADD COLUMN team_id BIGINT REFERENCES teams (id) ON DELETE SET NULL;

-- What is set by the API: JSON, by name.
CREATE TABLE kept_settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- What was changed, by whom and from where. request and changes are JSON. Rows are added and never changed.
CREATE TABLE audit_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_uuid TEXT,
    actor_name TEXT NOT NULL,
    actor_email TEXT,
    via TEXT,
    action TEXT NOT NULL,
    object_type TEXT NOT NULL,
    object_name TEXT NOT NULL,
    outcome TEXT NOT NULL,
    request TEXT NOT NULL,
    changes TEXT NOT NULL
);
CREATE UNIQUE INDEX audit_events_uuid ON audit_events (uuid);
CREATE INDEX audit_events_actor ON audit_events (actor_uuid, id);

-- Chained digests over audit_events: each seal covers the events after those of the seal before, to last_id.
CREATE TABLE audit_seals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    last_id BIGINT NOT NULL,
    events BIGINT NOT NULL,
    digest TEXT NOT NULL,
    sealed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX audit_seals_last ON audit_seals (last_id);
