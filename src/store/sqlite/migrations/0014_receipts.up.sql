-- What a receipt says beside the totals: a hash of the day's rows in all their columns (NULL: committed before there was
-- one, and for creatives), and the attribution that was asked for, in the source's own word.
ALTER TABLE collection_coverage ADD COLUMN rows_hash INTEGER;
ALTER TABLE collection_coverage ADD COLUMN attribution TEXT NOT NULL DEFAULT '';
