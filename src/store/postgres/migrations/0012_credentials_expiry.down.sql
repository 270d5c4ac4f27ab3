ALTER TABLE integrations DROP COLUMN credentials_expire_at;
