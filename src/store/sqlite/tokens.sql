-- name: list_advertiser_names
-- Of those that may be seen.
SELECT name FROM advertisers WHERE :sight IS NULL OR id IN (SELECT value FROM json_each(:sight)) ORDER BY name;

-- name: list_api_tokens
-- Newest first, from the cursor on; not those that see more than the asker.
SELECT t.id, t.name, t.role, t.advertisers, t.expires_at, t.created_at, t.last_used_at FROM api_tokens t
WHERE t.revoked_at IS NULL
  AND (:sight IS NULL OR (t.advertisers IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM json_each(t.advertisers) seen WHERE seen.value NOT IN (SELECT value FROM json_each(:sight)))))
  AND (:after IS NULL OR (t.created_at, t.id) < (SELECT c.created_at, c.id FROM api_tokens c WHERE c.id = :after))
ORDER BY t.created_at DESC, t.id DESC
LIMIT :limit;

-- name: read_token_for_revocation
-- Its name; not when it sees more than the asker.
SELECT t.name FROM api_tokens t
WHERE t.id = :token AND t.revoked_at IS NULL
  AND (:sight IS NULL OR (t.advertisers IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM json_each(t.advertisers) seen WHERE seen.value NOT IN (SELECT value FROM json_each(:sight)))));

-- name: is_full_admin
-- 1 when it is an admin's that sees everything and is not about to end.
SELECT EXISTS (SELECT 1 FROM api_tokens WHERE id = :token AND revoked_at IS NULL AND role = 'admin' AND advertisers IS NULL
  AND (expires_at IS NULL OR expires_at > :soon));

-- name: has_other_full_admin
-- 1 when there is another such token.
SELECT EXISTS (SELECT 1 FROM api_tokens WHERE id <> :token AND revoked_at IS NULL AND role = 'admin' AND advertisers IS NULL
  AND (expires_at IS NULL OR expires_at > :soon));

-- name: revoke_token
-- It is kept, so that the audit log can be understood.
UPDATE api_tokens SET revoked_at = :now WHERE id = :token;
