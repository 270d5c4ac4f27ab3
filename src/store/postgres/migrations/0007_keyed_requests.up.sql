-- Requests that came with a key of their sender's, and their answers, sealed: the same request again is not done again.

CREATE TABLE adfill.keyed_requests (
  token_id UUID NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  sealed_answer TEXT,  -- NULL: it still runs
  started_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (token_id, key)
);
CREATE INDEX idx_keyed_requests_started ON adfill.keyed_requests (started_at);
