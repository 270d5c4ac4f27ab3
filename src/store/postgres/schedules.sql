-- name: insert_schedule
-- Falls due first after it was made.
INSERT INTO schedules (id, integration_id, collection_type, cron, time_zone, next_due_at, check_due_at, created_at, updated_at)
VALUES (:id, :integration, CAST(:type AS text), :cron, :time_zone, CAST(:next_due_at AS timestamptz), CASE WHEN CAST(:type AS text) = 'creatives' THEN NULL ELSE CAST(:next_due_at AS timestamptz) END, :now, :now);

-- name: list_schedules
-- In the order in which they were made, an account's by type; from the cursor on.
SELECT s.id, s.integration_id, i.advertiser_id, i.source, s.collection_type, s.cron, s.time_zone, i.time_zone, s.paused, s.next_due_at,
  s.last_due_at, s.created_at, s.updated_at
FROM schedules s JOIN integrations i ON i.id = s.integration_id
WHERE (CAST(:sight AS uuid[]) IS NULL OR i.advertiser_id = ANY(CAST(:sight AS uuid[])))
  AND (CAST(:integration AS uuid) IS NULL OR s.integration_id = CAST(:integration AS uuid))
  AND (CAST(:after AS uuid) IS NULL OR (s.created_at, s.integration_id, CASE s.collection_type WHEN 'ads' THEN 0 WHEN 'demographics' THEN 1 ELSE 2 END) >
       (SELECT c.created_at, c.integration_id, CASE c.collection_type WHEN 'ads' THEN 0 WHEN 'demographics' THEN 1 ELSE 2 END FROM schedules c WHERE c.id = CAST(:after AS uuid)))
ORDER BY s.created_at, s.integration_id, CASE s.collection_type WHEN 'ads' THEN 0 WHEN 'demographics' THEN 1 ELSE 2 END
LIMIT :limit;

-- name: read_schedule
-- One of them.
SELECT s.id, s.integration_id, i.advertiser_id, i.source, s.collection_type, s.cron, s.time_zone, i.time_zone, s.paused, s.next_due_at,
  s.last_due_at, s.created_at, s.updated_at
FROM schedules s JOIN integrations i ON i.id = s.integration_id
WHERE s.id = :schedule;

-- name: change_schedule
-- What is given; the rest stays.
UPDATE schedules SET cron = coalesce(CAST(:cron AS text), cron), time_zone = coalesce(CAST(:time_zone AS text), time_zone), paused = coalesce(CAST(:paused AS boolean), paused),
  next_due_at = coalesce(CAST(:next_due_at AS timestamptz), next_due_at), updated_at = :now
WHERE id = :schedule;

-- name: list_due_schedules
-- The longest due first.
SELECT s.id, s.integration_id, i.advertiser_id, i.source, s.collection_type, s.cron, s.time_zone, i.time_zone, s.paused, s.next_due_at,
  s.last_due_at, s.created_at, s.updated_at
FROM schedules s JOIN integrations i ON i.id = s.integration_id
WHERE s.next_due_at <= :now AND NOT s.paused AND NOT i.paused AND i.status <> 'needs_auth'
ORDER BY s.next_due_at, s.id
LIMIT :limit;

-- name: insert_schedule_run
-- No row: another scheduler was first.
INSERT INTO schedule_runs (schedule_id, due_at, made_at) VALUES (:schedule, :due_at, :now) ON CONFLICT DO NOTHING;

-- name: advance_schedule
-- Unless it was changed meanwhile.
UPDATE schedules SET next_due_at = :next_due_at, last_due_at = :due_at WHERE id = :schedule AND next_due_at = :due_at;

-- name: schedule_run_made_job
-- Which job a due time became.
UPDATE schedule_runs SET job_id =
  (SELECT j.id FROM collection_jobs j
   WHERE j.integration_id = :integration AND j.collection_type = :type AND j.mode = :mode AND j.start_date = :since AND j.end_date = :until
     AND j.status IN ('pending', 'running'))
WHERE schedule_id = :schedule AND due_at = :due_at;

-- name: forget_schedule_runs
-- Those long before this one; what is unique now is unique still.
DELETE FROM schedule_runs WHERE schedule_id = :schedule AND due_at < :oldest;

-- name: list_covered_days
-- In order, with the time of their snapshot, and since when what moved them is known.
SELECT date, as_of, rows, cost, pinned_at IS NOT NULL, first_at, history_since FROM collection_coverage
WHERE integration_id = :integration AND collection_type = :type ORDER BY date;

-- name: list_open_ranges
-- What is being collected, or will be.
SELECT q.start_date, q.end_date FROM collection_jobs j JOIN collection_queue q ON q.job_id = j.id
WHERE j.integration_id = :integration AND j.status IN ('pending', 'running') AND j.collection_type = :type
  AND q.status IN ('pending', 'processing');

-- name: list_failed_ranges
-- Newest last.
SELECT start_date, end_date, coalesce(last_error_at, completed_at, updated_at), cancelled_at IS NOT NULL FROM collection_queue
WHERE integration_id = :integration AND collection_type = :type AND status = 'failed'
ORDER BY updated_at;

-- name: read_window_days
-- How many days back figures are collected again, where it is set for the type or the source.
SELECT value FROM platform_configs
WHERE source = (SELECT source FROM integrations WHERE id = :integration) AND name IN ('restatement_days_' || CAST(:type AS text), 'restatement_days')
ORDER BY name DESC LIMIT 1;
