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

-- name: find_session
-- The token that it stands for, as find_token tells it; nothing when either has ended.
SELECT t.id, t.name, t.role, t.advertisers, t.expires_at, t.last_used_at IS NULL OR t.last_used_at < :noted_before
FROM api_sessions s JOIN api_tokens t ON t.id = s.token_id
WHERE s.hash = :hash AND s.ends_at > :now AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > :now);

-- name: insert_session
-- Its hash only.
INSERT INTO api_sessions (hash, token_id, ends_at) VALUES (:hash, :token, :ends_at);

-- name: close_session
-- Signed out.
DELETE FROM api_sessions WHERE hash = :hash;

-- name: forget_ended_sessions
-- Whenever somebody signs in.
DELETE FROM api_sessions WHERE ends_at <= :now;

-- name: forget_first_sessions
-- Of too many those that end first.
DELETE FROM api_sessions WHERE hash IN (SELECT hash FROM api_sessions ORDER BY ends_at DESC, hash LIMIT -1 OFFSET :most);

-- name: note_token_use
-- For people, to the minute.
UPDATE api_tokens SET last_used_at = :now WHERE id = :id;

-- name: write_audit
-- Who did what, in the transaction of what was done.
INSERT INTO audit_log (at, who, what, subject) VALUES (:now, :who, :what, :subject);

-- name: list_audit
-- Newest first.
SELECT id, at, who, what, subject FROM audit_log WHERE :after IS NULL OR id < :after ORDER BY id DESC LIMIT :limit;
