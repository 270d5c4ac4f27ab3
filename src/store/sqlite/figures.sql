-- name: coverage_asked
-- The number of the snapshot that a day has now, and whether it keeps it.
SELECT asked, pinned_at IS NOT NULL FROM collection_coverage WHERE integration_id = :integration AND collection_type = :type AND date = :date;

-- name: read_ads_of_day
-- In the order of the key, for the merge.
SELECT id, campaign_ad_id, campaign_id, campaign_name, ad_group_id, ad_group_name, ad_id, ad_name, currency,
  impressions, clicks, cost, conversions, conversion_value, reach, details_hash, absent_since IS NOT NULL
FROM ad_performance
WHERE advertiser_id = :advertiser AND source = :source AND account_id = :account AND date = :date
ORDER BY campaign_ad_id;

-- name: insert_ad
-- Bound by position: this runs once a row.
INSERT INTO ad_performance (advertiser_id, source, account_id, date, currency, campaign_ad_id, campaign_id, campaign_name, ad_group_id,
  ad_group_name, ad_id, ad_name, impressions, clicks, cost, conversions, conversion_value, reach, details_hash)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19);

-- name: insert_ad_details
-- With the id of the row.
INSERT INTO ad_performance_details (id, details) VALUES (?1, ?2);

-- name: update_ad
-- The key stays.
UPDATE ad_performance SET currency = ?5, campaign_id = ?7, campaign_name = ?8, ad_group_id = ?9, ad_group_name = ?10, ad_id = ?11, ad_name = ?12,
  impressions = ?13, clicks = ?14, cost = ?15, conversions = ?16, conversion_value = ?17, reach = ?18, details_hash = ?19, absent_since = NULL
WHERE id = ?20;

-- name: update_ad_details
-- Only when the hash has changed.
INSERT INTO ad_performance_details (id, details) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET details = excluded.details;

-- name: ad_is_back
-- Unchanged, and reported again.
UPDATE ad_performance SET absent_since = NULL WHERE id = :id;

-- name: mark_ad_absent
-- Since when the platform has not reported it.
UPDATE ad_performance SET absent_since = :now WHERE id = :id AND absent_since IS NULL;

-- name: keep_ad_aside
-- As it was before it is changed or removed. What has stayed is left out; `details` is the patch to those before, or NULL.
INSERT INTO row_changes (change_id, key, change, campaign_id, campaign_name, ad_group_id, ad_group_name, ad_id, ad_name, currency,
  impressions, clicks, cost, conversions, conversion_value, reach, details, details_hash)
SELECT :change_id, campaign_ad_id, :change,
  iif(:names, campaign_id, NULL), iif(:names, campaign_name, NULL), iif(:names, ad_group_id, NULL), iif(:names, ad_group_name, NULL), iif(:names, ad_id, NULL), iif(:names, ad_name, NULL), iif(:names, currency, NULL),
  impressions, clicks, cost, conversions, conversion_value, reach,
  iif(:change = 'removed', (SELECT d.details FROM ad_performance_details d WHERE d.id = p.id), :details),
  iif(:change = 'removed' OR :details IS NOT NULL, details_hash, NULL)
FROM ad_performance p WHERE p.id = :id;

-- name: read_ad_details
-- As they are before they change.
SELECT details FROM ad_performance_details WHERE id = :id;

-- name: remove_ad
-- On proof only; its details go along.
DELETE FROM ad_performance WHERE id = :id;

-- name: sum_ads_of_day
-- What is stored of the rows that the platform reports: the second half of the check.
SELECT count(*), coalesce(sum(impressions), 0), coalesce(sum(clicks), 0), coalesce(sum(cost), 0) FROM ad_performance
WHERE advertiser_id = :advertiser AND source = :source AND account_id = :account AND date = :date AND absent_since IS NULL;

-- name: read_demographics_of_day
-- In the order of the key, for the merge.
SELECT id, breakdown, gender, age, currency,
  impressions, clicks, cost, conversions, conversion_value, reach, details_hash, absent_since IS NOT NULL
FROM ad_performance_demographics
WHERE advertiser_id = :advertiser AND source = :source AND account_id = :account AND date = :date
ORDER BY breakdown, gender, age;

-- name: insert_demographic
-- Bound by position: this runs once a row.
INSERT INTO ad_performance_demographics (advertiser_id, source, account_id, date, currency, breakdown, gender, age,
  impressions, clicks, cost, conversions, conversion_value, reach, details_hash)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15);

-- name: insert_demographic_details
-- With the id of the row.
INSERT INTO ad_performance_demographics_details (id, details) VALUES (?1, ?2);

-- name: update_demographic
-- The key stays.
UPDATE ad_performance_demographics SET currency = ?5, impressions = ?9, clicks = ?10, cost = ?11, conversions = ?12, conversion_value = ?13,
  reach = ?14, details_hash = ?15, absent_since = NULL
WHERE id = ?16;

-- name: update_demographic_details
-- Only when the hash has changed.
INSERT INTO ad_performance_demographics_details (id, details) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET details = excluded.details;

-- name: demographic_is_back
-- Unchanged, and reported again.
UPDATE ad_performance_demographics SET absent_since = NULL WHERE id = :id;

-- name: mark_demographic_absent
-- Since when the platform has not reported it.
UPDATE ad_performance_demographics SET absent_since = :now WHERE id = :id AND absent_since IS NULL;

-- name: keep_demographic_aside
-- As it was before it is changed or removed. What has stayed is left out; `details` is the patch to those before, or NULL.
INSERT INTO row_changes (change_id, key, change, currency,
  impressions, clicks, cost, conversions, conversion_value, reach, details, details_hash)
SELECT :change_id, breakdown || '/' || gender || '/' || age, :change,
  iif(:names, currency, NULL),
  impressions, clicks, cost, conversions, conversion_value, reach,
  iif(:change = 'removed', (SELECT d.details FROM ad_performance_demographics_details d WHERE d.id = p.id), :details),
  iif(:change = 'removed' OR :details IS NOT NULL, details_hash, NULL)
FROM ad_performance_demographics p WHERE p.id = :id;

-- name: read_demographic_details
-- As they are before they change.
SELECT details FROM ad_performance_demographics_details WHERE id = :id;

-- name: remove_demographic
-- On proof only; its details go along.
DELETE FROM ad_performance_demographics WHERE id = :id;

-- name: sum_demographics_of_day
-- What is stored of the rows that the platform reports: the second half of the check.
SELECT count(*), coalesce(sum(impressions), 0), coalesce(sum(clicks), 0), coalesce(sum(cost), 0) FROM ad_performance_demographics
WHERE advertiser_id = :advertiser AND source = :source AND account_id = :account AND date = :date AND absent_since IS NULL;

-- name: write_coverage
-- The receipt of the day, in the transaction of its rows. Never back to an older snapshot.
INSERT INTO collection_coverage (integration_id, collection_type, date, advertiser_id, source, account_id, asked, as_of, attempt, report_id, rows,
  impressions, clicks, cost, platform_impressions, platform_clicks, platform_cost, difference, rows_absent, inside_window,
  rows_hash, attribution, conversions, conversion_value, first_at, pinned_at)
VALUES (:integration, :type, :date, :advertiser, :source, :account, :asked, :as_of, :attempt, :report, :rows,
  :impressions, :clicks, :cost, :platform_impressions, :platform_clicks, :platform_cost, :difference, :rows_absent, :inside_window,
  :rows_hash, :attribution, :conversions, :conversion_value, :now, :pinned_at)
ON CONFLICT (integration_id, collection_type, date) DO UPDATE SET
  asked = excluded.asked, as_of = excluded.as_of, attempt = excluded.attempt, report_id = excluded.report_id, rows = excluded.rows,
  impressions = excluded.impressions, clicks = excluded.clicks, cost = excluded.cost, platform_impressions = excluded.platform_impressions,
  platform_clicks = excluded.platform_clicks, platform_cost = excluded.platform_cost, difference = excluded.difference,
  rows_absent = excluded.rows_absent, inside_window = excluded.inside_window, rows_hash = excluded.rows_hash,
  attribution = excluded.attribution, conversions = excluded.conversions, conversion_value = excluded.conversion_value,
  pinned_at = excluded.pinned_at
WHERE excluded.asked > collection_coverage.asked;

-- name: count_days_done
-- Of the chunk, for this job.
SELECT count(*) FROM collection_coverage
WHERE integration_id = :integration AND collection_type = :type AND date BETWEEN :since AND :until AND (asked > :job_asked OR pinned_at IS NOT NULL);

-- name: chunk_progressed
-- A committed day sets the counts of failures back.
UPDATE collection_queue SET rows = rows + :rows, retry_count = 0, lost_count = 0, unparsable_before = 0, updated_at = :now WHERE id = :chunk;

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
