#include "collect/alert_rules.h"

#include "core/time_zone.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace adfill {

namespace json = boost::json;

namespace {

// Of an account, or of one of its types.
template <class Place>
DueAlert about(const Place& place, AlertKind kind, std::optional<CollectionType> type) {
  DueAlert alert;
  alert.kind = kind;
  alert.subject = place.integration.to_string();
  if (type) alert.subject += ":" + std::string(to_string(*type));
  alert.integration = place.integration;
  alert.advertiser = place.advertiser;
  alert.source = place.source;
  alert.account_name = place.account_name;
  alert.message = place.account_name + " (" + std::string(source_name(place.source));
  if (type) alert.message += ", " + std::string(to_string(*type));
  alert.message += "): ";
  return alert;
}

json::value day_or_null(const std::optional<Day>& day) {
  return day ? json::value(day->to_string()) : json::value(nullptr);
}

// The day that had to be there by now, from the last due time whose grace is over.
std::optional<Day> promised_day(const WatchedType& type, Instant now, Duration grace) {
  if (!is_time_zone(type.time_zone)) return std::nullopt;
  std::optional<Instant> due;
  if (type.last_due_at && *type.last_due_at + grace <= now) due = type.last_due_at;
  if (type.next_due_at + grace <= now) due = type.next_due_at;
  if (!due) return std::nullopt;
  return day_in_zone(*due, type.time_zone).plus(-1);
}

void find_of_type(const WatchedType& type, const AlertSnapshot& snapshot, const AlertRules& rules,
                  std::vector<DueAlert>& found) {
  if (type.mismatches > 0) {
    auto alert = about(type, AlertKind::mismatch, type.type);
    alert.message += std::to_string(type.mismatches) + (type.mismatches == 1 ? " day differs" : " days differ") +
                     " from the platform's own totals without a reason that adfill knows";
    if (type.newest_mismatch) alert.message += ", the newest is " + type.newest_mismatch->to_string();
    alert.message += ". Compare it with the platform; collecting the day again often settles it.";
    alert.parameters = json::serialize(json::object{{"collection_type", to_string(type.type)},
                                                    {"days", type.mismatches},
                                                    {"newest_day", day_or_null(type.newest_mismatch)}});
    found.push_back(std::move(alert));
  }
  if (type.paused || type.status == IntegrationStatus::needs_auth) return;
  const auto promised = promised_day(type, snapshot.now, rules.freshness);
  if (!promised || (type.newest && *type.newest >= *promised)) return;
  auto alert = about(type, AlertKind::freshness, type.type);
  alert.message += "figures of " + promised->to_string() + " should be here and are not";
  alert.message += type.newest ? "; the newest day is " + type.newest->to_string() + "." : "; there are none yet.";
  alert.parameters = json::serialize(json::object{{"collection_type", to_string(type.type)},
                                                  {"day", promised->to_string()},
                                                  {"newest_day", day_or_null(type.newest)}});
  found.push_back(std::move(alert));
}

DueAlert refused_credentials(const WatchedType& type) {
  auto alert = about(type, AlertKind::credentials, std::nullopt);
  alert.message += "the platform refuses the credentials";
  if (!type.last_error.empty()) alert.message += " (" + type.last_error + ")";
  alert.message += ". Nothing is collected until new ones are given: adfill integration update " +
                   type.integration.to_string() + ".";
  alert.parameters = json::serialize(json::object{{"reason", "refused"}, {"error", type.last_error}});
  return alert;
}

DueAlert expiring_credentials(const WatchedType& type) {
  auto alert = about(type, AlertKind::credentials, std::nullopt);
  alert.subject += ":expiry";
  const auto day = to_rfc3339(*type.credentials_expire_at).substr(0, 10);
  alert.message += "the credentials expire on " + day + ". Give new ones before: adfill integration update " +
                   type.integration.to_string() + ".";
  alert.parameters = json::serialize(json::object{{"reason", "expiring"}, {"day", day}});
  return alert;
}

// Once an account, not once a type.
void find_credentials(const AlertSnapshot& snapshot, const AlertRules& rules, std::vector<DueAlert>& found) {
  std::set<IntegrationId> seen;
  for (const auto& type : snapshot.types) {
    if (!seen.insert(type.integration).second) continue;
    if (type.status == IntegrationStatus::needs_auth) {
      found.push_back(refused_credentials(type));
    } else if (type.credentials_expire_at && *type.credentials_expire_at - rules.expiry <= snapshot.now) {
      found.push_back(expiring_credentials(type));
    }
  }
}

// An account's failed chunks of one type are one alert, whatever the number of jobs.
void find_failed(const AlertSnapshot& snapshot, std::vector<DueAlert>& found) {
  struct Failed {
    const FailedChunk* newest = nullptr;
    int chunks = 0;
  };
  std::map<std::pair<std::string, AlertKind>, Failed> failed;
  for (const auto& chunk : snapshot.failed) {
    const int wanted = chunk.type == CollectionType::creatives ? 1 : chunk.range.length();
    if (chunk.days_done >= wanted) continue;  // what was missed is there by now
    if (!chunk.unparsable && !is_final(chunk.job_status)) continue;
    const auto kind = chunk.unparsable ? AlertKind::unparsable : AlertKind::job_failed;
    auto& entry = failed[{chunk.integration.to_string() + std::string(to_string(chunk.type)), kind}];
    entry.newest = &chunk;
    ++entry.chunks;
  }
  for (const auto& [key, entry] : failed) {
    const auto& chunk = *entry.newest;
    auto alert = about(chunk, key.second, chunk.type);
    alert.message += key.second == AlertKind::unparsable ? "the platform's answer can't be read, " : "not collected, ";
    alert.message += chunk.range.since.to_string() + " to " + chunk.range.until.to_string();
    if (entry.chunks > 1) alert.message += " and " + std::to_string(entry.chunks - 1) + " more";
    alert.message += ": " + chunk.message;
    alert.parameters = json::serialize(json::object{{"collection_type", to_string(chunk.type)},
                                                    {"since", chunk.range.since.to_string()},
                                                    {"until", chunk.range.until.to_string()},
                                                    {"more", entry.chunks - 1},
                                                    {"error", chunk.message}});
    found.push_back(std::move(alert));
  }
}

void find_outages(const AlertSnapshot& snapshot, std::vector<DueAlert>& found) {
  for (const auto& outage : snapshot.outages) {
    DueAlert alert;
    alert.kind = AlertKind::outage;
    alert.subject = to_string(outage.source);
    alert.source = outage.source;
    alert.message = std::string(source_name(outage.source)) +
                    " answers nobody. Its accounts wait; adfill tries once a minute and goes on by itself.";
    found.push_back(std::move(alert));
  }
}

void find_queue(const AlertSnapshot& snapshot, const AlertRules& rules, std::vector<DueAlert>& found) {
  if (!snapshot.oldest_due || *snapshot.oldest_due + rules.queue_wait > snapshot.now) return;
  if (snapshot.live_workers > 0 && snapshot.held_chunks > 0) return;  // busy: what waits has its turn
  DueAlert alert;
  alert.kind = AlertKind::queue;
  alert.subject = "queue";
  alert.message = "The queue is not moving: chunks have waited since " + to_rfc3339(*snapshot.oldest_due) + " and ";
  alert.message += snapshot.live_workers == 0 ? "no worker is alive. Start adfill serve or adfill worker."
                                              : "no worker takes any. The workers' log says why.";
  alert.parameters = json::serialize(
      json::object{{"waiting_since", to_rfc3339(*snapshot.oldest_due)}, {"workers", snapshot.live_workers}});
  found.push_back(std::move(alert));
}

using Key = std::pair<AlertKind, std::string>;

// What follows from an outage that has an alert already, or is just over: its accounts are catching up.
bool is_hidden(const DueAlert& alert, const AlertSnapshot& snapshot) {
  if (alert.kind != AlertKind::freshness && alert.kind != AlertKind::job_failed) return false;
  const auto of_its_source = [&alert](const SourceOutage& outage) { return outage.source == alert.source; };
  return std::ranges::any_of(snapshot.outages, of_its_source) ||
         std::ranges::any_of(snapshot.past_outages, of_its_source);
}

}  // namespace

std::string_view source_name(Source source) {
  switch (source) {
    case Source::meta:
      return "Meta";
    case Source::google_ads:
      return "Google Ads";
    case Source::naver:
      return "Naver";
  }
  return "";
}

std::vector<DueAlert> find_alerts(const AlertSnapshot& snapshot, const AlertRules& rules) {
  std::vector<DueAlert> found;
  find_outages(snapshot, found);
  find_queue(snapshot, rules, found);
  find_credentials(snapshot, rules, found);
  find_failed(snapshot, found);
  for (const auto& type : snapshot.types) find_of_type(type, snapshot, rules, found);
  return found;
}

AlertDecision decide_alerts(const AlertSnapshot& snapshot, const AlertRules& rules) {
  const auto found = find_alerts(snapshot, rules);
  std::map<Key, const AlertRecord*> open;
  for (const auto& alert : snapshot.open) {
    if (alert.kind != AlertKind::metric_fall) open[{alert.kind, alert.subject}] = &alert;
  }
  AlertDecision decision;
  for (const auto& due : found) {
    const auto known = open.find({due.kind, due.subject});
    if (known == open.end()) {
      if (!is_hidden(due, snapshot)) decision.open.push_back(due);
      continue;
    }
    const auto& alert = *known->second;
    const bool tell = alert.told_at + rules.repeat <= snapshot.now;
    if (tell || alert.message != due.message) decision.renew.push_back({alert, due.message, due.parameters, tell});
    open.erase(known);
  }
  for (const auto& [key, alert] : open) decision.close.push_back({*alert});
  return decision;
}

}  // namespace adfill
