-- What is wrong, whom to tell, and what is still to be told.

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
-- Of each subject one is open, however many processes look.
CREATE UNIQUE INDEX one_open_alert ON alerts (kind, subject) WHERE closed_at IS NULL;
CREATE INDEX idx_alerts_opened ON alerts ((closed_at IS NULL), opened_at, id);
CREATE INDEX idx_alerts_integration ON alerts (integration_id);

CREATE TABLE alert_channels (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('webhook', 'slack', 'email')),
  label TEXT NOT NULL,
  sealed TEXT NOT NULL,
  advertisers TEXT,  -- JSON array of advertiser ids; NULL: all
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE alert_deliveries (
  id TEXT PRIMARY KEY NOT NULL,
  channel_id TEXT NOT NULL REFERENCES alert_channels (id) ON DELETE CASCADE,
  payload TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  due_at TEXT,  -- NULL: delivered, or given up
  delivered_at TEXT,
  error TEXT
) STRICT;
CREATE INDEX idx_alert_deliveries_due ON alert_deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX idx_alert_deliveries_channel ON alert_deliveries (channel_id, created_at);

-- What a look for alerts reads.
CREATE INDEX idx_collection_coverage_unexplained ON collection_coverage (integration_id, collection_type, date) WHERE difference = 'unexplained';
CREATE INDEX idx_collection_attempts_outage ON collection_attempts (ended_at) WHERE failure_kind = 'outage';
