-- Figures by a group that the user picks. The name of a campaign or ad is the one of its last day: the largest of all
-- "YYYY-MM-DDname", without the day. Rows that became absent count: their money was spent. sum() is exact.

-- name: ads_performance
-- Everything that may be seen.
SELECT
  (CASE CAST(:group AS text) WHEN 'day' THEN CAST(date AS text) WHEN 'source' THEN source WHEN 'campaign' THEN campaign_id WHEN 'ad' THEN ad_id
     ELSE '' END) COLLATE "C" AS key,
  coalesce(substr(max((CAST(date AS text) || CASE :group WHEN 'campaign' THEN campaign_name ELSE ad_name END) COLLATE "C")
    FILTER (WHERE :group IN ('campaign', 'ad')), 11), '') AS name,
  currency,
  count(*), sum(impressions), sum(clicks), sum(cost), sum(conversions), sum(conversion_value)
FROM ad_performance
WHERE (CAST(:sight AS uuid[]) IS NULL OR advertiser_id = ANY(CAST(:sight AS uuid[])))
  AND date BETWEEN :since AND :until
GROUP BY 1, currency
ORDER BY 1, currency COLLATE "C";

-- name: ads_performance_of_account
-- One account, along its key.
SELECT
  (CASE CAST(:group AS text) WHEN 'day' THEN CAST(date AS text) WHEN 'source' THEN source WHEN 'campaign' THEN campaign_id WHEN 'ad' THEN ad_id
     ELSE '' END) COLLATE "C" AS key,
  coalesce(substr(max((CAST(date AS text) || CASE :group WHEN 'campaign' THEN campaign_name ELSE ad_name END) COLLATE "C")
    FILTER (WHERE :group IN ('campaign', 'ad')), 11), '') AS name,
  currency,
  count(*), sum(impressions), sum(clicks), sum(cost), sum(conversions), sum(conversion_value)
FROM ad_performance
WHERE advertiser_id = :advertiser AND source = :source AND account_id = :account
  AND date BETWEEN :since AND :until
GROUP BY 1, currency
ORDER BY 1, currency COLLATE "C";

-- name: demographics_performance
-- A source that gives gender and age apart lists everything twice: totals take the rows by gender.
SELECT
  (CASE CAST(:group AS text) WHEN 'day' THEN CAST(date AS text) WHEN 'source' THEN source WHEN 'gender' THEN gender WHEN 'age' THEN age
     ELSE '' END) COLLATE "C" AS key,
  '' AS name,
  currency,
  count(*), sum(impressions), sum(clicks), sum(cost), sum(conversions), sum(conversion_value)
FROM ad_performance_demographics
WHERE (CAST(:sight AS uuid[]) IS NULL OR advertiser_id = ANY(CAST(:sight AS uuid[])))
  AND CASE :group WHEN 'age' THEN age ELSE gender END <> 'all'
  AND date BETWEEN :since AND :until
GROUP BY 1, currency
ORDER BY 1, currency COLLATE "C";

-- name: demographics_performance_of_account
-- One account, along its key.
SELECT
  (CASE CAST(:group AS text) WHEN 'day' THEN CAST(date AS text) WHEN 'source' THEN source WHEN 'gender' THEN gender WHEN 'age' THEN age
     ELSE '' END) COLLATE "C" AS key,
  '' AS name,
  currency,
  count(*), sum(impressions), sum(clicks), sum(cost), sum(conversions), sum(conversion_value)
FROM ad_performance_demographics
WHERE advertiser_id = :advertiser AND source = :source AND account_id = :account
  AND CASE :group WHEN 'age' THEN age ELSE gender END <> 'all'
  AND date BETWEEN :since AND :until
GROUP BY 1, currency
ORDER BY 1, currency COLLATE "C";

-- name: read_stored_ads
-- Days of an account with all that is kept of their rows, to be counted anew.
SELECT p.date, campaign_ad_id, campaign_id, campaign_name, ad_group_id, ad_group_name, ad_id, ad_name, currency,
  impressions, clicks, cost, conversions, conversion_value, reach, details_hash, absent_since IS NOT NULL, coalesce(d.details, '')
FROM ad_performance p LEFT JOIN ad_performance_details d ON d.advertiser_id = p.advertiser_id AND d.id = p.id
WHERE p.advertiser_id = :advertiser AND p.source = :source AND p.account_id = :account AND p.date BETWEEN :since AND :until
ORDER BY p.date;

-- name: read_stored_demographics
-- The same of demographics.
SELECT p.date, breakdown, gender, age, currency,
  impressions, clicks, cost, conversions, conversion_value, reach, details_hash, absent_since IS NOT NULL, coalesce(d.details, '')
FROM ad_performance_demographics p LEFT JOIN ad_performance_demographics_details d ON d.advertiser_id = p.advertiser_id AND d.id = p.id
WHERE p.advertiser_id = :advertiser AND p.source = :source AND p.account_id = :account AND p.date BETWEEN :since AND :until
ORDER BY p.date;
