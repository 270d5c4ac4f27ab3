-- The replaced system's functions that count chunks and close jobs, for its callers. They count anew from the chunks, so
-- that a call too many does no harm. Same rules and same order of locks as adfill's own statements (recount_job,
-- finalise_job, settle_integration). They act with the caller's rights, and nobody but the owner may call them unless told.
CREATE FUNCTION increment_chunks_completed(p_job_id UUID) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM 1 FROM collection_jobs WHERE id = p_job_id FOR NO KEY UPDATE;  -- so that what is counted behind it is as it is
  UPDATE collection_jobs SET updated_at = now(), (chunks_total, chunks_completed, chunks_failed) =
    (SELECT count(*), count(*) FILTER (WHERE q.status = 'completed'), count(*) FILTER (WHERE q.status = 'failed')
     FROM collection_queue q WHERE q.job_id = p_job_id)
  WHERE id = p_job_id;
END $$;

-- Counts the same: a chunk is counted by its state.
CREATE FUNCTION increment_chunks_failed(p_job_id UUID) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM increment_chunks_completed(p_job_id);
END $$;

-- True when the job is final. One whose chunks are not all final, or that has none yet, is left as it is.
CREATE FUNCTION check_and_finalize_job(p_job_id UUID) RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  of_integration UUID;
BEGIN
  SELECT integration_id INTO of_integration FROM collection_jobs WHERE id = p_job_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM 1 FROM integrations WHERE id = of_integration FOR NO KEY UPDATE;
  IF EXISTS (SELECT 1 FROM collection_queue WHERE job_id = p_job_id AND status IN ('pending', 'processing'))
     OR NOT EXISTS (SELECT 1 FROM collection_queue WHERE job_id = p_job_id) THEN
    RETURN false;
  END IF;
  PERFORM increment_chunks_completed(p_job_id);
  UPDATE collection_jobs SET
    status = CASE WHEN chunks_failed = 0 THEN 'completed' WHEN chunks_completed = 0 THEN 'failed' ELSE 'partial' END,
    error_message = (SELECT q.error_message FROM collection_queue q WHERE q.job_id = p_job_id AND q.status = 'failed'
                     ORDER BY q.last_error_at DESC NULLS LAST, q.chunk_index LIMIT 1),
    asked = CASE WHEN asked = 0 THEN nextval('asked_sequence') ELSE asked END,
    started_at = coalesce(started_at, now()), completed_at = now(), updated_at = now()
  WHERE id = p_job_id AND status IN ('pending', 'running');
  WITH kinds (collection_type, backfill) AS (
    VALUES ('ads', false), ('ads', true), ('demographics', false), ('demographics', true), ('creatives', false), ('creatives', true)
  ), ended AS MATERIALIZED (
    SELECT j.status, j.error_message, j.asked, k.backfill FROM kinds k CROSS JOIN LATERAL (
      SELECT l.status, l.error_message, l.asked FROM collection_jobs l
      WHERE l.integration_id = of_integration AND l.collection_type = k.collection_type AND (l.mode = 'initial') = k.backfill
        AND l.status IN ('completed', 'partial', 'failed')
      ORDER BY l.asked DESC LIMIT 1) j
  )
  UPDATE integrations SET
    status = CASE WHEN EXISTS (SELECT 1 FROM ended WHERE status IN ('partial', 'failed')) THEN 'error'
                  WHEN EXISTS (SELECT 1 FROM ended) THEN 'success' ELSE 'pending' END,
    last_error = (SELECT error_message FROM ended WHERE status IN ('partial', 'failed') ORDER BY asked DESC LIMIT 1),
    last_error_at = CASE WHEN EXISTS (SELECT 1 FROM ended WHERE status IN ('partial', 'failed')) THEN now() END,
    updated_at = now()
  WHERE id = of_integration AND status <> 'needs_auth'
    AND NOT EXISTS (SELECT 1 FROM collection_jobs j
                    WHERE j.integration_id = of_integration AND j.status IN ('pending', 'running') AND j.mode = 'initial')
    AND (EXISTS (SELECT 1 FROM ended WHERE backfill)
         OR NOT EXISTS (SELECT 1 FROM collection_jobs j
                        WHERE j.integration_id = of_integration AND j.status IN ('pending', 'running')));
  RETURN true;
END $$;

-- Hosted PostgreSQLs give their web roles the right to call new functions of the default schema by themselves.
DO $$
DECLARE
  function regprocedure;
  role name;
BEGIN
  FOREACH function IN ARRAY ARRAY['increment_chunks_completed(uuid)'::regprocedure, 'increment_chunks_failed(uuid)', 'check_and_finalize_job(uuid)'] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', function);
    FOR role IN SELECT rolname FROM pg_catalog.pg_roles WHERE rolname IN ('anon', 'authenticated') LOOP
      EXECUTE format('REVOKE ALL ON FUNCTION %s FROM %I', function, role);
    END LOOP;
  END LOOP;
END $$;
