-- Once a day credentials are asked which accounts they can see. What is no integration yet is offered, until it was dismissed.
ALTER TABLE integrations ADD COLUMN accounts_listed_at TIMESTAMPTZ;
CREATE INDEX idx_integrations_account ON integrations (source, account_id);

CREATE TABLE account_offers (
  advertiser_id UUID NOT NULL REFERENCES advertisers (id),
  source TEXT NOT NULL,
  account_id TEXT COLLATE "C" NOT NULL,
  integration_id UUID REFERENCES integrations (id) ON DELETE SET NULL,  -- has the credentials that see it
  account_name TEXT NOT NULL,
  currency TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  account_status TEXT NOT NULL,
  found_at TIMESTAMPTZ NOT NULL,
  seen_at TIMESTAMPTZ NOT NULL,
  dismissed_at TIMESTAMPTZ,
  PRIMARY KEY (advertiser_id, source, account_id)
);
CREATE INDEX idx_account_offers_account ON account_offers (source, account_id);
CREATE INDEX idx_account_offers_integration ON account_offers (integration_id);
ALTER TABLE account_offers ENABLE ROW LEVEL SECURITY;
