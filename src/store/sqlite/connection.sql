-- name: use_larger_pages
-- Of a new file: rows with names are some 300 bytes long, and a load splits half as many pages.
PRAGMA page_size = 8192;

-- name: use_write_ahead_log
-- Readers and the writer don't wait for each other.
PRAGMA journal_mode = WAL;

-- name: use_foreign_keys
-- SQLite leaves them off unless told.
PRAGMA foreign_keys = ON;

-- name: use_memory_for_sorting
-- Sorting leaves no files behind.
PRAGMA temp_store = MEMORY;

-- name: use_cache
-- In KiB, a connection. Loads append in the order of the key, so a larger one only makes memory grow with the file.
PRAGMA cache_size = -4096;

-- name: checkpoint_less_often
-- The log is copied into the file every 32 MB instead of every 8: a bulk load writes the same pages less often.
PRAGMA wal_autocheckpoint = 4096;

-- name: limit_log_file
-- What a large transaction left behind is given back.
PRAGMA journal_size_limit = 67108864;

-- name: refuse_writes
-- For the connections that read.
PRAGMA query_only = ON;

-- name: synchronous_full
-- A commit is on the disk when it returns: for what promises something to someone.
PRAGMA synchronous = FULL;

-- name: synchronous_normal
-- A commit may be lost when the machine fails, never torn: for what is done again if it is lost.
PRAGMA synchronous = NORMAL;

-- name: begin_writing
-- Takes the write lock at once, so that no transaction finds out at its end that another one was first.
BEGIN IMMEDIATE;

-- name: begin_reading
-- All that is read comes from one snapshot.
BEGIN;

-- name: commit
-- From here on it is there.
COMMIT;

-- name: roll_back
-- Nothing of it was there.
ROLLBACK;
