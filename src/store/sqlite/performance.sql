-- Figures by a group that the user picks. The name of a campaign or ad is the one of its last day: SQLite takes a bare column
-- from the row that has the max(date). Rows that became absent count: their money was spent. sum() of integers is exact or an error.

-- name: ads_performance
-- Everything that may be seen.
SELECT
  CASE :group WHEN 'day' THEN date WHEN 'source' THEN source WHEN 'campaign' THEN campaign_id WHEN 'ad' THEN ad_id ELSE '' END AS key,
  CASE :group WHEN 'campaign' THEN campaign_name WHEN 'ad' THEN ad_name ELSE '' END AS name,
  currency,
  count(*), sum(impressions), sum(clicks), sum(cost), sum(conversions), sum(conversion_value), max(date)
FROM ad_performance
WHERE (:sight IS NULL OR advertiser_id IN (SELECT value FROM json_each(:sight)))
  AND date BETWEEN :since AND :until
GROUP BY 1, currency
ORDER BY 1, currency;

-- name: ads_performance_of_account
-- One account, along its key.
SELECT
  CASE :group WHEN 'day' THEN date WHEN 'source' THEN source WHEN 'campaign' THEN campaign_id WHEN 'ad' THEN ad_id ELSE '' END AS key,
  CASE :group WHEN 'campaign' THEN campaign_name WHEN 'ad' THEN ad_name ELSE '' END AS name,
  currency,
  count(*), sum(impressions), sum(clicks), sum(cost), sum(conversions), sum(conversion_value), max(date)
FROM ad_performance
WHERE advertiser_id = :advertiser AND source = :source AND account_id = :account
  AND date BETWEEN :since AND :until
GROUP BY 1, currency
ORDER BY 1, currency;

-- name: demographics_performance
-- A source that gives gender and age apart lists everything twice: totals take the rows by gender.
SELECT
  CASE :group WHEN 'day' THEN date WHEN 'source' THEN source WHEN 'gender' THEN gender WHEN 'age' THEN age ELSE '' END AS key,
  '' AS name,
  currency,
  count(*), sum(impressions), sum(clicks), sum(cost), sum(conversions), sum(conversion_value), max(date)
FROM ad_performance_demographics
WHERE (:sight IS NULL OR advertiser_id IN (SELECT value FROM json_each(:sight)))
  AND iif(:group = 'age', age, gender) <> 'all'
  AND date BETWEEN :since AND :until
GROUP BY 1, currency
ORDER BY 1, currency;

-- name: demographics_performance_of_account
-- One account, along its key.
SELECT
  CASE :group WHEN 'day' THEN date WHEN 'source' THEN source WHEN 'gender' THEN gender WHEN 'age' THEN age ELSE '' END AS key,
  '' AS name,
  currency,
  count(*), sum(impressions), sum(clicks), sum(cost), sum(conversions), sum(conversion_value), max(date)
FROM ad_performance_demographics
WHERE advertiser_id = :advertiser AND source = :source AND account_id = :account
  AND iif(:group = 'age', age, gender) <> 'all'
  AND date BETWEEN :since AND :until
GROUP BY 1, currency
ORDER BY 1, currency;

-- name: read_stored_ads
-- Days of an account with all that is kept of their rows, to be counted anew.
SELECT p.date, campaign_ad_id, campaign_id, campaign_name, ad_group_id, ad_group_name, ad_id, ad_name, currency,
  impressions, clicks, cost, conversions, conversion_value, reach, details_hash, absent_since IS NOT NULL, coalesce(d.details, '')
FROM ad_performance p LEFT JOIN ad_performance_details d ON d.id = p.id
WHERE p.advertiser_id = :advertiser AND p.source = :source AND p.account_id = :account AND p.date BETWEEN :since AND :until
ORDER BY p.date;

-- name: read_stored_demographics
-- The same of demographics.
SELECT p.date, breakdown, gender, age, currency,
  impressions, clicks, cost, conversions, conversion_value, reach, details_hash, absent_since IS NOT NULL, coalesce(d.details, '')
FROM ad_performance_demographics p LEFT JOIN ad_performance_demographics_details d ON d.id = p.id
WHERE p.advertiser_id = :advertiser AND p.source = :source AND p.account_id = :account AND p.date BETWEEN :since AND :until
ORDER BY p.date;
