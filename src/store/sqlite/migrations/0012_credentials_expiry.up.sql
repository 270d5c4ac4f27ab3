-- When the credentials stop working, as the platform told it when they were given; NULL: never, or not told.
ALTER TABLE integrations ADD COLUMN credentials_expire_at TEXT;
