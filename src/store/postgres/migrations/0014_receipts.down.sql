ALTER TABLE collection_coverage DROP COLUMN attribution;
ALTER TABLE collection_coverage DROP COLUMN rows_hash;
