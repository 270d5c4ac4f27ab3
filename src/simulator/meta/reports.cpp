#include "simulator/meta/reports.h"

#include "simulator/json_text.h"
#include "simulator/mix.h"

#include <algorithm>
#include <array>

namespace adfill::meta {
namespace {

constexpr std::size_t most_reports = 20'000;
constexpr Duration life = std::chrono::days(30);
constexpr int version_with_reasons = 25;

struct Progress {
  const char* status;
  int percent;
};

// The states in the order in which a run goes through them, by how much of its time is over.
Progress progress_of(const Report& report, Instant now) {
  if (now < report.stuck_until) return {"Job Not Started", 0};
  const auto passed = now - report.created;
  const auto share =
      report.time.count() > 0 ? std::min<std::int64_t>(1000, passed.count() * 1000 / report.time.count()) : 1000;
  if (share >= 500 && report.failure) return {"Job Failed", 0};
  if (share < 100) return {"Job Not Started", 0};
  if (share < 200) return {"Job Started", 0};
  if (share < 900) return {"Job Running", static_cast<int>((share - 200) * 100 / 700)};
  if (share < 1000) return {"Job Running", 100};  // not yet to be read
  return {"Job Completed", 100};
}

std::int64_t unix_seconds(Instant instant) {
  return micros_since_epoch(instant) / 1'000'000;
}

void append_failure(std::string& out, const GraphError& failure) {
  append_member(out, "error_code", failure.code);
  append_member(out, "error_message", failure.message);
  if (failure.subcode) append_member(out, "error_subcode", *failure.subcode);
  append_member(out, "error_user_title", failure.user_title);
  append_member(out, "error_user_msg", failure.user_message);
}

}  // namespace

Report& Reports::start(InsightsQuery query, Instant now, int report_ms) {
  const auto number = count_++;
  const auto id = std::to_string(6'000'000'000'000'000ULL +
                                 mix(mix(seed_, "report"), number) % 900'000'000'000ULL * 1000 + number % 1000);
  const auto time = Duration(std::chrono::milliseconds(report_ms)) * between(mix(seed_, number), 75, 125) / 100;
  if (order_.size() == most_reports) {
    reports_.erase(order_.front());
    order_.pop_front();
  }
  order_.push_back(id);
  return reports_.insert_or_assign(id, Report{id, std::move(query), now, time}).first->second;
}

Report* Reports::find(const std::string& id, Instant now) {
  const auto found = reports_.find(id);
  return found == reports_.end() || now > found->second.created + life ? nullptr : &found->second;
}

bool is_complete(const Report& report, Instant now) {
  return std::string_view(progress_of(report, now).status) == "Job Completed";
}

std::expected<std::string, GraphError> write_report(const Report& report, const std::vector<FieldName>& fields,
                                                    int version, Instant now) {
  constexpr std::array<std::string_view, 22> known{"id",
                                                   "account_id",
                                                   "time_ref",
                                                   "time_completed",
                                                   "async_status",
                                                   "async_percent_completion",
                                                   "is_running",
                                                   "date_start",
                                                   "date_stop",
                                                   "is_bookmarked",
                                                   "is_async_export",
                                                   "async_report_url",
                                                   "emails",
                                                   "schedule_id",
                                                   "friendly_name",
                                                   "report_run_id",
                                                   "error_code",
                                                   "error_message",
                                                   "error_subcode",
                                                   "error_user_title",
                                                   "error_user_msg",
                                                   "schedule"};
  for (const auto& field : fields) {
    if (std::ranges::find(known, field.name) == known.end())
      return std::unexpected(unknown_field(field.name, "AdReportRun"));
  }
  const auto asked = [&](std::string_view name) {
    return fields.empty() || std::ranges::find(fields, name, &FieldName::name) != fields.end();
  };
  const auto progress = progress_of(report, now);
  const bool running =
      std::string_view(progress.status) == "Job Running" || std::string_view(progress.status) == "Job Started";
  std::string out = "{";
  append_member(out, "id", report.id);
  if (asked("account_id")) append_member(out, "account_id", report.query.node.account->id);
  if (asked("time_ref")) append_member(out, "time_ref", unix_seconds(report.created));
  if (asked("time_completed") && is_complete(report, now)) {
    append_member(out, "time_completed", unix_seconds(report.created + report.time));
  }
  if (asked("async_status")) append_member(out, "async_status", progress.status);
  if (asked("async_percent_completion")) append_member(out, "async_percent_completion", progress.percent);
  if (asked("is_running")) out.append(running ? ",\"is_running\":true" : ",\"is_running\":false");
  if (asked("date_start")) append_member(out, "date_start", report.query.whole.since.to_string());
  if (asked("date_stop")) append_member(out, "date_stop", report.query.whole.until.to_string());
  const bool failed = std::string_view(progress.status) == "Job Failed";
  if (failed && version >= version_with_reasons) append_failure(out, *report.failure);
  out += '}';
  return out;
}

}  // namespace adfill::meta
