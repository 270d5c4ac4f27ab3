#include "net/outage_watch.h"

namespace adfill {

namespace {

constexpr Duration window = std::chrono::minutes(2);
constexpr std::size_t several_accounts = 2;

}  // namespace

void OutageWatch::observe_success(const std::string& source) {
  sources_.erase(source);
}

bool OutageWatch::observe_transient(const std::string& source, const std::string& account, Instant now) {
  auto& watched = sources_[source];
  std::erase_if(watched.failed, [now](const auto& failure) { return now - failure.second > window; });
  // An outage lasts until an answer, however seldom is asked.
  if (watched.failed.empty() && !watched.is_outage) watched.failing_since = now;
  watched.failed.insert_or_assign(account, now);
  const bool is_long = now - *watched.failing_since >= window;
  if (watched.failed.size() >= several_accounts || is_long) watched.is_outage = true;
  return watched.is_outage;
}

std::optional<Instant> OutageWatch::outage_since(const std::string& source) const {
  const auto found = sources_.find(source);
  return found != sources_.end() && found->second.is_outage ? found->second.failing_since : std::nullopt;
}

}  // namespace adfill
