-- What moving in from the replaced system writes beyond what commits do.

-- name: import_job
-- One that is there already stays. A number of 0 is drawn when its open chunks are seen.
INSERT INTO collection_jobs (id, integration_id, collection_type, mode, status, start_date, end_date, asked, error_message,
  created_at, started_at, completed_at, updated_at)
VALUES (:id, :integration, :type, :mode, :status, :since, :until, :asked, :message, :created_at, :started_at, :completed_at, :now)
ON CONFLICT DO NOTHING;

-- name: import_chunk
-- An open one is unseen, as if it were put in by plain SQL: a worker's next look takes it in.
INSERT INTO collection_queue (id, job_id, integration_id, chunk_index, start_date, end_date, collection_type, status, retry_count, max_retries,
  error_message, last_error_at, created_at, started_at, completed_at, updated_at, unseen)
VALUES (:id, :job, :integration, :chunk_index, :since, :until, :type, :status, :retry_count, :max_retries,
  :message, :last_error_at, :created_at, :started_at, :completed_at, :now, :unseen)
ON CONFLICT DO NOTHING;

-- name: creatives_since
-- The ads whose row is of this listing or a newer one.
SELECT ad_id FROM ad_creatives WHERE advertiser_id = :advertiser AND source = :source AND account_id = :account AND asked >= :asked;
