DROP TABLE suspicions;
DROP INDEX one_open_alert;
DROP INDEX idx_alerts_opened;
DROP INDEX idx_alerts_integration;
ALTER TABLE alerts RENAME TO alerts_before;
CREATE TABLE alerts (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  integration_id TEXT REFERENCES integrations (id) ON DELETE CASCADE,
  source TEXT,
  message TEXT NOT NULL,
  opened_at TEXT NOT NULL,
  told_at TEXT NOT NULL,
  closed_at TEXT,
  CONSTRAINT valid_kind CHECK (kind IN ('freshness', 'credentials', 'job_failed', 'mismatch', 'unparsable', 'outage', 'queue'))
) STRICT;
INSERT INTO alerts (id, kind, subject, integration_id, source, message, opened_at, told_at, closed_at)
SELECT id, kind, subject, integration_id, source, message, opened_at, told_at, closed_at FROM alerts_before WHERE kind <> 'metric_fall';
DROP TABLE alerts_before;
CREATE UNIQUE INDEX one_open_alert ON alerts (kind, subject) WHERE closed_at IS NULL;
CREATE INDEX idx_alerts_opened ON alerts ((closed_at IS NULL), opened_at, id);
CREATE INDEX idx_alerts_integration ON alerts (integration_id);
ALTER TABLE collection_coverage DROP COLUMN conversion_value;
ALTER TABLE collection_coverage DROP COLUMN conversions;
