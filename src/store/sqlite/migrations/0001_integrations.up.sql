-- Whose ads they are, which accounts, with which credentials, and what the platforms allow.
-- Times are RFC 3339 in UTC with milliseconds, days YYYY-MM-DD, ids UUIDs, all of fixed width, so that text sorts.

CREATE TABLE advertisers (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;

CREATE TABLE integrations (
  id TEXT PRIMARY KEY NOT NULL,
  advertiser_id TEXT NOT NULL REFERENCES advertisers (id),
  source TEXT NOT NULL,
  account_id TEXT NOT NULL,
  account_name TEXT NOT NULL DEFAULT '',
  currency TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending',
  paused INTEGER NOT NULL DEFAULT 0,  -- beside the status, so that resuming finds it again
  turn INTEGER NOT NULL DEFAULT 0,    -- when it was last served by a claim, in the order of claims
  last_error TEXT,
  last_error_at TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  CONSTRAINT one_integration UNIQUE (advertiser_id, source, account_id),
  CONSTRAINT valid_source CHECK (source IN ('meta', 'google_ads', 'naver')),
  CONSTRAINT valid_status CHECK (status IN ('pending', 'collecting', 'success', 'error', 'needs_auth')),
  CONSTRAINT valid_paused CHECK (paused IN (0, 1))
) STRICT;
CREATE INDEX idx_integrations_turn ON integrations (turn);
CREATE INDEX idx_integrations_created ON integrations (created_at, id);

CREATE TABLE adfill_credentials (
  integration_id TEXT PRIMARY KEY NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  sealed TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE integration_scopes (
  integration_id TEXT NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  scope TEXT NOT NULL,
  PRIMARY KEY (integration_id, scope)
) STRICT, WITHOUT ROWID;

-- The slice size that worked, where it was learned.
CREATE TABLE integration_slices (
  integration_id TEXT NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  collection_type TEXT NOT NULL,
  days INTEGER NOT NULL CHECK (days >= 1),
  PRIMARY KEY (integration_id, collection_type)
) STRICT, WITHOUT ROWID;

CREATE TABLE rate_limits (
  scope TEXT PRIMARY KEY NOT NULL,
  closed_until TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE platform_configs (
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  PRIMARY KEY (source, name)
) STRICT, WITHOUT ROWID;
