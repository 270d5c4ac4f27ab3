-- name: forget_old_requests
-- A day old, or never answered because their process died.
DELETE FROM keyed_requests WHERE started_at < :day_ago OR (sealed_answer IS NULL AND started_at < :abandoned_before);

-- name: insert_request
-- Nothing where the key is in use.
INSERT INTO keyed_requests (token_id, key, fingerprint, started_at) VALUES (:token, :key, :fingerprint, :now)
ON CONFLICT (token_id, key) DO NOTHING;

-- name: read_request
-- The first one with that key.
SELECT fingerprint, sealed_answer FROM keyed_requests WHERE token_id = :token AND key = :key;

-- name: answer_request
-- For whoever sends it again.
UPDATE keyed_requests SET sealed_answer = :answer WHERE token_id = :token AND key = :key;

-- name: delete_request
-- As if it had never come.
DELETE FROM keyed_requests WHERE token_id = :token AND key = :key;

-- name: delete_requests
-- Their answers can't be opened under a new key.
DELETE FROM keyed_requests;

-- name: reseal_credentials
-- Under another key; only what was read before.
UPDATE adfill_credentials SET sealed = :sealed_anew WHERE integration_id = :integration AND sealed = :sealed;
