-- What commits changed, kept for a time: of each commit that moved a day that had been there before, its receipt before and
-- its totals after; of each row what it was. Where a day has its figures from the beginning on (first_at), and since when
-- every change of it is known where older ones are gone (history_since). A day that was pinned keeps its figures.
DROP TABLE row_changes;

ALTER TABLE collection_coverage ADD COLUMN first_at TEXT;
ALTER TABLE collection_coverage ADD COLUMN history_since TEXT;
ALTER TABLE collection_coverage ADD COLUMN pinned_at TEXT;
UPDATE collection_coverage SET history_since = as_of;

CREATE TABLE day_changes (
  id INTEGER PRIMARY KEY,
  integration_id TEXT NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  collection_type TEXT NOT NULL,
  date TEXT NOT NULL,
  attempt TEXT NOT NULL,
  asked INTEGER NOT NULL,
  at TEXT NOT NULL,
  previous_asked INTEGER NOT NULL,
  previous_as_of TEXT NOT NULL,
  previous_report_id TEXT NOT NULL,
  previous_attribution TEXT NOT NULL,
  previous_rows INTEGER NOT NULL,
  previous_impressions INTEGER NOT NULL,
  previous_clicks INTEGER NOT NULL,
  previous_cost INTEGER NOT NULL,
  previous_platform_impressions INTEGER,
  previous_platform_clicks INTEGER,
  previous_platform_cost INTEGER,
  rows INTEGER NOT NULL,
  impressions INTEGER NOT NULL,
  clicks INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  rows_added INTEGER NOT NULL,
  rows_changed INTEGER NOT NULL,
  rows_removed INTEGER NOT NULL
) STRICT;
CREATE INDEX idx_day_changes_day ON day_changes (integration_id, collection_type, date, id);
CREATE INDEX idx_day_changes_at ON day_changes (at);

-- What a row was. Names and currency are NULL where they stayed; details too, else they are a patch that makes them from the
-- newer ones (of a row that was removed: all of them).
CREATE TABLE row_changes (
  change_id INTEGER NOT NULL REFERENCES day_changes (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  change TEXT NOT NULL CHECK (change IN ('added', 'changed', 'removed')),
  campaign_id TEXT,
  campaign_name TEXT,
  ad_group_id TEXT,
  ad_group_name TEXT,
  ad_id TEXT,
  ad_name TEXT,
  currency TEXT,
  impressions INTEGER,
  clicks INTEGER,
  cost INTEGER,
  conversions INTEGER,
  conversion_value INTEGER,
  reach INTEGER,
  details TEXT,
  details_hash INTEGER,
  PRIMARY KEY (change_id, key)
) STRICT, WITHOUT ROWID;

-- What finished jobs came to that are no longer kept.
CREATE TABLE job_rollups (
  integration_id TEXT NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  collection_type TEXT NOT NULL,
  mode TEXT NOT NULL,
  month TEXT NOT NULL,  -- in which they finished, YYYY-MM
  jobs INTEGER NOT NULL,
  chunks_completed INTEGER NOT NULL,
  chunks_failed INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  PRIMARY KEY (integration_id, collection_type, mode, month)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_collection_jobs_completed ON collection_jobs (completed_at) WHERE completed_at IS NOT NULL;
