-- name: make_schema_migrations
-- Which migrations this database has.
CREATE TABLE IF NOT EXISTS schema_migrations (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at TEXT NOT NULL
) STRICT;

-- name: drop_schema_migrations
-- The last step down: nothing of adfill is left.
DROP TABLE IF EXISTS schema_migrations;

-- name: has_schema_migrations
-- 1 when the database was ever migrated.
SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations';

-- name: schema_version
-- The newest migration applied; NULL before the first.
SELECT max(version) FROM schema_migrations;

-- name: list_migrations_applied
-- Their numbers, in order.
SELECT version FROM schema_migrations ORDER BY version;

-- name: record_migration
-- Written in the transaction of the migration itself.
INSERT INTO schema_migrations (version, name, applied_at) VALUES (:version, :name, :now);

-- name: unrecord_migration
-- Undone in the transaction of its down script.
DELETE FROM schema_migrations WHERE version = :version;
