-- A webhook hears of the events after this one, the last that was when it was made.
ALTER TABLE webhooks ADD COLUMN after_event BIGINT NOT NULL DEFAULT 0;
