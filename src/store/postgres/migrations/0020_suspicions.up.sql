-- Days whose figures a platform's own fault has made doubtful, and what such a fault is seen by: what a receipt's rows came
-- to beside its totals (NULL: committed before that was kept, and for creatives). A suspicion belongs to the alert that
-- raised it; a day is suspect while it lasts, and after that until a snapshot that was asked for later takes its place.
ALTER TABLE collection_coverage ADD COLUMN conversions NUMERIC(20,6);
ALTER TABLE collection_coverage ADD COLUMN conversion_value NUMERIC(20,6);

-- What an alert's words are made of.
ALTER TABLE alerts ADD COLUMN parameters TEXT NOT NULL DEFAULT '{}';
ALTER TABLE alerts DROP CONSTRAINT valid_kind;
ALTER TABLE alerts ADD CONSTRAINT valid_kind CHECK (kind IN ('freshness', 'credentials', 'job_failed', 'mismatch', 'unparsable', 'outage', 'queue', 'metric_fall'));

CREATE TABLE suspicions (
  alert_id UUID NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  integration_id UUID NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  since DATE NOT NULL,
  over_asked BIGINT,  -- NULL: it lasts. Else snapshots with a higher number are trusted
  PRIMARY KEY (alert_id, integration_id)
);
ALTER TABLE suspicions ENABLE ROW LEVEL SECURITY;
CREATE INDEX idx_suspicions_integration ON suspicions (integration_id);
