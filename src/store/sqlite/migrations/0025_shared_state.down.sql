DROP TABLE api_sessions;
DROP TABLE scope_outlooks;
