DROP VIEW waiting_chunks;
CREATE VIEW waiting_chunks WITH (security_invoker = true) AS
SELECT r.chunk_id, r.integration_id, r.turn, r.priority, r.type_rank, r.chunk_index, r.alone, r.due_at,
  greatest(r.due_at,  -- which leaves NULLs aside
    (SELECT max(l.closed_until) FROM integration_scopes s JOIN rate_limits l ON l.scope = s.scope WHERE s.integration_id = r.integration_id),
    (SELECT l.closed_until FROM rate_limits l WHERE l.scope = i.source)) AS runs_at
FROM released_chunks r JOIN integrations i ON i.id = r.integration_id
WHERE r.token IS NULL AND NOT i.paused AND i.status <> 'needs_auth';
DROP INDEX idx_released_chunks_alone;
DROP INDEX idx_released_chunks_parked;
DROP INDEX idx_released_chunks_round;
CREATE INDEX idx_released_chunks_claim ON released_chunks (turn, integration_id, priority, type_rank, chunk_index, chunk_id) WHERE token IS NULL;
ALTER TABLE released_chunks DROP COLUMN parked_until;
