-- name: list_watched
-- Every schedule with what tells whether its figures are there.
SELECT s.integration_id, i.advertiser_id, i.source, coalesce(nullif(i.account_name, ''), i.account_id), i.time_zone, s.collection_type, i.status,
  coalesce(i.last_error, ''), i.credentials_expire_at, (s.paused OR i.paused), s.last_due_at, s.next_due_at,
  (SELECT max(c.date) FROM collection_coverage c WHERE c.integration_id = s.integration_id AND c.collection_type = s.collection_type),
  (SELECT count(*) FROM collection_coverage c WHERE c.integration_id = s.integration_id AND c.collection_type = s.collection_type
     AND c.difference = 'unexplained'),
  (SELECT max(c.date) FROM collection_coverage c WHERE c.integration_id = s.integration_id AND c.collection_type = s.collection_type
     AND c.difference = 'unexplained')
FROM schedules s JOIN integrations i ON i.id = s.integration_id
ORDER BY i.created_at, s.integration_id, s.collection_type;

-- name: list_failed_chunks
-- Not the cancelled ones, with how many of their days were collected by a later request.
SELECT q.job_id, q.integration_id, i.advertiser_id, i.source, coalesce(nullif(i.account_name, ''), i.account_id), q.collection_type, j.status,
  q.start_date, q.end_date, coalesce(q.error_message, ''), q.unparsable_before,
  (SELECT count(*) FROM collection_coverage c WHERE c.integration_id = q.integration_id AND c.collection_type = q.collection_type
     AND c.asked > j.asked AND (q.collection_type = 'creatives' OR c.date BETWEEN q.start_date AND q.end_date))
FROM collection_queue q JOIN collection_jobs j ON j.id = q.job_id JOIN integrations i ON i.id = q.integration_id
WHERE q.status = 'failed' AND q.cancelled_at IS NULL AND q.updated_at >= :since
ORDER BY q.updated_at, q.id;

-- name: list_outages
-- How many accounts of a source met an outage lately.
SELECT i.source, count(DISTINCT q.integration_id)
FROM collection_attempts a JOIN collection_queue q ON q.id = a.chunk_id JOIN integrations i ON i.id = q.integration_id
WHERE a.failure_kind = 'outage' AND a.ended_at >= :since
GROUP BY i.source
ORDER BY i.source;

-- name: insert_alert
-- No row: one is open already.
INSERT INTO alerts (id, kind, subject, integration_id, source, message, parameters, opened_at, told_at)
VALUES (:id, :kind, :subject, :integration, :source, :message, :parameters, :now, :now)
ON CONFLICT (kind, subject) WHERE closed_at IS NULL DO NOTHING;

-- name: renew_alert
-- No row: it was told of, or closed, meanwhile.
UPDATE alerts SET message = :message, parameters = :parameters, told_at = coalesce(CAST(:told_at AS timestamptz), told_at)
WHERE id = :id AND closed_at IS NULL AND told_at = :told_before;

-- name: close_alert
-- No row: it is closed.
UPDATE alerts SET closed_at = :now WHERE id = :id AND closed_at IS NULL;

-- name: list_alerts
-- Open ones first, newest first, from the cursor on; those of no account are for everyone, a fall for those who may see
-- one of the accounts.
SELECT t.id, t.kind, t.subject, t.integration_id, i.advertiser_id, t.source, coalesce(nullif(i.account_name, ''), i.account_id, ''), t.message,
  t.parameters, t.opened_at, t.told_at, t.closed_at
FROM alerts t LEFT JOIN integrations i ON i.id = t.integration_id
WHERE (CAST(:sight AS uuid[]) IS NULL OR (t.integration_id IS NULL AND t.kind <> 'metric_fall') OR i.advertiser_id = ANY (CAST(:sight AS uuid[]))
    OR (t.kind = 'metric_fall' AND EXISTS (SELECT 1 FROM suspicions s JOIN integrations f ON f.id = s.integration_id
        WHERE s.alert_id = t.id AND f.advertiser_id = ANY (CAST(:sight AS uuid[])))))
  AND (CAST(:open AS boolean) IS NULL OR (t.closed_at IS NULL) = CAST(:open AS boolean))
  AND (CAST(:after AS uuid) IS NULL OR ((t.closed_at IS NULL), t.opened_at, t.id) < (SELECT (c.closed_at IS NULL), c.opened_at, c.id FROM alerts c WHERE c.id = :after))
ORDER BY (t.closed_at IS NULL) DESC, t.opened_at DESC, t.id DESC
LIMIT :limit;

-- name: list_alert_channels
-- Newest first, from the cursor on; not those that see more than the asker. With what became of their deliveries.
SELECT t.id, t.kind, t.label, t.sealed, t.advertisers, t.created_at,
  (SELECT max(d.delivered_at) FROM adfill.alert_deliveries d WHERE d.channel_id = t.id),
  coalesce((SELECT d.error FROM adfill.alert_deliveries d WHERE d.channel_id = t.id ORDER BY d.created_at DESC, d.id DESC LIMIT 1), '')
FROM adfill.alert_channels t
WHERE (CAST(:sight AS uuid[]) IS NULL OR t.advertisers <@ CAST(:sight AS uuid[]))
  AND (CAST(:after AS uuid) IS NULL OR (t.created_at, t.id) < (SELECT c.created_at, c.id FROM adfill.alert_channels c WHERE c.id = :after))
ORDER BY t.created_at DESC, t.id DESC
LIMIT :limit;

-- name: insert_alert_channel
-- Its target and secret are sealed.
INSERT INTO adfill.alert_channels (id, kind, label, sealed, advertisers, created_at) VALUES (:id, :kind, :label, :sealed, :advertisers, :now);

-- name: remove_alert_channel
-- With what was still to be told; not one that sees more than the asker.
DELETE FROM adfill.alert_channels
WHERE id = :channel AND (CAST(:sight AS uuid[]) IS NULL OR advertisers <@ CAST(:sight AS uuid[]));

-- name: reseal_alert_channel
-- The same target under another key.
UPDATE adfill.alert_channels SET sealed = :sealed_anew WHERE id = :channel AND sealed = :sealed;

-- name: insert_alert_delivery
-- Due at once. No row: the channel is gone.
INSERT INTO adfill.alert_deliveries (id, channel_id, payload, created_at, due_at)
SELECT CAST(:id AS uuid), c.id, CAST(:payload AS text), CAST(:now AS timestamptz), CAST(:now AS timestamptz) FROM adfill.alert_channels c WHERE c.id = :channel;

-- name: list_due_deliveries
-- The longest due first.
SELECT d.id, d.channel_id, c.kind, c.sealed, d.payload, d.attempts + 1
FROM adfill.alert_deliveries d JOIN adfill.alert_channels c ON c.id = d.channel_id
WHERE d.due_at <= :now
ORDER BY d.due_at, d.id
LIMIT :limit
FOR UPDATE OF d SKIP LOCKED;

-- name: take_delivery
-- Due again if whoever took it never says how it went.
UPDATE adfill.alert_deliveries SET attempts = attempts + 1, due_at = :again_at WHERE id = :id;

-- name: end_delivery
-- Arrived, to be tried again, or given up.
UPDATE adfill.alert_deliveries SET due_at = :again_at, delivered_at = :delivered_at, error = :error WHERE id = :id;

-- name: forget_deliveries
-- Long over.
DELETE FROM adfill.alert_deliveries WHERE due_at IS NULL AND created_at < :oldest;
