#include "simulator/control.h"

#include "core/time_zone.h"
#include "simulator/json_text.h"
#include "simulator/meta/creatives.h"
#include "simulator/truth.h"

#include <boost/json.hpp>

#include <algorithm>
#include <optional>
#include <string>

namespace adfill {
namespace {

namespace json = boost::json;

HttpResponse json_answer(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.headers.emplace_back("content-type", "application/json");
  response.body = std::move(body);
  return response;
}

HttpResponse refusal(int status, const std::string& why) {
  return json_answer(status, "{\"error\":" + json_of(why) + "}");
}

std::optional<json::object> read_object(const std::string& body) {
  boost::system::error_code error;
  auto value = json::parse(body, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

std::string text(const json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  if (!value) return {};
  if (const auto* string = value->if_string()) return std::string(string->data(), string->size());
  return json::serialize(*value);
}

std::int64_t number(const json::object& object, const char* name, std::int64_t otherwise) {
  const auto* value = object.if_contains(name);
  return value && value->is_int64() ? value->get_int64() : otherwise;
}

bool is_true(const json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  return value && value->is_bool() && value->get_bool();
}

std::string query_value(const Query& query, std::string_view name) {
  const auto found = std::ranges::find(query, name, [](const auto& one) { return one.first; });
  return found == query.end() ? std::string() : found->second;
}

// The days as given; the whole history where they are not. nullopt for what is no day or ends before it begins.
std::optional<DayRange> days_of(const std::string& since, const std::string& until, const Account& account,
                                Day yesterday) {
  const auto first = since.empty() ? std::optional<Day>(account.begin) : Day::parse(since);
  const auto last = until.empty() ? std::optional<Day>(std::max(yesterday, account.begin)) : Day::parse(until);
  if (!first || !last || *first > *last) return std::nullopt;
  return DayRange{*first, *last};
}

Day yesterday_of(const Account& account, Instant now) {
  return day_in_zone(now, account.zone).plus(-1);
}

void append_head(std::string& out, const Account& account, DayRange days) {
  append_member(out, "account", "act_" + account.id);
  append_member(out, "since", days.since.to_string());
  append_member(out, "until", days.until.to_string());
  append_member(out, "currency", account.currency);
}

void append_totals(std::string& out, std::string_view name, const Account& account, const Truth& truth) {
  append_key(out, name);
  out += '{';
  append_truth(out, account, truth);
  out += '}';
}

void append_creatives(std::string& out, const Account& account) {
  const auto deleted = std::ranges::count(account.ads, "DELETED", &Ad::effective_status);
  const auto archived = std::ranges::count(account.ads, "ARCHIVED", &Ad::effective_status);
  append_member(out, "rows", static_cast<std::int64_t>(account.ads.size()) - deleted);
  append_member(out, "archived", archived);  // among the rows
  append_member(out, "deleted", deleted);    // not among them
}

// The ads to remove: by id, or the first so many that delivered on these days.
std::set<int> ads_to_remove(const json::object& body, const Account& account, DayRange days, Day yesterday) {
  std::set<int> chosen;
  const auto* value = body.if_contains("remove_ads");
  if (!value) return chosen;
  auto wanted = value->is_int64() ? value->get_int64() : 0;
  for (int index = 0; index < static_cast<int>(account.ads.size()); ++index) {
    const auto& id = account.ads[static_cast<std::size_t>(index)].id;
    const bool named =
        value->is_array() && std::ranges::any_of(value->get_array(), [&](const json::value& one) {
          return one.is_string() && std::string_view(one.get_string().data(), one.get_string().size()) == id;
        });
    bool delivered = false;
    for (Day day = days.since; wanted > 0 && !delivered && day <= std::min(days.until, yesterday); day = day.plus(1)) {
      delivered = !figures_of(account, index, day, View::listed).empty();
    }
    if (named || delivered) chosen.insert(index);
    if (delivered) --wanted;
  }
  return chosen;
}

}  // namespace

HttpResponse Control::answer(const HttpRequest& request, Instant now) {
  constexpr std::string_view images = "/simulator/images/";
  if (request.method == "GET" && request.path == "/simulator/truth") return truth(request, now);
  if (request.method == "GET" && request.path == "/simulator/stats") return stats();
  if (request.method == "POST" && request.path == "/simulator/restate") return restate(request, now);
  if (request.method == "POST" && request.path == "/simulator/fault") return fault(request);
  if (request.method == "GET" && request.path.starts_with(images)) {
    HttpResponse response;
    response.headers.emplace_back("content-type", "image/svg+xml");
    response.body = meta::picture_of(request.path.substr(images.size(), 32));
    return response;
  }
  return refusal(
      404, "the simulator has GET /simulator/truth and /simulator/stats, POST /simulator/restate and /simulator/fault");
}

HttpResponse Control::truth(const HttpRequest& request, Instant now) {
  const auto query = parse_query(request.query);
  const auto* account = world_.account(query_value(query, "account"));
  if (!account) return refusal(400, "account has to be an ad account's id, as act_1");
  const Day yesterday = yesterday_of(*account, now);
  const auto days = days_of(query_value(query, "since"), query_value(query, "until"), *account, yesterday);
  if (!days) return refusal(400, "since and until have to be days (YYYY-MM-DD), in this order");
  const auto type = query_value(query, "type");
  std::string out = "{";
  append_head(out, *account, *days);
  append_member(out, "type", type.empty() ? "ads" : type);
  if (type == "creatives") {
    append_creatives(out, *account);
  } else if (type == "demographics") {
    append_truth(out, *account, truth_of_demographics(*account, *days, yesterday));
  } else if (type == "account") {
    append_truth(out, *account, truth_of_account(*account, *days, yesterday));
  } else if (type.empty() || type == "ads") {
    append_truth(out, *account, truth_of_ads(*account, *days, yesterday));
  } else {
    return refusal(400, "type has to be ads, demographics, account or creatives");
  }
  return json_answer(200, out + "}");
}

HttpResponse Control::stats() const {
  const auto append_counts = [](std::string& out, const auto& counts) {
    out += '{';
    for (const auto& [name, count] : counts) append_member(out, name, count);
    out += '}';
  };
  std::int64_t faults_made = 0;
  for (const auto& [kind, count] : faults_.met()) faults_made += count;
  std::string out = "{";
  append_member(out, "calls", stats_.calls);
  append_member(out, "served", stats_.calls - stats_.refused);
  append_member(out, "refused", stats_.refused);
  append_member(out, "during_cool_down", stats_.during_cool_down);
  append_member(out, "rows", stats_.rows);
  append_member(out, "faults_made", faults_made);
  append_key(out, "points");  // that calls have cost each account, with a tier
  out += '{';
  for (const auto& [account, points] : tiered_.points())
    append_member(out, "act_" + account, static_cast<std::int64_t>(points));
  out += '}';
  append_key(out, "by_kind");
  append_counts(out, stats_.by_kind);
  append_key(out, "faults");
  append_counts(out, faults_.met());
  return json_answer(200, out + "}");
}

HttpResponse Control::restate(const HttpRequest& request, Instant now) {
  const auto body = read_object(request.body);
  if (!body) return refusal(400, "the body has to be a JSON object");
  auto* account = world_.account(text(*body, "account"));
  if (!account) return refusal(400, "account has to be an ad account's id, as act_1");
  if (is_true(*body, "clear")) {
    account->restatements.clear();
    return json_answer(200, "{\"account\":\"act_" + account->id + "\",\"cleared\":true}");
  }
  const Day yesterday = yesterday_of(*account, now);
  const auto days = days_of(text(*body, "since"), text(*body, "until"), *account, yesterday);
  if (!days) return refusal(400, "since and until have to be days (YYYY-MM-DD), in this order");
  Restatement change{*days};
  change.factor_percent = number(*body, "factor_percent", 100);
  if (change.factor_percent < 0 || change.factor_percent > 10'000)
    return refusal(400, "factor_percent has to be from 0 to 10000");
  const auto only = text(*body, "only");
  if (!only.empty() && only != "purchases") return refusal(400, "only has to be purchases, or left out");
  change.only_purchases = only == "purchases";
  change.removed = ads_to_remove(*body, *account, *days, yesterday);
  change.kept_in_account = is_true(*body, "keep_in_account_total");
  if (change.removed.empty() && change.factor_percent == 100)
    return refusal(400, "nothing to change: give factor_percent or remove_ads");

  std::string out = "{";
  append_head(out, *account, *days);
  append_member(out, "factor_percent", change.factor_percent);
  append_key(out, "removed_ads");
  out += '[';
  for (const int index : change.removed) {
    out.append(out.back() == '[' ? "" : ",").append(json_of(account->ads[static_cast<std::size_t>(index)].id));
  }
  out.append(change.kept_in_account ? "],\"keep_in_account_total\":true" : "],\"keep_in_account_total\":false");
  append_totals(out, "before", *account, truth_of_ads(*account, *days, yesterday));
  append_totals(out, "account_before", *account, truth_of_account(*account, *days, yesterday));
  account->restatements.push_back(std::move(change));
  append_totals(out, "after", *account, truth_of_ads(*account, *days, yesterday));
  append_totals(out, "account_after", *account, truth_of_account(*account, *days, yesterday));
  return json_answer(200, out + "}");
}

HttpResponse Control::fault(const HttpRequest& request) {
  constexpr std::int64_t for_ever = 10LL * 365 * 86'400;
  const auto body = read_object(request.body);
  if (!body) return refusal(400, "the body has to be a JSON object");
  const auto name = text(*body, "kind");
  if (name == "clear" || is_true(*body, "clear")) {
    faults_.clear();
    return json_answer(200, "{\"cleared\":true}");
  }
  const auto kind = parse_fault(name);
  if (!kind) return refusal(400, "unknown kind of fault: " + name);
  Fault fault;
  fault.kind = *kind;
  fault.count = number(*body, "count", 1);
  if (const auto* rate = body->if_contains("rate"); rate && rate->is_number()) fault.rate = rate->to_number<double>();
  fault.account = text(*body, "account");
  if (fault.account.starts_with("act_")) fault.account.erase(0, 4);
  fault.on = text(*body, "on");
  fault.status = static_cast<int>(std::clamp<std::int64_t>(number(*body, "status", 0), 0, 599));
  fault.body = text(*body, "body");
  // A report that is stuck stays so, unless a time is given.
  fault.seconds = number(*body, "seconds", fault.kind == FaultKind::stuck ? for_ever : fault.seconds);
  fault.ms = number(*body, "ms", fault.ms);
  fault.limit = static_cast<int>(number(*body, "limit", fault.limit));
  fault.code = static_cast<int>(number(*body, "code", 0));
  fault.subcode = static_cast<int>(number(*body, "subcode", 0));
  fault.is_transient = is_true(*body, "is_transient");
  fault.message = text(*body, "message");
  fault.user_message = text(*body, "user_message");
  if (fault.kind == FaultKind::error && fault.code == 0)
    return refusal(400, "an error has to have a code, as {\"kind\":\"error\",\"code\":190,\"subcode\":463}");
  faults_.arm(fault);
  std::string out = "{";
  append_member(out, "kind", name);
  if (!fault.rate) append_member(out, "count", fault.count);
  return json_answer(200, out + "}");
}

}  // namespace adfill
