-- name: begin_writing
-- Each statement sees what was committed before it; who must not run beside whom is settled by row locks.
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;

-- name: begin_reading
-- All that is read comes from one snapshot.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- name: limit_transaction
-- PostgreSQL only: one server for many, so nothing may hold on for ever. LOCAL, since behind a transaction-mode pooler a
-- session is not ours. Texts of times and days don't depend on how the server was set up.
SET LOCAL statement_timeout = '110s';
SET LOCAL lock_timeout = '30s';
SET LOCAL idle_in_transaction_session_timeout = '60s';
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'postgres';
-- The default schema is the first one but "adfill", which PostgreSQL would prefer for a role of that name.
SELECT set_config('search_path', string_agg(quote_ident(name), ', ' ORDER BY place), true)
FROM unnest(current_schemas(false)) WITH ORDINALITY AS s (name, place) WHERE name <> 'adfill';

-- name: synchronous_normal
-- A commit may be lost when the database's machine fails, never torn: for what is done again if it is lost.
SET LOCAL synchronous_commit = off;

-- name: read_clock
-- PostgreSQL only: the database's own time, so that a machine with a wrong clock does no harm, and since when it runs.
SELECT now(), pg_postmaster_start_time();

-- name: commit
-- From here on it is there.
COMMIT;

-- name: roll_back
-- Nothing of it was there.
ROLLBACK;
