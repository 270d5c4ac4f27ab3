-- Days whose figures a platform's own fault has made doubtful, and what such a fault is seen by: what a receipt's rows came
-- to beside its totals (NULL: committed before that was kept, and for creatives). A suspicion belongs to the alert that
-- raised it; a day is suspect while it lasts, and after that until a snapshot that was asked for later takes its place.
ALTER TABLE collection_coverage ADD COLUMN conversions INTEGER;
ALTER TABLE collection_coverage ADD COLUMN conversion_value INTEGER;

-- A check can't be changed: the table is made anew, with what an alert's words are made of.
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
  parameters TEXT NOT NULL DEFAULT '{}',  -- JSON
  opened_at TEXT NOT NULL,
  told_at TEXT NOT NULL,
  closed_at TEXT,
  CONSTRAINT valid_kind CHECK (kind IN ('freshness', 'credentials', 'job_failed', 'mismatch', 'unparsable', 'outage', 'queue', 'metric_fall'))
) STRICT;
INSERT INTO alerts (id, kind, subject, integration_id, source, message, opened_at, told_at, closed_at)
SELECT id, kind, subject, integration_id, source, message, opened_at, told_at, closed_at FROM alerts_before;
DROP TABLE alerts_before;
CREATE UNIQUE INDEX one_open_alert ON alerts (kind, subject) WHERE closed_at IS NULL;
CREATE INDEX idx_alerts_opened ON alerts ((closed_at IS NULL), opened_at, id);
CREATE INDEX idx_alerts_integration ON alerts (integration_id);

CREATE TABLE suspicions (
  alert_id TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  integration_id TEXT NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  since TEXT NOT NULL,
  over_asked INTEGER,  -- NULL: it lasts. Else snapshots with a higher number are trusted
  PRIMARY KEY (alert_id, integration_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_suspicions_integration ON suspicions (integration_id);
