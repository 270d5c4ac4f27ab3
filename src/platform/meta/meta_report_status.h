// What one poll of a report tells.
#pragma once

#include "core/instant.h"
#include "platform/meta/meta_errors.h"

#include <optional>
#include <string>
#include <string_view>

namespace adfill {

struct MetaReportStatus {
  enum class State { at_work, completed, failed, skipped };
  State state = State::at_work;
  std::string words;                 // "Job Running" …
  std::optional<int> percent{};      // not told: nobody can say whether it advances
  std::optional<Duration> took{};    // in whole seconds, once it is finished and where Meta tells
  std::optional<MetaError> error{};  // why it failed; Meta tells since v25.0
};

// nullopt when the answer lacks the state; such answers come with HTTP 200 now and then and pass
// (singer-io/tap-facebook's changelog, 1.9.6).
[[nodiscard]] std::optional<MetaReportStatus> parse_report_status(const std::string& body);

// How long a finished report took: not less than after which it was still seen at work, not more than after which it
// was seen finished.
[[nodiscard]] Duration report_time(const MetaReportStatus& status, Duration at_work, Duration finished);

// The id in the answer to a creation: {"report_run_id":"6023920149050"}, quoted or bare; nullopt unless it can stand in
// a path as it is.
[[nodiscard]] std::optional<std::string> parse_report_id(const std::string& body);

}  // namespace adfill
