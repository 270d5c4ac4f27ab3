DROP FUNCTION adfill.enter_round(INTEGER);
DROP TRIGGER collection_queue_takes_along ON collection_queue;
DROP FUNCTION adfill.collection_queue_takes_along();
DELETE FROM collection_attempts a WHERE NOT EXISTS (SELECT 1 FROM collection_queue q WHERE q.id = a.chunk_id);
ALTER TABLE collection_attempts ADD CONSTRAINT collection_attempts_chunk_id_fkey FOREIGN KEY (chunk_id) REFERENCES collection_queue (id) ON DELETE CASCADE;
DELETE FROM released_chunks r WHERE NOT EXISTS (SELECT 1 FROM collection_queue q WHERE q.id = r.chunk_id);
ALTER TABLE released_chunks ADD CONSTRAINT released_chunks_chunk_id_fkey FOREIGN KEY (chunk_id) REFERENCES collection_queue (id) ON DELETE CASCADE,
  ADD CONSTRAINT released_chunks_integration_id_fkey FOREIGN KEY (integration_id) REFERENCES integrations (id) ON DELETE CASCADE;
