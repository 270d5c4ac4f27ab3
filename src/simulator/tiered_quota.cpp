#include "simulator/tiered_quota.h"

#include <algorithm>

namespace adfill {
namespace {

constexpr Duration on_the_way = std::chrono::milliseconds(500);  // a refusal takes so long to arrive, and a call too
constexpr double leak_seconds = 300;
constexpr Duration hour = std::chrono::hours(1);

double seconds_of(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

TierRules rules_of_tier(const std::string& tier, int ads, int app_calls) {
  TierRules rules;
  if (tier == "full") {
    rules.score = 9000;
    rules.block = std::chrono::seconds(60);
    rules.insights = 190'000;
    rules.management = 100'000;
  }
  rules.insights += 400.0 * ads;
  rules.management += 40.0 * ads;
  rules.app = app_calls;
  return rules;
}

void TieredQuota::Hour::forget_before(Instant instant) {
  while (!calls.empty() && calls.front() <= instant) calls.pop_front();
}

bool TieredQuota::Hour::is_full(double most, Instant now) {
  forget_before(now - hour);
  return most > 0 && static_cast<double>(calls.size()) >= most;
}

bool TieredQuota::Cooling::meets(Instant arrived, Instant now) {
  if (now >= until) {
    told_at = {};
    return false;
  }
  return told_at != Instant{} && arrived > told_at + on_the_way;
}

void TieredQuota::Cooling::begin(Instant end, Instant now) {
  until = std::max(until, end);
  if (told_at == Instant{}) told_at = now;
}

void TieredQuota::leak(Account& account, Instant now) const {
  if (account.score_at != Instant{})
    account.score = std::max(0.0, account.score - rules_.score * seconds_of(now - account.score_at) / leak_seconds);
  account.score_at = now;
}

void TieredQuota::tell(Verdict& verdict, const Account& account, Instant now) const {
  verdict.score_percent = 100 * account.score / rules_.score;
  verdict.insights_percent = account.insights.percent(rules_.insights);
  verdict.management_percent = account.management.percent(rules_.management);
  if (account.cooling.until <= now) return;
  const auto left = seconds_of(account.cooling.until - now);
  verdict.reset_seconds = static_cast<std::int64_t>(left) + 1;
  if (account.cooled_by != Limit::score) verdict.regain_minutes = static_cast<std::int64_t>(left / 60) + 1;
}

double TieredQuota::app_percent(Instant now) {
  app_.forget_before(now - hour);
  return app_.percent(rules_.app);
}

TieredQuota::Verdict TieredQuota::count(const std::string& id, bool is_insights, double points, Instant arrived,
                                        Instant now) {
  auto& account = accounts_[id];
  leak(account, now);
  auto& calls = is_insights ? account.insights : account.management;
  Verdict verdict;
  verdict.during_cool_down = account.cooling.meets(arrived, now) || app_cooling_.meets(arrived, now);
  const bool hour_full = calls.is_full(is_insights ? rules_.insights : rules_.management, now);
  if (app_cooling_.until > now || app_.is_full(rules_.app, now)) {
    verdict.refused_by = Limit::app;
    if (app_cooling_.until <= now) app_cooling_.begin(app_.calls.front() + hour, now);
  } else if (account.cooling.until > now) {
    verdict.refused_by = account.cooled_by;
  } else if (account.score + points > rules_.score) {
    verdict.refused_by = account.cooled_by = Limit::score;
    account.cooling.begin(now + rules_.block, now);
  } else if (hour_full) {
    verdict.refused_by = account.cooled_by = is_insights ? Limit::insights : Limit::management;
    account.cooling.begin(calls.calls.front() + hour, now);
  } else {
    account.score += points;
    points_[id] += points;
    calls.calls.push_back(now);
    if (rules_.app > 0) app_.calls.push_back(now);
  }
  tell(verdict, account, now);
  return verdict;
}

}  // namespace adfill
