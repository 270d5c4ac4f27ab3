-- How often an app has called its platform, by day of UTC: what its access depends on (Meta: its calls of fifteen days).
CREATE TABLE platform_calls (
  scope TEXT NOT NULL,
  date TEXT NOT NULL,
  calls INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  PRIMARY KEY (scope, date)
) WITHOUT ROWID;
