#include "platform/meta/meta_report_times.h"

#include <algorithm>
#include <string_view>

namespace adfill {
namespace {

constexpr std::size_t remembered = 5;
constexpr Duration longest_wait = std::chrono::seconds(30);

}  // namespace

MetaPollPace MetaPollPace::next() const {
  return {.pause = step, .step = std::min(longest_wait, step * growth / 100 + Duration(1)), .growth = growth};
}

// A quarter either way.
Duration MetaPollPace::wait(double jitter) const {
  return least + Duration(static_cast<Duration::rep>(static_cast<double>(pause.count()) * (0.75 + jitter / 2)));
}

std::string MetaReportTimes::kind_of(const std::string& account_id, const Query& parameters) {
  const auto level = std::ranges::find(parameters, std::string_view("level"),
                                       [](const auto& pair) { return std::string_view(pair.first); });
  return account_id + " " + (level == parameters.end() ? std::string() : level->second);
}

void MetaReportTimes::learn(const std::string& kind, Duration took) {
  auto& known = took_[kind];
  known.push_back(took);
  if (known.size() > remembered) known.pop_front();
}

MetaPollPace MetaReportTimes::pace(const std::string& kind, Duration poll_base) const {
  const auto known = took_.find(kind);
  const MetaPollPace unknown{.pause = poll_base, .step = poll_base * 3 / 2};
  if (known == took_.end()) return unknown;
  // The quickest of the last ones: what has become faster is seen with the next report.
  const Duration first = std::min(longest_wait, *std::ranges::min_element(known->second) * 9 / 10);
  if (first <= poll_base) return {.pause = poll_base, .step = poll_base, .growth = 125};
  return {.least = first - first / 10, .pause = first / 10, .step = std::max(poll_base, first / 10), .growth = 125};
}

}  // namespace adfill
