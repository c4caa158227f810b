-- The tenants of a broker. Each has a store of its own; here is only that it exists. A limit that is NULL is none.
CREATE TABLE tenants (
    name TEXT NOT NULL PRIMARY KEY,
    status TEXT NOT NULL,
    max_applications BIGINT,
    max_bytes BIGINT,
    max_requests BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- What operators did to tenants. It stays when a tenant is deleted.
CREATE TABLE tenant_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at BIGINT NOT NULL,
    tenant TEXT NOT NULL,
    action TEXT NOT NULL,
    actor TEXT NOT NULL,
    details TEXT NOT NULL
);
CREATE INDEX tenant_events_tenant ON tenant_events (tenant, id);
