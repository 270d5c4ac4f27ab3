-- A backlog of :accounts accounts with one job of :chunks chunks each, of a day each; two chunks an account are released.
-- Ids begin with the time, as the product's own do (Uuid::draw); accounts are named by chance, as the platforms' are.
SET search_path = public;
CREATE FUNCTION pg_temp.draw_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT CAST(lpad(to_hex(micros / 1000), 12, '0') || '7' || lpad(to_hex(micros % 1000 * 4096 / 1000), 3, '0')
    || substr(replace(CAST(gen_random_uuid() AS text), '-', ''), 17) AS uuid)
  FROM (SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint) AS micros) AS t
$$;
INSERT INTO advertisers (name) VALUES ('bench') ON CONFLICT DO NOTHING;
CREATE TEMPORARY TABLE fresh AS SELECT pg_temp.draw_id() AS id, n, nextval('integration_turns') AS turn FROM generate_series(1, :accounts) n;
INSERT INTO integrations (id, advertiser_id, source, account_id, currency, time_zone, turn)
SELECT f.id, a.id, 'meta', 'act_' || gen_random_uuid(), 'USD', 'UTC', f.turn FROM fresh f, advertisers a WHERE a.name = 'bench';
INSERT INTO integration_scopes SELECT id, 'app ' || n % 100 FROM fresh;
INSERT INTO collection_jobs (id, integration_id, collection_type, start_date, end_date, asked, chunks_total)
SELECT pg_temp.draw_id(), id, 'ads', date '2024-01-01', date '2024-01-01' + (:chunks - 1), nextval('asked_sequence'), :chunks FROM fresh ORDER BY n;
INSERT INTO collection_queue (id, job_id, integration_id, chunk_index, start_date, end_date, collection_type, unseen)
SELECT pg_temp.draw_id(), j.id, j.integration_id, c, date '2024-01-01' + c, date '2024-01-01' + c, 'ads', false
FROM collection_jobs j JOIN fresh f ON f.id = j.integration_id, generate_series(0, :chunks - 1) c ORDER BY j.id, c;
INSERT INTO released_chunks (chunk_id, integration_id, turn, priority, type_rank, chunk_index, due_at)
SELECT q.id, q.integration_id, CASE WHEN q.chunk_index = 0 THEN f.turn ELSE nextval('integration_turns') END, 1, 0, q.chunk_index, now()
FROM collection_queue q JOIN fresh f ON f.id = q.integration_id WHERE q.chunk_index < 2 ORDER BY q.chunk_index, f.turn;
ANALYZE;
