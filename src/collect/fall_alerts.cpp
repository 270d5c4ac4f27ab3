#include "collect/fall_alerts.h"

#include "core/time_zone.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace adfill {

namespace json = boost::json;

namespace {

// What a platform's users call it.
std::string_view metric_name(Source source, Metric metric) {
  switch (metric) {
    case Metric::impressions:
      return "impressions";
    case Metric::clicks:
      return "clicks";
    case Metric::cost:
      return "cost";
    case Metric::conversions:
      return source == Source::meta ? "purchases" : "conversions";
    case Metric::conversion_value:
      return source == Source::meta ? "purchase value" : "conversion value";
  }
  return "";
}

struct Fall {
  Source source = Source::meta;
  Metric metric = Metric::impressions;
  Day since;
  std::size_t accounts = 0;  // 0: not to be told
  std::size_t judged = 0;
};

std::string message_of(const Fall& fall) {
  std::string message = std::string(source_name(fall.source)) + ", " +
                        std::string(metric_name(fall.source, fall.metric)) + ", since " + fall.since.to_string() + ": ";
  if (fall.accounts > 0)
    message += std::to_string(fall.accounts) + " of " + std::to_string(fall.judged) + " accounts report ";
  else
    message += "accounts report ";
  message +=
      "far less than in the weeks before, although their ads go on. Most likely the platform is at fault. The "
      "days are marked suspect, and collected again when it is over.";
  return message;
}

std::string parameters_of(const Fall& fall) {
  json::object parameters;
  parameters["metric"] = to_string(fall.metric);
  parameters["since"] = fall.since.to_string();
  if (fall.accounts > 0) {
    parameters["accounts"] = fall.accounts;
    parameters["accounts_judged"] = fall.judged;
  }
  return json::serialize(parameters);
}

// nullopt: not an alert of a fall, or not as adfill wrote it.
std::optional<Fall> fall_of(const AlertRecord& alert) {
  if (alert.kind != AlertKind::metric_fall || !alert.source) return std::nullopt;
  boost::system::error_code error;
  const auto parameters = json::parse(alert.parameters, error);
  if (error || !parameters.is_object()) return std::nullopt;
  const auto text = [&](std::string_view name) {
    const auto* value = parameters.get_object().if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  const auto metric = parse<Metric>(text("metric"));
  const auto since = Day::parse(text("since"));
  if (!metric || !since) return std::nullopt;
  return Fall{*alert.source, *metric, *since};
}

std::string subject_of(Source source, Metric metric) {
  return std::string(to_string(source)) + ":" + std::string(to_string(metric));
}

DueAlert due_of(const MetricFall& fall) {
  const Fall told{fall.source, fall.metric, fall.since, fall.accounts.size(), fall.judged};
  DueAlert due;
  due.kind = AlertKind::metric_fall;
  due.subject = subject_of(fall.source, fall.metric);
  due.source = fall.source;
  due.message = message_of(told);
  due.parameters = parameters_of(told);
  for (const auto& account : fall.accounts)
    due.suspected.push_back({account.integration, account.advertiser, std::min(*account.since, fall.since)});
  return due;
}

// An open alert of a fall, and its accounts.
struct OpenFall {
  const AlertRecord* alert;
  Fall fall;
  std::map<IntegrationId, AdvertiserId> accounts{};
};

std::vector<OpenFall> open_falls(const AlertSnapshot& snapshot) {
  std::vector<OpenFall> open;
  for (const auto& alert : snapshot.open) {
    const auto fall = fall_of(alert);
    if (!fall) continue;
    auto& one = open.emplace_back(&alert, *fall);
    for (const auto& suspicion : snapshot.suspicions) {
      if (suspicion.alert == alert.id) one.accounts.emplace(suspicion.integration, suspicion.advertiser);
    }
  }
  return open;
}

// How it stands with an open fall.
struct Standing {
  std::size_t judged = 0;      // accounts that usually have the metric, or had before it fell off
  std::size_t told = 0;        // of its own accounts, those whose last days tell something,
  std::size_t still_down = 0;  // and of them those that it is not back on
  std::vector<SuspectedAccount> joined{};
};

Standing standing_of(const OpenFall& open, const std::vector<MetricVerdict>& verdicts, const FallRules& rules) {
  Standing standing;
  standing.judged = open.accounts.size();
  for (const auto& verdict : verdicts) {
    if (verdict.source != open.fall.source || verdict.metric != open.fall.metric) continue;
    if (open.accounts.contains(verdict.integration)) {
      ++standing.told;
      if (verdict.since) ++standing.still_down;
      continue;
    }
    ++standing.judged;
    if (verdict.since && *verdict.since >= open.fall.since.plus(-rules.days_apart))
      standing.joined.push_back({verdict.integration, verdict.advertiser, *verdict.since});
  }
  return standing;
}

bool is_over(const OpenFall& open, const Standing& standing, Instant now, const FallRules& rules) {
  if (open.accounts.empty() || open.alert->opened_at + rules.lasts_at_most <= now) return true;
  return standing.told > 0 && 2 * standing.still_down < standing.told;
}

}  // namespace

int look_back_of(const AlertSnapshot& snapshot, const FallRules& rules) {
  int days = rules.reach_days;
  const Day today = day_in_zone(snapshot.now, "UTC");
  for (const auto& open : open_falls(snapshot))
    days = std::max(days, today.number() - open.fall.since.number() + 1 + 2 * rules.days_apart);
  return days;
}

AlertDecision decide_falls(const AlertSnapshot& snapshot, const std::vector<MetricVerdict>& verdicts,
                           const FallRules& rules, Duration repeat) {
  AlertDecision decision;
  std::set<std::string> known;
  for (const auto& open : open_falls(snapshot)) {
    auto standing = standing_of(open, verdicts, rules);
    std::vector<AdvertiserId> advertisers;
    advertisers.reserve(open.accounts.size());
    for (const auto& [account, advertiser] : open.accounts) advertisers.push_back(advertiser);
    if (is_over(open, standing, snapshot.now, rules)) {
      decision.close.push_back({*open.alert, std::move(advertisers)});
      continue;
    }
    known.insert(open.alert->subject);
    Fall fall = open.fall;
    fall.accounts = open.accounts.size() + standing.joined.size();
    fall.judged = standing.judged;
    AlertDecision::Lasting lasting{*open.alert, message_of(fall), parameters_of(fall)};
    lasting.tell = open.alert->told_at + repeat <= snapshot.now;
    lasting.advertisers = std::move(advertisers);
    lasting.suspected = std::move(standing.joined);
    if (lasting.tell || lasting.message != open.alert->message || !lasting.suspected.empty())
      decision.renew.push_back(std::move(lasting));
  }
  for (const auto& fall : find_falls(verdicts, rules)) {
    const bool has_one =
        known.contains(subject_of(fall.source, fall.metric)) ||
        (fall.metric == Metric::conversion_value && known.contains(subject_of(fall.source, Metric::conversions)));
    if (!has_one) decision.open.push_back(due_of(fall));
  }
  return decision;
}

AlertRecord without_counts(AlertRecord alert) {
  const auto fall = fall_of(alert);
  if (!fall) return alert;
  alert.message = message_of(*fall);
  alert.parameters = parameters_of(*fall);
  return alert;
}

}  // namespace adfill
