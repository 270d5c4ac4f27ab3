// Progress of jobs for people: bars that are drawn over on a terminal, plain lines in a pipe.
#pragma once

#include "core/instant.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace adfill {

struct JobProgress {
  std::string name;  // the collection type
  std::string status;
  int chunks_total = 0;
  int chunks_completed = 0;
  int chunks_failed = 0;
  std::int64_t days_total = 0;
  std::int64_t days_done = 0;
  std::int64_t rows = 0;
};

class ProgressView {
 public:
  // `terminal`: standard output is one. `file`: where to write (1: standard output, 2: standard error).
  explicit ProgressView(int file);
  // Shows the jobs as they are now; in a pipe only what changed since the last line about that job.
  void show(const std::vector<JobProgress>& jobs);
  // A line that stays above the bars.
  void note(const std::string& text);

 private:
  void clear_bars();
  void write(const std::string& text) const;

  int file_;
  bool terminal_;
  std::size_t bars_ = 0;  // lines that are to be drawn over
  std::vector<std::string> drawn_{};
  std::map<std::string, std::string> told_{};  // the last plain line of each job
};

}  // namespace adfill
