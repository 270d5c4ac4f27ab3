-- A move carries whole tables, so its statements are made from the catalogue: a column that is new goes along by itself.

-- name: list_tables
-- SQLite only: PostgreSQL's catalogue says which of them are carried, and in which order.
SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%';

-- name: move_columns
-- Their names.
SELECT name FROM pragma_table_info(:table) ORDER BY cid;

-- name: move_statements
-- Of a table: what writes rows, reads the first ones, reads those after a key, and counts and sums. The tables of details
-- don't say whose they are; their figures do.
WITH columns AS (
  SELECT c.value AS name, c.key AS place, EXISTS (SELECT 1 FROM pragma_table_info(:table) i WHERE i.name = c.value) AS own
  FROM json_each(:columns) c ORDER BY c.key
), keys AS (
  SELECT printf('t."%w"', name) AS name, pk - 1 AS place FROM pragma_table_info(:table) WHERE pk > 0 ORDER BY pk
), parts AS (
  SELECT printf('"%w"', :table) AS place,
    (SELECT group_concat(printf('"%w"', name), ', ') FROM columns WHERE own) AS names,
    (SELECT group_concat(printf('?%d', place + 1), ', ') FROM columns WHERE own) AS positions,
    (SELECT group_concat(iif(own, printf('t."%w"', name),
        printf('(SELECT p."%w" FROM "%w" p WHERE p.id = t.id)', name, replace(:table, '_details', ''))), ', ') FROM columns) AS readings,
    (SELECT coalesce(group_concat(printf(', coalesce(sum("%w"), 0)', name), ''), '') FROM columns
      WHERE name IN ('impressions', 'clicks', 'cost', 'conversions', 'conversion_value', 'rows')) AS sums,
    (SELECT group_concat(name, ', ') FROM keys) AS keys,
    (SELECT group_concat(printf('json_extract(:after, ''$[%d]'')', place), ', ') FROM keys) AS after
)
SELECT printf('INSERT INTO %s (%s) VALUES (%s)', place, names, positions),
  printf('SELECT json_array(%s), %s FROM %s t ORDER BY %s LIMIT :limit', keys, readings, place, keys),
  printf('SELECT json_array(%s), %s FROM %s t WHERE (%s) > (%s) ORDER BY %s LIMIT :limit', keys, readings, place, keys, after, keys),
  printf('SELECT count(*)%s FROM %s', sums, place),
  printf('DELETE FROM %s', place)
FROM parts;

-- name: move_fingerprint
-- Changes with whatever could make a move that was interrupted go on with something else.
SELECT (SELECT last FROM asked_sequence) || '/' || (SELECT coalesce(max(id), 0) FROM audit_log) || '/' ||
  (SELECT count(*) || ' ' || coalesce(max(updated_at), '') FROM integrations) || '/' ||
  (SELECT count(*) || ' ' || coalesce(max(updated_at), '') FROM collection_jobs) || '/' ||
  (SELECT count(*) || ' ' || coalesce(max(updated_at), '') FROM collection_queue) || '/' ||
  (SELECT count(*) FROM collection_attempts) || '/' || (SELECT count(*) FROM api_tokens) || '/' || (SELECT count(*) FROM collection_coverage);

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
SELECT last FROM asked_sequence;

-- name: move_asked
-- Numbers go on above those of the source.
UPDATE asked_sequence SET last = :last;

-- name: move_hands_back
-- Nobody works on them any more; the sweep releases them.
UPDATE collection_queue SET status = 'pending', started_at = NULL WHERE status = 'processing';

-- name: check_integrity
-- SQLite only, of a backup: "ok", or what is wrong with the file.
PRAGMA integrity_check(1);

-- name: use_rollback_journal
-- SQLite only: a backup is one file; adfill turns the write-ahead log on again when it opens it.
PRAGMA journal_mode = DELETE;
