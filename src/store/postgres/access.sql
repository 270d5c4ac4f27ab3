-- name: has_tokens
-- True when there is a token that was not revoked.
SELECT EXISTS (SELECT 1 FROM adfill.api_tokens WHERE revoked_at IS NULL);

-- name: insert_token
-- Its hash only.
INSERT INTO adfill.api_tokens (id, name, hash, role, advertisers, created_at, expires_at)
VALUES (:id, :name, :hash, :role, CAST(:advertisers AS uuid[]), :now, :expires_at);

-- name: find_token
-- Not revoked. Its last column is until when it is valid (NULL: for ever), which who asks compares with the transaction's
-- time: that one comes in the same round trip.
SELECT id, name, role, advertisers, expires_at, last_used_at, expires_at FROM adfill.api_tokens
WHERE hash = :hash AND revoked_at IS NULL;

-- name: find_session
-- The token that it stands for, as find_token tells it, valid until either ends.
SELECT t.id, t.name, t.role, t.advertisers, t.expires_at, t.last_used_at, least(s.ends_at, t.expires_at)
FROM adfill.api_sessions s JOIN adfill.api_tokens t ON t.id = s.token_id
WHERE s.hash = :hash AND t.revoked_at IS NULL;

-- name: insert_session
-- Its hash only.
INSERT INTO adfill.api_sessions (hash, token_id, ends_at) VALUES (:hash, :token, :ends_at);

-- name: close_session
-- Signed out.
DELETE FROM adfill.api_sessions WHERE hash = :hash;

-- name: forget_ended_sessions
-- Whenever somebody signs in.
DELETE FROM adfill.api_sessions WHERE ends_at <= :now;

-- name: forget_first_sessions
-- Of too many those that end first.
DELETE FROM adfill.api_sessions WHERE hash IN (SELECT hash FROM adfill.api_sessions ORDER BY ends_at DESC, hash LIMIT ALL OFFSET :most);

-- name: note_token_use
-- For people, to the minute.
UPDATE adfill.api_tokens SET last_used_at = :now WHERE id = :id;

-- name: write_audit
-- Who did what, in the transaction of what was done.
INSERT INTO audit_log (at, who, what, subject) VALUES (:now, :who, :what, :subject);

-- name: list_audit
-- Newest first.
SELECT id, at, who, what, subject FROM audit_log WHERE CAST(:after AS bigint) IS NULL OR id < CAST(:after AS bigint) ORDER BY id DESC LIMIT :limit;
