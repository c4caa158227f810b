-- Events of security and events of contracts are kept for different times, so each class has a chain of seals of its own. Events
-- without a class, from before, have the chain 'all'. A seal is pruned when its events, and all before them, were deleted.
ALTER TABLE audit_events ADD COLUMN class TEXT;
CREATE INDEX audit_events_class ON audit_events (class, id);
ALTER TABLE audit_seals ADD COLUMN chain TEXT NOT NULL DEFAULT 'all';
ALTER TABLE audit_seals ADD COLUMN pruned BIGINT NOT NULL DEFAULT 0;
DROP INDEX audit_seals_last;
CREATE UNIQUE INDEX audit_seals_last ON audit_seals (chain, last_id);
