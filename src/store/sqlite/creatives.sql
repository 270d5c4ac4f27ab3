-- Creatives of ads: written and read.

-- name: write_creative
-- Bound by position. A row never goes back to an older listing. One that is as it was is not written; signed links
-- that are new say nothing of the creative, which keeps its updated_at. While another listing of the account is under way
-- each row takes the number, so that the newer listing wins. So does one that was moved in from elsewhere.
INSERT INTO ad_creatives (advertiser_id, source, account_id, asked, updated_at, ad_id, ad_name, creative_id, campaign_id, ad_group_id, status,
  title, body, call_to_action, link_url, image_url, thumbnail_url, image_hash, video_id, video_url, video_source_url, details)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)
ON CONFLICT (advertiser_id, source, account_id, ad_id) DO UPDATE SET
  asked = excluded.asked, ad_name = excluded.ad_name, creative_id = excluded.creative_id, campaign_id = excluded.campaign_id,
  ad_group_id = excluded.ad_group_id, status = excluded.status, title = excluded.title, body = excluded.body,
  call_to_action = excluded.call_to_action, link_url = excluded.link_url, image_url = excluded.image_url,
  thumbnail_url = excluded.thumbnail_url, image_hash = excluded.image_hash, video_id = excluded.video_id, details = excluded.details,
  video_url = excluded.video_url, video_source_url = excluded.video_source_url, absent_since = NULL,
  updated_at = CASE WHEN ad_creatives.absent_since IS NOT NULL
      OR (ad_creatives.ad_name, ad_creatives.creative_id, ad_creatives.campaign_id, ad_creatives.ad_group_id, ad_creatives.status, ad_creatives.title, ad_creatives.body, ad_creatives.call_to_action, ad_creatives.link_url, ad_creatives.image_hash, ad_creatives.video_id, ad_creatives.video_url, ad_creatives.details)
      IS NOT (excluded.ad_name, excluded.creative_id, excluded.campaign_id, excluded.ad_group_id, excluded.status, excluded.title, excluded.body, excluded.call_to_action, excluded.link_url, excluded.image_hash, excluded.video_id, excluded.video_url, excluded.details)
    THEN excluded.updated_at ELSE ad_creatives.updated_at END
WHERE excluded.asked >= ad_creatives.asked AND (?23 OR (ad_creatives.asked < 0 AND excluded.asked >= 0) OR ad_creatives.absent_since IS NOT NULL
  OR (ad_creatives.ad_name, ad_creatives.creative_id, ad_creatives.campaign_id, ad_creatives.ad_group_id, ad_creatives.status, ad_creatives.title, ad_creatives.image_url, ad_creatives.thumbnail_url, ad_creatives.video_source_url, ad_creatives.body, ad_creatives.call_to_action, ad_creatives.link_url, ad_creatives.image_hash, ad_creatives.video_id, ad_creatives.video_url, ad_creatives.details)
  IS NOT (excluded.ad_name, excluded.creative_id, excluded.campaign_id, excluded.ad_group_id, excluded.status, excluded.title, excluded.image_url, excluded.thumbnail_url, excluded.video_source_url, excluded.body, excluded.call_to_action, excluded.link_url, excluded.image_hash, excluded.video_id, excluded.video_url, excluded.details));

-- name: other_listing_runs
-- 1 while another chunk lists the creatives of the same integration.
SELECT CASE WHEN EXISTS (SELECT 1 FROM released_chunks r JOIN collection_queue q ON q.id = r.chunk_id
  WHERE r.integration_id = :integration AND r.token IS NOT NULL AND q.collection_type = 'creatives' AND q.id <> :chunk) THEN 1 ELSE 0 END;

-- name: list_videos
-- Where an account's videos are to be seen, as far as it is known.
SELECT DISTINCT c.video_id, c.video_url, c.video_source_url
FROM integrations i JOIN ad_creatives c ON c.advertiser_id = i.advertiser_id AND c.source = i.source AND c.account_id = i.account_id
WHERE i.id = :integration AND c.video_id <> '' ORDER BY c.video_id, c.video_source_url;

-- name: mark_creatives_absent
-- Ads that the complete listing no longer has; they are never removed. :listed: those that it has. Deleted ones are in no
-- listing, also where they were just read one by one.
UPDATE ad_creatives SET absent_since = :now
WHERE advertiser_id = :advertiser AND source = :source AND account_id = :account AND absent_since IS NULL
  AND (status = 'DELETED' OR (asked < :asked AND ad_id NOT IN (SELECT value FROM json_each(:listed))));

-- name: count_creatives
-- In the listing, and absent.
SELECT count(*) FILTER (WHERE absent_since IS NULL), count(*) FILTER (WHERE absent_since IS NOT NULL) FROM ad_creatives
WHERE advertiser_id = :advertiser AND source = :source AND account_id = :account;

-- name: list_creatives
-- In order of ads, behind one.
SELECT c.ad_id, c.ad_name, c.creative_id, c.campaign_id, c.ad_group_id, c.status, c.title, c.body, c.call_to_action, c.link_url, c.image_url,
  c.thumbnail_url, c.image_hash, c.video_id, c.video_url, c.video_source_url, c.details, c.absent_since, c.updated_at,
  CASE WHEN EXISTS (SELECT 1 FROM creative_pictures p
    WHERE p.advertiser_id = c.advertiser_id AND p.source = c.source AND p.account_id = c.account_id
      AND p.picture = CASE WHEN c.image_hash <> '' THEN c.image_hash ELSE 'video-' || c.video_id END) THEN 1 ELSE 0 END
FROM integrations i JOIN ad_creatives c ON c.advertiser_id = i.advertiser_id AND c.source = i.source AND c.account_id = i.account_id
WHERE i.id = :integration AND c.ad_id > :after AND (:ads IS NULL OR c.ad_id IN (SELECT value FROM json_each(:ads)))
ORDER BY c.ad_id LIMIT :limit;

-- name: list_ads_without_creative
-- By the index of the figures' key alone, whose ad id is the creative's.
SELECT DISTINCT p.campaign_ad_id
FROM integrations i JOIN ad_performance p ON p.advertiser_id = i.advertiser_id AND p.source = i.source AND p.account_id = i.account_id
WHERE i.id = :integration AND NOT EXISTS (SELECT 1 FROM ad_creatives c
  WHERE c.advertiser_id = p.advertiser_id AND c.source = p.source AND c.account_id = p.account_id AND c.ad_id = p.campaign_ad_id)
ORDER BY p.campaign_ad_id LIMIT :limit;

-- name: list_kept_pictures
-- Of these, those that are kept.
SELECT p.picture
FROM integrations i JOIN creative_pictures p ON p.advertiser_id = i.advertiser_id AND p.source = i.source AND p.account_id = i.account_id
WHERE i.id = :integration AND p.picture IN (SELECT value FROM json_each(:pictures));

-- name: keep_picture
-- The first one of a hash stays.
INSERT INTO creative_pictures (advertiser_id, source, account_id, picture, content_type, base64, fetched_at)
SELECT i.advertiser_id, i.source, i.account_id, :picture, :content_type, :bytes, :now FROM integrations i WHERE i.id = :integration
ON CONFLICT DO NOTHING;

-- name: read_picture
-- One that is kept.
SELECT p.content_type, p.base64
FROM integrations i JOIN creative_pictures p ON p.advertiser_id = i.advertiser_id AND p.source = i.source AND p.account_id = i.account_id
WHERE i.id = :integration AND p.picture = :picture;
