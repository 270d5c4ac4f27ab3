-- Requests that came with a key of their sender's, and their answers, sealed: the same request again is not done again.

CREATE TABLE keyed_requests (
  token_id TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  sealed_answer TEXT,  -- NULL: it still runs
  started_at TEXT NOT NULL,
  PRIMARY KEY (token_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_keyed_requests_started ON keyed_requests (started_at);
