-- Older days are compared with the platform now and then: when an account's next comparison is due, and when a day was
-- compared last.
ALTER TABLE schedules ADD COLUMN check_due_at TEXT;
UPDATE schedules SET check_due_at = next_due_at WHERE collection_type <> 'creatives';
CREATE INDEX idx_schedules_check_due ON schedules (check_due_at) WHERE check_due_at IS NOT NULL;
ALTER TABLE collection_coverage ADD COLUMN checked_at TEXT;
