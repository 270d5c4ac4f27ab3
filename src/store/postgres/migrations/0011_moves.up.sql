-- What a move into this database has carried so far, so that it can be taken up again.
CREATE TABLE moves (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  source TEXT NOT NULL,
  fingerprint TEXT NOT NULL,  -- of what the source held
  started_at TIMESTAMPTZ NOT NULL,
  finished_at TIMESTAMPTZ,
  table_name TEXT,  -- the table that is being carried
  position TEXT     -- the key of the last row of it that is here, as a JSON array
);
ALTER TABLE moves ENABLE ROW LEVEL SECURITY;
