-- name: list_attempts
-- By chunk, then in order of time.
SELECT a.token, a.chunk_id, a.started_at, a.ended_at, coalesce(a.outcome, ''), coalesce(a.failure_kind, ''), coalesce(a.failure_code, ''),
  coalesce(a.failure_message, ''), coalesce(a.trace_id, ''), a.slices_given_up
FROM collection_queue q JOIN collection_attempts a ON a.chunk_id = q.id
WHERE q.job_id = :job
ORDER BY q.chunk_index, a.started_at, a.token;

-- name: list_given_up
-- By attempt, in the order in which they were given up.
SELECT g.attempt, g.at, g.start_date, g.end_date, g.part, g.next_days, g.next_part, g.took_ms, g.message, g.trace_id
FROM collection_queue q JOIN collection_attempts a ON a.chunk_id = q.id JOIN given_up_slices g ON g.attempt = a.token
WHERE q.job_id = :job
ORDER BY g.attempt, g.number;

-- name: list_freshness
-- What there is of each of these accounts' types that have days.
SELECT integration_id, collection_type, count(*), count(*) FILTER (WHERE difference = 'unexplained'), min(date), max(date), max(as_of)
FROM collection_coverage
WHERE integration_id = ANY(CAST(:integrations AS uuid[])) AND collection_type IN ('ads', 'demographics')
GROUP BY integration_id, collection_type;

-- name: list_recent_days
-- Their last days, in order.
SELECT integration_id, collection_type, date, difference = 'unexplained', inside_window
FROM collection_coverage
WHERE integration_id = ANY(CAST(:integrations AS uuid[])) AND collection_type IN ('ads', 'demographics') AND date >= :since
ORDER BY integration_id, collection_type, date;

-- name: count_integrations
-- By state.
SELECT CASE WHEN paused THEN 'paused' ELSE status END, count(*) FROM integrations
WHERE (CAST(:sight AS uuid[]) IS NULL OR advertiser_id = ANY(CAST(:sight AS uuid[])))
GROUP BY 1;

-- name: count_open_jobs
-- By state, from the index that has only those.
SELECT j.status, count(*) FROM collection_jobs j JOIN integrations i ON i.id = j.integration_id
WHERE j.status IN ('pending', 'running') AND (CAST(:sight AS uuid[]) IS NULL OR i.advertiser_id = ANY(CAST(:sight AS uuid[])))
GROUP BY j.status;

-- name: sum_collected
-- In pieces of so many seconds, each named by its first one.
SELECT CAST(floor(extract(epoch FROM q.completed_at)) AS bigint) / CAST(:step AS bigint) * CAST(:step AS bigint), count(*), CAST(sum(q.rows) AS bigint)
FROM collection_queue q JOIN integrations i ON i.id = q.integration_id
WHERE q.status = 'completed' AND q.completed_at >= :since
  AND (CAST(:sight AS uuid[]) IS NULL OR i.advertiser_id = ANY(CAST(:sight AS uuid[])))
GROUP BY 1
ORDER BY 1;
