-- What is wrong, whom to tell, and what is still to be told.

CREATE TABLE alerts (
  id UUID PRIMARY KEY,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  integration_id UUID REFERENCES integrations (id) ON DELETE CASCADE,
  source TEXT,
  message TEXT NOT NULL,
  opened_at TIMESTAMPTZ NOT NULL,
  told_at TIMESTAMPTZ NOT NULL,
  closed_at TIMESTAMPTZ,
  CONSTRAINT valid_kind CHECK (kind IN ('freshness', 'credentials', 'job_failed', 'mismatch', 'unparsable', 'outage', 'queue'))
);
ALTER TABLE alerts ENABLE ROW LEVEL SECURITY;
-- Of each subject one is open, however many processes look.
CREATE UNIQUE INDEX one_open_alert ON alerts (kind, subject) WHERE closed_at IS NULL;
CREATE INDEX idx_alerts_opened ON alerts ((closed_at IS NULL), opened_at, id);
CREATE INDEX idx_alerts_integration ON alerts (integration_id);

CREATE TABLE adfill.alert_channels (
  id UUID PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('webhook', 'slack', 'email')),
  label TEXT NOT NULL,
  sealed TEXT NOT NULL,
  advertisers UUID[],  -- NULL: all
  created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE adfill.alert_deliveries (
  id UUID PRIMARY KEY,
  channel_id UUID NOT NULL REFERENCES adfill.alert_channels (id) ON DELETE CASCADE,
  payload TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ NOT NULL,
  due_at TIMESTAMPTZ,  -- NULL: delivered, or given up
  delivered_at TIMESTAMPTZ,
  error TEXT
);
CREATE INDEX idx_alert_deliveries_due ON adfill.alert_deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX idx_alert_deliveries_channel ON adfill.alert_deliveries (channel_id, created_at);

-- What a look for alerts reads.
CREATE INDEX idx_collection_coverage_unexplained ON collection_coverage (integration_id, collection_type, date) WHERE difference = 'unexplained';
CREATE INDEX idx_collection_attempts_outage ON collection_attempts (ended_at) WHERE failure_kind = 'outage';
