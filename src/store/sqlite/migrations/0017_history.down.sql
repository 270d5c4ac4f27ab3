DROP INDEX idx_collection_jobs_completed;
DROP TABLE job_rollups;
DROP TABLE row_changes;
DROP TABLE day_changes;
ALTER TABLE collection_coverage DROP COLUMN pinned_at;
ALTER TABLE collection_coverage DROP COLUMN history_since;
ALTER TABLE collection_coverage DROP COLUMN first_at;
CREATE TABLE row_changes (
  id INTEGER PRIMARY KEY,
  integration_id TEXT NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  collection_type TEXT NOT NULL,
  date TEXT NOT NULL,
  key TEXT NOT NULL,
  asked INTEGER NOT NULL,
  token TEXT NOT NULL,
  change TEXT NOT NULL CHECK (change IN ('changed', 'removed')),
  previous TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;
CREATE INDEX idx_row_changes_day ON row_changes (integration_id, collection_type, date);
