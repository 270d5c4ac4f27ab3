-- What used to live in one process. How full the limits of a scope were when a worker called it last, for people: usage and
-- capacity in tenths.
CREATE TABLE scope_outlooks (
  scope TEXT COLLATE "C" NOT NULL,
  limit_name TEXT COLLATE "C" NOT NULL,
  worker_id UUID NOT NULL,
  tier TEXT NOT NULL,
  usage_tenths BIGINT NOT NULL,
  capacity_tenths BIGINT NOT NULL,  -- 0: not known
  learned BOOLEAN NOT NULL,
  read_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (scope, limit_name)
);
ALTER TABLE scope_outlooks ENABLE ROW LEVEL SECURITY;
