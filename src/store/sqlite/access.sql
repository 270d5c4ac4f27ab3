-- name: has_tokens
-- 1 when there is a token that was not revoked.
SELECT EXISTS (SELECT 1 FROM api_tokens WHERE revoked_at IS NULL);

-- name: insert_token
-- Its hash only.
INSERT INTO api_tokens (id, name, hash, role, advertisers, created_at, expires_at)
VALUES (:id, :name, :hash, :role, :advertisers, :now, :expires_at);

-- name: find_token
-- Valid now; and whether its last use is so long ago that it is worth writing down.
SELECT id, name, role, advertisers, expires_at, last_used_at IS NULL OR last_used_at < :noted_before FROM api_tokens
WHERE hash = :hash AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > :now);

-- name: note_token_use
-- For people, to the minute.
UPDATE api_tokens SET last_used_at = :now WHERE id = :id;

-- name: write_audit
-- Who did what, in the transaction of what was done.
INSERT INTO audit_log (at, who, what, subject) VALUES (:now, :who, :what, :subject);

-- name: list_audit
-- Newest first.
SELECT id, at, who, what, subject FROM audit_log WHERE :after IS NULL OR id < :after ORDER BY id DESC LIMIT :limit;
