ALTER TABLE collection_coverage DROP COLUMN checked_at;
DROP INDEX idx_schedules_check_due;
ALTER TABLE schedules DROP COLUMN check_due_at;
