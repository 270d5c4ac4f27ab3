-- Accounts that could be added: which credentials are to be asked, and what they saw.

-- name: list_due_listings
-- Made, or asked, before :before; the oldest integrations first, so that an offer keeps naming the same one.
SELECT i.id, i.advertiser_id, i.source, c.sealed
FROM integrations i JOIN adfill.credentials c ON c.integration_id = i.id
WHERE coalesce(i.accounts_listed_at, i.created_at) <= :before AND NOT i.paused AND i.status <> 'needs_auth'
ORDER BY i.created_at, i.id
LIMIT :limit
FOR UPDATE OF i SKIP LOCKED;

-- name: take_listings
-- They are asked now.
UPDATE integrations SET accounts_listed_at = :now WHERE id = ANY(CAST(:integrations AS uuid[]));

-- name: note_offer
-- One account that :integration can see; one that was dismissed stays so.
INSERT INTO account_offers (advertiser_id, source, account_id, integration_id, account_name, currency, time_zone, account_status, found_at, seen_at)
VALUES (:advertiser, :source, :account, :integration, :name, :currency, :time_zone, :status, :now, :now)
ON CONFLICT (advertiser_id, source, account_id) DO UPDATE SET integration_id = excluded.integration_id, account_name = excluded.account_name,
  currency = excluded.currency, time_zone = excluded.time_zone, account_status = excluded.account_status, seen_at = excluded.seen_at;

-- name: drop_unseen_offers
-- What these integrations saw before and do not see now; what nobody's credentials see any more goes along.
DELETE FROM account_offers
WHERE advertiser_id = :advertiser AND source = :source AND seen_at < :now AND dismissed_at IS NULL
  AND (integration_id IS NULL OR integration_id = ANY(CAST(:integrations AS uuid[])));

-- name: offer_no_more
-- An account that somebody takes away has not appeared later.
INSERT INTO account_offers (advertiser_id, source, account_id, integration_id, account_name, currency, time_zone, account_status, found_at, seen_at,
  dismissed_at)
SELECT advertiser_id, source, account_id, NULL, '', currency, time_zone, '', CAST(:now AS timestamptz), CAST(:now AS timestamptz), CAST(:now AS timestamptz) FROM integrations WHERE id = :integration
ON CONFLICT (advertiser_id, source, account_id) DO UPDATE SET dismissed_at = excluded.dismissed_at;

-- name: list_offers
-- By advertiser and name; the same account may come once for each advertiser whose credentials see it.
SELECT o.integration_id, a.name, o.source, o.account_id, o.account_name, o.currency, o.time_zone, o.account_status, o.found_at
FROM account_offers o JOIN advertisers a ON a.id = o.advertiser_id
WHERE o.integration_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM account_offers d WHERE d.source = o.source AND d.account_id = o.account_id AND d.dismissed_at IS NOT NULL)
  AND (CAST(:sight AS uuid[]) IS NULL OR o.advertiser_id = ANY(CAST(:sight AS uuid[])))
  AND (CAST(:sight AS uuid[]) IS NULL OR NOT EXISTS (SELECT 1 FROM account_offers p WHERE p.source = o.source AND p.account_id = o.account_id
    AND p.advertiser_id <> ALL(CAST(:sight AS uuid[]))))
  AND NOT EXISTS (SELECT 1 FROM integrations i WHERE i.source = o.source AND i.account_id = o.account_id)
ORDER BY a.name, o.account_name, o.account_id;

-- name: dismiss_offer
-- For all advertisers whose credentials see it.
UPDATE account_offers AS o SET dismissed_at = :now
WHERE o.source = :source AND o.account_id = :account AND o.dismissed_at IS NULL
  AND (CAST(:sight AS uuid[]) IS NULL OR o.advertiser_id = ANY(CAST(:sight AS uuid[])))
  AND (CAST(:sight AS uuid[]) IS NULL OR NOT EXISTS (SELECT 1 FROM account_offers p WHERE p.source = o.source AND p.account_id = o.account_id
    AND p.advertiser_id <> ALL(CAST(:sight AS uuid[]))));
