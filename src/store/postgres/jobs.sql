-- name: insert_job
-- Its number is drawn with it: days covered before are asked for again. A repeated request finds the first: then nothing
-- is made, and read_open_job tells which it is. So it goes for what depends on the job below: all is sent at once.
INSERT INTO collection_jobs (id, integration_id, collection_type, mode, start_date, end_date, newest_first, asked, chunks_total, created_at, updated_at)
SELECT :id, i.id, :type, :mode, :since, :until, :newest_first, nextval('asked_sequence'), :chunks_total, coalesce(:now, now()), coalesce(:now, now())
FROM integrations i WHERE i.id = :integration
ON CONFLICT (integration_id, collection_type, mode, start_date, end_date) WHERE status IN ('pending', 'running') DO NOTHING;

-- name: insert_chunk
-- All of a job's, in order: pending, and not yet released.
INSERT INTO collection_queue (id, job_id, integration_id, chunk_index, start_date, end_date, collection_type, created_at, updated_at, unseen)
SELECT c.id, j.id, j.integration_id, c.chunk_index - 1, c.since, c.until, j.collection_type, j.created_at, j.created_at, false
FROM collection_jobs j
CROSS JOIN unnest(CAST(:ids AS uuid[]), CAST(:since AS date[]), CAST(:until AS date[])) WITH ORDINALITY AS c (id, since, until, chunk_index)
WHERE j.id = :job;

-- name: audit_new_job
-- PostgreSQL only: write_audit for a job that was made.
INSERT INTO audit_log (at, who, what, subject) SELECT j.created_at, :who, 'job.enqueue', CAST(j.id AS text) FROM collection_jobs j WHERE j.id = :job;

-- name: lock_job
-- PostgreSQL only: taken after the locks of its chunks, before that of its integration. What is counted and looked at
-- behind it is as it is, not as it was when the statement began to wait.
SELECT id FROM collection_jobs WHERE id = :job FOR NO KEY UPDATE;

-- name: job_state
-- Of what its end, retry or cancellation depends on.
SELECT integration_id, status FROM collection_jobs WHERE id = :job;

-- name: has_open_twin
-- 1 when another job of the same range is open: a retry of this one would collect the same twice.
SELECT count(*) FROM collection_jobs j JOIN collection_jobs t
  ON t.integration_id = j.integration_id AND t.collection_type = j.collection_type AND t.mode = j.mode
  AND t.start_date = j.start_date AND t.end_date = j.end_date AND t.id <> j.id AND t.status IN ('pending', 'running')
WHERE j.id = :job;

-- name: retry_chunks_of_job
-- Failed and cancelled chunks get new tries.
UPDATE collection_queue SET status = 'pending', retry_count = 0, lost_count = 0, unparsable_before = false, error_message = NULL,
  cancelled_at = NULL, completed_at = NULL, updated_at = :now
WHERE job_id = :job AND status = 'failed';

-- name: retry_chunk
-- The same for one chunk.
UPDATE collection_queue SET status = 'pending', retry_count = 0, lost_count = 0, unparsable_before = false, error_message = NULL,
  cancelled_at = NULL, completed_at = NULL, updated_at = :now
WHERE id = :chunk AND status = 'failed';

-- name: reopen_job
-- So many of its chunks are no longer failed.
UPDATE collection_jobs SET chunks_failed = chunks_failed - :chunks, completed_at = NULL, error_message = NULL, updated_at = :now,
  status = CASE WHEN EXISTS (SELECT 1 FROM collection_queue WHERE job_id = :job AND status = 'processing') THEN 'running' ELSE 'pending' END
WHERE id = :job;

-- name: end_attempts_of_job
-- Attempts at a cancelled job end with it.
UPDATE collection_attempts SET ended_at = :now, outcome = 'cancelled'
WHERE ended_at IS NULL AND chunk_id IN (SELECT id FROM collection_queue WHERE job_id = :job AND cancelled_at = :now);

-- name: drop_released_of_job
-- Takes the tokens of a cancelled job away; waits for commits that hold one, in the order in which check_token takes several.
DELETE FROM released_chunks WHERE chunk_id IN
  (SELECT r.chunk_id FROM collection_queue q JOIN released_chunks r ON r.chunk_id = q.id
   WHERE q.job_id = :job AND q.status IN ('pending', 'processing') ORDER BY r.token, r.chunk_id FOR UPDATE OF r);

-- name: drop_late_released_of_job
-- What a chunk that ended beside the cancellation released before it saw it. What somebody is at is passed by: it may be
-- waiting for a chunk that is cancelled here.
DELETE FROM released_chunks WHERE chunk_id IN
  (SELECT r.chunk_id FROM collection_queue q JOIN released_chunks r ON r.chunk_id = q.id
   WHERE q.job_id = :job AND q.cancelled_at = :now FOR UPDATE OF r SKIP LOCKED);

-- name: has_released_of_job
-- True when something was passed by.
SELECT EXISTS (SELECT 1 FROM collection_queue q JOIN released_chunks r ON r.chunk_id = q.id WHERE q.job_id = :job AND q.cancelled_at = :now);

-- name: cancel_chunks
-- Its open chunks.
UPDATE collection_queue SET status = 'failed', cancelled_at = :now, completed_at = :now, updated_at = :now, error_message = :message
WHERE job_id = :job AND status IN ('pending', 'processing');

-- name: cancel_job
-- Committed days stay. No row: it ended meanwhile.
UPDATE collection_jobs SET status = 'cancelled', chunks_failed = chunks_failed + :chunks, completed_at = :now, updated_at = :now,
  chunks_total = greatest(chunks_total, chunks_completed + chunks_failed + :chunks)
WHERE id = :job AND status IN ('pending', 'running');

-- name: count_chunk
-- So many more of their chunks have ended, with rows of the snapshots that they committed (unchanged ones included). All
-- jobs of a transaction at once, in order. The total follows where chunks were put in by plain SQL. Told is
-- which may be over: where somebody ended or deleted chunks by plain SQL, and did not count them, a sweep finds out.
WITH counted AS MATERIALIZED (
  SELECT j.id, c.completed, c.failed, c.rows
  FROM unnest(CAST(:jobs AS uuid[]), CAST(:completed AS integer[]), CAST(:failed AS integer[]), CAST(:rows AS bigint[]))
    AS c (job_id, completed, failed, rows) JOIN collection_jobs j ON j.id = c.job_id
  ORDER BY j.id FOR NO KEY UPDATE OF j
)
UPDATE collection_jobs j SET chunks_completed = j.chunks_completed + c.completed, chunks_failed = j.chunks_failed + c.failed,
  chunks_total = greatest(j.chunks_total, j.chunks_completed + j.chunks_failed + c.completed + c.failed), rows = j.rows + c.rows, updated_at = :now
FROM counted c WHERE j.id = c.id
RETURNING j.id, j.chunks_completed + j.chunks_failed >= j.chunks_total;

-- name: has_open_chunks
-- Those of the jobs that are not over.
SELECT w.id FROM unnest(CAST(:jobs AS uuid[])) AS w (id)
WHERE EXISTS (SELECT 1 FROM collection_queue q WHERE q.job_id = w.id AND q.status IN ('pending', 'processing'));

-- name: recount_job
-- From their chunks: for jobs that were put in by plain SQL, and once when a job ends.
UPDATE collection_jobs j SET (chunks_total, chunks_completed, chunks_failed) =
  (SELECT count(*), count(*) FILTER (WHERE q.status = 'completed'), count(*) FILTER (WHERE q.status = 'failed')
   FROM collection_queue q WHERE q.job_id = j.id)
WHERE j.id = ANY(CAST(:jobs AS uuid[]));

-- name: finalise_job
-- completed if none of its chunks failed, failed if all did, else partial; the last failure's words are the job's.
UPDATE collection_jobs j SET
  status = CASE WHEN chunks_failed = 0 THEN 'completed' WHEN chunks_completed = 0 THEN 'failed' ELSE 'partial' END,
  error_message = (SELECT q.error_message FROM collection_queue q WHERE q.job_id = j.id AND q.status = 'failed'
                   ORDER BY q.last_error_at DESC NULLS LAST, q.chunk_index LIMIT 1),
  started_at = coalesce(started_at, :now), completed_at = :now, updated_at = :now
WHERE j.id = ANY(CAST(:jobs AS uuid[])) AND status IN ('pending', 'running')
RETURNING id, status;
