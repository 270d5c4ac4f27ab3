-- What was collected lately, for people.
CREATE INDEX idx_collection_queue_completed ON collection_queue (completed_at) WHERE status = 'completed';
