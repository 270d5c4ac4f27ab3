-- Reading the replaced system's own tables, for moving in. Only their keys are known for sure, so each row is read as JSON,
-- by the names a column may have: one that is missing reads as NULL, and those that nobody asks for go along as details (ratios that follow from others do not).

-- name: replaced_all_rows
-- PostgreSQL only: a role that row-level security keeps rows from gets an error instead of fewer rows.
SET LOCAL row_security = off;

-- name: replaced_tables
-- PostgreSQL only: which of its tables there are.
SELECT t.name FROM unnest(ARRAY['advertisers', 'integrations', 'collection_jobs', 'collection_queue', 'ad_performance',
  'ad_performance_demographics', 'ad_creatives']) AS t (name)
WHERE to_regclass(quote_ident(t.name)) IS NOT NULL;

-- name: replaced_is_adfill
-- PostgreSQL only: true when the tables are adfill's own, of its first version on.
SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint
               WHERE conrelid = to_regclass('integrations') AND conname = 'integration_of_advertiser');

-- name: replaced_advertisers
-- PostgreSQL only: their names.
SELECT CAST(a.id AS text), coalesce(to_jsonb(a) ->> 'name', to_jsonb(a) ->> 'company_name', CAST(a.id AS text)) FROM advertisers a;

-- name: replaced_integrations
-- PostgreSQL only: accounts, with what of their credentials stands readable.
SELECT r.j ->> 'id', r.j ->> 'advertiser_id', coalesce(r.j ->> 'source', r.j ->> 'platform', r.j ->> 'provider'),
  coalesce(r.j ->> 'account_id', r.j ->> 'ad_account_id', r.j ->> 'external_account_id', r.j ->> 'customer_id'),
  coalesce(r.j ->> 'account_name', r.j ->> 'ad_account_name', r.j ->> 'name'),
  coalesce(r.j ->> 'currency', r.j ->> 'account_currency'), coalesce(r.j ->> 'time_zone', r.j ->> 'timezone', r.j ->> 'timezone_name'),
  coalesce(r.j ->> 'access_token', r.j -> 'credentials' ->> 'access_token', r.j -> 'config' ->> 'access_token'),
  coalesce(r.j ->> 'app_secret', r.j -> 'credentials' ->> 'app_secret', r.j -> 'config' ->> 'app_secret')
FROM integrations i CROSS JOIN LATERAL (SELECT to_jsonb(i) AS j) AS r
ORDER BY r.j ->> 'created_at', r.j ->> 'id';

-- name: replaced_jobs
-- PostgreSQL only: those of an account.
SELECT r.j ->> 'id', coalesce(r.j ->> 'collection_type', r.j ->> 'type'), coalesce(r.j ->> 'mode', r.j ->> 'job_type'), r.j ->> 'status',
  CAST(r.j ->> 'start_date' AS date), CAST(r.j ->> 'end_date' AS date), r.j ->> 'error_message',
  CAST(r.j ->> 'created_at' AS timestamptz), CAST(r.j ->> 'started_at' AS timestamptz), CAST(r.j ->> 'completed_at' AS timestamptz)
FROM collection_jobs t CROSS JOIN LATERAL (SELECT to_jsonb(t) AS j) AS r
WHERE r.j ->> 'integration_id' = CAST(:integration AS text)
ORDER BY CAST(r.j ->> 'created_at' AS timestamptz), r.j ->> 'id';

-- name: replaced_chunks
-- PostgreSQL only: those of an account, a job's together.
SELECT CAST(q.job_id AS text), CAST(q.id AS text), q.chunk_index, CAST(q.start_date AS date), CAST(q.end_date AS date), q.status,
  q.retry_count, q.max_retries, r.j ->> 'error_message', CAST(r.j ->> 'last_error_at' AS timestamptz),
  CAST(r.j ->> 'created_at' AS timestamptz), CAST(r.j ->> 'started_at' AS timestamptz), CAST(r.j ->> 'completed_at' AS timestamptz)
FROM collection_queue q CROSS JOIN LATERAL (SELECT to_jsonb(q) AS j) AS r
WHERE CAST(q.integration_id AS text) = CAST(:integration AS text)
ORDER BY q.job_id, q.chunk_index;

-- name: replaced_ad_owners
-- PostgreSQL only: how many rows of whom.
SELECT CAST(p.advertiser_id AS text), CAST(p.source AS text), count(*) FROM ad_performance p GROUP BY p.advertiser_id, p.source ORDER BY 1, 2;

-- name: replaced_ad_days
-- PostgreSQL only: an advertiser's days on a source, with how many rows, and when the last of them was written.
SELECT CAST(p.date AS date), count(*),
  max(CAST(coalesce(to_jsonb(p) ->> 'updated_at', to_jsonb(p) ->> 'created_at') AS timestamptz))
FROM ad_performance p WHERE p.advertiser_id = :advertiser AND CAST(p.source AS text) = CAST(:source AS text) AND p.date IS NOT NULL
GROUP BY CAST(p.date AS date) ORDER BY 1;

-- name: replaced_ads
-- PostgreSQL only: the rows of some days.
SELECT CAST(p.date AS date), r.j ->> 'integration_id', coalesce(r.j ->> 'account_id', r.j ->> 'ad_account_id'),
  r.j ->> 'impressions', r.j ->> 'clicks', coalesce(r.j ->> 'cost', r.j ->> 'spend'), r.j ->> 'conversions',
  coalesce(r.j ->> 'conversion_value', r.j ->> 'conversions_value', r.j ->> 'revenue'), r.j ->> 'reach',
  CAST(jsonb_strip_nulls(r.j - ARRAY['id', 'advertiser_id', 'integration_id', 'account_id', 'ad_account_id', 'source', 'date', 'ctr', 'cpc', 'cpm', 'roas', 'impressions', 'clicks', 'cost', 'spend',
    'conversions', 'conversion_value', 'conversions_value', 'revenue', 'reach', 'campaign_ad_id', 'campaign_id', 'campaign_name', 'ad_group_id',
    'adset_id', 'ad_group_name', 'adset_name', 'ad_id', 'ad_name', 'created_at', 'updated_at', 'currency']) AS text),
  CAST(p.campaign_ad_id AS text), r.j ->> 'campaign_id', r.j ->> 'campaign_name', coalesce(r.j ->> 'ad_group_id', r.j ->> 'adset_id'),
  coalesce(r.j ->> 'ad_group_name', r.j ->> 'adset_name'), r.j ->> 'ad_id', r.j ->> 'ad_name'
FROM ad_performance p CROSS JOIN LATERAL (SELECT to_jsonb(p) AS j) AS r
WHERE p.advertiser_id = :advertiser AND CAST(p.source AS text) = CAST(:source AS text)
  AND p.date >= CAST(:since AS date) AND p.date < CAST(:until AS date) + 1
ORDER BY p.date;

-- name: replaced_demographic_owners
-- PostgreSQL only: how many rows of whom.
SELECT CAST(p.advertiser_id AS text), CAST(p.source AS text), count(*) FROM ad_performance_demographics p GROUP BY p.advertiser_id, p.source ORDER BY 1, 2;

-- name: replaced_demographic_days
-- PostgreSQL only: an advertiser's days on a source, with how many rows, and when the last of them was written.
SELECT CAST(p.date AS date), count(*),
  max(CAST(coalesce(to_jsonb(p) ->> 'updated_at', to_jsonb(p) ->> 'created_at') AS timestamptz))
FROM ad_performance_demographics p WHERE p.advertiser_id = :advertiser AND CAST(p.source AS text) = CAST(:source AS text) AND p.date IS NOT NULL
GROUP BY CAST(p.date AS date) ORDER BY 1;

-- name: replaced_demographics
-- PostgreSQL only: the rows of some days.
SELECT CAST(p.date AS date), r.j ->> 'integration_id', coalesce(r.j ->> 'account_id', r.j ->> 'ad_account_id'),
  r.j ->> 'impressions', r.j ->> 'clicks', coalesce(r.j ->> 'cost', r.j ->> 'spend'), r.j ->> 'conversions',
  coalesce(r.j ->> 'conversion_value', r.j ->> 'conversions_value', r.j ->> 'revenue'), r.j ->> 'reach',
  CAST(jsonb_strip_nulls(r.j - ARRAY['id', 'advertiser_id', 'integration_id', 'account_id', 'ad_account_id', 'source', 'date', 'ctr', 'cpc', 'cpm', 'roas', 'impressions', 'clicks', 'cost', 'spend',
    'conversions', 'conversion_value', 'conversions_value', 'revenue', 'reach', 'gender', 'age', 'breakdown', 'created_at', 'updated_at', 'currency']) AS text),
  r.j ->> 'gender', r.j ->> 'age'
FROM ad_performance_demographics p CROSS JOIN LATERAL (SELECT to_jsonb(p) AS j) AS r
WHERE p.advertiser_id = :advertiser AND CAST(p.source AS text) = CAST(:source AS text)
  AND p.date >= CAST(:since AS date) AND p.date < CAST(:until AS date) + 1
ORDER BY p.date;

-- name: replaced_creative_owners
-- PostgreSQL only: how many rows of whom, and when the last of them was written.
SELECT CAST(c.advertiser_id AS text), coalesce(to_jsonb(c) ->> 'source', to_jsonb(c) ->> 'platform'), count(*),
  max(CAST(coalesce(to_jsonb(c) ->> 'updated_at', to_jsonb(c) ->> 'created_at') AS timestamptz))
FROM ad_creatives c GROUP BY 1, 2 ORDER BY 1, 2;

-- name: replaced_creatives
-- PostgreSQL only: the next rows behind an ad.
SELECT r.j ->> 'integration_id', coalesce(r.j ->> 'account_id', r.j ->> 'ad_account_id'), CAST(c.ad_id AS text), r.j ->> 'ad_name', r.j ->> 'creative_id',
  r.j ->> 'campaign_id', coalesce(r.j ->> 'ad_group_id', r.j ->> 'adset_id'), r.j ->> 'status', coalesce(r.j ->> 'title', r.j ->> 'headline'),
  coalesce(r.j ->> 'body', r.j ->> 'description'), r.j ->> 'call_to_action', coalesce(r.j ->> 'link_url', r.j ->> 'landing_url'), r.j ->> 'image_url',
  r.j ->> 'thumbnail_url', r.j ->> 'image_hash', r.j ->> 'video_id',
  CAST(jsonb_strip_nulls(r.j - ARRAY['id', 'advertiser_id', 'integration_id', 'account_id', 'ad_account_id', 'source', 'platform', 'ad_id', 'ad_name', 'creative_id', 'campaign_id',
    'ad_group_id', 'adset_id', 'status', 'title', 'headline', 'body', 'description', 'call_to_action', 'link_url', 'landing_url', 'image_url',
    'thumbnail_url', 'image_hash', 'video_id', 'created_at', 'updated_at']) AS text)
FROM ad_creatives c CROSS JOIN LATERAL (SELECT to_jsonb(c) AS j) AS r
WHERE c.advertiser_id = :advertiser AND coalesce(r.j ->> 'source', r.j ->> 'platform') IS NOT DISTINCT FROM CAST(:source AS text)
  AND CAST(c.ad_id AS text) COLLATE "C" > CAST(:after AS text)
ORDER BY CAST(c.ad_id AS text) COLLATE "C" LIMIT CAST(:limit AS bigint);
