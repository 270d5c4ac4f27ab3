-- Where the videos of creatives are to be seen; and the pictures of creatives themselves, where an integration keeps them: the
-- platform's links to them end within days.
ALTER TABLE ad_creatives ADD COLUMN video_url TEXT NOT NULL DEFAULT '';
ALTER TABLE ad_creatives ADD COLUMN video_source_url TEXT NOT NULL DEFAULT '';
ALTER TABLE integrations ADD COLUMN keep_thumbnails INTEGER NOT NULL DEFAULT 0;

CREATE TABLE creative_pictures (
  advertiser_id TEXT NOT NULL,
  source TEXT NOT NULL,
  account_id TEXT NOT NULL,
  picture TEXT NOT NULL,  -- the image's hash, or "video-" and the video's id
  content_type TEXT NOT NULL,
  base64 TEXT NOT NULL,
  fetched_at TEXT NOT NULL,
  PRIMARY KEY (advertiser_id, source, account_id, picture)
) STRICT;
