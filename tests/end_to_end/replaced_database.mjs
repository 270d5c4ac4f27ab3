// A database as the replaced system had it: its own names, checks and keys, its money in floats, its tokens readable.

export const schema = `
CREATE TABLE advertisers (id UUID PRIMARY KEY DEFAULT gen_random_uuid(), name TEXT NOT NULL);
CREATE TABLE integrations (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  advertiser_id UUID NOT NULL REFERENCES advertisers (id),
  source TEXT NOT NULL, account_id TEXT NOT NULL, account_name TEXT, access_token TEXT,
  status TEXT NOT NULL DEFAULT 'pending', created_at TIMESTAMPTZ NOT NULL DEFAULT now());
CREATE TABLE collection_jobs (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  integration_id UUID NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  collection_type TEXT NOT NULL, mode TEXT, status TEXT NOT NULL DEFAULT 'pending', start_date DATE NOT NULL, end_date DATE NOT NULL,
  chunks_total INTEGER NOT NULL DEFAULT 0, chunks_completed INTEGER NOT NULL DEFAULT 0, chunks_failed INTEGER NOT NULL DEFAULT 0,
  error_message TEXT, created_at TIMESTAMPTZ NOT NULL DEFAULT now(), started_at TIMESTAMPTZ, completed_at TIMESTAMPTZ);
CREATE TABLE collection_queue (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  job_id UUID NOT NULL REFERENCES collection_jobs (id) ON DELETE CASCADE,
  integration_id UUID NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  chunk_index INTEGER NOT NULL, start_date DATE NOT NULL, end_date DATE NOT NULL, collection_type TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending', retry_count INTEGER NOT NULL DEFAULT 0, max_retries INTEGER NOT NULL DEFAULT 3,
  error_message TEXT, last_error_at TIMESTAMPTZ, created_at TIMESTAMPTZ NOT NULL DEFAULT now(), started_at TIMESTAMPTZ,
  completed_at TIMESTAMPTZ, updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT valid_status CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
  CONSTRAINT valid_collection_type CHECK (collection_type IN ('ads', 'demographics', 'creatives')),
  CONSTRAINT valid_retry_count CHECK (retry_count >= 0 AND retry_count <= max_retries),
  UNIQUE (job_id, chunk_index));
CREATE INDEX idx_collection_queue_status_created ON collection_queue (status, created_at) WHERE status IN ('pending', 'processing');
CREATE INDEX idx_collection_queue_job_id ON collection_queue (job_id, status);
CREATE INDEX idx_collection_queue_integration ON collection_queue (integration_id);
CREATE TABLE ad_performance (
  id BIGSERIAL PRIMARY KEY, advertiser_id UUID NOT NULL, source TEXT NOT NULL, campaign_ad_id TEXT NOT NULL, date DATE NOT NULL,
  campaign_id TEXT, campaign_name TEXT, adset_id TEXT, adset_name TEXT, ad_id TEXT, ad_name TEXT,
  impressions BIGINT, clicks BIGINT, cost DOUBLE PRECISION, ctr DOUBLE PRECISION, conversions NUMERIC, conversion_value NUMERIC, reach BIGINT,
  video_views BIGINT, created_at TIMESTAMPTZ NOT NULL DEFAULT now(), updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  UNIQUE (advertiser_id, source, campaign_ad_id, date));
CREATE TABLE ad_performance_demographics (
  id BIGSERIAL PRIMARY KEY, advertiser_id UUID NOT NULL, source TEXT NOT NULL, date DATE NOT NULL, gender TEXT NOT NULL, age TEXT NOT NULL,
  impressions BIGINT, clicks BIGINT, cost DOUBLE PRECISION, conversions NUMERIC, updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  UNIQUE (advertiser_id, source, date, gender, age));
CREATE TABLE ad_creatives (
  id BIGSERIAL PRIMARY KEY, advertiser_id UUID NOT NULL, source TEXT NOT NULL, ad_id TEXT NOT NULL, ad_name TEXT, title TEXT, body TEXT,
  image_url TEXT, status TEXT, updated_at TIMESTAMPTZ NOT NULL DEFAULT now(), UNIQUE (advertiser_id, ad_id));
`;

export const acme = '11111111-1111-4111-8111-111111111111';
export const other = '22222222-2222-4222-8222-222222222222';
export const gone = '33333333-3333-4333-8333-333333333333';
export const accounts = {
  meta: 'aaaaaaaa-0000-4000-8000-000000000001', // of Acme, with a token
  google: 'aaaaaaaa-0000-4000-8000-000000000002', // of Acme, on a source without a connector
  silent: 'aaaaaaaa-0000-4000-8000-000000000003', // of Other, without a token
  unknown: 'aaaaaaaa-0000-4000-8000-000000000004', // on a source that adfill does not have
};

// Days since..until of `ads` ads a day, each written the morning after but those of the first half, which were written at once,
// forty days after the last of them.
const figures = (advertiser, source, ads, since, until) => `
INSERT INTO ad_performance (advertiser_id, source, campaign_ad_id, date, campaign_id, campaign_name, adset_id, adset_name, ad_id, ad_name,
  impressions, clicks, cost, ctr, conversions, conversion_value, reach, video_views, updated_at)
SELECT '${advertiser}', '${source}', '${source}-' || ad, day, 'c' || ad % 3, '캠페인 ' || ad % 3, 's' || ad, 'set', 'a' || ad, 'ad ' || ad,
  1000 + ad * 7 + extract(doy FROM day), ad, 0.1 * ad + 0.2, 0.5, ad * 0.5, NULL, CASE WHEN ad % 2 = 0 THEN 900 END, ad * 3,
  CASE WHEN day < date '${since}' + (date '${until}' - date '${since}') / 2 THEN date '${since}' + (date '${until}' - date '${since}') / 2 + 40 ELSE day + 1 END
FROM generate_series(1, ${ads}) AS ad, (SELECT CAST(d AS date) AS day FROM generate_series(date '${since}', date '${until}', interval '1 day') AS d) AS days;
INSERT INTO ad_performance_demographics (advertiser_id, source, date, gender, age, impressions, clicks, cost, conversions, updated_at)
SELECT '${advertiser}', '${source}', d, g, a, 100, 3, 12.345678, 1, least(now(), d + interval '40 days')
FROM generate_series(date '${since}', date '${until}', interval '1 day') AS d, unnest(ARRAY['male', 'Female', 'unknown']) AS g, unnest(ARRAY['18-24', '65+']) AS a;`;

// Figures of since..until, and jobs in every state. `token`: of Acme's account on Meta.
export function contents({ since, until, token, ads = 5 }) {
  return `
INSERT INTO advertisers VALUES ('${acme}', 'Acme'), ('${other}', 'Other');
INSERT INTO integrations (id, advertiser_id, source, account_id, account_name, access_token, status) VALUES
  ('${accounts.meta}', '${acme}', 'meta', 'act_1', 'Acme on Meta', '${token}', 'success'),
  ('${accounts.google}', '${acme}', 'google_ads', '1234567890', 'Acme on Google', 'encrypted:x', 'success'),
  ('${accounts.silent}', '${other}', 'meta', 'act_2', 'Other on Meta', NULL, 'success'),
  ('${accounts.unknown}', '${other}', 'myspace', '7', NULL, NULL, 'pending');
${figures(acme, 'meta', ads, since, until)}
${figures(acme, 'google_ads', 2, since, until)}
${figures(other, 'meta', 3, since, until)}
${figures(gone, 'meta', 1, until, until)}
INSERT INTO ad_creatives (advertiser_id, source, ad_id, ad_name, title, status)
  SELECT '${acme}', 'meta', 'a' || ad, 'ad ' || ad, 'title', 'ACTIVE' FROM generate_series(1, ${ads}) AS ad;
INSERT INTO collection_jobs (id, integration_id, collection_type, mode, status, start_date, end_date, chunks_total, completed_at) VALUES
  ('bbbbbbbb-0000-4000-8000-000000000001', '${accounts.meta}', 'ads', 'initial', 'completed', '${since}', '${until}', 2, now()),
  ('bbbbbbbb-0000-4000-8000-000000000002', '${accounts.meta}', 'demographics', 'initial', 'processing', '${since}', '${until}', 2, NULL),
  ('bbbbbbbb-0000-4000-8000-000000000003', '${accounts.silent}', 'ads', 'initial', 'pending', '${since}', '${until}', 1, NULL);
INSERT INTO collection_queue (job_id, integration_id, chunk_index, start_date, end_date, collection_type, status, retry_count, error_message) VALUES
  ('bbbbbbbb-0000-4000-8000-000000000001', '${accounts.meta}', 0, '${since}', date '${since}' + 9, 'ads', 'completed', 1, NULL),
  ('bbbbbbbb-0000-4000-8000-000000000001', '${accounts.meta}', 1, date '${since}' + 10, '${until}', 'ads', 'completed', 0, NULL),
  ('bbbbbbbb-0000-4000-8000-000000000002', '${accounts.meta}', 0, '${since}', date '${since}' + 9, 'demographics', 'failed', 3, 'timed out'),
  ('bbbbbbbb-0000-4000-8000-000000000002', '${accounts.meta}', 1, date '${since}' + 10, date '${since}' + 19, 'demographics', 'completed', 0, NULL),
  ('bbbbbbbb-0000-4000-8000-000000000003', '${accounts.silent}', 0, '${since}', '${until}', 'ads', 'processing', 2, NULL);
`;
}
