// The log: each line goes through spdlog and, where it is about a job, a chunk, an attempt or an ad account, carries
// their ids as fields of their own. Lines about none of them are written with spdlog as it is.
#pragma once

#include "core/id.h"
#include "core/log_line.h"

#include <spdlog/spdlog.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace adfill {

// What a line is about; what is unset is left out.
struct LogAbout {
  std::optional<IntegrationId> integration{};
  std::optional<JobId> job{};
  std::optional<ChunkId> chunk{};
  std::optional<ChunkToken> attempt{};
  std::string failure{};   // its kind
  std::string trace_id{};  // the platform's id of a call
};

[[nodiscard]] LogFields fields_of(const LogAbout& about);

// Says what the lines of this thread are about while it lives. Never across a co_await.
class LogScope {
 public:
  explicit LogScope(const LogAbout& about);
  ~LogScope();
  LogScope(const LogScope&) = delete;
  LogScope& operator=(const LogScope&) = delete;

 private:
  const LogFields* before_;
  LogFields fields_;
};

template <class... Words>
void log_about(const LogAbout& about, spdlog::level::level_enum level, spdlog::format_string_t<Words...> format,
               Words&&... words) {
  if (!spdlog::should_log(level)) return;
  const LogScope scope(about);
  spdlog::log(level, format, std::forward<Words>(words)...);
}

// Makes spdlog's lines log_line()s. None shows one of `secrets`, the process's own: the last wall behind the places
// that keep them out of what is said.
[[nodiscard]] std::unique_ptr<spdlog::formatter> make_log_formatter(LogFormat format, std::vector<std::string> secrets);

// The names of the setting: "warn", not "warning".
[[nodiscard]] std::string_view level_name(spdlog::level::level_enum level);

}  // namespace adfill
