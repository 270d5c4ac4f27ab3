-- How often an app has called its platform, by day of UTC: what its access depends on (Meta: its calls of fifteen days).
CREATE TABLE platform_calls (
  scope TEXT NOT NULL,
  date DATE NOT NULL,
  calls BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  PRIMARY KEY (scope, date)
);
ALTER TABLE platform_calls ENABLE ROW LEVEL SECURITY;
