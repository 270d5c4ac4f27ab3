-- name: release_next
-- The next pending chunks of each integration that are not released, as many as its window has room for: of its backfill,
-- and of the rest. From now on claims see them. One look a job, however long the jobs are. The integrations are locked
-- before.
-- Of a type that nothing is known of yet, neither figures nor a size that works, the newest chunk of the backfill goes
-- alone, as a pilot: the others wait until it has taught the size, has ended, or has failed once.
-- Its turn is the integration's, or at the end of the round where another of its chunks waits already, so that it takes one
-- turn for each; no later than those that come behind it in the order within the integration, which are passed by then.
INSERT INTO released_chunks (chunk_id, integration_id, turn, priority, type_rank, chunk_index, due_at, alone)
SELECT n.id, n.integration_id,
  CASE WHEN w.turn_behind IS NOT NULL THEN least(n.turn, w.turn_behind)
    WHEN n.place_of_all = 1 AND w.waiting = 0 THEN n.turn ELSE nextval('integration_turns') END,
  n.priority, n.type_rank, n.chunk_index, coalesce(:now, now()), n.lost_count >= 3
FROM (
  SELECT t.*, row_number() OVER (PARTITION BY t.integration_id, t.priority ORDER BY t.type_rank, t.place_in_type) AS place,
    row_number() OVER (PARTITION BY t.integration_id ORDER BY t.priority, t.type_rank, t.place_in_type) AS place_of_all
  FROM (
    SELECT q.*, i.id AS integration_id, i.turn, k.priority, k.places, k.type_rank, k.unknown,
      row_number() OVER (PARTITION BY i.id, k.priority, k.type_rank
        ORDER BY CASE WHEN k.unknown THEN q.end_date END DESC, q.chunk_index, j.asked, q.id) AS place_in_type
    FROM unnest(CAST(:integrations AS uuid[])) AS g (id) JOIN integrations i ON i.id = g.id
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE r.priority = 0) AS fresh, count(*) FILTER (WHERE r.priority = 1) AS backfill
      FROM released_chunks r WHERE r.integration_id = i.id) AS f
    JOIN collection_jobs j ON j.integration_id = i.id AND j.status IN ('pending', 'running')
    CROSS JOIN LATERAL (
      SELECT CASE WHEN j.mode = 'initial' THEN 1 ELSE 0 END AS priority,
        CASE j.collection_type WHEN 'ads' THEN 0 WHEN 'demographics' THEN 1 ELSE 2 END AS type_rank,
        greatest(0, CASE WHEN j.mode = 'initial' THEN CAST(:window AS integer) - f.backfill ELSE 1 - f.fresh END) AS places,
        j.mode = 'initial'  -- EXISTS could read all of the tables
          AND (SELECT 1 FROM integration_slices s WHERE s.integration_id = i.id AND s.collection_type = j.collection_type) IS NULL
          AND (SELECT 1 FROM collection_coverage c WHERE c.integration_id = i.id AND c.collection_type = j.collection_type LIMIT 1) IS NULL AS unknown
      OFFSET 0) AS k  -- asked once a job
    CROSS JOIN LATERAL (
      (SELECT c.id, c.chunk_index, c.end_date, c.lost_count
       FROM collection_queue c WHERE NOT k.unknown AND c.job_id = j.id AND c.status = 'pending'
         AND NOT EXISTS (SELECT 1 FROM released_chunks r WHERE r.chunk_id = c.id)
       ORDER BY c.chunk_index LIMIT k.places)
      UNION ALL
      (SELECT c.id, c.chunk_index, c.end_date, c.lost_count
       FROM collection_queue c WHERE k.unknown AND c.job_id = j.id AND c.status = 'pending'
         AND NOT EXISTS (SELECT 1 FROM released_chunks r WHERE r.chunk_id = c.id)
         AND NOT EXISTS (
           SELECT 1 FROM released_chunks r WHERE r.integration_id = i.id AND r.priority = 1 AND r.type_rank = k.type_rank
             AND (SELECT p.retry_count + p.lost_count FROM collection_queue p WHERE p.id = r.chunk_id) = 0)
       ORDER BY c.end_date DESC, c.chunk_index LIMIT 1)) AS q
  ) AS t
  WHERE NOT t.unknown OR t.place_in_type = 1
) AS n
CROSS JOIN LATERAL (
  SELECT count(*) AS waiting,
    min(r.turn) FILTER (WHERE (r.priority, r.type_rank, r.chunk_index) > (n.priority, n.type_rank, n.chunk_index)) AS turn_behind
  FROM released_chunks r WHERE r.integration_id = n.integration_id AND r.token IS NULL AND r.parked_until IS NULL) AS w
WHERE n.place <= n.places
ORDER BY n.place_of_all, n.turn, n.integration_id;  -- in which turns are drawn

-- name: drop_released
-- The chunks have ended, their tokens with them.
DELETE FROM released_chunks WHERE chunk_id = ANY(CAST(:chunks AS uuid[]));

-- name: open_jobs_page_end
-- The last open job of the page that begins behind `after`; no row when the page reaches to the end.
SELECT id FROM collection_jobs WHERE status IN ('pending', 'running') AND id > :after ORDER BY id OFFSET :rows - 1 LIMIT 1;

-- name: released_page_end
-- The last released chunk of the page that begins behind `after`; no row when the page reaches to the end.
SELECT chunk_id FROM released_chunks WHERE chunk_id > :after ORDER BY chunk_id OFFSET :rows - 1 LIMIT 1;

-- name: list_short_windows
-- Integrations with pending chunks that could be released: after a crash, or put in by plain SQL; those with a pilot under
-- way too. Of a page of open jobs.
SELECT DISTINCT j.integration_id FROM collection_jobs j
WHERE j.status IN ('pending', 'running') AND j.id > :after AND j.id <= coalesce(CAST(:until AS uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
  AND (SELECT count(*) FROM released_chunks r WHERE r.integration_id = j.integration_id
         AND r.priority = CASE WHEN j.mode = 'initial' THEN 1 ELSE 0 END)
      < CASE WHEN j.mode = 'initial' THEN CAST(:window AS integer) ELSE 1 END
  AND EXISTS (SELECT 1 FROM collection_queue q WHERE q.job_id = j.id AND q.status = 'pending'
              AND NOT EXISTS (SELECT 1 FROM released_chunks r WHERE r.chunk_id = q.id))
ORDER BY j.integration_id;

-- name: list_unnumbered_jobs
-- Jobs that were put in by plain SQL; those that another sweep is at are left to it.
SELECT id FROM collection_jobs WHERE asked = 0 ORDER BY created_at, id FOR NO KEY UPDATE SKIP LOCKED;

-- name: list_ended_jobs
-- Open jobs whose chunks have all ended, by plain SQL; those without chunks once they had time to get some. Of a page.
SELECT j.id, j.integration_id FROM collection_jobs j
WHERE j.status IN ('pending', 'running') AND j.id > :after AND j.id <= coalesce(CAST(:until AS uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
  AND NOT EXISTS (SELECT 1 FROM collection_queue q WHERE q.job_id = j.id AND q.status IN ('pending', 'processing'))
  AND (j.created_at <= :oldest OR (SELECT q.id FROM collection_queue q WHERE q.job_id = j.id LIMIT 1) IS NOT NULL)  -- EXISTS would read all chunks
ORDER BY j.id;

-- name: number_job
-- Its place in the order of snapshots.
UPDATE collection_jobs SET asked = :asked WHERE id = :job;

-- name: mend_processing
-- A chunk that says it is being worked on, and nobody has a token for it. One that somebody is at just now is let be.
UPDATE collection_queue SET status = 'pending', updated_at = :now WHERE id IN
  (SELECT q.id FROM collection_queue q
   WHERE q.status IN ('pending', 'processing')  -- says that the index of open chunks will do
     AND q.status = 'processing' AND NOT EXISTS (SELECT 1 FROM released_chunks r WHERE r.chunk_id = q.id AND r.token IS NOT NULL)
   FOR NO KEY UPDATE OF q SKIP LOCKED);

-- name: mend_released
-- Released chunks of a page that somebody ended, or took away, by plain SQL.
DELETE FROM released_chunks WHERE chunk_id = ANY(ARRAY(
  SELECT r.chunk_id FROM released_chunks r
  WHERE r.chunk_id > :after AND r.chunk_id <= coalesce(CAST(:until AS uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    AND coalesce((SELECT q.status FROM collection_queue q WHERE q.id = r.chunk_id), 'gone') IN ('completed', 'failed', 'gone')
  FOR UPDATE OF r SKIP LOCKED));

-- name: lease_is_alive
-- 1 while the worker may claim: not when its lease is over, nor while it works on a chunk that runs alone.
SELECT count(*) FROM workers w WHERE w.id = :worker AND w.lease_until > coalesce(:now, now())
  AND NOT EXISTS (SELECT 1 FROM released_chunks r WHERE r.worker_id = :worker AND r.alone);

-- name: holds_anything
-- True while the worker works on something.
SELECT EXISTS (SELECT 1 FROM released_chunks WHERE worker_id = :worker);

-- name: wait_shortly
-- PostgreSQL only: who stands still behind the gate (a machine that was cut off) holds nobody up for long.
SELECT set_config('lock_timeout', '2s', true);

-- name: enter_first_gate
-- PostgreSQL only: claims go into the round by a few gates, one at a time each. A claim passes by what others are just
-- taking, so that where many are in at once each walks over the rows of all others, finds little or nothing, and comes
-- back. A lock on a table, since who waits for one holds no snapshot.
LOCK TABLE adfill.first_gate IN SHARE UPDATE EXCLUSIVE MODE;

-- name: enter_second_gate
-- PostgreSQL only: the same.
LOCK TABLE adfill.second_gate IN SHARE UPDATE EXCLUSIVE MODE;

-- name: wait_long
-- PostgreSQL only: behind the gate as everywhere.
SELECT set_config('lock_timeout', '30s', true);

-- name: time_of_transaction
-- PostgreSQL only: how many microseconds ago it began, by the server's clock.
SELECT CAST(extract(epoch FROM clock_timestamp() - now()) * 1000000 AS bigint);

-- name: wake_parked
-- Back into the round what may run by now, some at a time; turns went on meanwhile.
UPDATE released_chunks r SET parked_until = NULL, turn = (
  SELECT least(i.turn, min(s.turn)) FROM integrations i LEFT JOIN released_chunks s ON s.integration_id = i.id
    AND s.token IS NULL AND s.parked_until IS NULL AND (s.priority, s.type_rank, s.chunk_index) > (r.priority, r.type_rank, r.chunk_index)
  WHERE i.id = r.integration_id GROUP BY i.id)
WHERE r.chunk_id = ANY(ARRAY(SELECT p.chunk_id FROM released_chunks p WHERE p.token IS NULL AND p.parked_until <= coalesce(:now, now())
                             ORDER BY p.parked_until LIMIT 1000 FOR UPDATE SKIP LOCKED));

-- name: next_claimable
-- Round the integrations, the one served longest ago first; then priority, type, index. What another claim is just
-- taking is passed by, and nothing is asked about it: at many claims at once that is most of what is walked over. Whether
-- the integration may run is asked row by row. The round begins at turn `from`, so that rows which died before it, and
-- which an old snapshot still holds, are not walked over each time.
WITH page AS MATERIALIZED (
  SELECT r.chunk_id, r.integration_id, r.turn, r.priority, r.type_rank, r.chunk_index, r.alone, r.due_at
  FROM released_chunks r
  WHERE r.token IS NULL AND r.parked_until IS NULL AND r.turn >= :from
  ORDER BY r.turn, r.integration_id, r.priority, r.type_rank, r.chunk_index, r.chunk_id
  LIMIT :rows
  FOR UPDATE OF r SKIP LOCKED
)
SELECT p.chunk_id, p.integration_id, p.turn, p.alone,
  p.due_at <= coalesce(:now, now())
  AND (SELECT NOT i.paused AND i.status <> 'needs_auth'
         AND (NOT EXISTS (SELECT 1 FROM rate_limits l WHERE l.closed_until > coalesce(:now, now()))  -- asked once a look
              OR NOT EXISTS (SELECT 1 FROM integration_scopes s  -- scope by scope: joined, all limits would be read for each row
                             WHERE s.integration_id = i.id AND (SELECT l.closed_until FROM rate_limits l WHERE l.scope = s.scope) > coalesce(:now, now()))
                 AND NOT EXISTS (SELECT 1 FROM rate_limits l WHERE l.scope = i.source AND l.closed_until > coalesce(:now, now())))
       FROM integrations i WHERE i.id = p.integration_id)
FROM page p
ORDER BY p.turn, p.integration_id, p.priority, p.type_rank, p.chunk_index, p.chunk_id;

-- name: first_waiting_turn
-- Where the living part of the round begins, from turn `from` on.
SELECT turn FROM released_chunks WHERE token IS NULL AND parked_until IS NULL AND turn >= :from ORDER BY turn LIMIT 1;

-- name: park_chunks
-- Out of the round until they may run. The page that they were found in holds them.
UPDATE released_chunks r SET parked_until = w.runs_at
FROM waiting_chunks w WHERE w.chunk_id = r.chunk_id AND r.chunk_id = ANY(CAST(:chunks AS uuid[])) AND w.runs_at > :now;

-- name: unpark_integration
-- A person has acted, and it is committed: waiting chunks go back into the round, where the next claim looks at each anew.
-- A claim that saw the integration as it was before, and parks them just now, is waited for.
UPDATE released_chunks SET parked_until = NULL WHERE chunk_id IN
  (SELECT chunk_id FROM released_chunks WHERE integration_id = :integration AND token IS NULL ORDER BY chunk_id FOR UPDATE)
  AND token IS NULL;

-- name: mend_parked
-- Chunks of a page that are parked for longer than they have to wait: somebody opened a scope or an integration by plain SQL.
UPDATE released_chunks SET parked_until = NULL WHERE chunk_id = ANY(ARRAY(
  SELECT r.chunk_id FROM released_chunks r
  WHERE r.chunk_id > :after AND r.chunk_id <= coalesce(CAST(:until AS uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff') AND r.token IS NULL AND r.parked_until > :now
    AND (SELECT w.runs_at FROM waiting_chunks w WHERE w.chunk_id = r.chunk_id) <= :now
  FOR UPDATE OF r SKIP LOCKED));

-- name: take_chunk
-- All of a page at once: what still waits is worked on from now, and its attempt begins, under a token, the right to
-- commit. started_at is when it was first claimed. Those that are not returned were cancelled meanwhile.
WITH started AS (
  UPDATE collection_queue SET status = 'processing', started_at = coalesce(started_at, :now), updated_at = :now
  WHERE id = ANY(CAST(:chunks AS uuid[])) AND status = 'pending'
  RETURNING id
), taken AS (
  UPDATE released_chunks r SET token = t.token, worker_id = :worker
  FROM started s JOIN unnest(CAST(:chunks AS uuid[]), CAST(:tokens AS uuid[])) AS t (chunk_id, token) ON t.chunk_id = s.id
  WHERE r.chunk_id = s.id
  RETURNING r.chunk_id, r.token
)
INSERT INTO collection_attempts (token, chunk_id, worker_id, started_at)  -- for people; the last ones of each chunk are kept
SELECT token, chunk_id, :worker, :now FROM taken
RETURNING chunk_id;

-- name: start_job
-- Running from its first claim on. All jobs of a claim at once, in order, so that two claims don't wait for each other.
UPDATE collection_jobs SET status = 'running', started_at = coalesce(started_at, :now), updated_at = :now
WHERE id IN (SELECT id FROM collection_jobs WHERE id = ANY(CAST(:jobs AS uuid[])) AND status = 'pending' ORDER BY id FOR NO KEY UPDATE);

-- name: draw_turn
-- PostgreSQL only: from a sequence, since a claim must not wait for the one before it. They are places at the end of the
-- round, in order.
SELECT nextval('integration_turns') FROM generate_series(1, CAST(:count AS integer));

-- name: turn_released
-- The chunks that stood at the turn of those that were served go along, no further than to those that come behind them
-- within the integration; the page that they were found in holds them.
UPDATE released_chunks r SET turn = least(t.turn, (
  SELECT min(s.turn) FROM released_chunks s WHERE s.integration_id = r.integration_id AND s.token IS NULL AND s.parked_until IS NULL
    AND (s.priority, s.type_rank, s.chunk_index) > (r.priority, r.type_rank, r.chunk_index) AND s.chunk_id <> ALL(CAST(:chunks AS uuid[]))))
FROM unnest(CAST(:chunks AS uuid[]), CAST(:turns AS bigint[])) AS t (chunk_id, turn) WHERE r.chunk_id = t.chunk_id;

-- name: take_turn
-- All integrations of a claim at once, in order. A backfill makes one collecting; fresh days don't, once it has succeeded.
WITH served AS MATERIALIZED (
  SELECT i.id, s.turn, s.backfill FROM unnest(CAST(:integrations AS uuid[]), CAST(:turns AS bigint[]), CAST(:backfills AS boolean[])) AS s (id, turn, backfill)
  JOIN integrations i ON i.id = s.id
  ORDER BY i.id FOR NO KEY UPDATE OF i
)
UPDATE integrations i SET turn = greatest(i.turn, s.turn),
  status = CASE WHEN i.status = 'pending' OR (s.backfill AND i.status <> 'needs_auth') THEN 'collecting' ELSE i.status END,
  updated_at = :now
FROM served s WHERE i.id = s.id;

-- name: forget_old_attempts
-- A chunk that waits for its quota for weeks must not fill the disk with its attempts.
DELETE FROM collection_attempts WHERE token IN
  (SELECT old.token FROM unnest(CAST(:chunks AS uuid[])) AS c (chunk_id) CROSS JOIN LATERAL
     (SELECT a.token FROM collection_attempts a WHERE a.chunk_id = c.chunk_id ORDER BY a.started_at DESC, a.token OFFSET 20) AS old);

-- name: end_attempt
-- How they went.
UPDATE collection_attempts SET ended_at = :now, outcome = :outcome, failure_kind = :kind, failure_code = :code,
  failure_message = :message, trace_id = :trace_id
WHERE token = ANY(CAST(:tokens AS uuid[]));

-- name: read_claim
-- All that an attempt needs to know, and whether there was one before.
SELECT q.id, coalesce(q.started_at < :now, false), q.job_id, q.integration_id, i.advertiser_id, a.name, i.source, q.collection_type, j.mode, q.chunk_index, q.start_date, q.end_date,
  j.asked, q.retry_count, q.max_retries, q.lost_count, q.unparsable_before, i.account_id, i.time_zone, i.currency,
  coalesce(c.sealed, ''), coalesce(c.version, 0), i.attribution, i.keep_thumbnails, s.days,
  (SELECT p.value FROM platform_configs p
   WHERE p.source = i.source AND p.name IN ('restatement_days_' || q.collection_type, 'restatement_days')
   ORDER BY p.name DESC LIMIT 1)
FROM collection_queue q
JOIN collection_jobs j ON j.id = q.job_id
JOIN integrations i ON i.id = q.integration_id
JOIN advertisers a ON a.id = i.advertiser_id
LEFT JOIN adfill.credentials c ON c.integration_id = i.id
LEFT JOIN integration_slices s ON s.integration_id = i.id AND s.collection_type = q.collection_type
WHERE q.id = ANY(CAST(:chunks AS uuid[]));

-- name: list_scopes
-- Whose quotas the integrations' calls count against.
SELECT integration_id, scope FROM integration_scopes WHERE integration_id = ANY(CAST(:integrations AS uuid[])) ORDER BY integration_id, scope;

-- name: list_days_done
-- Days of the chunks' ranges that carry a number above their job's.
SELECT q.id, c.date FROM (
  SELECT c.*, j.asked FROM collection_queue c JOIN collection_jobs j ON j.id = c.job_id
  WHERE c.id = ANY(CAST(:chunks AS uuid[])) AND c.collection_type <> 'creatives'
  OFFSET 0) AS q
CROSS JOIN LATERAL (
  SELECT v.date FROM collection_coverage v
  WHERE v.integration_id = q.integration_id AND v.collection_type = q.collection_type
    AND v.date BETWEEN q.start_date AND q.end_date AND (v.asked > q.asked OR v.pinned_at IS NOT NULL)
  OFFSET 0) AS c  -- chunk by chunk: joined the other way, all receipts would be read where the table was empty when it was planned
ORDER BY q.id, c.date;

-- name: forget_old_reports
-- Platforms keep a report's place for hours only.
DELETE FROM running_reports WHERE chunk_id = ANY(CAST(:chunks AS uuid[])) AND started_at < :oldest;

-- name: list_reports
-- Reports that the platform still works on, or has ready, for these chunks, as they are asked for now.
SELECT r.chunk_id, r.report_id, r.start_date, r.end_date, r.asked, r.started_at FROM running_reports r
JOIN collection_queue q ON q.id = r.chunk_id JOIN integrations i ON i.id = q.integration_id AND i.attribution = r.attribution
WHERE r.chunk_id = ANY(CAST(:chunks AS uuid[])) ORDER BY r.chunk_id, r.asked, r.report_id;

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
-- The chunks are completed.
DELETE FROM running_reports WHERE chunk_id = ANY(CAST(:chunks AS uuid[]));

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
SELECT nextval('asked_sequence');

-- name: draw_asked_of_claims
-- PostgreSQL only: the next numbers, one for each. They need not be on the disk before they are used: were they lost with
-- the database's machine, and drawn again, the claim's tokens would be lost with them, and without its token a number is
-- written nowhere. What a token wrote is lost before the claim is: the log is lost from its end.
SELECT nextval('asked_sequence') FROM generate_series(1, CAST(:count AS integer));

-- name: next_due
-- When a claim may find something: what waits in the round since then, or what is parked until then.
SELECT coalesce(
  (SELECT due_at FROM released_chunks WHERE token IS NULL AND parked_until IS NULL AND turn >= :from ORDER BY turn LIMIT 1),
  (SELECT min(parked_until) FROM released_chunks WHERE token IS NULL AND parked_until IS NOT NULL AND parked_until < 'infinity'));

-- name: check_token
-- The chunks that these tokens may commit to, held against sweeps and cancellations until the transaction ends; no row for
-- a stale one. In one order, so that whoever takes several never waits for another who does.
SELECT r.token, q.id, q.job_id, q.integration_id, i.advertiser_id, i.source, i.account_id, i.currency, i.time_zone, q.collection_type,
  q.start_date, q.end_date, j.asked, q.retry_count, q.max_retries, q.lost_count
FROM released_chunks r
JOIN collection_queue q ON q.id = r.chunk_id
JOIN collection_jobs j ON j.id = q.job_id
JOIN integrations i ON i.id = q.integration_id
WHERE r.token = ANY(CAST(:tokens AS uuid[]))
ORDER BY r.token
FOR UPDATE OF r;

-- name: return_chunk
-- Takes the token away; the chunk keeps its place in the window, and waits outside the round until it is due.
UPDATE released_chunks r SET token = NULL, worker_id = NULL, due_at = :due, alone = :alone,
  parked_until = CASE WHEN CAST(:due AS timestamptz) > :now THEN CAST(:due AS timestamptz) END,
  turn = (
    SELECT least(i.turn, min(s.turn)) FROM integrations i LEFT JOIN released_chunks s ON s.integration_id = i.id
      AND s.token IS NULL AND s.parked_until IS NULL AND (s.priority, s.type_rank, s.chunk_index) > (r.priority, r.type_rank, r.chunk_index)
    WHERE i.id = r.integration_id GROUP BY i.id)
WHERE chunk_id = :chunk;

-- name: chunk_pending_again
-- After an attempt that failed and may be repeated.
UPDATE collection_queue SET status = 'pending', retry_count = least(max_retries, retry_count + :retries), lost_count = lost_count + :lost,
  unparsable_before = :unparsable, error_message = :message, last_error_at = :now, updated_at = :now
WHERE id = :chunk;

-- name: chunk_handed_back
-- As if it had never been claimed.
UPDATE collection_queue SET status = 'pending', updated_at = :now WHERE id = :chunk;

-- name: fail_chunk
-- Until somebody asks for a retry.
UPDATE collection_queue SET status = 'failed', retry_count = least(max_retries, retry_count + :retries), lost_count = lost_count + :lost,
  error_message = :message, last_error_at = :now, completed_at = :now, updated_at = :now
WHERE id = :chunk;

-- name: complete_chunk
-- With the rows of its last days, or with a notice of the days that the platform no longer keeps. A committed day sets the
-- counts of failures back.
UPDATE collection_queue q SET status = 'completed', error_message = NULL, notice = :notice, completed_at = :now, updated_at = :now,
  rows = q.rows + r.rows, retry_count = CASE WHEN r.progressed THEN 0 ELSE q.retry_count END,
  lost_count = CASE WHEN r.progressed THEN 0 ELSE q.lost_count END, unparsable_before = q.unparsable_before AND NOT r.progressed
FROM unnest(CAST(:chunks AS uuid[]), CAST(:rows AS bigint[]), CAST(:progressed AS boolean[])) AS r (chunk_id, rows, progressed)
WHERE q.id = r.chunk_id;

-- name: announce_worker
-- Its lease starts.
INSERT INTO workers (id, host, process_id, started_at, lease_until, lease)
VALUES (:worker, :host, :process_id, :now, :lease_until, CAST(:lease_until AS timestamptz) - CAST(:now AS timestamptz))
ON CONFLICT (id) DO UPDATE SET host = excluded.host, process_id = excluded.process_id, started_at = excluded.started_at,
  lease_until = excluded.lease_until, lease = excluded.lease;

-- name: prolong_lease
-- A worker that slept for so long that its row went away gets it back; its tokens are gone.
INSERT INTO workers (id, started_at, lease_until, lease)
VALUES (:worker, :now, :lease_until, CAST(:lease_until AS timestamptz) - CAST(:now AS timestamptz))
ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until, lease = excluded.lease;

-- name: list_tokens_of_worker
-- What it still holds.
SELECT token FROM released_chunks WHERE worker_id = :worker ORDER BY token;

-- name: list_lost_tokens
-- The next one behind `after` that is held by a worker whose lease is over, taken hold of. What another transaction is at
-- is passed by, so that a page full of such rows doesn't hide the ones behind it. While the database was away nobody could
-- prolong a lease: each is given anew from when the database started.
SELECT r.token FROM released_chunks r LEFT JOIN workers w ON w.id = r.worker_id
WHERE r.token > :after
  AND (w.id IS NULL OR greatest(w.lease_until, CAST(:database_started AS timestamptz) + w.lease) <= :now)
ORDER BY r.token
LIMIT 1
FOR UPDATE OF r SKIP LOCKED;

-- name: is_lost
-- PostgreSQL only. list_lost_tokens looks with the snapshot of its beginning and takes hold of what the row is by then:
-- between the two another worker may have claimed the chunk, whom that snapshot doesn't join to the row. This one sees
-- both as they are.
SELECT w.id IS NULL OR greatest(w.lease_until, CAST(:database_started AS timestamptz) + w.lease) <= :now
FROM released_chunks r LEFT JOIN workers w ON w.id = r.worker_id
WHERE r.token = :token;

-- name: delete_worker
-- A graceful stop.
DELETE FROM workers WHERE id = :worker;

-- name: forget_dead_workers
-- Kept for a while, so that a worker that only slept finds its row.
DELETE FROM workers WHERE id IN
  (SELECT id FROM workers WHERE greatest(lease_until, CAST(:database_started AS timestamptz) + lease) < :oldest FOR UPDATE SKIP LOCKED);

-- name: close_scope
-- A later time than the one known wins.
INSERT INTO rate_limits AS l (scope, closed_until, reason) VALUES (:scope, :until, :reason)
ON CONFLICT (scope) DO UPDATE SET closed_until = excluded.closed_until, reason = excluded.reason
WHERE excluded.closed_until > l.closed_until;

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
SELECT scope, CAST(sum(calls) AS bigint), CAST(sum(refused) AS bigint) FROM platform_calls WHERE date >= :since GROUP BY scope ORDER BY scope;

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
