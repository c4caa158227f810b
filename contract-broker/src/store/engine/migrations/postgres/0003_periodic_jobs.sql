-- Work that is done now and then, by one node at a time. due_at is when it is to be done next; a node that does it
-- keeps moving due_at past the time that its next step can take, and writes its name into claimed_by.
CREATE TABLE periodic_jobs (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    claimed_by TEXT COLLATE "C",
    due_at BIGINT NOT NULL
);
