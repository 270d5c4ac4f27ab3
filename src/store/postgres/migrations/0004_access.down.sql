DROP TABLE audit_log;
DROP TABLE adfill.api_tokens;
