#include "platform/meta/meta_report_status.h"

#include "core/money.h"
#include "platform/json_text.h"
#include "platform/meta/meta_ids.h"

#include <algorithm>

namespace adfill {
namespace {

using simdjson::SUCCESS;

std::optional<std::int64_t> field_number(simdjson::dom::object object, std::string_view name) {
  const auto text = field_text(object, name);
  if (!text) return std::nullopt;
  const auto number = parse_count(*text);
  return number ? std::optional(*number) : std::nullopt;
}

// "Job Completed" in whatever spelling: the SDKs' constants and others' samples write it differently.
MetaReportStatus::State state_of(std::string_view words) {
  using State = MetaReportStatus::State;
  auto word = lower_case(std::string(words));
  std::erase_if(word, [](char letter) { return letter == ' ' || letter == '_' || letter == '-'; });
  if (word.starts_with("job")) word.erase(0, 3);
  if (word == "completed") return State::completed;
  if (word == "failed") return State::failed;
  return word == "skipped" ? State::skipped : State::at_work;
}

std::optional<MetaError> read_error(simdjson::dom::object object) {
  const auto code = field_number(object, "error_code");
  if (!code || *code == 0) return std::nullopt;
  MetaError error;
  error.code = code;
  error.subcode = field_number(object, "error_subcode");
  error.message = field_text(object, "error_message").value_or(field_text(object, "error_user_title").value_or(""));
  error.user_message = field_text(object, "error_user_msg").value_or("");
  return error;
}

}  // namespace

Duration report_time(const MetaReportStatus& status, Duration at_work, Duration finished) {
  if (status.took) {
    constexpr Duration rounded = std::chrono::seconds(1);
    at_work = std::clamp(*status.took - rounded, at_work, finished);
    finished = std::clamp(*status.took + rounded, at_work, finished);
  }
  return (at_work + finished) / 2;
}

std::optional<MetaReportStatus> parse_report_status(const std::string& body) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(body).get_object().get(object) != SUCCESS) return std::nullopt;
  std::string_view words;
  if (object["async_status"].get_string().get(words) != SUCCESS) return std::nullopt;
  MetaReportStatus status;
  status.state = state_of(words);
  status.words = shortened(words, 60);
  if (const auto percent = field_number(object, "async_percent_completion")) {
    status.percent = static_cast<int>(std::clamp<std::int64_t>(*percent, 0, 100));
  } else if (status.state == MetaReportStatus::State::completed) {
    status.percent = 100;
  }
  status.error = read_error(object);
  const auto begun = field_number(object, "time_ref");
  const auto ended = field_number(object, "time_completed");
  constexpr std::int64_t a_day = std::int64_t{24} * 60 * 60;
  if (begun && ended && *begun > 0 && *ended >= *begun && *ended - *begun <= a_day)
    status.took = std::chrono::seconds(*ended - *begun);
  return status;
}

std::optional<std::string> parse_report_id(const std::string& body) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(body).get_object().get(object) != SUCCESS) return std::nullopt;
  const auto id = field_text(object, "report_run_id");
  return id && is_report_id(*id) ? id : std::nullopt;
}

}  // namespace adfill
