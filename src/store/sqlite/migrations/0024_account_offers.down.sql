DROP TABLE account_offers;
DROP INDEX idx_integrations_account;
ALTER TABLE integrations DROP COLUMN accounts_listed_at;
