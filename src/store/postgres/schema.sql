-- name: lock_schema
-- PostgreSQL only: of several processes that start together one migrates, the others wait for its transaction. The number
-- is adfill's own ("adfill" in ASCII); the lock goes with the transaction, so that a pooler can't keep it.
SELECT pg_advisory_xact_lock(107075202213996);

-- name: make_schema_migrations
-- Which migrations this database has.
CREATE TABLE IF NOT EXISTS schema_migrations (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at TIMESTAMPTZ NOT NULL
);
ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY;

-- name: drop_schema_migrations
-- The last step down: nothing of adfill is left.
DROP TABLE IF EXISTS schema_migrations;

-- name: has_schema_migrations
-- 1 when the database was ever migrated.
SELECT count(*) FROM pg_catalog.pg_class
WHERE relname = 'schema_migrations' AND relkind = 'r' AND relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = current_schema());

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

-- name: has_pg_cron
-- PostgreSQL only: 1 when the extension is installed in this database.
SELECT count(*) FROM pg_catalog.pg_extension WHERE extname = 'pg_cron';

-- name: schedule_cron_jobs
-- PostgreSQL only: which jobs, and when, is in the migration that makes the function.
SELECT adfill.schedule_cron_jobs();
