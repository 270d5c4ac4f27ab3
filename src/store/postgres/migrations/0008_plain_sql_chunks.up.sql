-- Chunks that somebody puts in by plain SQL: whoever names only the columns of the replaced system leaves them unseen,
-- and the next look of a worker takes them in. adfill's own chunks are seen from the start. The notification belongs to
-- the transaction of whoever puts chunks in; adfill's own commits carry none.
ALTER TABLE collection_queue ADD COLUMN unseen BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE collection_queue ALTER COLUMN unseen SET DEFAULT true;
CREATE INDEX idx_collection_queue_unseen ON collection_queue (job_id) WHERE unseen;

CREATE FUNCTION adfill.wake_workers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('adfill_wake', '');
  RETURN NULL;
END $$;
CREATE TRIGGER wake_workers AFTER INSERT ON collection_queue FOR EACH ROW WHEN (NEW.unseen) EXECUTE FUNCTION adfill.wake_workers();
