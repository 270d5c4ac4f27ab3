// What somebody should know who looks after adfill, and only once: an error of a platform that adfill has not met yet.
// The process writes it to its log. Not shared between threads.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>

namespace adfill {

class Notices {
 public:
  using Write = std::function<void(const std::string&)>;

  explicit Notices(Write write) : write_(std::move(write)) {}

  // Writes `words` unless something was written under this key before. At most a thousand keys are written: a platform
  // that makes up a new code for each call does not fill the log.
  void once(const std::string& key, const std::string& words) {
    constexpr std::size_t most = 1000;
    if (told_.size() < most && told_.insert(key).second) write_(words);
  }

 private:
  Write write_;
  std::set<std::string> told_;
};

}  // namespace adfill
