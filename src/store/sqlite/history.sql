-- What commits changed, what a day was before, and what of it is forgotten.

-- name: insert_day_change
-- The receipt that the day has, and what takes its place. Nothing, where the day was not there before.
INSERT INTO day_changes (integration_id, collection_type, date, attempt, asked, at, previous_asked, previous_as_of, previous_report_id, previous_attribution, previous_rows, previous_impressions,
  previous_clicks, previous_cost, previous_platform_impressions, previous_platform_clicks, previous_platform_cost,
  rows, impressions, clicks, cost, rows_added, rows_changed, rows_removed)
SELECT integration_id, collection_type, date, :attempt, :asked, :now, asked, as_of, report_id, attribution, rows, impressions,
  clicks, cost, platform_impressions, platform_clicks, platform_cost, :rows, :impressions, :clicks, :cost, :added, :changed, :removed
FROM collection_coverage WHERE integration_id = :integration AND collection_type = :type AND date = :date;

-- name: keep_added
-- There was no such row.
INSERT INTO row_changes (change_id, key, change) VALUES (:change_id, :key, 'added');

-- name: list_day_changes
-- A day's newest first.
SELECT id, attempt, date, asked, at, previous_as_of, previous_rows, rows, previous_impressions, previous_clicks, previous_cost,
  impressions, clicks, cost, rows_added, rows_changed, rows_removed
FROM day_changes
WHERE integration_id = :integration AND collection_type = :type AND date BETWEEN :since AND :until
ORDER BY date, id DESC;

-- name: list_changed_days
-- Those that a later commit has changed.
SELECT DISTINCT date FROM day_changes
WHERE integration_id = :integration AND collection_type = :type AND date BETWEEN :since AND :until AND at > :at
ORDER BY date;

-- name: list_row_changes
-- Of a day, after a moment and from a commit on; the newest first.
SELECT r.key, r.change, r.campaign_id, r.campaign_name, r.ad_group_id, r.ad_group_name, r.ad_id, r.ad_name, r.currency,
  r.impressions, r.clicks, r.cost, r.conversions, r.conversion_value, r.reach, r.details, r.details_hash
FROM day_changes c JOIN row_changes r ON r.change_id = c.id
WHERE c.integration_id = :integration AND c.collection_type = :type AND c.date = :date AND c.at > :at AND c.id >= :from
ORDER BY c.id DESC;

-- name: list_known_days
-- Since when each day is there, and since when all that changed it is known.
SELECT date, first_at, history_since FROM collection_coverage
WHERE integration_id = :integration AND collection_type = :type AND date BETWEEN :since AND :until
ORDER BY date;

-- name: list_changes_of_attempt
-- With what the receipts of its days were before.
SELECT id, collection_type, date, previous_as_of, previous_report_id, previous_attribution, previous_platform_impressions,
  previous_platform_clicks, previous_platform_cost
FROM day_changes
WHERE integration_id = :integration AND attempt = :attempt
ORDER BY collection_type, date, id;

-- name: history_begins
-- What the day was before is not known any more.
UPDATE collection_coverage SET history_since = CASE WHEN history_since > :since THEN history_since ELSE :since END
WHERE integration_id = :integration AND collection_type = :type AND date = :date;

-- name: release_days
-- The next snapshot counts again.
UPDATE collection_coverage SET pinned_at = NULL
WHERE integration_id = :integration AND collection_type = :type AND date BETWEEN :since AND :until AND pinned_at IS NOT NULL;

-- name: list_old_changes
-- The oldest first.
SELECT id, integration_id, collection_type, date, at, rows_added + rows_changed + rows_removed FROM day_changes
WHERE at < :horizon ORDER BY at, id LIMIT :limit;

-- name: forget_change
-- Its rows go along.
DELETE FROM day_changes WHERE id = :id;

-- name: list_old_jobs
-- Finished ones that nobody needs: not the newest of their kind, by which the account's status is told, and none whose failed
-- or cancelled days nobody has collected since, by which daily jobs know what to leave alone.
SELECT j.id FROM collection_jobs j
WHERE j.completed_at < :horizon AND j.status IN ('completed', 'partial', 'failed', 'cancelled')
  AND j.asked < (SELECT max(l.asked) FROM collection_jobs l
    WHERE l.integration_id = j.integration_id AND l.collection_type = j.collection_type AND (l.mode = 'initial') = (j.mode = 'initial')
      AND l.status IN ('completed', 'partial', 'failed'))
  AND NOT EXISTS (SELECT 1 FROM collection_queue q
    WHERE q.job_id = j.id AND q.status = 'failed' AND q.collection_type <> 'creatives'
      AND (SELECT count(*) FROM collection_coverage c
        WHERE c.integration_id = q.integration_id AND c.collection_type = q.collection_type AND c.date BETWEEN q.start_date AND q.end_date)
        < julianday(q.end_date) - julianday(q.start_date) + 1)
ORDER BY j.completed_at LIMIT :limit;

-- name: roll_up_job
-- What it came to stays, with its month's.
INSERT INTO job_rollups AS t (integration_id, collection_type, mode, month, jobs, chunks_completed, chunks_failed, rows)
SELECT integration_id, collection_type, mode, substr(completed_at, 1, 7), 1, chunks_completed, chunks_failed, rows FROM collection_jobs WHERE id = :job
ON CONFLICT (integration_id, collection_type, mode, month) DO UPDATE SET jobs = t.jobs + 1,
  chunks_completed = t.chunks_completed + excluded.chunks_completed, chunks_failed = t.chunks_failed + excluded.chunks_failed,
  rows = t.rows + excluded.rows;

-- name: delete_job
-- With its chunks and their attempts.
DELETE FROM collection_jobs WHERE id = :job;
