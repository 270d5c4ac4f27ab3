#include "collect/log.h"

#include "net/secrets.h"

#include <spdlog/formatter.h>

#include <chrono>
#include <string_view>

namespace adfill {

namespace {

thread_local const LogFields* current = nullptr;

class LineFormatter final : public spdlog::formatter {
 public:
  LineFormatter(LogFormat format, std::vector<std::string> secrets) : format_(format), secrets_(std::move(secrets)) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
    static const LogFields about_nothing;
    std::string words = scrub({message.payload.data(), message.payload.size()}, "");
    for (const auto& secret : secrets_) words = scrub(std::move(words), secret);
    const LogEntry entry{.at = std::chrono::time_point_cast<Duration>(message.time),
                         .level = level_name(message.level),
                         .message = words,
                         .fields = current == nullptr ? about_nothing : *current};
    const auto made = log_line(format_, entry);
    if (format_ == LogFormat::text) {
      // A terminal colours the level.
      message.color_range_start = line.size() + made.find(' ') + 1;
      message.color_range_end = message.color_range_start + entry.level.size();
    }
    line.append(made.data(), made.data() + made.size());
  }
  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<LineFormatter>(format_, secrets_);
  }

 private:
  LogFormat format_;
  std::vector<std::string> secrets_;
};

}  // namespace

LogFields fields_of(const LogAbout& about) {
  LogFields fields;
  if (about.integration) fields.emplace_back("integration_id", about.integration->to_string());
  if (about.job) fields.emplace_back("job_id", about.job->to_string());
  if (about.chunk) fields.emplace_back("chunk_id", about.chunk->to_string());
  if (about.attempt) fields.emplace_back("attempt_id", about.attempt->to_string());
  if (!about.failure.empty()) fields.emplace_back("failure", about.failure);
  if (!about.trace_id.empty()) fields.emplace_back("trace_id", about.trace_id);
  return fields;
}

LogScope::LogScope(const LogAbout& about) : before_(current), fields_(fields_of(about)) {
  current = &fields_;
}

LogScope::~LogScope() {
  current = before_;
}

std::unique_ptr<spdlog::formatter> make_log_formatter(LogFormat format, std::vector<std::string> secrets) {
  return std::make_unique<LineFormatter>(format, std::move(secrets));
}

std::string_view level_name(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::trace:
    case spdlog::level::debug:
      return "debug";
    case spdlog::level::info:
      return "info";
    case spdlog::level::warn:
      return "warn";
    case spdlog::level::err:
      return "error";
    case spdlog::level::critical:
      return "critical";
    case spdlog::level::off:
    case spdlog::level::n_levels:
      break;
  }
  return "off";
}

}  // namespace adfill
