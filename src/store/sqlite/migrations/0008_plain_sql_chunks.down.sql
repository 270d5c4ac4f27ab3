DROP INDEX idx_collection_queue_unseen;
ALTER TABLE collection_queue DROP COLUMN unseen;
