-- A move carries whole tables, so its statements are made from the catalogue: a column that is new goes along by itself.
-- Values travel as the SQLite home writes them: money as micros, times in RFC 3339, lists as JSON.

-- name: move_tables
-- PostgreSQL only: in the order of their references; first those that stand alone, which may be carried in steps. Of each
-- the two names that it may have in SQLite. Left out is what belongs to a running database.
WITH RECURSIVE tables AS (
  SELECT c.oid, c.relname, n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN (current_schema(), 'adfill')
    AND c.relname NOT IN ('schema_migrations', 'moves', 'released_chunks', 'workers', 'keyed_requests', 'scope_outlooks', 'api_sessions', 'invocation')
), refers AS (
  SELECT DISTINCT conrelid AS child, confrelid AS parent FROM pg_catalog.pg_constraint
  WHERE contype = 'f' AND conrelid <> confrelid AND conrelid IN (SELECT oid FROM tables) AND confrelid IN (SELECT oid FROM tables)
  UNION SELECT c.oid, p.oid FROM tables c, tables p  -- a foreign key in SQLite alone
  WHERE c.relname = 'collection_attempts' AND p.relname = 'collection_queue'
), depths AS (
  SELECT oid, 0 AS depth FROM tables
  UNION SELECT r.child, d.depth + 1 FROM refers r JOIN depths d ON d.oid = r.parent WHERE d.depth < 30
)
SELECT format('%I.%I', t.nspname, t.relname), t.relname, CASE WHEN t.nspname = 'adfill' THEN 'adfill_' ELSE '' END || t.relname,
  NOT EXISTS (SELECT 1 FROM refers r WHERE t.oid IN (r.child, r.parent)) AS alone
FROM tables t JOIN depths d ON d.oid = t.oid
GROUP BY t.oid, t.nspname, t.relname
ORDER BY alone DESC, max(d.depth), t.relname;

-- name: move_columns
-- Their names and types.
SELECT a.attname, t.typname FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = CAST(CAST(:table AS text) AS regclass) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
ORDER BY a.attnum;

-- name: move_statements
-- Of a table: what writes rows, reads the first ones, reads those after a key, and counts and sums.
WITH columns AS (
  SELECT a.attname AS name, t.typname AS type, c.place
  FROM unnest(CAST(:columns AS text[])) WITH ORDINALITY AS c (name, place)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = CAST(CAST(:table AS text) AS regclass) AND a.attname = c.name
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
), keys AS (
  SELECT quote_ident(a.attname) AS name, format_type(a.atttypid, a.atttypmod) AS type, k.place
  FROM pg_catalog.pg_index i CROSS JOIN LATERAL unnest(CAST(i.indkey AS smallint[])) WITH ORDINALITY AS k (number, place)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
  WHERE i.indrelid = CAST(CAST(:table AS text) AS regclass) AND i.indisprimary
), parts AS (
  SELECT (SELECT string_agg(quote_ident(name), ', ' ORDER BY place) FROM columns) AS names,
    (SELECT string_agg(CASE type WHEN 'numeric' THEN format('CAST(round(%I * 1000000) AS bigint)', name)
        WHEN 'timestamptz' THEN format('to_char(%I AT TIME ZONE ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'')', name)
        WHEN 'bool' THEN format('CAST(%I AS integer)', name)
        WHEN '_uuid' THEN format('array_to_json(%I)', name)
        ELSE quote_ident(name) END, ', ' ORDER BY place) FROM columns) AS readings,
    (SELECT string_agg(format(CASE type WHEN 'numeric' THEN ', coalesce(round(sum(%I) * 1000000), 0)' ELSE ', coalesce(sum(%I), 0)' END, name),
        '' ORDER BY place) FROM columns
      WHERE name IN ('impressions', 'clicks', 'cost', 'conversions', 'conversion_value', 'rows')) AS sums,
    (SELECT string_agg(name, ', ' ORDER BY place) FROM keys) AS keys,
    (SELECT string_agg(format('CAST(CAST(:after AS json) ->> %s AS %s)', place - 1, type), ', ' ORDER BY place) FROM keys) AS after
)
SELECT format('COPY %s (%s) FROM STDIN', CAST(:table AS text), names),
  format('SELECT json_build_array(%s), %s FROM %s ORDER BY %1$s LIMIT CAST(:limit AS bigint)', keys, readings, CAST(:table AS text)),
  format('SELECT json_build_array(%1$s), %2$s FROM %3$s WHERE (%1$s) > (%4$s) ORDER BY %1$s LIMIT CAST(:limit AS bigint)', keys, readings, CAST(:table AS text), after),
  format('SELECT count(*)%s FROM %s', sums, CAST(:table AS text)),
  format('DELETE FROM %s', CAST(:table AS text))
FROM parts;

-- name: move_fingerprint
-- Changes with whatever could make a move that was interrupted go on with something else.
SELECT concat_ws('/', (SELECT last_value FROM asked_sequence), (SELECT max(id) FROM audit_log),
  (SELECT count(*) || ' ' || coalesce(max(updated_at), 'epoch') FROM integrations),
  (SELECT count(*) || ' ' || coalesce(max(updated_at), 'epoch') FROM collection_jobs),
  (SELECT count(*) || ' ' || coalesce(max(updated_at), 'epoch') FROM collection_queue),
  (SELECT count(*) FROM collection_attempts), (SELECT count(*) FROM adfill.api_tokens), (SELECT count(*) FROM collection_coverage));

-- name: count_live_workers
-- Whose lease is not over.
SELECT count(*) FROM workers WHERE lease_until > :now;

-- name: read_move
-- The move into this database.
SELECT source, fingerprint, started_at, finished_at, table_name, position FROM moves;

-- name: begin_move
-- Or begin it anew.
INSERT INTO moves (one, source, fingerprint, started_at) VALUES (1, :source, :fingerprint, :now)
ON CONFLICT (one) DO UPDATE SET source = excluded.source, fingerprint = excluded.fingerprint, started_at = excluded.started_at,
  finished_at = NULL, table_name = NULL, position = NULL;

-- name: move_reached
-- In the transaction that brought the rows.
UPDATE moves SET table_name = :table, position = :position;

-- name: finish_move
-- In the transaction that brought all that was left.
UPDATE moves SET finished_at = :now, table_name = NULL, position = NULL;

-- name: move_last_asked
-- The number that was drawn last.
SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM asked_sequence;

-- name: move_asked
-- Numbers go on above those of the source.
SELECT setval('asked_sequence', greatest(CAST(:last AS bigint), 1), CAST(:last AS bigint) > 0);

-- name: move_turns
-- PostgreSQL only: SQLite counts on from the largest.
SELECT setval('integration_turns', greatest((SELECT coalesce(max(turn), 0) FROM integrations), 1));

-- name: move_sequences
-- PostgreSQL only: what sets the sequences of the columns that number their rows.
SELECT format('SELECT setval(%L, greatest((SELECT coalesce(max(%I), 0) FROM %s), 1))', CAST(CAST(s.oid AS regclass) AS text), a.attname, CAST(CAST(d.refobjid AS regclass) AS text))
FROM pg_catalog.pg_class s
JOIN pg_catalog.pg_depend d ON d.classid = CAST('pg_class' AS regclass) AND d.objid = s.oid AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
WHERE s.relkind = 'S' AND n.nspname IN (current_schema(), 'adfill');

-- name: move_hands_back
-- Nobody works on them any more; the sweep releases them.
UPDATE collection_queue SET status = 'pending', started_at = NULL WHERE status = 'processing';
