-- What used to live in one process. How full the limits of a scope were when a worker called it last, for people: usage and
-- capacity in tenths.
CREATE TABLE scope_outlooks (
  scope TEXT COLLATE "C" NOT NULL,
  limit_name TEXT COLLATE "C" NOT NULL,
  worker_id UUID NOT NULL,
  tier TEXT NOT NULL,
  usage_tenths BIGINT NOT NULL,
  capacity_tenths BIGINT NOT NULL,  -- 0: not known
  learned BOOLEAN NOT NULL,
  read_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (scope, limit_name)
);
ALTER TABLE scope_outlooks ENABLE ROW LEVEL SECURITY;

-- The monitor's sign-ins, by the hash of what the browser's cookie holds.
CREATE TABLE adfill.api_sessions (
  hash TEXT COLLATE "C" PRIMARY KEY,
  token_id UUID NOT NULL REFERENCES adfill.api_tokens(id) ON DELETE CASCADE,
  ends_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_api_sessions_end ON adfill.api_sessions (ends_at);
