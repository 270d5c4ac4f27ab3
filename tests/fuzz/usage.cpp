// Usage headers: every one of them gets the same bytes.
#include "platform/meta/meta_usage.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace adfill;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  const MetaScopes scopes("act_77", {"meta:app:9"});
  const Instant now = Instant(std::chrono::sys_days(std::chrono::year(2026) / 9 / 15));
  HttpAnswer answer;
  for (const auto* name : {"x-app-usage", "x-ad-account-usage", "x-business-use-case-usage",
                           "x-fb-ads-insights-throttle", "x-fb-ads-insights-reach-throttle", "retry-after"}) {
    answer.headers.emplace_back(name, text);
  }
  Governor governor;
  observe_usage(answer, scopes, governor, now);
  for (const auto& [scope, state] : governor.scopes()) {
    const auto usage = state.usage(now);
    if (!std::isfinite(usage) || usage < 0) std::abort();
  }
  const auto uses = uses_of(scopes, "GET", "act_77/insights");
  const auto place = governor.reserve(scopes.all(), now, Instant::max(), uses);
  if (place < now || place > now + std::chrono::hours(48)) std::abort();
  for (const auto quota : {MetaQuota::account, MetaQuota::app, MetaQuota::account_score}) {
    const auto again = resume_time(answer.headers, scopes, quota, now);
    if (again <= now || again > now + std::chrono::hours(24)) std::abort();
  }
  return 0;
}
