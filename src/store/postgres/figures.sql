-- Rows come and go as arrays, some thousands a statement. Who merges a day holds its coverage row, so nobody else is at
-- the day's rows; they are given in the order of their keys all the same.

-- name: read_ads_of_day
-- Of several days at once, each of the account at its place in the arrays; in the order of the key, for the merge.
SELECT d.place, p.id, p.date, p.campaign_ad_id, p.campaign_id, p.campaign_name, p.ad_group_id, p.ad_group_name, p.ad_id, p.ad_name, p.currency,
  p.impressions, p.clicks, p.cost, p.conversions, p.conversion_value, p.reach, p.details_hash, p.absent_since IS NOT NULL
FROM unnest(CAST(:places AS integer[]), CAST(:days AS date[])) AS d (place, date)
CROSS JOIN LATERAL (
  SELECT * FROM ad_performance p
  WHERE p.advertiser_id = (CAST(:advertisers AS uuid[]))[d.place] AND p.source = (CAST(:sources AS text[]))[d.place]
    AND p.account_id = (CAST(:accounts AS text[]))[d.place] AND p.date = d.date
  OFFSET 0) AS p  -- each day by the key, whatever the planner thinks of their number
ORDER BY d.place, p.date, p.campaign_ad_id;

-- name: insert_ad
-- Many, with their details; each of the account at its place in the arrays.
WITH fresh AS MATERIALIZED (
  SELECT nextval('ad_performance_ids') AS id, r.*
  FROM unnest(CAST(:dates AS date[]), CAST(:campaign_ad_ids AS text[]), CAST(:campaign_ids AS text[]), CAST(:campaign_names AS text[]),
    CAST(:ad_group_ids AS text[]), CAST(:ad_group_names AS text[]), CAST(:ad_ids AS text[]), CAST(:ad_names AS text[]),
    CAST(:impressions AS bigint[]), CAST(:clicks AS bigint[]), CAST(:costs AS numeric[]), CAST(:conversions AS numeric[]),
    CAST(:conversion_values AS numeric[]), CAST(:reaches AS bigint[]), CAST(:hashes AS bigint[]), CAST(:details AS text[]), CAST(:places AS integer[]))
    AS r (date, campaign_ad_id, campaign_id, campaign_name, ad_group_id, ad_group_name, ad_id, ad_name,
      impressions, clicks, cost, conversions, conversion_value, reach, details_hash, details, place)
), inserted AS (
  INSERT INTO ad_performance (id, advertiser_id, source, account_id, currency, date, campaign_ad_id, campaign_id, campaign_name, ad_group_id,
    ad_group_name, ad_id, ad_name, impressions, clicks, cost, conversions, conversion_value, reach, details_hash)
  SELECT id, (CAST(:advertisers AS uuid[]))[place], (CAST(:sources AS text[]))[place], (CAST(:accounts AS text[]))[place],
    (CAST(:currencies AS text[]))[place], date, campaign_ad_id, campaign_id, campaign_name, ad_group_id,
    ad_group_name, ad_id, ad_name, impressions, clicks, cost, conversions, conversion_value, reach, details_hash
  FROM fresh
)
INSERT INTO ad_performance_details (advertiser_id, id, details) SELECT (CAST(:advertisers AS uuid[]))[place], id, details FROM fresh;

-- name: draw_ad_ids
-- PostgreSQL only: so many for rows that are copied in, and whether they may be: COPY can't where policies of somebody's own
-- look at rows.
SELECT nextval('ad_performance_ids'), NOT row_security_active('ad_performance') FROM generate_series(1, CAST(:count AS integer));

-- name: copy_ads
-- PostgreSQL only: many, cheaper than from arrays.
COPY ad_performance (id, advertiser_id, source, account_id, currency, date, campaign_ad_id, campaign_id, campaign_name, ad_group_id,
  ad_group_name, ad_id, ad_name, impressions, clicks, cost, conversions, conversion_value, reach, details_hash) FROM STDIN (FORMAT binary);

-- name: copy_ad_details
-- PostgreSQL only: theirs.
COPY ad_performance_details (advertiser_id, id, details) FROM STDIN (FORMAT binary);

-- name: update_ad
-- Many; the keys stay.
UPDATE ad_performance p SET currency = :currency, campaign_id = r.campaign_id, campaign_name = r.campaign_name, ad_group_id = r.ad_group_id,
  ad_group_name = r.ad_group_name, ad_id = r.ad_id, ad_name = r.ad_name, impressions = r.impressions, clicks = r.clicks, cost = r.cost,
  conversions = r.conversions, conversion_value = r.conversion_value, reach = r.reach, details_hash = r.details_hash, absent_since = NULL
FROM unnest(CAST(:ids AS bigint[]), CAST(:campaign_ids AS text[]), CAST(:campaign_names AS text[]),
  CAST(:ad_group_ids AS text[]), CAST(:ad_group_names AS text[]), CAST(:ad_ids AS text[]), CAST(:ad_names AS text[]),
  CAST(:impressions AS bigint[]), CAST(:clicks AS bigint[]), CAST(:costs AS numeric[]), CAST(:conversions AS numeric[]),
  CAST(:conversion_values AS numeric[]), CAST(:reaches AS bigint[]), CAST(:hashes AS bigint[]))
  AS r (id, campaign_id, campaign_name, ad_group_id, ad_group_name, ad_id, ad_name,
    impressions, clicks, cost, conversions, conversion_value, reach, details_hash)
WHERE p.advertiser_id = :advertiser AND p.id = r.id;

-- name: update_ad_details
-- Many; only those whose hash has changed.
INSERT INTO ad_performance_details (advertiser_id, id, details)
SELECT CAST(:advertiser AS uuid), r.id, r.details FROM unnest(CAST(:ids AS bigint[]), CAST(:details AS text[])) AS r (id, details)
ON CONFLICT (advertiser_id, id) DO UPDATE SET details = excluded.details;

-- name: ad_is_back
-- Unchanged, and reported again.
UPDATE ad_performance SET absent_since = NULL WHERE advertiser_id = :advertiser AND id = ANY(CAST(:ids AS bigint[]));

-- name: mark_ad_absent
-- Since when the platform has not reported it.
UPDATE ad_performance SET absent_since = :now
WHERE advertiser_id = :advertiser AND id = ANY(CAST(:ids AS bigint[])) AND absent_since IS NULL;

-- name: keep_ad_aside
-- As they were before they are changed or removed, each with its day's change. What has stayed is left out; details are
-- patches to those before, or NULL.
INSERT INTO row_changes (change_id, key, change, campaign_id, campaign_name, ad_group_id, ad_group_name, ad_id, ad_name, currency,
  impressions, clicks, cost, conversions, conversion_value, reach, details, details_hash)
SELECT r.change_id, p.campaign_ad_id, :change,
  CASE WHEN r.names THEN p.campaign_id END, CASE WHEN r.names THEN p.campaign_name END, CASE WHEN r.names THEN p.ad_group_id END, CASE WHEN r.names THEN p.ad_group_name END, CASE WHEN r.names THEN p.ad_id END, CASE WHEN r.names THEN p.ad_name END, CASE WHEN r.names THEN p.currency END,
  p.impressions, p.clicks, p.cost, p.conversions, p.conversion_value, p.reach,
  CASE WHEN CAST(:change AS text) = 'removed' THEN d.details ELSE r.details END,
  CASE WHEN CAST(:change AS text) = 'removed' OR r.details IS NOT NULL THEN p.details_hash END
FROM unnest(CAST(:ids AS bigint[]), CAST(:change_ids AS bigint[]), CAST(:names AS boolean[]), CAST(:details AS text[])) AS r (id, change_id, names, details)
JOIN ad_performance p ON p.advertiser_id = :advertiser AND p.id = r.id
LEFT JOIN ad_performance_details d ON CAST(:change AS text) = 'removed' AND d.advertiser_id = p.advertiser_id AND d.id = p.id
ORDER BY r.change_id, p.id;

-- name: read_ad_details
-- As they are before they change.
SELECT id, details FROM ad_performance_details WHERE advertiser_id = :advertiser AND id = ANY(CAST(:ids AS bigint[]));

-- name: remove_ad
-- On proof only; their details go along.
DELETE FROM ad_performance WHERE advertiser_id = :advertiser AND id = ANY(CAST(:ids AS bigint[]));

-- name: sum_ads_of_day
-- What is stored, a day, of the rows that the platform reports: the second half of the check.
SELECT d.place, d.date, s.rows, s.impressions, s.clicks, s.cost
FROM unnest(CAST(:places AS integer[]), CAST(:days AS date[])) AS d (place, date)
CROSS JOIN LATERAL (
  SELECT count(*) AS rows, coalesce(sum(impressions), 0) AS impressions, coalesce(sum(clicks), 0) AS clicks, coalesce(sum(cost), 0) AS cost
  FROM ad_performance p
  WHERE p.advertiser_id = (CAST(:advertisers AS uuid[]))[d.place] AND p.source = (CAST(:sources AS text[]))[d.place]
    AND p.account_id = (CAST(:accounts AS text[]))[d.place] AND p.date = d.date
    AND p.absent_since IS NULL) AS s
ORDER BY d.place, d.date;

-- name: read_demographics_of_day
-- Of several days at once; in the order of the key, for the merge.
SELECT d.place, p.id, p.date, p.breakdown, p.gender, p.age, p.currency,
  p.impressions, p.clicks, p.cost, p.conversions, p.conversion_value, p.reach, p.details_hash, p.absent_since IS NOT NULL
FROM unnest(CAST(:places AS integer[]), CAST(:days AS date[])) AS d (place, date)
CROSS JOIN LATERAL (
  SELECT * FROM ad_performance_demographics p
  WHERE p.advertiser_id = (CAST(:advertisers AS uuid[]))[d.place] AND p.source = (CAST(:sources AS text[]))[d.place]
    AND p.account_id = (CAST(:accounts AS text[]))[d.place] AND p.date = d.date
  OFFSET 0) AS p  -- each day by the key, whatever the planner thinks of their number
ORDER BY d.place, p.date, p.breakdown, p.gender, p.age;

-- name: insert_demographic
-- Many, with their details.
WITH fresh AS MATERIALIZED (
  SELECT nextval('ad_performance_demographics_ids') AS id, r.*
  FROM unnest(CAST(:dates AS date[]), CAST(:breakdowns AS text[]), CAST(:genders AS text[]), CAST(:ages AS text[]),
    CAST(:impressions AS bigint[]), CAST(:clicks AS bigint[]), CAST(:costs AS numeric[]), CAST(:conversions AS numeric[]),
    CAST(:conversion_values AS numeric[]), CAST(:reaches AS bigint[]), CAST(:hashes AS bigint[]), CAST(:details AS text[]), CAST(:places AS integer[]))
    AS r (date, breakdown, gender, age, impressions, clicks, cost, conversions, conversion_value, reach, details_hash, details, place)
), inserted AS (
  INSERT INTO ad_performance_demographics (id, advertiser_id, source, account_id, currency, date, breakdown, gender, age,
    impressions, clicks, cost, conversions, conversion_value, reach, details_hash)
  SELECT id, (CAST(:advertisers AS uuid[]))[place], (CAST(:sources AS text[]))[place], (CAST(:accounts AS text[]))[place],
    (CAST(:currencies AS text[]))[place], date, breakdown, gender, age,
    impressions, clicks, cost, conversions, conversion_value, reach, details_hash
  FROM fresh
)
INSERT INTO ad_performance_demographics_details (advertiser_id, id, details) SELECT (CAST(:advertisers AS uuid[]))[place], id, details FROM fresh;

-- name: draw_demographic_ids
-- PostgreSQL only: so many for rows that are copied in, and whether they may be.
SELECT nextval('ad_performance_demographics_ids'), NOT row_security_active('ad_performance_demographics') FROM generate_series(1, CAST(:count AS integer));

-- name: copy_demographics
-- PostgreSQL only: many, cheaper than from arrays.
COPY ad_performance_demographics (id, advertiser_id, source, account_id, currency, date, breakdown, gender, age,
  impressions, clicks, cost, conversions, conversion_value, reach, details_hash) FROM STDIN (FORMAT binary);

-- name: copy_demographic_details
-- PostgreSQL only: theirs.
COPY ad_performance_demographics_details (advertiser_id, id, details) FROM STDIN (FORMAT binary);

-- name: update_demographic
-- Many; the keys stay.
UPDATE ad_performance_demographics p SET currency = :currency, impressions = r.impressions, clicks = r.clicks, cost = r.cost,
  conversions = r.conversions, conversion_value = r.conversion_value, reach = r.reach, details_hash = r.details_hash, absent_since = NULL
FROM unnest(CAST(:ids AS bigint[]), CAST(:impressions AS bigint[]), CAST(:clicks AS bigint[]), CAST(:costs AS numeric[]),
  CAST(:conversions AS numeric[]), CAST(:conversion_values AS numeric[]), CAST(:reaches AS bigint[]), CAST(:hashes AS bigint[]))
  AS r (id, impressions, clicks, cost, conversions, conversion_value, reach, details_hash)
WHERE p.advertiser_id = :advertiser AND p.id = r.id;

-- name: update_demographic_details
-- Many; only those whose hash has changed.
INSERT INTO ad_performance_demographics_details (advertiser_id, id, details)
SELECT CAST(:advertiser AS uuid), r.id, r.details FROM unnest(CAST(:ids AS bigint[]), CAST(:details AS text[])) AS r (id, details)
ON CONFLICT (advertiser_id, id) DO UPDATE SET details = excluded.details;

-- name: demographic_is_back
-- Unchanged, and reported again.
UPDATE ad_performance_demographics SET absent_since = NULL WHERE advertiser_id = :advertiser AND id = ANY(CAST(:ids AS bigint[]));

-- name: mark_demographic_absent
-- Since when the platform has not reported it.
UPDATE ad_performance_demographics SET absent_since = :now
WHERE advertiser_id = :advertiser AND id = ANY(CAST(:ids AS bigint[])) AND absent_since IS NULL;

-- name: keep_demographic_aside
-- As they were before they are changed or removed, each with its day's change. What has stayed is left out; details are
-- patches to those before, or NULL.
INSERT INTO row_changes (change_id, key, change, currency,
  impressions, clicks, cost, conversions, conversion_value, reach, details, details_hash)
SELECT r.change_id, p.breakdown || '/' || p.gender || '/' || p.age, :change,
  CASE WHEN r.names THEN p.currency END,
  p.impressions, p.clicks, p.cost, p.conversions, p.conversion_value, p.reach,
  CASE WHEN CAST(:change AS text) = 'removed' THEN d.details ELSE r.details END,
  CASE WHEN CAST(:change AS text) = 'removed' OR r.details IS NOT NULL THEN p.details_hash END
FROM unnest(CAST(:ids AS bigint[]), CAST(:change_ids AS bigint[]), CAST(:names AS boolean[]), CAST(:details AS text[])) AS r (id, change_id, names, details)
JOIN ad_performance_demographics p ON p.advertiser_id = :advertiser AND p.id = r.id
LEFT JOIN ad_performance_demographics_details d ON CAST(:change AS text) = 'removed' AND d.advertiser_id = p.advertiser_id AND d.id = p.id
ORDER BY r.change_id, p.id;

-- name: read_demographic_details
-- As they are before they change.
SELECT id, details FROM ad_performance_demographics_details WHERE advertiser_id = :advertiser AND id = ANY(CAST(:ids AS bigint[]));

-- name: remove_demographic
-- On proof only; their details go along.
DELETE FROM ad_performance_demographics WHERE advertiser_id = :advertiser AND id = ANY(CAST(:ids AS bigint[]));

-- name: sum_demographics_of_day
-- What is stored, a day, of the rows that the platform reports: the second half of the check.
SELECT d.place, d.date, s.rows, s.impressions, s.clicks, s.cost
FROM unnest(CAST(:places AS integer[]), CAST(:days AS date[])) AS d (place, date)
CROSS JOIN LATERAL (
  SELECT count(*) AS rows, coalesce(sum(impressions), 0) AS impressions, coalesce(sum(clicks), 0) AS clicks, coalesce(sum(cost), 0) AS cost
  FROM ad_performance_demographics p
  WHERE p.advertiser_id = (CAST(:advertisers AS uuid[]))[d.place] AND p.source = (CAST(:sources AS text[]))[d.place]
    AND p.account_id = (CAST(:accounts AS text[]))[d.place] AND p.date = d.date
    AND p.absent_since IS NULL) AS s
ORDER BY d.place, d.date;

-- name: write_coverage
-- The receipts of days that had none, before their rows. In the order of their key, and of those that had one the row is
-- locked at its turn, not changed: so whoever commits some of the same days waits at the first of them, and nobody is waited
-- for crosswise. Tells the days that are made.
INSERT INTO collection_coverage AS c (integration_id, collection_type, date, advertiser_id, source, account_id, asked, as_of, attempt, report_id,
  rows, impressions, clicks, cost, platform_impressions, platform_clicks, platform_cost, difference, rows_absent, inside_window,
  rows_hash, attribution, conversions, conversion_value, first_at, pinned_at)
SELECT r.integration_id, r.collection_type, r.date, r.advertiser_id, r.source, r.account_id, r.asked, r.as_of, r.attempt, r.report_id,
  r.rows, r.impressions, r.clicks, r.cost, r.platform_impressions, r.platform_clicks, r.platform_cost, r.difference, r.rows_absent, r.inside_window,
  r.rows_hash, r.attribution, r.conversions, r.conversion_value, CAST(:now AS timestamptz), r.pinned_at
FROM unnest(CAST(:integrations AS uuid[]), CAST(:types AS text[]), CAST(:dates AS date[]), CAST(:advertisers AS uuid[]), CAST(:sources AS text[]),
  CAST(:accounts AS text[]), CAST(:asked AS bigint[]), CAST(:as_of AS timestamptz[]), CAST(:attempts AS uuid[]), CAST(:reports AS text[]),
  CAST(:rows AS bigint[]), CAST(:impressions AS bigint[]), CAST(:clicks AS bigint[]), CAST(:costs AS numeric[]),
  CAST(:platform_impressions AS bigint[]), CAST(:platform_clicks AS bigint[]), CAST(:platform_costs AS numeric[]), CAST(:differences AS text[]),
  CAST(:rows_absent AS bigint[]), CAST(:inside_window AS boolean[]), CAST(:rows_hashes AS bigint[]),
  CAST(:attributions AS text[]), CAST(:conversions AS numeric[]), CAST(:conversion_values AS numeric[]), CAST(:pinned_at AS timestamptz[]))
  AS r (integration_id, collection_type, date, advertiser_id, source, account_id, asked, as_of, attempt, report_id,
    rows, impressions, clicks, cost, platform_impressions, platform_clicks, platform_cost, difference, rows_absent, inside_window,
    rows_hash, attribution, conversions, conversion_value, pinned_at)
ORDER BY r.integration_id, r.collection_type, r.date
ON CONFLICT (integration_id, collection_type, date, advertiser_id) DO UPDATE SET asked = c.asked WHERE false
RETURNING c.integration_id, c.collection_type, c.date;

-- name: replace_coverage
-- PostgreSQL only: the receipts of days that had one, which write_coverage has locked. Tells those that are this transaction's,
-- with what the receipt was before; of the others an equal or newer snapshot is there, and they stay as they are, as they do
-- where they are pinned and this is no undoing.
UPDATE collection_coverage c SET
  asked = r.asked, as_of = r.as_of, attempt = r.attempt, report_id = r.report_id, rows = r.rows,
  impressions = r.impressions, clicks = r.clicks, cost = r.cost, platform_impressions = r.platform_impressions,
  platform_clicks = r.platform_clicks, platform_cost = r.platform_cost, difference = r.difference,
  rows_absent = r.rows_absent, inside_window = r.inside_window, rows_hash = r.rows_hash,
  attribution = r.attribution, conversions = r.conversions, conversion_value = r.conversion_value, pinned_at = r.pinned_at
FROM unnest(CAST(:integrations AS uuid[]), CAST(:types AS text[]), CAST(:dates AS date[]), CAST(:advertisers AS uuid[]), CAST(:asked AS bigint[]),
  CAST(:as_of AS timestamptz[]), CAST(:attempts AS uuid[]), CAST(:reports AS text[]),
  CAST(:rows AS bigint[]), CAST(:impressions AS bigint[]), CAST(:clicks AS bigint[]), CAST(:costs AS numeric[]),
  CAST(:platform_impressions AS bigint[]), CAST(:platform_clicks AS bigint[]), CAST(:platform_costs AS numeric[]), CAST(:differences AS text[]),
  CAST(:rows_absent AS bigint[]), CAST(:inside_window AS boolean[]), CAST(:rows_hashes AS bigint[]),
  CAST(:attributions AS text[]), CAST(:conversions AS numeric[]), CAST(:conversion_values AS numeric[]), CAST(:pinned_at AS timestamptz[]))
  AS r (integration_id, collection_type, date, advertiser_id, asked, as_of, attempt, report_id,
    rows, impressions, clicks, cost, platform_impressions, platform_clicks, platform_cost, difference, rows_absent, inside_window,
    rows_hash, attribution, conversions, conversion_value, pinned_at)
JOIN collection_coverage b ON b.integration_id = r.integration_id AND b.collection_type = r.collection_type AND b.date = r.date AND b.advertiser_id = r.advertiser_id
WHERE c.integration_id = r.integration_id AND c.collection_type = r.collection_type AND c.date = r.date AND c.advertiser_id = r.advertiser_id
  AND r.asked > c.asked AND (c.pinned_at IS NULL OR r.pinned_at IS NOT NULL)
RETURNING c.integration_id, c.collection_type, c.date, b.asked, b.as_of, b.report_id, b.attribution, b.rows, b.impressions, b.clicks, b.cost,
  b.platform_impressions, b.platform_clicks, b.platform_cost;

-- name: coverage_counts_absent
-- PostgreSQL only: the receipt is written before the rows, and this of it is known only after them.
UPDATE collection_coverage SET rows_absent = :rows_absent, rows_hash = :rows_hash
WHERE integration_id = :integration AND collection_type = :type AND date = :date;

-- name: share_tokens
-- PostgreSQL only: as check_token, for what is committed of a chunk: sweeps and cancellations wait, other commits of the same
-- attempt do not.
SELECT r.token, q.id, q.job_id, q.integration_id, i.advertiser_id, i.source, i.account_id, i.currency, i.time_zone, q.collection_type,
  q.start_date, q.end_date, j.asked, q.retry_count, q.max_retries, q.lost_count
FROM released_chunks r
JOIN collection_queue q ON q.id = r.chunk_id
JOIN collection_jobs j ON j.id = q.job_id
JOIN integrations i ON i.id = q.integration_id
WHERE r.token = ANY(CAST(:tokens AS uuid[]))
ORDER BY r.token
FOR SHARE OF r;

-- name: lock_chunks
-- PostgreSQL only: of two commits of a chunk the later one sees what the earlier one has done, and so the last one sees that
-- it is the last.
SELECT id FROM collection_queue WHERE id = ANY(CAST(:chunks AS uuid[])) ORDER BY id FOR NO KEY UPDATE;

-- name: count_days_done
-- Of each chunk, for its job.
SELECT c.chunk_id, (SELECT count(*) FROM collection_coverage v
  WHERE v.integration_id = c.integration_id AND v.collection_type = c.collection_type AND v.date BETWEEN c.since AND c.until AND (v.asked > c.job_asked OR v.pinned_at IS NOT NULL))
FROM unnest(CAST(:chunks AS uuid[]), CAST(:integrations AS uuid[]), CAST(:types AS text[]), CAST(:since AS date[]), CAST(:until AS date[]),
  CAST(:job_asked AS bigint[])) AS c (chunk_id, integration_id, collection_type, since, until, job_asked);

-- name: chunk_progressed
-- A committed day sets the counts of failures back.
UPDATE collection_queue q SET rows = q.rows + r.rows, retry_count = 0, lost_count = 0, unparsable_before = false, updated_at = :now
FROM unnest(CAST(:chunks AS uuid[]), CAST(:rows AS bigint[])) AS r (chunk_id, rows) WHERE q.id = r.chunk_id;

-- name: chunk_counts_rows
-- Creatives: their rows count when the listing is complete.
UPDATE collection_queue SET rows = rows + :rows, updated_at = :now WHERE id = :chunk;

-- name: job_counts_rows
-- Rows of the snapshots it committed, unchanged ones included.
UPDATE collection_jobs SET rows = rows + :rows, updated_at = :now WHERE id = :job;

-- name: creatives_asked
-- The number of the newest complete listing.
SELECT max(asked) FROM collection_coverage WHERE integration_id = :integration AND collection_type = 'creatives';

-- name: drop_creatives_coverage
-- One row an integration: the new listing's takes the place of the last one's.
DELETE FROM collection_coverage WHERE integration_id = :integration AND collection_type = 'creatives';
