-- The cron jobs first: nothing may call what is taken away.
DO $$
BEGIN
  IF to_regclass('cron.job') IS NULL THEN RETURN; END IF;
  IF NOT has_schema_privilege('cron', 'USAGE') THEN RETURN; END IF;  -- then they can't be ours
  PERFORM cron.unschedule(jobid) FROM cron.job
  WHERE username = current_user AND database = current_database() AND jobname IN ('collection-worker', 'daily-meta-ads',
    'daily-meta-demographics', 'daily-meta-creatives', 'daily-google-ads', 'daily-naver');
END $$;
DROP FUNCTION adfill.schedule_cron_jobs();
DROP FUNCTION trigger_scheduled_collection(TEXT, TEXT);
DROP FUNCTION invoke_scheduler_worker();
DROP FUNCTION invoke_collection_worker();
DROP FUNCTION adfill.call_endpoint(TEXT);
DROP TABLE adfill.invocation;
