#include "simulator/quota.h"

#include <algorithm>

namespace adfill {
namespace {

// A call that arrives so shortly after a refusal was sent when the refusal was still under way.
constexpr Duration on_the_way = std::chrono::milliseconds(50);

std::int64_t seconds_until(Instant end, Instant now) {
  return std::chrono::duration_cast<std::chrono::seconds>(end - now + std::chrono::seconds(1) - Duration(1)).count();
}

}  // namespace

Quota::Verdict Quota::count(const std::string& account, Instant arrived, Instant now) {
  auto& usage = accounts_[account];
  if (now >= usage.window_end) {
    usage.window_end = now + window_;
    usage.calls = 0;
  }
  if (usage.closed_until <= now) {
    usage.told_at = {};
    ++usage.calls;
    if (calls_ > 0 && usage.calls > calls_) usage.closed_until = usage.window_end;
  }
  Verdict verdict;
  verdict.used_percent = calls_ > 0 ? std::min(100.0, 100.0 * usage.calls / calls_) : 0.0;
  verdict.reset_seconds = calls_ > 0 ? seconds_until(usage.window_end, now) : 0;
  if (usage.closed_until <= now) return verdict;
  verdict.refused = true;
  verdict.used_percent = 100;
  verdict.reset_seconds = seconds_until(usage.closed_until, now);
  verdict.during_cool_down = usage.told_at != Instant{} && arrived > usage.told_at + on_the_way;
  if (usage.told_at == Instant{}) usage.told_at = now;
  return verdict;
}

void Quota::close(const std::string& account, Instant until) {
  auto& usage = accounts_[account];
  usage.closed_until = std::max(usage.closed_until, until);
}

}  // namespace adfill
