-- name: list_account_days
-- What receipts of ads came to from a day on, of some accounts after one; each account once at least.
SELECT i.id, i.advertiser_id, i.source, i.time_zone, c.date, c.as_of, c.impressions, c.clicks, c.cost, c.conversions, c.conversion_value
FROM (SELECT id, advertiser_id, source, time_zone FROM integrations WHERE id > coalesce(:after, '') ORDER BY id LIMIT :limit) i
LEFT JOIN collection_coverage c ON c.integration_id = i.id AND c.collection_type = 'ads' AND c.date >= :since
ORDER BY i.id, c.date;

-- name: list_suspicions
-- Those of open alerts.
SELECT s.alert_id, s.integration_id, i.advertiser_id, s.since
FROM alerts t JOIN suspicions s ON s.alert_id = t.id JOIN integrations i ON i.id = s.integration_id
WHERE t.closed_at IS NULL
ORDER BY s.alert_id, s.integration_id;

-- name: insert_suspicion
-- No row: the account is under suspicion already, or gone.
INSERT INTO suspicions (alert_id, integration_id, since)
SELECT :alert, i.id, :since FROM integrations i WHERE i.id = :integration
ON CONFLICT (alert_id, integration_id) DO NOTHING;

-- name: end_suspicions
-- What is asked for from now on is trusted.
UPDATE suspicions SET over_asked = :asked WHERE alert_id = :alert AND over_asked IS NULL;

-- name: list_suspect_days
-- Of these accounts, in order: whether the fault lasts, and whether the day is pinned.
SELECT c.integration_id, c.collection_type, c.date, max(s.over_asked IS NULL), max(c.pinned_at IS NOT NULL)
FROM suspicions s JOIN collection_coverage c ON c.integration_id = s.integration_id AND c.collection_type IN ('ads', 'demographics')
  AND c.date >= s.since AND (s.over_asked IS NULL OR c.asked < s.over_asked)
WHERE s.integration_id IN (SELECT value FROM json_each(:integrations))
GROUP BY c.integration_id, c.collection_type, c.date
ORDER BY c.integration_id, c.collection_type, c.date;
