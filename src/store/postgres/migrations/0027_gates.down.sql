DROP TABLE adfill.first_gate, adfill.second_gate;
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
