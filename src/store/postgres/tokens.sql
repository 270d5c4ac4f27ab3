-- name: list_advertiser_names
-- Of those that may be seen.
SELECT name FROM advertisers WHERE CAST(:sight AS uuid[]) IS NULL OR id = ANY (CAST(:sight AS uuid[])) ORDER BY name COLLATE "C";

-- name: list_api_tokens
-- Newest first, from the cursor on; not those that see more than the asker.
SELECT t.id, t.name, t.role, t.advertisers, t.expires_at, t.created_at, t.last_used_at FROM adfill.api_tokens t
WHERE t.revoked_at IS NULL
  AND (CAST(:sight AS uuid[]) IS NULL OR t.advertisers <@ CAST(:sight AS uuid[]))
  AND (CAST(:after AS uuid) IS NULL OR (t.created_at, t.id) < (SELECT c.created_at, c.id FROM adfill.api_tokens c WHERE c.id = :after))
ORDER BY t.created_at DESC, t.id DESC
LIMIT :limit;

-- name: lock_tokens
-- Two admins who revoke each other's tokens at once must not both succeed.
LOCK TABLE adfill.api_tokens IN SHARE ROW EXCLUSIVE MODE;

-- name: read_token_for_revocation
-- Its name; not when it sees more than the asker.
SELECT t.name FROM adfill.api_tokens t
WHERE t.id = :token AND t.revoked_at IS NULL
  AND (CAST(:sight AS uuid[]) IS NULL OR t.advertisers <@ CAST(:sight AS uuid[]));

-- name: is_full_admin
-- True when it is an admin's that sees everything and is not about to end.
SELECT EXISTS (SELECT 1 FROM adfill.api_tokens WHERE id = :token AND revoked_at IS NULL AND role = 'admin' AND advertisers IS NULL
  AND (expires_at IS NULL OR expires_at > :soon));

-- name: has_other_full_admin
-- True when there is another such token.
SELECT EXISTS (SELECT 1 FROM adfill.api_tokens WHERE id <> :token AND revoked_at IS NULL AND role = 'admin' AND advertisers IS NULL
  AND (expires_at IS NULL OR expires_at > :soon));

-- name: revoke_token
-- It is kept, so that the audit log can be understood.
UPDATE adfill.api_tokens SET revoked_at = :now WHERE id = :token;
