ALTER TABLE running_reports DROP COLUMN attribution;
ALTER TABLE integrations DROP COLUMN attribution;
