-- What an attempt asked for and gave up as too much at once. The first ones are kept, and how many there were.
ALTER TABLE collection_attempts ADD COLUMN slices_given_up INTEGER NOT NULL DEFAULT 0;

CREATE TABLE given_up_slices (
  attempt TEXT NOT NULL REFERENCES collection_attempts (token) ON DELETE CASCADE,
  number INTEGER NOT NULL,  -- from 1 on
  at TEXT NOT NULL,
  start_date TEXT NOT NULL,
  end_date TEXT NOT NULL,
  part TEXT NOT NULL,  -- how its day was asked for: whole, campaigns, ad_sets, ads
  next_days INTEGER NOT NULL,  -- it went on with at most so many days at once, in such parts
  next_part TEXT NOT NULL,
  took_ms INTEGER NOT NULL,
  message TEXT NOT NULL,
  trace_id TEXT NOT NULL,
  PRIMARY KEY (attempt, number)
) STRICT, WITHOUT ROWID;
