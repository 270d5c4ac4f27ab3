-- What keeps the queue as quick beside a large backlog, and after a day of churn.

-- A sweep looks at a page of the open jobs.
CREATE INDEX idx_collection_jobs_open ON collection_jobs (id) WHERE status IN ('pending', 'running');

-- Rows that are rewritten a few times in their life keep room for it on their page, so that a rewrite that changes no indexed
-- column needs no index entry. These tables are vacuumed by how much died, not by how large they are: a fifth of a large
-- queue is a day of walking over dead index entries.
ALTER TABLE collection_jobs SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
ALTER TABLE integrations SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
ALTER TABLE collection_queue SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000,
  autovacuum_analyze_scale_factor = 0.05);
ALTER TABLE collection_attempts SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);
ALTER TABLE collection_coverage SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);
ALTER TABLE released_chunks SET (autovacuum_vacuum_cost_delay = 0);  -- small: through with it at once
