DROP FUNCTION check_and_finalize_job(UUID);
DROP FUNCTION increment_chunks_failed(UUID);
DROP FUNCTION increment_chunks_completed(UUID);
