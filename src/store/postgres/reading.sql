-- name: list_integrations
-- Newest first; from the cursor on.
SELECT i.id, i.advertiser_id, a.name, i.source, i.account_id, i.account_name, i.currency, i.time_zone, CASE WHEN i.paused THEN 'paused' ELSE i.status END,
  coalesce(i.last_error, ''), i.last_error_at, i.created_at, i.updated_at, i.credentials_expire_at, i.attribution, i.keep_thumbnails
FROM integrations i JOIN advertisers a ON a.id = i.advertiser_id
WHERE (CAST(:sight AS uuid[]) IS NULL OR i.advertiser_id = ANY(CAST(:sight AS uuid[])))
  AND (CAST(:status AS text) IS NULL OR CASE WHEN i.paused THEN 'paused' ELSE i.status END = :status)
  AND (CAST(:search AS text) IS NULL OR strpos(lower(i.account_id || chr(10) || i.account_name || chr(10) || a.name), lower(:search)) > 0)
  AND (CAST(:nothing_since AS date) IS NULL OR NOT EXISTS
    (SELECT 1 FROM collection_coverage r WHERE r.integration_id = i.id AND r.collection_type = 'ads' AND r.date >= :nothing_since))
  AND (CAST(:after AS uuid) IS NULL OR (i.created_at, i.id) < (SELECT c.created_at, c.id FROM integrations c WHERE c.id = :after))
ORDER BY i.created_at DESC, i.id DESC
LIMIT :limit;

-- name: read_integration
-- One of them.
SELECT i.id, i.advertiser_id, a.name, i.source, i.account_id, i.account_name, i.currency, i.time_zone, CASE WHEN i.paused THEN 'paused' ELSE i.status END,
  coalesce(i.last_error, ''), i.last_error_at, i.created_at, i.updated_at, i.credentials_expire_at, i.attribution, i.keep_thumbnails
FROM integrations i JOIN advertisers a ON a.id = i.advertiser_id
WHERE i.id = :integration;

-- name: list_jobs
-- Newest first; from the cursor on.
SELECT j.id, j.integration_id, a.name, i.source, i.account_id, i.account_name, j.mode, j.collection_type, j.status, j.start_date, j.end_date,
  j.newest_first, j.chunks_total, j.chunks_completed, j.chunks_failed, j.rows, coalesce(j.error_message, ''), j.created_at, j.started_at,
  j.completed_at, j.updated_at
FROM collection_jobs j JOIN integrations i ON i.id = j.integration_id JOIN advertisers a ON a.id = i.advertiser_id
WHERE (CAST(:sight AS uuid[]) IS NULL OR i.advertiser_id = ANY(CAST(:sight AS uuid[])))
  AND (CAST(:status AS text) IS NULL OR j.status = :status)
  AND (CAST(:mode AS text) IS NULL OR j.mode = :mode)
  AND (CAST(:type AS text) IS NULL OR j.collection_type = :type)
  AND (CAST(:search AS text) IS NULL OR strpos(lower(i.account_id || chr(10) || i.account_name || chr(10) || a.name), lower(:search)) > 0)
  AND (CAST(:after AS uuid) IS NULL OR (j.created_at, j.asked, j.id) < (SELECT c.created_at, c.asked, c.id FROM collection_jobs c WHERE c.id = :after))
ORDER BY j.created_at DESC, j.asked DESC, j.id DESC
LIMIT :limit;

-- name: list_jobs_of_integration
-- The same for one integration, on its own index.
SELECT j.id, j.integration_id, a.name, i.source, i.account_id, i.account_name, j.mode, j.collection_type, j.status, j.start_date, j.end_date,
  j.newest_first, j.chunks_total, j.chunks_completed, j.chunks_failed, j.rows, coalesce(j.error_message, ''), j.created_at, j.started_at,
  j.completed_at, j.updated_at
FROM collection_jobs j JOIN integrations i ON i.id = j.integration_id JOIN advertisers a ON a.id = i.advertiser_id
WHERE j.integration_id = :integration
  AND (CAST(:sight AS uuid[]) IS NULL OR i.advertiser_id = ANY(CAST(:sight AS uuid[])))
  AND (CAST(:status AS text) IS NULL OR j.status = :status)
  AND (CAST(:mode AS text) IS NULL OR j.mode = :mode)
  AND (CAST(:type AS text) IS NULL OR j.collection_type = :type)
  AND (CAST(:search AS text) IS NULL OR strpos(lower(i.account_id || chr(10) || i.account_name || chr(10) || a.name), lower(:search)) > 0)
  AND (CAST(:after AS uuid) IS NULL OR (j.created_at, j.asked, j.id) < (SELECT c.created_at, c.asked, c.id FROM collection_jobs c WHERE c.id = :after))
ORDER BY j.created_at DESC, j.asked DESC, j.id DESC
LIMIT :limit;

-- name: read_job
-- One of them.
SELECT j.id, j.integration_id, a.name, i.source, i.account_id, i.account_name, j.mode, j.collection_type, j.status, j.start_date, j.end_date,
  j.newest_first, j.chunks_total, j.chunks_completed, j.chunks_failed, j.rows, coalesce(j.error_message, ''), j.created_at, j.started_at,
  j.completed_at, j.updated_at
FROM collection_jobs j JOIN integrations i ON i.id = j.integration_id JOIN advertisers a ON a.id = i.advertiser_id
WHERE j.id = :job;

-- name: read_open_job
-- PostgreSQL only: the one of this range that is open.
SELECT j.id, j.integration_id, a.name, i.source, i.account_id, i.account_name, j.mode, j.collection_type, j.status, j.start_date, j.end_date,
  j.newest_first, j.chunks_total, j.chunks_completed, j.chunks_failed, j.rows, coalesce(j.error_message, ''), j.created_at, j.started_at,
  j.completed_at, j.updated_at
FROM collection_jobs j JOIN integrations i ON i.id = j.integration_id JOIN advertisers a ON a.id = i.advertiser_id
WHERE j.integration_id = :integration AND j.collection_type = :type AND j.mode = :mode AND j.start_date = :since AND j.end_date = :until
  AND j.status IN ('pending', 'running');

-- name: list_chunks
-- In order, with the days that are done for the job.
SELECT q.id, q.job_id, q.chunk_index, q.start_date, q.end_date, q.collection_type, q.status, q.retry_count, q.max_retries, q.lost_count,
  (SELECT count(*) FROM collection_coverage c WHERE c.integration_id = q.integration_id AND c.collection_type = q.collection_type
     AND c.date BETWEEN q.start_date AND q.end_date AND (c.asked > j.asked OR c.pinned_at IS NOT NULL)),
  q.rows, coalesce(q.error_message, ''), coalesce(q.notice, ''), q.last_error_at,
  CASE WHEN q.status = 'pending' THEN (SELECT r.due_at FROM released_chunks r WHERE r.chunk_id = q.id) END,  -- joined, all that is released may be read
  q.cancelled_at, q.created_at, q.started_at, q.completed_at, q.updated_at
FROM collection_queue q JOIN collection_jobs j ON j.id = q.job_id
WHERE q.job_id = :job
ORDER BY q.chunk_index;

-- name: job_of_chunk
-- Its job.
SELECT job_id FROM collection_queue WHERE id = :chunk;

-- name: count_open_chunks
-- Pending and processing, from the index that has only those.
SELECT count(*) FILTER (WHERE status = 'pending'), count(*) FILTER (WHERE status = 'processing') FROM collection_queue
WHERE status IN ('pending', 'processing');

-- name: count_ended_chunks
-- Completed and failed, from the jobs' own counts, and those of jobs that are no longer kept.
SELECT coalesce(sum(chunks_completed), 0), coalesce(sum(chunks_failed), 0)
FROM (SELECT chunks_completed, chunks_failed FROM collection_jobs UNION ALL SELECT chunks_completed, chunks_failed FROM job_rollups) AS ended;

-- name: count_released_and_oldest
-- How many are released, and since when the oldest that may run now has waited.
SELECT (SELECT count(*) FROM released_chunks), (SELECT min(due_at) FROM waiting_chunks WHERE runs_at <= :now);

-- name: list_workers
-- Those alive, or still holding something.
SELECT w.id, w.host, w.process_id, w.started_at, w.lease_until, (SELECT count(*) FROM released_chunks r WHERE r.worker_id = w.id) AS chunks
FROM workers w
WHERE w.lease_until > :now OR EXISTS (SELECT 1 FROM released_chunks r WHERE r.worker_id = w.id)
ORDER BY w.started_at, w.id;

-- name: list_coverage
-- In order of days.
SELECT date, asked, as_of, report_id, rows, impressions, clicks, cost, platform_impressions, platform_clicks, platform_cost, difference,
  rows_absent, inside_window, rows_hash, attribution, attempt, pinned_at
FROM collection_coverage WHERE integration_id = :integration AND collection_type = :type
ORDER BY date;
