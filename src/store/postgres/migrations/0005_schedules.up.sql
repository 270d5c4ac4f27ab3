-- When accounts are collected again by themselves: a schedule an integration and type, made with it.

CREATE TABLE schedules (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  integration_id UUID NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  collection_type TEXT NOT NULL,
  cron TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  paused BOOLEAN NOT NULL DEFAULT false,
  next_due_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  last_due_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT one_schedule UNIQUE (integration_id, collection_type),
  CONSTRAINT valid_collection_type CHECK (collection_type IN ('ads', 'demographics', 'creatives'))
);
ALTER TABLE schedules ENABLE ROW LEVEL SECURITY;
CREATE INDEX idx_schedules_due ON schedules (next_due_at);
CREATE INDEX idx_schedules_created ON schedules (created_at, integration_id);

-- A due time becomes jobs once, however many schedulers there are.
CREATE TABLE schedule_runs (
  schedule_id UUID NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
  due_at TIMESTAMPTZ NOT NULL,
  job_id UUID REFERENCES collection_jobs (id) ON DELETE SET NULL,
  made_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (schedule_id, due_at)
);
ALTER TABLE schedule_runs ENABLE ROW LEVEL SECURITY;
CREATE INDEX idx_schedule_runs_job ON schedule_runs (job_id) WHERE job_id IS NOT NULL;

-- What a plan of days reads: an integration's failed chunks.
CREATE INDEX idx_collection_queue_failed ON collection_queue (integration_id, collection_type) WHERE status = 'failed';

-- Accounts that are there already get theirs: due at once, since nobody knows what they have missed.
INSERT INTO schedules (integration_id, collection_type, cron, time_zone)
SELECT i.id, t.type, t.cron, i.time_zone
FROM integrations i JOIN (
  VALUES
    ('meta', 'ads', '0 4 * * *'),
    ('meta', 'demographics', '30 4 * * *'),
    ('meta', 'creatives', '0 5 * * *'),
    ('google_ads', 'ads', '30 5 * * *'),
    ('google_ads', 'demographics', '30 5 * * *'),
    ('google_ads', 'creatives', '30 5 * * *'),
    ('naver', 'ads', '0 6 * * *'),
    ('naver', 'creatives', '0 6 * * *')
) AS t (source, type, cron) ON t.source = i.source
ORDER BY i.created_at, i.id;
