-- Chunks that somebody puts in by plain SQL: whoever names only the columns of the replaced system leaves them unseen,
-- and the next look of a worker takes them in. adfill's own chunks are seen from the start.
ALTER TABLE collection_queue ADD COLUMN unseen INTEGER NOT NULL DEFAULT 1;
UPDATE collection_queue SET unseen = 0;
CREATE INDEX idx_collection_queue_unseen ON collection_queue (job_id) WHERE unseen = 1;
