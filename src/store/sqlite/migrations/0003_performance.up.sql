-- The figures, and the receipt of each day. Figures outlive the integration they came by, so they carry what they need:
-- advertiser, source, account and currency. Money and fractional counts are micros; the views show decimals.

CREATE TABLE ad_performance (
  id INTEGER PRIMARY KEY,
  advertiser_id TEXT NOT NULL,
  source TEXT NOT NULL,
  account_id TEXT NOT NULL,
  date TEXT NOT NULL,
  campaign_ad_id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  campaign_name TEXT NOT NULL,
  ad_group_id TEXT NOT NULL,
  ad_group_name TEXT NOT NULL,
  ad_id TEXT NOT NULL,
  ad_name TEXT NOT NULL,
  currency TEXT NOT NULL,
  impressions INTEGER NOT NULL,
  clicks INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  conversions INTEGER NOT NULL,
  conversion_value INTEGER NOT NULL,
  reach INTEGER,
  details_hash INTEGER NOT NULL,
  absent_since TEXT,  -- the platform stopped reporting the row, without proof that it is gone
  UNIQUE (advertiser_id, source, account_id, date, campaign_ad_id)
) STRICT;

-- All else the platform sent; rewritten only when its hash changes. It goes with its row by a trigger: a foreign key
-- would look the row up again at each insert, a tenth of a first load.
CREATE TABLE ad_performance_details (
  id INTEGER PRIMARY KEY,
  details TEXT NOT NULL
) STRICT;
CREATE TRIGGER ad_performance_takes_details AFTER DELETE ON ad_performance BEGIN
  DELETE FROM ad_performance_details WHERE id = OLD.id;
END;

CREATE TABLE ad_performance_demographics (
  id INTEGER PRIMARY KEY,
  advertiser_id TEXT NOT NULL,
  source TEXT NOT NULL,
  account_id TEXT NOT NULL,
  date TEXT NOT NULL,
  breakdown TEXT NOT NULL,
  gender TEXT NOT NULL,
  age TEXT NOT NULL,
  currency TEXT NOT NULL,
  impressions INTEGER NOT NULL,
  clicks INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  conversions INTEGER NOT NULL,
  conversion_value INTEGER NOT NULL,
  reach INTEGER,
  details_hash INTEGER NOT NULL,
  absent_since TEXT,
  UNIQUE (advertiser_id, source, account_id, date, breakdown, gender, age)
) STRICT;

CREATE TABLE ad_performance_demographics_details (
  id INTEGER PRIMARY KEY,
  details TEXT NOT NULL
) STRICT;
CREATE TRIGGER ad_performance_demographics_takes_details AFTER DELETE ON ad_performance_demographics BEGIN
  DELETE FROM ad_performance_demographics_details WHERE id = OLD.id;
END;

CREATE TABLE ad_creatives (
  id INTEGER PRIMARY KEY,
  advertiser_id TEXT NOT NULL,
  source TEXT NOT NULL,
  account_id TEXT NOT NULL,
  ad_id TEXT NOT NULL,
  ad_name TEXT NOT NULL,
  creative_id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  ad_group_id TEXT NOT NULL,
  status TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  call_to_action TEXT NOT NULL,
  link_url TEXT NOT NULL,
  image_url TEXT NOT NULL,
  thumbnail_url TEXT NOT NULL,
  image_hash TEXT NOT NULL,
  video_id TEXT NOT NULL,
  details TEXT NOT NULL,
  asked INTEGER NOT NULL,  -- the snapshot that listed it last
  absent_since TEXT,
  updated_at TEXT NOT NULL,
  UNIQUE (advertiser_id, source, account_id, ad_id)
) STRICT;

-- For creatives one row an integration: its date is the day of as_of in the account's time zone.
CREATE TABLE collection_coverage (
  integration_id TEXT NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  collection_type TEXT NOT NULL,
  date TEXT NOT NULL,
  advertiser_id TEXT NOT NULL,
  source TEXT NOT NULL,
  account_id TEXT NOT NULL,
  asked INTEGER NOT NULL,
  as_of TEXT NOT NULL,
  attempt TEXT NOT NULL,
  report_id TEXT NOT NULL,
  rows INTEGER NOT NULL,
  impressions INTEGER NOT NULL,
  clicks INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  platform_impressions INTEGER,
  platform_clicks INTEGER,
  platform_cost INTEGER,
  difference TEXT NOT NULL,
  rows_absent INTEGER NOT NULL,
  inside_window INTEGER NOT NULL,
  PRIMARY KEY (integration_id, collection_type, date)
) STRICT, WITHOUT ROWID;

-- What a commit changed or removed, as it was before, so that it can be explained and undone.
CREATE TABLE row_changes (
  id INTEGER PRIMARY KEY,
  integration_id TEXT NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  collection_type TEXT NOT NULL,
  date TEXT NOT NULL,
  key TEXT NOT NULL,
  asked INTEGER NOT NULL,
  token TEXT NOT NULL,
  change TEXT NOT NULL CHECK (change IN ('changed', 'removed')),
  previous TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;
CREATE INDEX idx_row_changes_day ON row_changes (integration_id, collection_type, date);

CREATE VIEW ad_performance_readable AS
SELECT p.id, advertiser_id, source, account_id, date, campaign_ad_id, campaign_id, campaign_name, ad_group_id, ad_group_name, ad_id, ad_name,
  currency, impressions, clicks,
  printf('%s%d.%06d', iif(cost < 0, '-', ''), abs(cost) / 1000000, abs(cost) % 1000000) AS cost,
  printf('%s%d.%06d', iif(conversions < 0, '-', ''), abs(conversions) / 1000000, abs(conversions) % 1000000) AS conversions,
  printf('%s%d.%06d', iif(conversion_value < 0, '-', ''), abs(conversion_value) / 1000000, abs(conversion_value) % 1000000) AS conversion_value,
  reach, absent_since, d.details
FROM ad_performance p LEFT JOIN ad_performance_details d ON d.id = p.id;

CREATE VIEW ad_performance_demographics_readable AS
SELECT p.id, advertiser_id, source, account_id, date, breakdown, gender, age, currency, impressions, clicks,
  printf('%s%d.%06d', iif(cost < 0, '-', ''), abs(cost) / 1000000, abs(cost) % 1000000) AS cost,
  printf('%s%d.%06d', iif(conversions < 0, '-', ''), abs(conversions) / 1000000, abs(conversions) % 1000000) AS conversions,
  printf('%s%d.%06d', iif(conversion_value < 0, '-', ''), abs(conversion_value) / 1000000, abs(conversion_value) % 1000000) AS conversion_value,
  reach, absent_since, d.details
FROM ad_performance_demographics p LEFT JOIN ad_performance_demographics_details d ON d.id = p.id;
