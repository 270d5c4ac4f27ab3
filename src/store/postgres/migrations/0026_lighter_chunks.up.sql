-- What a chunk writes on its way through the queue costs less. Each released chunk and each attempt had the rows that it
-- refers to looked up and locked by foreign keys, a third of what releasing a chunk costs; but only adfill writes them, and
-- holds the chunk or its integration while it does. They go with their chunk all the same.
ALTER TABLE released_chunks DROP CONSTRAINT released_chunks_chunk_id_fkey, DROP CONSTRAINT released_chunks_integration_id_fkey;
ALTER TABLE collection_attempts DROP CONSTRAINT collection_attempts_chunk_id_fkey;
-- As a foreign key does it: whoever may delete a chunk may delete what hangs on it.
CREATE FUNCTION adfill.collection_queue_takes_along() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  EXECUTE format('DELETE FROM %I.released_chunks r USING gone WHERE r.chunk_id = gone.id', TG_TABLE_SCHEMA);
  EXECUTE format('DELETE FROM %I.collection_attempts a USING gone WHERE a.chunk_id = gone.id', TG_TABLE_SCHEMA);
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION adfill.collection_queue_takes_along() FROM PUBLIC;
CREATE TRIGGER collection_queue_takes_along AFTER DELETE ON collection_queue REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION adfill.collection_queue_takes_along();

-- Claims go in by a few gates, one at a time each. A claim passes by what others are just taking, so that where many are in
-- at once each walks over the rows of all others, finds little or nothing, and comes back. Who stands still in there (a
-- machine that was cut off) holds nobody up for long: the next one goes in beside it. Tells the microseconds of the wait.
CREATE FUNCTION adfill.enter_round(gate INTEGER) RETURNS BIGINT LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
DECLARE
  came CONSTANT TIMESTAMPTZ := clock_timestamp();
BEGIN
  BEGIN
    PERFORM pg_advisory_xact_lock(1633969769, gate);
  EXCEPTION WHEN lock_not_available THEN
    NULL;
  END;
  RETURN CAST(extract(epoch FROM clock_timestamp() - came) * 1000000 AS BIGINT);
END $$;
REVOKE ALL ON FUNCTION adfill.enter_round(INTEGER) FROM PUBLIC;
