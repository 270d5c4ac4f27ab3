// Where a sweep looks next. What it mends is rare (people who write plain SQL) while the tables that it looks at grow
// with the accounts, so each sweep looks at a page of them, and the next one goes on behind it.
//
// A place of this process's own; each machine goes its own round. Safe to call from several threads.
#pragma once

#include "core/id.h"

#include <mutex>

namespace adfill::postgres {

class SweepPages {
 public:
  static constexpr int rows = 1000;  // some ten milliseconds

  struct Page {
    Uuid after;  // the nil id: from the start
  };
  [[nodiscard]] Page next_jobs() {
    const std::lock_guard lock(mutex_);
    return {job_};
  }
  [[nodiscard]] Page next_chunks() {
    const std::lock_guard lock(mutex_);
    return {chunk_};
  }
  // Both pages were mended, up to these; the nil id when a page reached to the end.
  void swept(Uuid job, Uuid chunk) {
    const std::lock_guard lock(mutex_);
    job_ = job;
    chunk_ = chunk;
  }

 private:
  std::mutex mutex_;
  Uuid job_;
  Uuid chunk_;
};

}  // namespace adfill::postgres
