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

-- name: integration_exists
-- 1 when there is such an integration.
SELECT count(*) FROM integrations WHERE id = :integration;

-- name: insert_integration
-- New integrations wait as pending until their first chunk is claimed.
INSERT INTO integrations (id, advertiser_id, source, account_id, account_name, currency, time_zone, attribution, keep_thumbnails, credentials_expire_at, created_at, updated_at)
VALUES (:id, :advertiser, :source, :account, :account_name, :currency, :time_zone, :attribution, :keep_thumbnails, :expire_at, :now, :now);

-- name: insert_credentials
-- Sealed under the integration's id.
INSERT INTO adfill_credentials (integration_id, sealed, version) VALUES (:integration, :sealed, 1);

-- name: insert_scope
-- A quota that its calls count against.
INSERT INTO integration_scopes (integration_id, scope) VALUES (:integration, :scope) ON CONFLICT DO NOTHING;

-- name: drop_scopes
-- New credentials may belong to another app, so the scopes are given anew.
DELETE FROM integration_scopes WHERE integration_id = :integration;

-- name: read_credentials
-- What is sealed, and which version it is.
SELECT sealed, version FROM adfill_credentials WHERE integration_id = :integration;

-- name: replace_credentials
-- The version tells a late refusal of the old ones from one of these.
INSERT INTO adfill_credentials (integration_id, sealed, version) VALUES (:integration, :sealed, 1)
ON CONFLICT (integration_id) DO UPDATE SET sealed = excluded.sealed, version = version + 1;

-- name: describe_account
-- What the platform says of the account now; a text it left out stays as it was. Waiting chunks may be claimed again.
UPDATE integrations SET
  account_name = coalesce(nullif(:account_name, ''), account_name),
  currency = coalesce(nullif(:currency, ''), currency),
  time_zone = coalesce(nullif(:time_zone, ''), time_zone),
  last_error = iif(status = 'needs_auth', NULL, last_error),
  last_error_at = iif(status = 'needs_auth', NULL, last_error_at),
  status = iif(status = 'needs_auth', 'pending', status),
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
-- Only for the credentials that were refused: newer ones may be good.
UPDATE integrations SET status = 'needs_auth', last_error = :message, last_error_at = :now, updated_at = :now
WHERE id = :integration
  AND coalesce((SELECT version FROM adfill_credentials WHERE integration_id = :integration), 0) = :version;

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
-- there are new credentials.
WITH kinds (collection_type, backfill) AS (
  VALUES ('ads', 0), ('ads', 1), ('demographics', 0), ('demographics', 1), ('creatives', 0), ('creatives', 1)
), ended AS MATERIALIZED (
  SELECT j.status, j.error_message, j.asked, k.backfill FROM kinds k JOIN collection_jobs j ON j.id = (
    SELECT l.id FROM collection_jobs l
    WHERE l.integration_id = :integration AND l.collection_type = k.collection_type AND (l.mode = 'initial') = k.backfill
      AND l.status IN ('completed', 'partial', 'failed')
    ORDER BY l.asked DESC LIMIT 1)
)
UPDATE integrations SET
  status = CASE WHEN EXISTS (SELECT 1 FROM ended WHERE status IN ('partial', 'failed')) THEN 'error'
                WHEN EXISTS (SELECT 1 FROM ended) THEN 'success' ELSE 'pending' END,
  last_error = (SELECT error_message FROM ended WHERE status IN ('partial', 'failed') ORDER BY asked DESC LIMIT 1),
  last_error_at = iif(EXISTS (SELECT 1 FROM ended WHERE status IN ('partial', 'failed')), :now, NULL),
  updated_at = :now
WHERE id = :integration AND status <> 'needs_auth'
  AND NOT EXISTS (SELECT 1 FROM collection_jobs j INDEXED BY one_open_job
                  WHERE j.integration_id = :integration AND j.status IN ('pending', 'running') AND j.mode = 'initial')
  AND (EXISTS (SELECT 1 FROM ended WHERE backfill = 1)
       OR NOT EXISTS (SELECT 1 FROM collection_jobs j INDEXED BY one_open_job
                      WHERE j.integration_id = :integration AND j.status IN ('pending', 'running')));
