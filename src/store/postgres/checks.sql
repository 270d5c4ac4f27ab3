-- The nightly check of older days.

-- name: list_due_checks
-- The longest due first. None of an account that is paused, waits for credentials, is being collected, or whose scopes or
-- source are closed.
SELECT s.id, s.next_due_at, i.id, i.source, s.collection_type
FROM schedules s JOIN integrations i ON i.id = s.integration_id
WHERE s.check_due_at <= :now AND NOT s.paused AND NOT i.paused AND i.status <> 'needs_auth'
  AND NOT EXISTS (SELECT 1 FROM collection_jobs j
                  WHERE j.integration_id = i.id AND j.collection_type = s.collection_type AND j.status IN ('pending', 'running'))
  AND NOT EXISTS (SELECT 1 FROM integration_scopes x JOIN rate_limits l ON l.scope = x.scope
                  WHERE x.integration_id = i.id AND l.closed_until > :now)
  AND NOT EXISTS (SELECT 1 FROM rate_limits l WHERE l.scope = i.source AND l.closed_until > :now)
ORDER BY s.check_due_at, s.id
LIMIT :limit
FOR UPDATE OF s SKIP LOCKED;

-- name: take_check
-- Its next one.
UPDATE schedules SET check_due_at = :check_due_at WHERE id = :schedule;

-- name: list_settled_days
-- In order of days.
SELECT date, as_of, checked_at, coalesce(platform_impressions, impressions), coalesce(platform_clicks, clicks), coalesce(platform_cost, cost)
FROM collection_coverage
WHERE integration_id = :integration AND collection_type = :type AND NOT inside_window AND pinned_at IS NULL
ORDER BY date;

-- name: note_check
-- The platform told of the day what it had told before.
UPDATE collection_coverage SET checked_at = :now WHERE integration_id = :integration AND collection_type = :type AND date = :date;
