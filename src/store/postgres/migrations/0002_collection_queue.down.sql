DROP VIEW waiting_chunks;
DROP TABLE workers;
DROP TABLE running_reports;
DROP TABLE collection_attempts;
DROP TABLE released_chunks;
DROP TABLE collection_queue;
DROP TABLE collection_jobs;
DROP SEQUENCE asked_sequence;
