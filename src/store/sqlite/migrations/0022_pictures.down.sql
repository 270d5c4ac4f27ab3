DROP TABLE creative_pictures;
ALTER TABLE integrations DROP COLUMN keep_thumbnails;
ALTER TABLE ad_creatives DROP COLUMN video_source_url;
ALTER TABLE ad_creatives DROP COLUMN video_url;
