DROP INDEX idx_collection_queue_failed;
DROP TABLE schedule_runs;
DROP TABLE schedules;
