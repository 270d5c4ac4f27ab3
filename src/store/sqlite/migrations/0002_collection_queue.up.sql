-- Jobs, their chunks, and who works on what.

-- One row: the last number drawn. Jobs and requests to platforms share the sequence.
CREATE TABLE asked_sequence (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  last INTEGER NOT NULL
) STRICT;
INSERT INTO asked_sequence (only, last) VALUES (1, 0);

CREATE TABLE collection_jobs (
  id TEXT PRIMARY KEY NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
    substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  integration_id TEXT NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  collection_type TEXT NOT NULL,
  mode TEXT NOT NULL DEFAULT 'initial',
  status TEXT NOT NULL DEFAULT 'pending',
  start_date TEXT NOT NULL,
  end_date TEXT NOT NULL,
  newest_first INTEGER NOT NULL DEFAULT 0,
  asked INTEGER NOT NULL DEFAULT 0,  -- 0: put in by plain SQL; the sweep draws its number
  chunks_total INTEGER NOT NULL DEFAULT 0,
  chunks_completed INTEGER NOT NULL DEFAULT 0,
  chunks_failed INTEGER NOT NULL DEFAULT 0,
  rows INTEGER NOT NULL DEFAULT 0,
  error_message TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  started_at TEXT,
  completed_at TEXT,
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  CONSTRAINT valid_status CHECK (status IN ('pending', 'running', 'completed', 'partial', 'failed', 'cancelled')),
  CONSTRAINT valid_collection_type CHECK (collection_type IN ('ads', 'demographics', 'creatives')),
  CONSTRAINT valid_mode CHECK (mode IN ('initial', 'daily', 'manual')),
  CONSTRAINT valid_range CHECK (start_date <= end_date),
  CONSTRAINT valid_counts CHECK (chunks_completed >= 0 AND chunks_failed >= 0 AND chunks_completed + chunks_failed <= chunks_total)
) STRICT;
-- A repeated request finds the job that is open already.
CREATE UNIQUE INDEX one_open_job ON collection_jobs (integration_id, collection_type, mode, start_date, end_date)
  WHERE status IN ('pending', 'running');
CREATE INDEX idx_collection_jobs_created ON collection_jobs (created_at, asked, id);
CREATE INDEX idx_collection_jobs_integration ON collection_jobs (integration_id, created_at, asked, id);
-- What an integration's status is made of: the newest job of each type, of its backfill and of the rest.
CREATE INDEX idx_collection_jobs_newest ON collection_jobs (integration_id, collection_type, (mode = 'initial'), asked);
CREATE INDEX idx_collection_jobs_unnumbered ON collection_jobs (id) WHERE asked = 0;

CREATE TABLE collection_queue (
  id TEXT PRIMARY KEY NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
    substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  job_id TEXT NOT NULL REFERENCES collection_jobs (id) ON DELETE CASCADE,
  integration_id TEXT NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  chunk_index INTEGER NOT NULL,
  start_date TEXT NOT NULL,
  end_date TEXT NOT NULL,
  collection_type TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending',
  retry_count INTEGER NOT NULL DEFAULT 0,
  max_retries INTEGER NOT NULL DEFAULT 3,
  error_message TEXT,
  last_error_at TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  started_at TEXT,
  completed_at TEXT,
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  lost_count INTEGER NOT NULL DEFAULT 0,         -- workers lost in a row
  unparsable_before INTEGER NOT NULL DEFAULT 0,  -- its last attempt met an answer that we can't read
  rows INTEGER NOT NULL DEFAULT 0,
  notice TEXT,
  cancelled_at TEXT,
  CONSTRAINT valid_status CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
  CONSTRAINT valid_collection_type CHECK (collection_type IN ('ads', 'demographics', 'creatives')),
  CONSTRAINT valid_retry_count CHECK (retry_count >= 0 AND retry_count <= max_retries),
  UNIQUE (job_id, chunk_index)
) STRICT;
CREATE INDEX idx_collection_queue_status_created ON collection_queue (status, created_at) WHERE status IN ('pending', 'processing');
CREATE INDEX idx_collection_queue_job_id ON collection_queue (job_id, status);
CREATE INDEX idx_collection_queue_integration ON collection_queue (integration_id);
-- What releasing reads: a job's next pending chunk, however many chunks it has.
CREATE INDEX idx_collection_queue_next ON collection_queue (job_id, chunk_index) WHERE status = 'pending';

-- What claims read: the few chunks that may run, or are running. A row leaves when its chunk is done.
CREATE TABLE released_chunks (
  chunk_id TEXT PRIMARY KEY NOT NULL REFERENCES collection_queue (id) ON DELETE CASCADE,
  integration_id TEXT NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  turn INTEGER NOT NULL,       -- its integration's
  priority INTEGER NOT NULL,   -- 0 daily or manual, 1 backfill
  type_rank INTEGER NOT NULL,  -- ads, demographics, creatives
  chunk_index INTEGER NOT NULL,
  due_at TEXT NOT NULL,
  alone INTEGER NOT NULL DEFAULT 0,
  worker_id TEXT,
  token TEXT,
  CHECK ((worker_id IS NULL) = (token IS NULL))
) STRICT;
CREATE INDEX idx_released_chunks_claim ON released_chunks (turn, integration_id, priority, type_rank, chunk_index, chunk_id) WHERE token IS NULL;
CREATE INDEX idx_released_chunks_integration ON released_chunks (integration_id, priority);
CREATE UNIQUE INDEX idx_released_chunks_token ON released_chunks (token) WHERE token IS NOT NULL;
CREATE INDEX idx_released_chunks_worker ON released_chunks (worker_id) WHERE worker_id IS NOT NULL;

-- Released chunks that nobody works on, with the time from which a claim may take them: their own, or later where
-- one of the integration's scopes, or its whole source, is closed.
CREATE VIEW waiting_chunks AS
SELECT r.chunk_id, r.integration_id, r.turn, r.priority, r.type_rank, r.chunk_index, r.alone, r.due_at,
  max(r.due_at,
    coalesce((SELECT max(l.closed_until) FROM integration_scopes s JOIN rate_limits l ON l.scope = s.scope
              WHERE s.integration_id = r.integration_id), ''),
    coalesce((SELECT l.closed_until FROM rate_limits l WHERE l.scope = i.source), '')) AS runs_at
FROM released_chunks r CROSS JOIN integrations i ON i.id = r.integration_id
WHERE r.token IS NULL AND i.paused = 0 AND i.status <> 'needs_auth';

-- The last attempts at each chunk, for people. Their authority over commits is released_chunks.token alone.
CREATE TABLE collection_attempts (
  token TEXT PRIMARY KEY NOT NULL,
  chunk_id TEXT NOT NULL REFERENCES collection_queue (id) ON DELETE CASCADE,
  worker_id TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  outcome TEXT,
  failure_kind TEXT,
  failure_code TEXT,
  failure_message TEXT,
  trace_id TEXT
) STRICT;
CREATE INDEX idx_collection_attempts_chunk ON collection_attempts (chunk_id, started_at);

CREATE TABLE running_reports (
  chunk_id TEXT NOT NULL REFERENCES collection_queue (id) ON DELETE CASCADE,
  report_id TEXT NOT NULL,
  start_date TEXT NOT NULL,
  end_date TEXT NOT NULL,
  asked INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  PRIMARY KEY (chunk_id, report_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE workers (
  id TEXT PRIMARY KEY NOT NULL,
  host TEXT NOT NULL DEFAULT '',
  process_id INTEGER NOT NULL DEFAULT 0,
  started_at TEXT NOT NULL,
  lease_until TEXT NOT NULL
) STRICT;
