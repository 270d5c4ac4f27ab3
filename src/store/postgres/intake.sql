-- name: list_unseen_jobs
-- Jobs with chunks that were put in by plain SQL; so many that a worker's look stays short.
SELECT DISTINCT q.job_id, j.integration_id FROM collection_queue q JOIN collection_jobs j ON j.id = q.job_id
WHERE q.unseen LIMIT 100;

-- name: see_chunks
-- From now on they are like adfill's own. A chunk of another account than its job's is not collected. No row: another worker
-- was first.
UPDATE collection_queue AS q SET unseen = false, updated_at = :now,
  status = CASE WHEN q.integration_id = j.integration_id THEN q.status ELSE 'failed' END,
  error_message = CASE WHEN q.integration_id = j.integration_id THEN q.error_message ELSE 'its integration_id is not that of its job' END,
  completed_at = CASE WHEN q.integration_id = j.integration_id THEN q.completed_at ELSE :now END
FROM collection_jobs j WHERE j.id = q.job_id AND q.job_id = :job AND q.unseen;

-- name: number_new_job
-- A job that was put in by plain SQL gets its place in the order of snapshots.
UPDATE collection_jobs SET asked = :asked WHERE id = :job AND asked = 0;

-- name: open_ended_job
-- A job that had ended goes on with its new chunks, unless another one of the same range is open.
UPDATE collection_jobs AS j SET status = 'pending', completed_at = NULL, error_message = NULL, updated_at = :now
WHERE j.id = :job AND j.status NOT IN ('pending', 'running')
  AND EXISTS (SELECT 1 FROM collection_queue q WHERE q.job_id = j.id AND q.status = 'pending')
  AND NOT EXISTS (SELECT 1 FROM collection_jobs t WHERE t.integration_id = j.integration_id AND t.collection_type = j.collection_type
                  AND t.mode = j.mode AND t.start_date = j.start_date AND t.end_date = j.end_date AND t.status IN ('pending', 'running'));

-- name: fail_chunks_of_ended_job
-- Where it could not be opened again: a final job has no open chunks.
UPDATE collection_queue SET status = 'failed', completed_at = :now, last_error_at = :now, updated_at = :now,
  error_message = 'its job had ended, and another job of the same range is open: put the chunk into that one'
WHERE job_id = :job AND status = 'pending'
  AND EXISTS (SELECT 1 FROM collection_jobs j WHERE j.id = :job AND j.status NOT IN ('pending', 'running'));

-- name: restate_job
-- The end of an ended job follows from its counters, as in finalise_job.
UPDATE collection_jobs SET
  status = CASE WHEN chunks_failed = 0 THEN 'completed' WHEN chunks_completed = 0 THEN 'failed' ELSE 'partial' END
WHERE id = :job AND status IN ('completed', 'partial', 'failed');
