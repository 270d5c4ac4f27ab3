-- What commits changed, what a day was before, and what of it is forgotten.

-- name: insert_day_change
-- Of several days of a chunk: the receipts that they had, and what takes their place.
INSERT INTO day_changes (integration_id, collection_type, date, attempt, asked, at, previous_asked, previous_as_of, previous_report_id, previous_attribution, previous_rows, previous_impressions,
  previous_clicks, previous_cost, previous_platform_impressions, previous_platform_clicks, previous_platform_cost,
  rows, impressions, clicks, cost, rows_added, rows_changed, rows_removed)
SELECT :integration, :type, r.date, :attempt, r.asked, :now, r.previous_asked, r.previous_as_of, r.previous_report_id, r.previous_attribution,
  r.previous_rows, r.previous_impressions, r.previous_clicks, r.previous_cost, r.platform_impressions, r.platform_clicks, r.platform_cost,
  r.rows, r.impressions, r.clicks, r.cost, r.rows_added, r.rows_changed, r.rows_removed
FROM unnest(CAST(:dates AS date[]), CAST(:asked AS bigint[]), CAST(:previous_asked AS bigint[]), CAST(:previous_as_of AS timestamptz[]),
  CAST(:reports AS text[]), CAST(:attributions AS text[]), CAST(:previous_rows AS bigint[]), CAST(:previous_impressions AS bigint[]),
  CAST(:previous_clicks AS bigint[]), CAST(:previous_costs AS numeric[]), CAST(:platform_impressions AS bigint[]),
  CAST(:platform_clicks AS bigint[]), CAST(:platform_costs AS numeric[]), CAST(:rows AS bigint[]), CAST(:impressions AS bigint[]),
  CAST(:clicks AS bigint[]), CAST(:costs AS numeric[]), CAST(:added AS bigint[]), CAST(:changed AS bigint[]), CAST(:removed AS bigint[]))
  AS r (date, asked, previous_asked, previous_as_of, previous_report_id, previous_attribution, previous_rows, previous_impressions,
    previous_clicks, previous_cost, platform_impressions, platform_clicks, platform_cost, rows, impressions, clicks, cost,
    rows_added, rows_changed, rows_removed)
RETURNING date, id;

-- name: keep_added
-- There were no such rows.
INSERT INTO row_changes (change_id, key, change)
SELECT r.change_id, r.key, 'added' FROM unnest(CAST(:change_ids AS bigint[]), CAST(:keys AS text[])) AS r (change_id, key);

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
        < q.end_date - q.start_date + 1)
ORDER BY j.completed_at LIMIT :limit
FOR UPDATE OF j SKIP LOCKED;

-- name: roll_up_job
-- What it came to stays, with its month's.
INSERT INTO job_rollups AS t (integration_id, collection_type, mode, month, jobs, chunks_completed, chunks_failed, rows)
SELECT integration_id, collection_type, mode, to_char(completed_at AT TIME ZONE 'UTC', 'YYYY-MM'), 1, chunks_completed, chunks_failed, rows FROM collection_jobs WHERE id = :job
ON CONFLICT (integration_id, collection_type, mode, month) DO UPDATE SET jobs = t.jobs + 1,
  chunks_completed = t.chunks_completed + excluded.chunks_completed, chunks_failed = t.chunks_failed + excluded.chunks_failed,
  rows = t.rows + excluded.rows;

-- name: delete_job
-- With its chunks and their attempts.
DELETE FROM collection_jobs WHERE id = :job;

-- name: prune_alone
-- PostgreSQL only: one machine at a time; the others have nothing to do meanwhile.
SELECT pg_try_advisory_xact_lock(7240113);

-- name: lock_days
-- PostgreSQL only: nobody else commits them until this transaction is over. In the order of their key.
SELECT c.date FROM unnest(CAST(:types AS text[]), CAST(:dates AS date[])) AS k (collection_type, date)
JOIN collection_coverage c ON c.integration_id = :integration AND c.collection_type = k.collection_type AND c.date = k.date
ORDER BY c.collection_type, c.date
FOR UPDATE OF c;
