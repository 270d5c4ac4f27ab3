-- The round that claims go by has only chunks that may run as far as anybody knows. A claim that meets one which may not
-- (not yet due, a scope or the source closed, its integration paused or without good credentials) parks it until then,
-- and later claims don't meet it: what is closed costs nothing, however much waits behind it.

ALTER TABLE released_chunks ADD COLUMN parked_until TIMESTAMPTZ;  -- NULL: in the round; infinity: until a person acts

DROP INDEX idx_released_chunks_claim;
CREATE INDEX idx_released_chunks_round ON released_chunks (turn, integration_id, priority, type_rank, chunk_index, chunk_id)
  WHERE token IS NULL AND parked_until IS NULL;
CREATE INDEX idx_released_chunks_parked ON released_chunks (parked_until) WHERE token IS NULL AND parked_until IS NOT NULL;
CREATE INDEX idx_released_chunks_alone ON released_chunks (worker_id) WHERE alone AND worker_id IS NOT NULL;

-- Released chunks that nobody works on, with the time from which a claim may take them: their own, or later where
-- one of the integration's scopes, or its whole source, is closed; infinity where a person has to act.
DROP VIEW waiting_chunks;
CREATE VIEW waiting_chunks WITH (security_invoker = true) AS
SELECT r.chunk_id, r.integration_id, r.turn, r.priority, r.type_rank, r.chunk_index, r.alone, r.due_at, r.parked_until,
  CASE WHEN i.paused OR i.status = 'needs_auth' THEN 'infinity'
    ELSE greatest(r.due_at,  -- which leaves NULLs aside
      (SELECT max(l.closed_until) FROM integration_scopes s JOIN rate_limits l ON l.scope = s.scope WHERE s.integration_id = r.integration_id),
      (SELECT l.closed_until FROM rate_limits l WHERE l.scope = i.source)) END AS runs_at
FROM released_chunks r JOIN integrations i ON i.id = r.integration_id
WHERE r.token IS NULL;
