-- name: count_released
-- How full the integration's window is: daily and manual chunks, backfill chunks.
SELECT count(*) FILTER (WHERE priority = 0), count(*) FILTER (WHERE priority = 1) FROM released_chunks WHERE integration_id = :integration;

-- name: next_to_release
-- The next pending chunk of an integration that is not released, of its backfill or of the rest; one look a job, however long the jobs are.
-- Of a type that nothing is known of yet, neither figures nor a size that works, the newest chunk of the backfill goes alone, as a
-- pilot: the others wait until it has taught the size, has ended, or has failed once.
SELECT q.id FROM (
  SELECT j.id, j.collection_type, j.asked, :backfill
    AND NOT EXISTS (SELECT 1 FROM integration_slices s WHERE s.integration_id = j.integration_id AND s.collection_type = j.collection_type)
    AND NOT EXISTS (SELECT 1 FROM collection_coverage c WHERE c.integration_id = j.integration_id AND c.collection_type = j.collection_type) AS unknown
  FROM collection_jobs j
  WHERE j.integration_id = :integration AND j.status IN ('pending', 'running') AND (j.mode = 'initial') = :backfill
) AS o JOIN collection_queue q ON q.id = iif(o.unknown,
  (SELECT c.id FROM collection_queue c WHERE c.job_id = o.id AND c.status = 'pending'
     AND NOT EXISTS (SELECT 1 FROM released_chunks r WHERE r.chunk_id = c.id)
   ORDER BY c.end_date DESC, c.chunk_index LIMIT 1),
  (SELECT c.id FROM collection_queue c WHERE c.job_id = o.id AND c.status = 'pending'
     AND NOT EXISTS (SELECT 1 FROM released_chunks r WHERE r.chunk_id = c.id)
   ORDER BY c.chunk_index LIMIT 1))
WHERE NOT (o.unknown AND EXISTS (
  SELECT 1 FROM released_chunks r JOIN collection_queue p ON p.id = r.chunk_id
  WHERE r.integration_id = :integration AND r.priority = 1 AND p.collection_type = o.collection_type
    AND p.retry_count = 0 AND p.lost_count = 0))
ORDER BY CASE q.collection_type WHEN 'ads' THEN 0 WHEN 'demographics' THEN 1 ELSE 2 END, iif(o.unknown, q.end_date, NULL) DESC,
  q.chunk_index, o.asked
LIMIT 1;

-- name: release_chunk
-- From now on claims see it.
INSERT INTO released_chunks (chunk_id, integration_id, turn, priority, type_rank, chunk_index, due_at, alone)
SELECT q.id, q.integration_id, i.turn, j.mode = 'initial',
  CASE q.collection_type WHEN 'ads' THEN 0 WHEN 'demographics' THEN 1 ELSE 2 END, q.chunk_index, :now, q.lost_count >= 3
FROM collection_queue q JOIN collection_jobs j ON j.id = q.job_id JOIN integrations i ON i.id = q.integration_id
WHERE q.id = :chunk;

-- name: drop_released
-- The chunk has ended, its token with it.
DELETE FROM released_chunks WHERE chunk_id = :chunk;

-- name: list_short_windows
-- Integrations with pending chunks that could be released: after a crash, or put in by plain SQL; those with a pilot under way too.
SELECT DISTINCT j.integration_id FROM collection_jobs j
WHERE j.status IN ('pending', 'running')
  AND (SELECT count(*) FROM released_chunks r WHERE r.integration_id = j.integration_id AND r.priority = (j.mode = 'initial'))
      < iif(j.mode = 'initial', :window, 1)
  AND EXISTS (SELECT 1 FROM collection_queue q WHERE q.job_id = j.id AND q.status = 'pending'
              AND NOT EXISTS (SELECT 1 FROM released_chunks r WHERE r.chunk_id = q.id));

-- name: list_unnumbered_jobs
-- Jobs that were put in by plain SQL.
SELECT id FROM collection_jobs WHERE asked = 0 ORDER BY created_at, id;

-- name: list_ended_jobs
-- Open jobs whose chunks have all ended, by plain SQL; those without chunks once they had time to get some.
SELECT j.id, j.integration_id FROM collection_jobs j
WHERE j.status IN ('pending', 'running')
  AND NOT EXISTS (SELECT 1 FROM collection_queue q WHERE q.job_id = j.id AND q.status IN ('pending', 'processing'))
  AND (j.created_at <= :oldest OR EXISTS (SELECT 1 FROM collection_queue q WHERE q.job_id = j.id));

-- name: number_job
-- Its place in the order of snapshots.
UPDATE collection_jobs SET asked = :asked WHERE id = :job;

-- name: mend_processing
-- A chunk that says it is being worked on, and nobody has a token for it.
UPDATE collection_queue SET status = 'pending', updated_at = :now
WHERE status IN ('pending', 'processing')  -- says that the index of open chunks will do
  AND status = 'processing' AND NOT EXISTS (SELECT 1 FROM released_chunks r WHERE r.chunk_id = collection_queue.id AND r.token IS NOT NULL);

-- name: mend_released
-- A released chunk that somebody ended by plain SQL.
DELETE FROM released_chunks WHERE EXISTS
  (SELECT 1 FROM collection_queue q WHERE q.id = released_chunks.chunk_id AND q.status IN ('completed', 'failed'));

-- name: lease_is_alive
-- 1 while the worker may claim.
SELECT count(*) FROM workers WHERE id = :worker AND lease_until > :now;

-- name: held_by_worker
-- How many chunks it works on, and whether one of them runs alone.
SELECT count(*), coalesce(max(alone), 0) FROM released_chunks WHERE worker_id = :worker;

-- name: next_claimable
-- Round the integrations, the one served longest ago first; then priority, type, index.
SELECT chunk_id, integration_id, alone FROM waiting_chunks
WHERE due_at <= :now AND runs_at <= :now
ORDER BY turn, integration_id, priority, type_rank, chunk_index, chunk_id
LIMIT 1;

-- name: take_chunk
-- The token is the right to commit.
UPDATE released_chunks SET token = :token, worker_id = :worker WHERE chunk_id = :chunk;

-- name: start_chunk
-- started_at is when it was first claimed.
UPDATE collection_queue SET status = 'processing', started_at = coalesce(started_at, :now), updated_at = :now WHERE id = :chunk;

-- name: start_job
-- Running from its first claim on.
UPDATE collection_jobs SET status = 'running', started_at = coalesce(started_at, :now), updated_at = :now
WHERE id = :job AND status = 'pending';

-- name: take_turn
-- The integration goes to the end of the round. A backfill makes it collecting; fresh days don't, once it has succeeded.
UPDATE integrations SET turn = (SELECT max(turn) + 1 FROM integrations),
  status = iif(status = 'pending' OR (:backfill AND status <> 'needs_auth'), 'collecting', status),
  updated_at = :now
WHERE id = :integration
RETURNING turn;

-- name: turn_released
-- Its released chunks go along.
UPDATE released_chunks SET turn = :turn WHERE integration_id = :integration;

-- name: start_attempt
-- For people; the last ones of each chunk are kept.
INSERT INTO collection_attempts (token, chunk_id, worker_id, started_at) VALUES (:token, :chunk, :worker, :now);

-- name: forget_old_attempts
-- A chunk that waits for its quota for weeks must not fill the disk with its attempts.
DELETE FROM collection_attempts WHERE token IN
  (SELECT token FROM collection_attempts WHERE chunk_id = :chunk ORDER BY started_at DESC, rowid DESC LIMIT -1 OFFSET 20);

-- name: end_attempt
-- How it went.
UPDATE collection_attempts SET ended_at = :now, outcome = :outcome, failure_kind = :kind, failure_code = :code,
  failure_message = :message, trace_id = :trace_id
WHERE token = :token;

-- name: read_claim
-- All that an attempt needs to know.
SELECT q.job_id, q.integration_id, i.advertiser_id, a.name, i.source, q.collection_type, j.mode, q.chunk_index, q.start_date, q.end_date,
  j.asked, q.retry_count, q.max_retries, q.lost_count, q.unparsable_before, i.account_id, i.time_zone, i.currency,
  coalesce(c.sealed, ''), coalesce(c.version, 0), i.attribution, i.keep_thumbnails, s.days,
  (SELECT p.value FROM platform_configs p
   WHERE p.source = i.source AND p.name IN ('restatement_days_' || q.collection_type, 'restatement_days')
   ORDER BY p.name DESC LIMIT 1)
FROM collection_queue q
JOIN collection_jobs j ON j.id = q.job_id
JOIN integrations i ON i.id = q.integration_id
JOIN advertisers a ON a.id = i.advertiser_id
LEFT JOIN adfill_credentials c ON c.integration_id = i.id
LEFT JOIN integration_slices s ON s.integration_id = i.id AND s.collection_type = q.collection_type
WHERE q.id = :chunk;

-- name: list_scopes
-- Whose quotas the integration's calls count against.
SELECT scope FROM integration_scopes WHERE integration_id = :integration ORDER BY scope;

-- name: list_days_done
-- Days of a range that carry a number above the job's.
SELECT date FROM collection_coverage
WHERE integration_id = :integration AND collection_type = :type AND date BETWEEN :since AND :until AND (asked > :job_asked OR pinned_at IS NOT NULL)
ORDER BY date;

-- name: forget_old_reports
-- Platforms keep a report's place for hours only.
DELETE FROM running_reports WHERE chunk_id = :chunk AND started_at < :oldest;

-- name: list_reports
-- Reports that the platform still works on, or has ready, for this chunk, as it is asked for now.
SELECT report_id, start_date, end_date, asked, started_at FROM running_reports
WHERE chunk_id = :chunk AND attribution = :attribution ORDER BY asked, report_id;

-- name: insert_report
-- A retry of this chunk picks it up.
INSERT INTO running_reports (chunk_id, report_id, start_date, end_date, asked, started_at, attribution)
VALUES (:chunk, :report, :since, :until, :asked, :started_at, :attribution)
ON CONFLICT (chunk_id, report_id) DO UPDATE SET
  start_date = excluded.start_date, end_date = excluded.end_date, asked = excluded.asked, started_at = excluded.started_at,
  attribution = excluded.attribution;

-- name: forget_report
-- It was read, or is of no use.
DELETE FROM running_reports WHERE chunk_id = :chunk AND report_id = :report;

-- name: forget_reports
-- The chunk is completed.
DELETE FROM running_reports WHERE chunk_id = :chunk;

-- name: remember_slice_days
-- What works for this integration.
INSERT INTO integration_slices (integration_id, collection_type, days)
SELECT id, :type, :days FROM integrations WHERE id = :integration
ON CONFLICT (integration_id, collection_type) DO UPDATE SET days = excluded.days;

-- name: count_given_up
-- Which one of the attempt's it is.
UPDATE collection_attempts SET slices_given_up = slices_given_up + 1 WHERE token = :attempt RETURNING slices_given_up;

-- name: insert_given_up
-- For people.
INSERT INTO given_up_slices (attempt, number, at, start_date, end_date, part, next_days, next_part, took_ms, message, trace_id)
VALUES (:attempt, :number, :now, :since, :until, :part, :next_days, :next_part, :took_ms, :message, :trace_id);

-- name: draw_asked
-- The next number of the one sequence.
UPDATE asked_sequence SET last = last + 1 RETURNING last;

-- name: next_due
-- When a claim will find something; of chunks that nobody has.
SELECT min(runs_at) FROM waiting_chunks;

-- name: check_token
-- The chunk that this token may commit to; no row when the token is stale.
SELECT q.id, q.job_id, q.integration_id, i.advertiser_id, i.source, i.account_id, i.currency, i.time_zone, q.collection_type,
  q.start_date, q.end_date, j.asked, q.retry_count, q.max_retries, q.lost_count
FROM released_chunks r
JOIN collection_queue q ON q.id = r.chunk_id
JOIN collection_jobs j ON j.id = q.job_id
JOIN integrations i ON i.id = q.integration_id
WHERE r.token = :token;

-- name: return_chunk
-- Takes the token away; the chunk keeps its place in the window and waits until it is due.
UPDATE released_chunks SET token = NULL, worker_id = NULL, due_at = :due, alone = :alone WHERE chunk_id = :chunk;

-- name: chunk_pending_again
-- After an attempt that failed and may be repeated.
UPDATE collection_queue SET status = 'pending', retry_count = min(max_retries, retry_count + :retries), lost_count = lost_count + :lost,
  unparsable_before = :unparsable, error_message = :message, last_error_at = :now, updated_at = :now
WHERE id = :chunk;

-- name: chunk_handed_back
-- As if it had never been claimed.
UPDATE collection_queue SET status = 'pending', updated_at = :now WHERE id = :chunk;

-- name: fail_chunk
-- Until somebody asks for a retry.
UPDATE collection_queue SET status = 'failed', retry_count = min(max_retries, retry_count + :retries), lost_count = lost_count + :lost,
  error_message = :message, last_error_at = :now, completed_at = :now, updated_at = :now
WHERE id = :chunk;

-- name: complete_chunk
-- With its last day, or with a notice of the days that the platform no longer keeps.
UPDATE collection_queue SET status = 'completed', error_message = NULL, notice = :notice, completed_at = :now, updated_at = :now
WHERE id = :chunk;

-- name: announce_worker
-- Its lease starts.
INSERT INTO workers (id, host, process_id, started_at, lease_until) VALUES (:worker, :host, :process_id, :now, :lease_until)
ON CONFLICT (id) DO UPDATE SET host = excluded.host, process_id = excluded.process_id, started_at = excluded.started_at,
  lease_until = excluded.lease_until;

-- name: prolong_lease
-- A worker that slept for so long that its row went away gets it back; its tokens are gone.
INSERT INTO workers (id, started_at, lease_until) VALUES (:worker, :now, :lease_until)
ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until;

-- name: list_tokens_of_worker
-- What it still holds.
SELECT token FROM released_chunks WHERE worker_id = :worker ORDER BY token;

-- name: list_tokens
-- What anybody holds.
SELECT token FROM released_chunks WHERE token IS NOT NULL ORDER BY token;

-- name: list_lost_tokens
-- What is held by workers whose lease is over.
SELECT r.token FROM released_chunks r LEFT JOIN workers w ON w.id = r.worker_id
WHERE r.token IS NOT NULL AND (w.id IS NULL OR w.lease_until <= :now)
ORDER BY r.token;

-- name: delete_worker
-- A graceful stop.
DELETE FROM workers WHERE id = :worker;

-- name: delete_workers
-- On SQLite the process that gets the lock is the only one.
DELETE FROM workers;

-- name: forget_dead_workers
-- Kept for a while, so that a worker that only slept finds its row.
DELETE FROM workers WHERE lease_until < :oldest;

-- name: close_scope
-- A later time than the one known wins.
INSERT INTO rate_limits (scope, closed_until, reason) VALUES (:scope, :until, :reason)
ON CONFLICT (scope) DO UPDATE SET closed_until = excluded.closed_until, reason = excluded.reason
WHERE excluded.closed_until > closed_until;

-- name: closed_scopes
-- Those that are closed now.
SELECT scope, closed_until, reason FROM rate_limits WHERE closed_until > :now ORDER BY closed_until, scope;

-- name: count_calls
-- Added to what all processes have made that day.
INSERT INTO platform_calls AS p (scope, date, calls, refused) VALUES (:scope, :date, :calls, :refused)
ON CONFLICT (scope, date) DO UPDATE SET calls = p.calls + excluded.calls, refused = p.refused + excluded.refused;

-- name: forget_old_calls
-- Nobody asks for more than some weeks.
DELETE FROM platform_calls WHERE date < :oldest;

-- name: sum_calls
-- Of each app, from a day on.
SELECT scope, sum(calls), sum(refused) FROM platform_calls WHERE date >= :since GROUP BY scope ORDER BY scope;

-- name: save_outlook
-- Of a limit: the last word counts, whoever's it is.
INSERT INTO scope_outlooks (scope, limit_name, worker_id, tier, usage_tenths, capacity_tenths, learned, read_at)
VALUES (:scope, :limit_name, :worker, :tier, :usage, :capacity, :learned, :now)
ON CONFLICT (scope, limit_name) DO UPDATE SET worker_id = excluded.worker_id, tier = excluded.tier, usage_tenths = excluded.usage_tenths,
  capacity_tenths = excluded.capacity_tenths, learned = excluded.learned, read_at = excluded.read_at;

-- name: forget_old_outlooks
-- Of scopes that nobody calls any more.
DELETE FROM scope_outlooks WHERE read_at < :oldest;

-- name: list_outlooks
-- The newest of a scope first.
SELECT scope, worker_id, tier, read_at, limit_name, usage_tenths, capacity_tenths, learned FROM scope_outlooks
WHERE read_at >= :since ORDER BY scope, read_at DESC, limit_name;
