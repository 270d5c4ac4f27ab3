#include "platform/meta/meta_usage.h"

#include "platform/json_text.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace adfill {
namespace {

using simdjson::SUCCESS;
using std::chrono::minutes;
using std::chrono::seconds;

struct Told {
  std::optional<double> score{};
  std::optional<double> insights{};
  std::optional<double> management{};
  std::optional<double> account_load{};
  std::optional<double> app_load{};
  std::optional<double> account_reach{};
  std::optional<double> app_calls{};
  double reset_seconds = 0;   // of the account's score
  double regain_minutes = 0;  // of the account's business use cases
  std::string_view tier{};    // "limited", "full"; empty: no header told
};

void raise(std::optional<double>& highest, simdjson::simdjson_result<simdjson::dom::element> value) {
  double percent = 0;
  if (value.get_double().get(percent) != SUCCESS) return;
  if (!highest || percent > *highest) highest = percent;
}

void raise(double& highest, simdjson::simdjson_result<simdjson::dom::element> value) {
  double number = 0;
  if (value.get_double().get(number) == SUCCESS) highest = std::max(highest, number);
}

void read_tier(Told& told, simdjson::dom::object object) {
  std::string_view tier;
  if (object["ads_api_access_tier"].get_string().get(tier) != SUCCESS) return;
  // Until early 2026 the tiers were called development and standard access; headers still say so.
  if (tier == "standard_access" || tier == "full_access") told.tier = "full";
  if (tier == "development_access" || tier == "limited_access") told.tier = "limited";
}

// Shares of calls, CPU time and time: each is a limit of its own.
void raise_shares(std::optional<double>& highest, simdjson::dom::object object) {
  raise(highest, object["call_count"]);
  raise(highest, object["total_cputime"]);
  raise(highest, object["total_time"]);
}

bool is_about(std::string_view key, std::string_view number) {
  if (key.starts_with("act_")) key.remove_prefix(4);
  return key == number;
}

// An object of arrays, keyed by business object: of a call for an ad account its number, or the id of the business that
// the token belongs to (docs/graph-api/overview/rate-limiting). Meta's own sample has a key twice, so entries are
// walked, not looked up.
void read_use_cases(Told& told, simdjson::dom::object cases, std::string_view number) {
  const bool is_named = std::ranges::any_of(cases, [number](const auto entry) { return is_about(entry.key, number); });
  for (const auto entry : cases) {
    simdjson::dom::array limits;
    if (is_named && !is_about(entry.key, number)) continue;
    if (entry.value.get_array().get(limits) != SUCCESS) continue;
    for (const auto limit : limits) {
      simdjson::dom::object object;
      if (limit.get_object().get(object) != SUCCESS) continue;
      std::string_view type;
      if (object["type"].get_string().get(type) != SUCCESS) continue;
      raise_shares(type == "ads_insights" ? told.insights : told.management, object);
      raise(told.regain_minutes, object["estimated_time_to_regain_access"]);
      read_tier(told, object);
    }
  }
}

// Calls `read` with the header's object; a header that is not there or not JSON tells nothing.
template <class Read>
void read_header(const Headers& headers, std::string_view name, Read read) {
  const auto header = find_header(headers, name);
  if (!header) return;
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(header->data(), header->size()).get_object().get(object) == SUCCESS) read(object);
}

Told read_headers(const Headers& headers, const std::string& number) {
  Told told;
  read_header(headers, "x-app-usage", [&](simdjson::dom::object usage) { raise_shares(told.app_calls, usage); });
  read_header(headers, "x-ad-account-usage", [&](simdjson::dom::object usage) {
    raise(told.score, usage["acc_id_util_pct"]);
    raise(told.reset_seconds, usage["reset_time_duration"]);
    read_tier(told, usage);
  });
  read_header(headers, "x-business-use-case-usage",
              [&](simdjson::dom::object cases) { read_use_cases(told, cases, number); });
  read_header(headers, "x-fb-ads-insights-throttle", [&](simdjson::dom::object usage) {
    raise(told.account_load, usage["acc_id_util_pct"]);
    raise(told.app_load, usage["app_id_util_pct"]);
    read_tier(told, usage);
  });
  // Its content is not documented; others read these two.
  read_header(headers, "x-fb-ads-insights-reach-throttle",
              [&](simdjson::dom::object usage) { raise(told.account_reach, usage["acc_id_util_pct"]); });
  return told;
}

// In seconds; a date instead is not read. Not documented for Meta, and honoured all the same.
double retry_after_seconds(const Headers& headers) {
  const auto header = find_header(headers, "retry-after");
  int value = 0;
  if (!header) return 0;
  const auto read = std::from_chars(header->data(), header->data() + header->size(), value);
  return read.ec == std::errc() && read.ptr == header->data() + header->size() ? value : 0;
}

// What the pages say: an account's score is blocked for 60 s on the full tier and 300 s on the limited one; the other
// limits are rolling hours whose end nobody tells, so a twelfth of it; a block for behaviour has no time at all.
Duration usual_pause(MetaQuota quota, std::string_view tier) {
  switch (quota) {
    case MetaQuota::account_score:
      return tier == "full" ? seconds(60) : seconds(300);
    case MetaQuota::blocked:
      return std::chrono::hours(1);
    case MetaQuota::account:
    case MetaQuota::app:
    case MetaQuota::none:
      break;
  }
  return minutes(5);
}

}  // namespace

MetaScopes::MetaScopes(const std::string& account_id, const std::vector<std::string>& known)
    : account("meta:account:" + account_id),
      number(account_id.starts_with("act_") ? account_id.substr(4) : account_id) {
  for (const auto& scope : known) {
    if (scope.starts_with("meta:app:")) app = scope;
  }
}

std::vector<std::string> MetaScopes::all() const {
  std::vector<std::string> scopes{account};
  if (!app.empty()) scopes.push_back(app);
  return scopes;
}

const std::string& MetaScopes::of(MetaQuota quota) const {
  return quota == MetaQuota::app && !app.empty() ? app : account;
}

double published_score(std::string_view tier) {
  if (tier == "full") return 9000;
  return tier == "limited" ? 60 : 0;
}

std::vector<QuotaUse> uses_of(const MetaScopes& scopes, std::string_view method, std::string_view path) {
  std::vector<QuotaUse> uses;
  const auto use = [&](const std::string& scope, const QuotaRule& rule, double points) {
    if (!scope.empty()) uses.push_back({scope, rule, points, scopes.app});
  };
  use(scopes.app, app_limit, 1);
  const bool about_none = path == "debug_token" || path.starts_with("me");
  if (about_none) return uses;
  const bool is_report = !path.empty() && path.front() >= '0' && path.front() <= '9';
  const bool is_insights = is_report || path.contains("/insights");
  use(scopes.account, score_limit, method == "POST" ? 3 : 1);
  use(scopes.account, is_insights ? insights_limit : management_limit, 1);
  if (!is_insights) return uses;
  use(scopes.account, load_limit, 1);
  use(scopes.app, load_limit, 1);
  return uses;
}

void observe_usage(const HttpAnswer& answer, const MetaScopes& scopes, Governor& governor, Instant now) {
  const auto told = read_headers(answer.headers, scopes.number);
  const auto tell = [&](const std::string& scope, const QuotaRule& rule, std::optional<double> percent) {
    if (percent && !scope.empty()) governor.tell(scope, rule, *percent, now);
  };
  // Reckoned with only where the score itself is told, which puts it right.
  if (told.score) governor.publish(scopes.account, score_limit, published_score(told.tier));
  if (told.score)
    governor.tell(scopes.account, score_limit, *told.score, now,
                  from_seconds(std::min(told.reset_seconds, 24.0 * 60 * 60)));
  tell(scopes.account, insights_limit, told.insights);
  tell(scopes.account, management_limit, told.management);
  tell(scopes.account, load_limit, told.account_load);
  tell(scopes.account, reach_limit, told.account_reach);
  tell(scopes.app, load_limit, told.app_load);
  tell(scopes.app, app_limit, told.app_calls);
  if (!told.tier.empty() && !scopes.app.empty()) governor.observe_tier(scopes.app, std::string(told.tier));
  // The share that comes with a refusal may be below its limit (Meta's own sample has 97 with 19 minutes).
  const bool is_refused = answer.status >= 400;
  const bool is_full = told.insights.value_or(0) >= 100 || told.management.value_or(0) >= 100;
  if ((is_full || is_refused) && told.regain_minutes > 0) {
    governor.close(scopes.account, now + from_seconds(std::min(told.regain_minutes * 60, 24.0 * 60 * 60)),
                   "Meta gives this account access again then");
  }
}

void learn_refusal(const Failure& failure, const MetaScopes& scopes, Governor& governor, Instant now) {
  const auto wait = failure.resume_at ? *failure.resume_at - now : Duration::zero();
  const auto code = std::string_view(failure.code).substr(0, failure.code.find('/'));
  const auto learn = [&](const std::string& scope, const QuotaRule& rule) {
    if (!scope.empty()) governor.refuse({scope, rule, 1, scopes.app}, now, wait);
  };
  if (code == "17" || code == "613") {
    learn(scopes.account, score_limit);
  } else if (code == "80000") {
    learn(scopes.account, insights_limit);
  } else if (code == "80004" || code == "80003") {
    learn(scopes.account, management_limit);
  } else if (code == "4") {
    learn(scopes.app, failure.code.contains('/') ? load_limit : app_limit);  // with a subcode: the insights platform
  }
}

Instant resume_time(const Headers& headers, const MetaScopes& scopes, MetaQuota quota, Instant now) {
  const auto told = read_headers(headers, scopes.number);
  double pause = retry_after_seconds(headers);
  // Both account headers speak of the ad account alone: they say nothing of when an app may call again. One of them is
  // about its score, and comes with every answer.
  const bool is_app = quota == MetaQuota::app || quota == MetaQuota::blocked;
  const bool is_score = quota == MetaQuota::account_score || told.score.value_or(0) >= 100;
  if (pause <= 0 && !is_app) pause = std::max(told.regain_minutes * 60, is_score ? told.reset_seconds : 0);
  // Shorter or longer with the set back-off.
  if (pause <= 0) return now + usual_pause(quota, told.tier) * scopes.retry_base.count() / default_retry_base.count();
  constexpr double day = 24 * 60 * 60;
  return now + from_seconds(std::min(pause, day));
}

}  // namespace adfill
