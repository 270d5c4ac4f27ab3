-- name: lock_integration
-- PostgreSQL only: the last locks in the order of locks, in order themselves. Who holds one may read what the integration's
-- window and status are made of, and nobody changes it meanwhile. No row: there is no such integration.
SELECT id FROM integrations WHERE id = ANY(CAST(:integrations AS uuid[])) ORDER BY id FOR NO KEY UPDATE;

-- name: insert_advertiser
-- Advertisers are known by name and made on first use.
INSERT INTO advertisers (id, name, created_at) VALUES (:id, :name, :now) ON CONFLICT (name) DO NOTHING;

-- name: advertiser_by_name
-- Its id.
SELECT id FROM advertisers WHERE name = :name;

-- name: find_integration
-- An account by what users know it by.
SELECT i.id FROM integrations i JOIN advertisers a ON a.id = i.advertiser_id
WHERE a.name = :advertiser AND i.source = :source AND i.account_id = :account;

-- name: insert_integration
-- New integrations wait as pending until their first chunk is claimed.
INSERT INTO integrations (id, advertiser_id, source, account_id, account_name, currency, time_zone, attribution, keep_thumbnails, credentials_expire_at, created_at, updated_at)
VALUES (:id, :advertiser, :source, :account, :account_name, :currency, :time_zone, :attribution, :keep_thumbnails, :expire_at, :now, :now);

-- name: insert_credentials
-- Sealed under the integration's id.
INSERT INTO adfill.credentials (integration_id, sealed, version) VALUES (:integration, :sealed, 1);

-- name: insert_scope
-- A quota that its calls count against.
INSERT INTO integration_scopes (integration_id, scope) VALUES (:integration, :scope) ON CONFLICT DO NOTHING;

-- name: drop_scopes
-- New credentials may belong to another app, so the scopes are given anew.
DELETE FROM integration_scopes WHERE integration_id = :integration;

-- name: read_credentials
-- What is sealed, and which version it is.
SELECT sealed, version FROM adfill.credentials WHERE integration_id = :integration;

-- name: replace_credentials
-- The version tells a late refusal of the old ones from one of these.
INSERT INTO adfill.credentials AS c (integration_id, sealed, version) VALUES (:integration, :sealed, 1)
ON CONFLICT (integration_id) DO UPDATE SET sealed = excluded.sealed, version = c.version + 1;

-- name: describe_account
-- What the platform says of the account now; a text it left out stays as it was. Waiting chunks may be claimed again.
UPDATE integrations SET
  account_name = coalesce(nullif(CAST(:account_name AS text), ''), account_name),
  currency = coalesce(nullif(CAST(:currency AS text), ''), currency),
  time_zone = coalesce(nullif(CAST(:time_zone AS text), ''), time_zone),
  last_error = CASE WHEN status <> 'needs_auth' THEN last_error END,
  last_error_at = CASE WHEN status <> 'needs_auth' THEN last_error_at END,
  status = CASE WHEN status = 'needs_auth' THEN 'pending' ELSE status END,
  credentials_expire_at = :expire_at,
  updated_at = :now
WHERE id = :integration;

-- name: set_keep_thumbnails
-- Of those that are listed from now on; what is kept stays.
UPDATE integrations SET keep_thumbnails = :keep, updated_at = :now WHERE id = :integration;

-- name: set_attribution
-- For what is asked for from now on.
UPDATE integrations SET attribution = :attribution, updated_at = :now WHERE id = :integration;

-- name: pause_integration
-- Beside the status, which comes back when it is resumed.
UPDATE integrations SET paused = :paused, updated_at = :now WHERE id = :integration;

-- name: need_credentials
-- Only for the credentials that were refused: newer ones may be good. The integration is locked before, so that the
-- version is not an older one than the row.
UPDATE integrations SET status = 'needs_auth', last_error = :message, last_error_at = :now, updated_at = :now
WHERE id = :integration
  AND coalesce((SELECT version FROM adfill.credentials WHERE integration_id = :integration), 0) = :version;

-- name: integration_account
-- Whose figures are whose.
SELECT advertiser_id, source, account_id FROM integrations WHERE id = :integration;

-- name: delete_integration
-- Jobs, chunks, coverage and credentials go along.
DELETE FROM integrations WHERE id = :integration;

-- name: purge_ads
-- The account's figures.
DELETE FROM ad_performance WHERE advertiser_id = :advertiser AND source = :source AND account_id = :account;

-- name: purge_demographics
-- The account's demographic figures.
DELETE FROM ad_performance_demographics WHERE advertiser_id = :advertiser AND source = :source AND account_id = :account;

-- name: purge_pictures
-- What was kept of them.
DELETE FROM creative_pictures WHERE advertiser_id = :advertiser AND source = :source AND account_id = :account;

-- name: purge_creatives
-- The account's creatives.
DELETE FROM ad_creatives WHERE advertiser_id = :advertiser AND source = :source AND account_id = :account;

-- name: settle_integration
-- When no initial job is open (none at all, where there never was an initial one): error if of the newest job of any
-- type and mode a chunk failed, success if all of them completed, pending if all were cancelled. needs_auth stays until
-- there are new credentials. The integrations are locked before.
WITH kinds (collection_type, backfill) AS (
  VALUES ('ads', false), ('ads', true), ('demographics', false), ('demographics', true), ('creatives', false), ('creatives', true)
), ended AS MATERIALIZED (
  SELECT g.id AS integration_id, j.status IN ('partial', 'failed') AS failed, j.error_message, j.asked, k.backfill
  FROM unnest(CAST(:integrations AS uuid[])) AS g (id) CROSS JOIN kinds k CROSS JOIN LATERAL (
    SELECT l.status, l.error_message, l.asked FROM collection_jobs l
    WHERE l.integration_id = g.id AND l.collection_type = k.collection_type AND (l.mode = 'initial') = k.backfill
      AND l.status IN ('completed', 'partial', 'failed')
    ORDER BY l.asked DESC LIMIT 1) j
), newest AS MATERIALIZED (
  SELECT integration_id, bool_or(failed) AS failed, bool_or(backfill) AS backfill,
    (array_agg(error_message ORDER BY asked DESC) FILTER (WHERE failed))[1] AS error_message
  FROM ended GROUP BY integration_id
)
UPDATE integrations i SET
  status = CASE WHEN n.failed THEN 'error' WHEN n.integration_id IS NOT NULL THEN 'success' ELSE 'pending' END,
  last_error = n.error_message,
  last_error_at = CASE WHEN n.failed THEN CAST(:now AS timestamptz) END,
  updated_at = :now
FROM unnest(CAST(:integrations AS uuid[])) AS g (id) LEFT JOIN newest n ON n.integration_id = g.id
WHERE i.id = g.id AND i.status <> 'needs_auth'
  AND NOT EXISTS (SELECT 1 FROM collection_jobs j
                  WHERE j.integration_id = i.id AND j.status IN ('pending', 'running') AND j.mode = 'initial')
  AND (n.backfill
       OR NOT EXISTS (SELECT 1 FROM collection_jobs j
                      WHERE j.integration_id = i.id AND j.status IN ('pending', 'running')));
