-- When accounts are collected again by themselves: a schedule an integration and type, made with it.

CREATE TABLE schedules (
  id TEXT PRIMARY KEY NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
    substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  integration_id TEXT NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  collection_type TEXT NOT NULL,
  cron TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  paused INTEGER NOT NULL DEFAULT 0,
  next_due_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  last_due_at TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  CONSTRAINT one_schedule UNIQUE (integration_id, collection_type),
  CONSTRAINT valid_collection_type CHECK (collection_type IN ('ads', 'demographics', 'creatives')),
  CONSTRAINT valid_paused CHECK (paused IN (0, 1))
) STRICT;
CREATE INDEX idx_schedules_due ON schedules (next_due_at);
CREATE INDEX idx_schedules_created ON schedules (created_at, integration_id);

-- A due time becomes jobs once, however many schedulers there are.
CREATE TABLE schedule_runs (
  schedule_id TEXT NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
  due_at TEXT NOT NULL,
  job_id TEXT REFERENCES collection_jobs (id) ON DELETE SET NULL,
  made_at TEXT NOT NULL,
  PRIMARY KEY (schedule_id, due_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_schedule_runs_job ON schedule_runs (job_id) WHERE job_id IS NOT NULL;

-- What a plan of days reads: an integration's failed chunks.
CREATE INDEX idx_collection_queue_failed ON collection_queue (integration_id, collection_type) WHERE status = 'failed';

-- Accounts that are there already get theirs: due at once, since nobody knows what they have missed.
INSERT INTO schedules (integration_id, collection_type, cron, time_zone)
SELECT i.id, t.type, t.cron, i.time_zone
FROM integrations i JOIN (
  SELECT column1 AS source, column2 AS type, column3 AS cron FROM (VALUES
    ('meta', 'ads', '0 4 * * *'),
    ('meta', 'demographics', '30 4 * * *'),
    ('meta', 'creatives', '0 5 * * *'),
    ('google_ads', 'ads', '30 5 * * *'),
    ('google_ads', 'demographics', '30 5 * * *'),
    ('google_ads', 'creatives', '30 5 * * *'),
    ('naver', 'ads', '0 6 * * *'),
    ('naver', 'creatives', '0 6 * * *'))
) AS t ON t.source = i.source
ORDER BY i.created_at, i.id;
