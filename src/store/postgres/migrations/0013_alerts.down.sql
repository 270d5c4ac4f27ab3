DROP INDEX idx_collection_attempts_outage;
DROP INDEX idx_collection_coverage_unexplained;
DROP TABLE adfill.alert_deliveries;
DROP TABLE adfill.alert_channels;
DROP TABLE alerts;
