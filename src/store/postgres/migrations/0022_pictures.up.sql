-- Where the videos of creatives are to be seen; and the pictures of creatives themselves, where an integration keeps them: the
-- platform's links to them end within days.
ALTER TABLE ad_creatives ADD COLUMN video_url TEXT NOT NULL DEFAULT '';
ALTER TABLE ad_creatives ADD COLUMN video_source_url TEXT NOT NULL DEFAULT '';
ALTER TABLE integrations ADD COLUMN keep_thumbnails BOOLEAN NOT NULL DEFAULT false;

CREATE TABLE creative_pictures (
  advertiser_id UUID NOT NULL,
  source TEXT NOT NULL,
  account_id TEXT NOT NULL,
  picture TEXT COLLATE "C" NOT NULL,  -- the image's hash, or "video-" and the video's id
  content_type TEXT NOT NULL,
  base64 TEXT NOT NULL,
  fetched_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (advertiser_id, source, account_id, picture)
);
ALTER TABLE creative_pictures ENABLE ROW LEVEL SECURITY;
