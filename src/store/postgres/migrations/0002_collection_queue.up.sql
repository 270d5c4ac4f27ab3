-- Jobs, their chunks, and who works on what.

-- Jobs and requests to platforms share the sequence.
CREATE SEQUENCE asked_sequence;

CREATE TABLE collection_jobs (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  integration_id UUID NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  collection_type TEXT NOT NULL,
  mode TEXT NOT NULL DEFAULT 'initial',
  status TEXT NOT NULL DEFAULT 'pending',
  start_date DATE NOT NULL,
  end_date DATE NOT NULL,
  newest_first BOOLEAN NOT NULL DEFAULT false,
  asked BIGINT NOT NULL DEFAULT 0,  -- 0: put in by plain SQL; the sweep draws its number
  chunks_total INTEGER NOT NULL DEFAULT 0,
  chunks_completed INTEGER NOT NULL DEFAULT 0,
  chunks_failed INTEGER NOT NULL DEFAULT 0,
  rows BIGINT NOT NULL DEFAULT 0,
  error_message TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  started_at TIMESTAMPTZ,
  completed_at TIMESTAMPTZ,
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT valid_status CHECK (status IN ('pending', 'running', 'completed', 'partial', 'failed', 'cancelled')),
  CONSTRAINT valid_collection_type CHECK (collection_type IN ('ads', 'demographics', 'creatives')),
  CONSTRAINT valid_mode CHECK (mode IN ('initial', 'daily', 'manual')),
  CONSTRAINT valid_range CHECK (start_date <= end_date),
  CONSTRAINT valid_counts CHECK (chunks_completed >= 0 AND chunks_failed >= 0 AND chunks_completed + chunks_failed <= chunks_total)
);
ALTER TABLE collection_jobs ENABLE ROW LEVEL SECURITY;
-- A repeated request finds the job that is open already.
CREATE UNIQUE INDEX one_open_job ON collection_jobs (integration_id, collection_type, mode, start_date, end_date)
  WHERE status IN ('pending', 'running');
CREATE INDEX idx_collection_jobs_created ON collection_jobs (created_at, asked, id);
CREATE INDEX idx_collection_jobs_integration ON collection_jobs (integration_id, created_at, asked, id);
-- What an integration's status is made of: the newest job of each type, of its backfill and of the rest.
CREATE INDEX idx_collection_jobs_newest ON collection_jobs (integration_id, collection_type, (mode = 'initial'), asked);
CREATE INDEX idx_collection_jobs_unnumbered ON collection_jobs (id) WHERE asked = 0;

CREATE TABLE collection_queue (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  job_id UUID NOT NULL REFERENCES collection_jobs (id) ON DELETE CASCADE,
  integration_id UUID NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  chunk_index INTEGER NOT NULL,
  start_date DATE NOT NULL,
  end_date DATE NOT NULL,
  collection_type TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending',
  retry_count INTEGER NOT NULL DEFAULT 0,
  max_retries INTEGER NOT NULL DEFAULT 3,
  error_message TEXT,
  last_error_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  started_at TIMESTAMPTZ,
  completed_at TIMESTAMPTZ,
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  lost_count INTEGER NOT NULL DEFAULT 0,              -- workers lost in a row
  unparsable_before BOOLEAN NOT NULL DEFAULT false,  -- its last attempt met an answer that we can't read
  rows BIGINT NOT NULL DEFAULT 0,
  notice TEXT,
  cancelled_at TIMESTAMPTZ,
  CONSTRAINT valid_status CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
  CONSTRAINT valid_collection_type CHECK (collection_type IN ('ads', 'demographics', 'creatives')),
  CONSTRAINT valid_retry_count CHECK (retry_count >= 0 AND retry_count <= max_retries),
  UNIQUE (job_id, chunk_index)
);
ALTER TABLE collection_queue ENABLE ROW LEVEL SECURITY;
CREATE INDEX idx_collection_queue_status_created ON collection_queue (status, created_at) WHERE status IN ('pending', 'processing');
CREATE INDEX idx_collection_queue_job_id ON collection_queue (job_id, status);
CREATE INDEX idx_collection_queue_integration ON collection_queue (integration_id);
-- What releasing reads: a job's next pending chunk, however many chunks it has.
CREATE INDEX idx_collection_queue_next ON collection_queue (job_id, chunk_index) WHERE status = 'pending';

-- What claims read: the few chunks that may run, or are running. A row leaves when its chunk is done.
CREATE TABLE released_chunks (
  chunk_id UUID PRIMARY KEY REFERENCES collection_queue (id) ON DELETE CASCADE,
  integration_id UUID NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  turn BIGINT NOT NULL,         -- its integration's
  priority SMALLINT NOT NULL,   -- 0 daily or manual, 1 backfill
  type_rank SMALLINT NOT NULL,  -- ads, demographics, creatives
  chunk_index INTEGER NOT NULL,
  due_at TIMESTAMPTZ NOT NULL,
  alone BOOLEAN NOT NULL DEFAULT false,
  worker_id UUID,
  token UUID,
  CHECK ((worker_id IS NULL) = (token IS NULL))
);
ALTER TABLE released_chunks ENABLE ROW LEVEL SECURITY;
-- It lives on churn: dead rows are taken away early, whatever the size of the rest of the database.
ALTER TABLE released_chunks SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
CREATE INDEX idx_released_chunks_claim ON released_chunks (turn, integration_id, priority, type_rank, chunk_index, chunk_id) WHERE token IS NULL;
CREATE INDEX idx_released_chunks_integration ON released_chunks (integration_id, priority);
CREATE UNIQUE INDEX idx_released_chunks_token ON released_chunks (token) WHERE token IS NOT NULL;
CREATE INDEX idx_released_chunks_worker ON released_chunks (worker_id) WHERE worker_id IS NOT NULL;

-- Released chunks that nobody works on, with the time from which a claim may take them: their own, or later where
-- one of the integration's scopes, or its whole source, is closed.
CREATE VIEW waiting_chunks WITH (security_invoker = true) AS
SELECT r.chunk_id, r.integration_id, r.turn, r.priority, r.type_rank, r.chunk_index, r.alone, r.due_at,
  greatest(r.due_at,  -- which leaves NULLs aside
    (SELECT max(l.closed_until) FROM integration_scopes s JOIN rate_limits l ON l.scope = s.scope WHERE s.integration_id = r.integration_id),
    (SELECT l.closed_until FROM rate_limits l WHERE l.scope = i.source)) AS runs_at
FROM released_chunks r JOIN integrations i ON i.id = r.integration_id
WHERE r.token IS NULL AND NOT i.paused AND i.status <> 'needs_auth';

-- The last attempts at each chunk, for people. Their authority over commits is released_chunks.token alone.
CREATE TABLE collection_attempts (
  token UUID PRIMARY KEY,
  chunk_id UUID NOT NULL REFERENCES collection_queue (id) ON DELETE CASCADE,
  worker_id UUID NOT NULL,
  started_at TIMESTAMPTZ NOT NULL,
  ended_at TIMESTAMPTZ,
  outcome TEXT,
  failure_kind TEXT,
  failure_code TEXT,
  failure_message TEXT,
  trace_id TEXT
);
ALTER TABLE collection_attempts ENABLE ROW LEVEL SECURITY;
CREATE INDEX idx_collection_attempts_chunk ON collection_attempts (chunk_id, started_at);

CREATE TABLE running_reports (
  chunk_id UUID NOT NULL REFERENCES collection_queue (id) ON DELETE CASCADE,
  report_id TEXT COLLATE "C" NOT NULL,
  start_date DATE NOT NULL,
  end_date DATE NOT NULL,
  asked BIGINT NOT NULL,
  started_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (chunk_id, report_id)
);
ALTER TABLE running_reports ENABLE ROW LEVEL SECURITY;

CREATE TABLE workers (
  id UUID PRIMARY KEY,
  host TEXT NOT NULL DEFAULT '',
  process_id INTEGER NOT NULL DEFAULT 0,
  started_at TIMESTAMPTZ NOT NULL,
  lease_until TIMESTAMPTZ NOT NULL,
  lease INTERVAL NOT NULL  -- its length: so long is waited after the database itself was away
);
ALTER TABLE workers ENABLE ROW LEVEL SECURITY;
