-- name: begin_writing
-- Each statement sees what was committed before it; who must not run beside whom is settled by row locks.
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;

-- name: begin_reading
-- All that is read comes from one snapshot.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- name: plan_once
-- PostgreSQL only. What writes goes by keys, a few rows a step, so one plan along the indexes does for all values. Left to
-- itself the server plans such statements anew each time, which costs as much as they do; and a plan made while the tables
-- were empty must not read them from end to end when they are no longer. Settings of the transaction, as below.
SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
  set_config('jit', 'off', true);

-- name: forget_plans
-- PostgreSQL only: see plan_age.h.
DISCARD PLANS;

-- name: limit_transaction
-- PostgreSQL only: one server for many, so nothing may hold on for ever. The transaction's own settings ("true"), since
-- behind a transaction-mode pooler a session is not ours; by a function, since only one statement at a time can be sent
-- ahead. Texts of times and days don't depend on how the server was set up. And the database's own time, so that a
-- machine with a wrong clock does no harm, and since when it runs.
SELECT now(), pg_postmaster_start_time(),
  set_config('statement_timeout', '110s', true), set_config('lock_timeout', '30s', true),
  set_config('idle_in_transaction_session_timeout', '60s', true), set_config('TimeZone', 'UTC', true),
  set_config('DateStyle', 'ISO, YMD', true), set_config('IntervalStyle', 'postgres', true),
  set_config('search_path', :schemas, true);

-- name: schemas
-- PostgreSQL only: asked once a connection, for it costs as much as all else that begins a transaction. The default schema is the
-- first one but "adfill", which PostgreSQL would prefer for a role of that name. And whether so many days were collected
-- before that plans made now will do (see plan_age.h).
SELECT string_agg(quote_ident(name), ', ' ORDER BY place),
  coalesce(pg_relation_size(to_regclass('collection_coverage')), 0) > 1000000
FROM unnest(current_schemas(false)) WITH ORDINALITY AS s (name, place) WHERE name <> 'adfill';

-- name: synchronous_normal
-- A commit may be lost when the database's machine fails, never torn: for what is done again if it is lost.
SELECT set_config('synchronous_commit', 'off', true);

-- name: put_on_disk
-- PostgreSQL only: what was committed before, by whomever, is on the disk when this is: a record of no meaning in the log,
-- which is flushed up to its end (pg_logical_emit_message: https://www.postgresql.org/docs/15/functions-admin.html).
SELECT pg_logical_emit_message(true, 'adfill', '');

-- name: commit
-- From here on it is there.
COMMIT;

-- name: roll_back
-- Nothing of it was there.
ROLLBACK;

-- name: listen
-- PostgreSQL only: for what other machines tell; see wake_ups.h. Plain SQL may tell too, with any word.
LISTEN adfill_wake;

-- name: tell_work
-- There may be something to claim.
NOTIFY adfill_wake, 'work';

-- name: tell_progress
-- Something that people look at has changed.
NOTIFY adfill_wake, 'progress';

-- name: which_process
-- PostgreSQL only: which of the server's processes answers; behind a pooler another one than was announced.
SELECT pg_backend_pid();

-- name: describe_server
-- PostgreSQL only, for doctor: its version, time and limits, and the size of this database. The folder of the data is
-- told to those only who may know it, and where the database is on the machine that asks.
SELECT current_setting('server_version'), current_setting('server_version_num'),
       CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint),
       (SELECT setting FROM pg_settings WHERE name = 'statement_timeout'),
       pg_database_size(current_database()),
       (SELECT setting FROM pg_settings
        WHERE name = 'data_directory' AND inet_server_addr() IS NOT DISTINCT FROM inet_client_addr());
