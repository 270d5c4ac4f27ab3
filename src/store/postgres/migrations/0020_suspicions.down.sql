DROP TABLE suspicions;
DELETE FROM alerts WHERE kind = 'metric_fall';
ALTER TABLE alerts DROP CONSTRAINT valid_kind;
ALTER TABLE alerts ADD CONSTRAINT valid_kind CHECK (kind IN ('freshness', 'credentials', 'job_failed', 'mismatch', 'unparsable', 'outage', 'queue'));
ALTER TABLE alerts DROP COLUMN parameters;
ALTER TABLE collection_coverage DROP COLUMN conversion_value;
ALTER TABLE collection_coverage DROP COLUMN conversions;
