DROP TABLE adfill.api_sessions;
DROP TABLE scope_outlooks;
