// Carries a whole database from one home to the other: SQLite to PostgreSQL, or back. Figures and what else stands
// alone go in steps, each with its position in one transaction; all that refers to each other (accounts, jobs, chunks,
// coverage) goes in one last transaction, in which counts and sums of both sides are compared. So nobody ever works on
// half of it, and a move that was interrupted goes on where it stopped. What a running database lives on (released
// chunks, workers) stays behind: the sweep makes it anew.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace adfill {

// Nothing was changed, or nothing beyond what running it again completes; says why and what to do.
class MoveRefused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct MoveEnd {
  std::string name;         // for people, without a password
  std::string sqlite_path;  // one of the two
  std::string postgres_url;
};

struct MoveProgress {
  std::string table;
  std::int64_t rows = 0;  // of it that are there
  std::int64_t total = 0;
};

struct MoveRules {
  // A sealed credential as the target's key seals it.
  std::function<std::string(const std::string& integration, const std::string& sealed)> reseal;
  std::function<void(const MoveProgress&)> progress;
};

// Both sides' count, and sums where the table has figures (money in micros, as text: they may be larger than 64 bits).
struct ComparedTable {
  std::string name;
  std::vector<std::string> sums;  // "count" first, then its columns that are summed
  std::vector<std::string> from;
  std::vector<std::string> to;
};

struct MoveReport {
  bool resumed = false;   // an interrupted move went on
  bool repeated = false;  // it had been finished: nothing was carried
  std::vector<ComparedTable> tables{};
};

// Requires: both databases have the newest schema, one of each kind; a SQLite file's worker lock is held by the caller.
// Throws MoveRefused where it may not or must not, StoreUnavailable where a database is out of reach.
MoveReport move_database(const MoveEnd& from, const MoveEnd& to, const MoveRules& rules);

}  // namespace adfill
