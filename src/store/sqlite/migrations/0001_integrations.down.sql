DROP TABLE platform_configs;
DROP TABLE rate_limits;
DROP TABLE integration_slices;
DROP TABLE integration_scopes;
DROP TABLE adfill_credentials;
DROP TABLE integrations;
DROP TABLE advertisers;
