-- The replaced system's functions that set collecting going, for its callers and its cron jobs. None is needed: workers
-- wake by themselves, and adfill keeps schedules of its own.

-- Where and with which token the two invoke functions call adfill over HTTP, where pg_net is installed. The owner puts the
-- one row in; without it they only notify. The token is kept readable, as pg_net needs it, in the schema that nobody but
-- the owner may enter: give it one of its own, with the role operator.
CREATE TABLE adfill.invocation (
  one BOOLEAN PRIMARY KEY DEFAULT true CHECK (one),
  base_url TEXT NOT NULL CHECK (base_url ~ '^https?://[^/]+$'),  -- https://adfill.example.com
  token TEXT NOT NULL
);

-- An answer is not waited for. pg_net's schema is trusted only when a superuser or this function's owner owns it.
CREATE FUNCTION adfill.call_endpoint(path TEXT) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  known adfill.invocation;
BEGIN
  SELECT * INTO known FROM adfill.invocation;
  IF NOT FOUND THEN RETURN; END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles r ON r.oid = n.nspowner
                 WHERE n.nspname = 'net' AND p.proname = 'http_get' AND (r.rolsuper OR r.rolname = current_user)) THEN
    RETURN;
  END IF;
  EXECUTE 'SELECT net.http_get(url := $1, headers := $2)'
    USING known.base_url || path, jsonb_build_object('Authorization', 'Bearer ' || known.token);
EXCEPTION WHEN OTHERS THEN
  RAISE WARNING 'adfill could not be called by pg_net: %', SQLERRM;  -- workers were notified all the same
END $$;

CREATE FUNCTION invoke_collection_worker() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_notify('adfill_wake', '');
  PERFORM adfill.call_endpoint('/functions/v1/collection-worker');
END $$;

CREATE FUNCTION invoke_scheduler_worker() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_notify('adfill_wake', '');
  PERFORM adfill.call_endpoint('/functions/v1/scheduler-worker');
END $$;

-- Makes the daily job, with its one chunk, for yesterday in the account's time zone, of each account of the source that is
-- not paused; where one is open already it makes none. Returns how many it made.
CREATE FUNCTION trigger_scheduled_collection(p_source TEXT, p_collection_type TEXT) RETURNS integer
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  account record;
  made UUID;
  jobs integer := 0;
BEGIN
  IF p_source IS NULL OR p_source NOT IN ('meta', 'google_ads', 'naver') THEN
    RAISE EXCEPTION 'there is no source "%": it is one of meta, google_ads, naver', p_source USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF p_collection_type IS NULL OR p_collection_type NOT IN ('ads', 'demographics', 'creatives') THEN
    RAISE EXCEPTION 'there is no collection type "%": it is one of ads, demographics, creatives', p_collection_type
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF p_source = 'naver' AND p_collection_type = 'demographics' THEN
    RAISE EXCEPTION 'the source "naver" has no collection type "demographics"' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  FOR account IN
    SELECT i.id, (now() AT TIME ZONE i.time_zone)::date - 1 AS yesterday FROM integrations i
    WHERE i.source = p_source AND NOT i.paused ORDER BY i.id
  LOOP
    INSERT INTO collection_jobs (integration_id, collection_type, mode, start_date, end_date, asked, chunks_total)
    VALUES (account.id, p_collection_type, 'daily', account.yesterday, account.yesterday, nextval('asked_sequence'), 1)
    ON CONFLICT (integration_id, collection_type, mode, start_date, end_date) WHERE status IN ('pending', 'running') DO NOTHING
    RETURNING id INTO made;
    CONTINUE WHEN NOT FOUND;
    INSERT INTO collection_queue (job_id, integration_id, chunk_index, start_date, end_date, collection_type)
    VALUES (made, account.id, 0, account.yesterday, account.yesterday, p_collection_type);
    jobs := jobs + 1;
  END LOOP;
  RETURN jobs;
END $$;

-- The replaced system's cron jobs, for a database where pg_cron is installed; again is harmless. Daily times are Korean;
-- pg_cron keeps another clock (GMT unless cron.timezone says otherwise), to which they are converted as of today.
CREATE FUNCTION adfill.schedule_cron_jobs() RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  job record;
  clock TIMESTAMP;
BEGIN
  PERFORM cron.schedule('collection-worker', '* * * * *', format('SELECT %I.invoke_collection_worker()', current_schema()));
  FOR job IN SELECT * FROM (VALUES
      ('daily-meta-ads', TIME '04:00', 'meta', 'ads'),
      ('daily-meta-demographics', TIME '04:30', 'meta', 'demographics'),
      ('daily-meta-creatives', TIME '05:00', 'meta', 'creatives'),
      ('daily-google-ads', TIME '05:30', 'google_ads', 'ads'),
      ('daily-naver', TIME '06:00', 'naver', 'ads')) AS d (name, at, source, type)
  LOOP
    clock := ((current_date + job.at) AT TIME ZONE 'Asia/Seoul') AT TIME ZONE coalesce(nullif(current_setting('cron.timezone', true), ''), 'GMT');
    PERFORM cron.schedule(job.name, format('%s %s * * *', extract(minute FROM clock), extract(hour FROM clock)),
      format('SELECT %1$I.trigger_scheduled_collection(%2$L, %3$L), %1$I.invoke_scheduler_worker()', current_schema(), job.source, job.type));
  END LOOP;
END $$;

DO $$
DECLARE
  function regprocedure;
  role name;
BEGIN
  FOREACH function IN ARRAY ARRAY['invoke_collection_worker()'::regprocedure, 'invoke_scheduler_worker()',
      'trigger_scheduled_collection(text, text)', 'adfill.call_endpoint(text)', 'adfill.schedule_cron_jobs()'] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', function);
    FOR role IN SELECT rolname FROM pg_catalog.pg_roles WHERE rolname IN ('anon', 'authenticated') LOOP
      EXECUTE format('REVOKE ALL ON FUNCTION %s FROM %I', function, role);
    END LOOP;
  END LOOP;
END $$;
