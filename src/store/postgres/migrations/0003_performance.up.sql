-- The figures, and the receipt of each day. Figures outlive the integration they came by, so they carry what they need:
-- advertiser, source, account and currency. Every key contains advertiser_id, by which the tables can be distributed.
-- Texts in keys are compared byte by byte, as adfill compares them.

CREATE SEQUENCE ad_performance_ids;

CREATE TABLE ad_performance (
  id BIGINT NOT NULL DEFAULT nextval('ad_performance_ids'),
  advertiser_id UUID NOT NULL,
  source TEXT COLLATE "C" NOT NULL,
  account_id TEXT COLLATE "C" NOT NULL,
  date DATE NOT NULL,
  campaign_ad_id TEXT COLLATE "C" NOT NULL,
  campaign_id TEXT NOT NULL,
  campaign_name TEXT NOT NULL,
  ad_group_id TEXT NOT NULL,
  ad_group_name TEXT NOT NULL,
  ad_id TEXT NOT NULL,
  ad_name TEXT NOT NULL,
  currency TEXT NOT NULL,
  impressions BIGINT NOT NULL,
  clicks BIGINT NOT NULL,
  cost NUMERIC(20,6) NOT NULL,
  conversions NUMERIC(20,6) NOT NULL,
  conversion_value NUMERIC(20,6) NOT NULL,
  reach BIGINT,
  details_hash BIGINT NOT NULL,
  absent_since TIMESTAMPTZ,  -- the platform stopped reporting the row, without proof that it is gone
  PRIMARY KEY (advertiser_id, id),
  UNIQUE (advertiser_id, source, account_id, date, campaign_ad_id)
);
ALTER SEQUENCE ad_performance_ids OWNED BY ad_performance.id;
ALTER TABLE ad_performance ENABLE ROW LEVEL SECURITY;

-- All else the platform sent, as it is kept: canonical text. Rewritten only when its hash changes. It goes with its row
-- by a trigger: a foreign key would look the row up again at each insert.
CREATE TABLE ad_performance_details (
  advertiser_id UUID NOT NULL,
  id BIGINT NOT NULL,
  details TEXT NOT NULL,
  PRIMARY KEY (advertiser_id, id)
);
ALTER TABLE ad_performance_details ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION adfill.ad_performance_takes_details() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('DELETE FROM %I.ad_performance_details d USING gone WHERE d.advertiser_id = gone.advertiser_id AND d.id = gone.id', TG_TABLE_SCHEMA);
  RETURN NULL;
END $$;
CREATE TRIGGER ad_performance_takes_details AFTER DELETE ON ad_performance REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION adfill.ad_performance_takes_details();

CREATE SEQUENCE ad_performance_demographics_ids;

CREATE TABLE ad_performance_demographics (
  id BIGINT NOT NULL DEFAULT nextval('ad_performance_demographics_ids'),
  advertiser_id UUID NOT NULL,
  source TEXT COLLATE "C" NOT NULL,
  account_id TEXT COLLATE "C" NOT NULL,
  date DATE NOT NULL,
  breakdown TEXT COLLATE "C" NOT NULL,
  gender TEXT COLLATE "C" NOT NULL,
  age TEXT COLLATE "C" NOT NULL,
  currency TEXT NOT NULL,
  impressions BIGINT NOT NULL,
  clicks BIGINT NOT NULL,
  cost NUMERIC(20,6) NOT NULL,
  conversions NUMERIC(20,6) NOT NULL,
  conversion_value NUMERIC(20,6) NOT NULL,
  reach BIGINT,
  details_hash BIGINT NOT NULL,
  absent_since TIMESTAMPTZ,
  PRIMARY KEY (advertiser_id, id),
  UNIQUE (advertiser_id, source, account_id, date, breakdown, gender, age)
);
ALTER SEQUENCE ad_performance_demographics_ids OWNED BY ad_performance_demographics.id;
ALTER TABLE ad_performance_demographics ENABLE ROW LEVEL SECURITY;

CREATE TABLE ad_performance_demographics_details (
  advertiser_id UUID NOT NULL,
  id BIGINT NOT NULL,
  details TEXT NOT NULL,
  PRIMARY KEY (advertiser_id, id)
);
ALTER TABLE ad_performance_demographics_details ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION adfill.ad_performance_demographics_takes_details() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('DELETE FROM %I.ad_performance_demographics_details d USING gone WHERE d.advertiser_id = gone.advertiser_id AND d.id = gone.id',
    TG_TABLE_SCHEMA);
  RETURN NULL;
END $$;
CREATE TRIGGER ad_performance_demographics_takes_details AFTER DELETE ON ad_performance_demographics REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION adfill.ad_performance_demographics_takes_details();

CREATE TABLE ad_creatives (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  advertiser_id UUID NOT NULL,
  source TEXT COLLATE "C" NOT NULL,
  account_id TEXT COLLATE "C" NOT NULL,
  ad_id TEXT COLLATE "C" NOT NULL,
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
  asked BIGINT NOT NULL,  -- the snapshot that listed it last
  absent_since TIMESTAMPTZ,
  updated_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (advertiser_id, id),
  UNIQUE (advertiser_id, source, account_id, ad_id)
);
ALTER TABLE ad_creatives ENABLE ROW LEVEL SECURITY;

-- For creatives one row an integration: its date is the day of as_of in the account's time zone.
CREATE TABLE collection_coverage (
  integration_id UUID NOT NULL,
  collection_type TEXT NOT NULL,
  date DATE NOT NULL,
  advertiser_id UUID NOT NULL,
  source TEXT NOT NULL,
  account_id TEXT NOT NULL,
  asked BIGINT NOT NULL,
  as_of TIMESTAMPTZ NOT NULL,
  attempt UUID NOT NULL,
  report_id TEXT NOT NULL,
  rows BIGINT NOT NULL,
  impressions BIGINT NOT NULL,
  clicks BIGINT NOT NULL,
  cost NUMERIC(20,6) NOT NULL,
  platform_impressions BIGINT,
  platform_clicks BIGINT,
  platform_cost NUMERIC(20,6),
  difference TEXT NOT NULL,
  rows_absent BIGINT NOT NULL,
  inside_window BOOLEAN NOT NULL,
  PRIMARY KEY (integration_id, collection_type, date, advertiser_id),
  FOREIGN KEY (integration_id, advertiser_id) REFERENCES integrations (id, advertiser_id) ON DELETE CASCADE
);
ALTER TABLE collection_coverage ENABLE ROW LEVEL SECURITY;

-- What a commit changed or removed, as it was before, so that it can be explained and undone.
CREATE TABLE row_changes (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  integration_id UUID NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  collection_type TEXT NOT NULL,
  date DATE NOT NULL,
  key TEXT NOT NULL,
  asked BIGINT NOT NULL,
  token UUID NOT NULL,
  change TEXT NOT NULL CHECK (change IN ('changed', 'removed')),
  previous TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL
);
ALTER TABLE row_changes ENABLE ROW LEVEL SECURITY;
CREATE INDEX idx_row_changes_day ON row_changes (integration_id, collection_type, date);

CREATE VIEW ad_performance_readable WITH (security_invoker = true) AS
SELECT p.id, p.advertiser_id, source, account_id, date, campaign_ad_id, campaign_id, campaign_name, ad_group_id, ad_group_name, ad_id, ad_name,
  currency, impressions, clicks, cost, conversions, conversion_value, reach, absent_since, d.details
FROM ad_performance p LEFT JOIN ad_performance_details d ON d.advertiser_id = p.advertiser_id AND d.id = p.id;

CREATE VIEW ad_performance_demographics_readable WITH (security_invoker = true) AS
SELECT p.id, p.advertiser_id, source, account_id, date, breakdown, gender, age, currency, impressions, clicks, cost, conversions, conversion_value,
  reach, absent_since, d.details
FROM ad_performance_demographics p LEFT JOIN ad_performance_demographics_details d ON d.advertiser_id = p.advertiser_id AND d.id = p.id;
