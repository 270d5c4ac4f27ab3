-- Whose ads they are, which accounts, with which credentials, and what the platforms allow.
--
-- Who may see what: credentials and API tokens live in a schema of their own, "adfill", which nobody but its owner may
-- enter. All other tables live in the connection's default schema, with row-level security on and no policy: their owner
-- (the role that adfill connects as) passes, any other role sees no row until somebody gives it a policy, such as
--   CREATE POLICY analysts_read ON ad_performance FOR SELECT TO analysts USING (true);
-- So a hosted PostgreSQL that serves its default schema to the web serves nothing of adfill's unless told to.
CREATE SCHEMA IF NOT EXISTS adfill;
REVOKE ALL ON SCHEMA adfill FROM PUBLIC;

CREATE TABLE advertisers (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  name TEXT NOT NULL UNIQUE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
ALTER TABLE advertisers ENABLE ROW LEVEL SECURITY;

-- Turns are drawn from here: whom a claim served longest ago comes first in the round.
CREATE SEQUENCE integration_turns;

CREATE TABLE integrations (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  advertiser_id UUID NOT NULL REFERENCES advertisers (id),
  source TEXT NOT NULL,
  account_id TEXT NOT NULL,
  account_name TEXT NOT NULL DEFAULT '',
  currency TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending',
  paused BOOLEAN NOT NULL DEFAULT false,  -- beside the status, so that resuming finds it again
  turn BIGINT NOT NULL DEFAULT 0,         -- when it was last served by a claim, in the order of claims
  last_error TEXT,
  last_error_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT one_integration UNIQUE (advertiser_id, source, account_id),
  CONSTRAINT integration_of_advertiser UNIQUE (id, advertiser_id),  -- what coverage refers to
  CONSTRAINT valid_source CHECK (source IN ('meta', 'google_ads', 'naver')),
  CONSTRAINT valid_status CHECK (status IN ('pending', 'collecting', 'success', 'error', 'needs_auth'))
);
ALTER TABLE integrations ENABLE ROW LEVEL SECURITY;
CREATE INDEX idx_integrations_created ON integrations (created_at, id);

CREATE TABLE adfill.credentials (
  integration_id UUID PRIMARY KEY REFERENCES integrations (id) ON DELETE CASCADE,
  sealed TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
);

CREATE TABLE integration_scopes (
  integration_id UUID NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  scope TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (integration_id, scope)
);
ALTER TABLE integration_scopes ENABLE ROW LEVEL SECURITY;

-- The slice size that worked, where it was learned.
CREATE TABLE integration_slices (
  integration_id UUID NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  collection_type TEXT NOT NULL,
  days INTEGER NOT NULL CHECK (days >= 1),
  PRIMARY KEY (integration_id, collection_type)
);
ALTER TABLE integration_slices ENABLE ROW LEVEL SECURITY;

CREATE TABLE rate_limits (
  scope TEXT COLLATE "C" PRIMARY KEY,
  closed_until TIMESTAMPTZ NOT NULL,
  reason TEXT NOT NULL
);
ALTER TABLE rate_limits ENABLE ROW LEVEL SECURITY;

CREATE TABLE platform_configs (
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (source, name)
);
ALTER TABLE platform_configs ENABLE ROW LEVEL SECURITY;
