DROP TRIGGER wake_workers ON collection_queue;
DROP FUNCTION adfill.wake_workers();
DROP INDEX idx_collection_queue_unseen;
ALTER TABLE collection_queue DROP COLUMN unseen;
