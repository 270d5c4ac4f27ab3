// Statements that go to the server one behind the other, without waiting for the answers in between (libpq's pipeline
// mode; https://www.postgresql.org/docs/15/libpq-pipeline-mode.html). What is waited for together is a batch: it leaves
// as one message, costs one round trip, and ends with one Sync. There is never a second batch under way, so that a
// pooler that counts Syncs (pgbouncer in transaction mode) has one to count.
//
// Once a statement of a batch fails, the server skips the rest of it, a COMMIT included; the next batch is run again.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

struct pg_conn;
struct pg_result;

namespace adfill::postgres {

struct FreeResult {
  void operator()(pg_result* result) const;
};
using Result = std::unique_ptr<pg_result, FreeResult>;

// What a statement is given for a parameter.
struct Parameter {
  const char* data;  // nullptr is NULL; a text ends with a zero
  int length;        // of binary ones
  bool binary = false;
};

class Pipeline {
 public:
  // `connection` is open, outlives this, and does nothing else while a batch is under way.
  explicit Pipeline(pg_conn* connection) : connection_(connection) {}

  // --- the next of the batch; each gets an answer of its own. Parameters are copied at once.
  void prepare(const char* name, const char* sql);
  void run_prepared(const char* name, const std::vector<Parameter>& parameters);
  void run(const char* sql, const std::vector<Parameter>& parameters);

  // The batch leaves; nothing may be added until its answers are here.
  void end();
  [[nodiscard]] bool has_ended() const { return ended_; }
  // Ends the batch where that was not done, and waits: an answer for each statement, in order. After a connection that
  // broke they are empty.
  [[nodiscard]] std::vector<Result> answers();

 private:
  void begin_where_empty();

  pg_conn* connection_;
  std::size_t count_ = 0;  // of the batch's statements
  bool ended_ = false;
};

}  // namespace adfill::postgres
