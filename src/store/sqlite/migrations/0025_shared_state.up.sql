-- What used to live in one process. How full the limits of a scope were when a worker called it last, for people: usage and
-- capacity in tenths.
CREATE TABLE scope_outlooks (
  scope TEXT NOT NULL,
  limit_name TEXT NOT NULL,
  worker_id TEXT NOT NULL,
  tier TEXT NOT NULL,
  usage_tenths INTEGER NOT NULL,
  capacity_tenths INTEGER NOT NULL,  -- 0: not known
  learned INTEGER NOT NULL,
  read_at TEXT NOT NULL,
  PRIMARY KEY (scope, limit_name)
) STRICT, WITHOUT ROWID;

-- The monitor's sign-ins, by the hash of what the browser's cookie holds.
CREATE TABLE api_sessions (
  hash TEXT PRIMARY KEY NOT NULL,
  token_id TEXT NOT NULL REFERENCES api_tokens(id) ON DELETE CASCADE,
  ends_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_api_sessions_end ON api_sessions (ends_at);
