DROP INDEX idx_collection_attempts_outage;
DROP INDEX idx_collection_coverage_unexplained;
DROP TABLE alert_deliveries;
DROP TABLE alert_channels;
DROP TABLE alerts;
