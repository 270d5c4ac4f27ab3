// The rest of Graph: objects and tokens, calls in one (batch, ids=), and what every answer carries.
#include "simulator/json_text.h"
#include "simulator/meta/graph.h"
#include "simulator/meta/objects.h"
#include "simulator/mix.h"

#include <boost/json.hpp>

#include <array>
#include <cstdio>

namespace adfill::meta {
namespace {

namespace json = boost::json;

constexpr std::size_t largest_batch = 50;

std::string member(const json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  if (!value || !value->is_string()) return {};
  return std::string(value->get_string().data(), value->get_string().size());
}

std::optional<json::array> read_batch(const std::string& text) {
  boost::system::error_code error;
  auto value = json::parse(text, error);
  if (error || !value.is_array()) return std::nullopt;
  return std::move(value.get_array());
}

std::string percent_text(double percent) {
  std::array<char, 16> text{};
  const auto length = std::snprintf(text.data(), text.size(), "%.2f", percent);
  return std::string(text.data(), static_cast<std::size_t>(length));
}

HttpResponse json_answer(std::string body) {
  HttpResponse response;
  response.headers.emplace_back("content-type", "application/json; charset=UTF-8");
  response.body = std::move(body);
  return response;
}

}  // namespace

Graph::Body Graph::write_node(const Call& call) {
  const auto now = clock_.now();
  if (call.kind == "poll") {
    const auto* fields = call.request.find("fields");
    return write_report(*call.report, parse_fields(fields ? *fields : ""), call.request.version.value_or(0), now);
  }
  if (call.kind == "account" || call.kind == "object") return write_object(*call.node, call.request, now);
  if (call.kind == "ads" || call.kind == "campaigns" || call.kind == "adsets") {
    const auto of = call.kind == "ads"      ? ObjectKind::ad
                    : call.kind == "adsets" ? ObjectKind::ad_set
                                            : ObjectKind::campaign;
    auto page = write_listing(*call.node, of, call.request, now);
    if (!page) return std::unexpected(page.error());
    stats_.rows += page->rows;
    return std::move(page->body);
  }
  const auto& path = call.request.path;
  if (path.size() == 2 && (call.node || call.report)) {
    return std::unexpected(
        invalid_parameter("Tried accessing nonexisting field (" + path[1] + ") on node type (Node)"));
  }
  return std::unexpected(unknown_object(path.empty() ? "" : path[0]));
}

Graph::Body Graph::write_me(const Call& call) {
  const auto* text = call.request.find("fields");
  for (const auto& field : parse_fields(text ? *text : "")) {
    if (field.name != "id" && field.name != "name") return std::unexpected(unknown_field(field.name, "User"));
  }
  return R"({"name":"Simulated Reader","id":"10200000000000001"})";
}

// Every account exists, so the token's list is of those that were asked for; the first if there is none yet.
Graph::Body Graph::write_accounts(const Call& call) {
  auto accounts = world_.known();
  if (accounts.empty()) accounts.push_back(world_.account("1"));
  std::string body = "{\"data\":[";
  for (auto* account : accounts) {
    const auto written = write_object({ObjectKind::account, account}, call.request, clock_.now());
    if (!written) return written;
    body.append(body.back() == '[' ? "" : ",").append(*written);
  }
  return body + "]}";
}

Graph::Body Graph::write_token(const Call& call) const {
  const auto* asked = call.request.find("input_token");
  if (!asked) return std::unexpected(invalid_parameter("The parameter input_token is required"));
  const auto bad = check_token(*asked);
  std::string body = R"({"data":{"app_id":"1110000000000001","type":"USER","application":"adfill simulator")";
  append_member(body, "data_access_expires_at", 0);
  const auto expires =
      settings_.token_days == 0 ? 0 : micros_since_epoch(begun_ + std::chrono::days(settings_.token_days)) / 1'000'000;
  append_member(body, "expires_at", expires);
  append_key(body, "is_valid");
  body.append(bad ? "false" : "true");
  if (bad) {
    append_key(body, "error");
    body += '{';
    append_member(body, "code", bad->code);
    append_member(body, "message", bad->message);
    if (bad->subcode) append_member(body, "subcode", *bad->subcode);
    body += '}';
  }
  return body +
         R"(,"issued_at":1788393600,"scopes":["ads_read","business_management"],"user_id":"10200000000000001"}})";
}

Graph::Outcome Graph::serve_batch(const GraphRequest& request, Instant arrived) {
  Outcome outer;
  const Call call{request, "batch"};
  const auto items = read_batch(*request.find("batch"));
  if (const auto bad = check_token(request.token)) {
    outer.response = finish(call, std::unexpected(*bad), {});
    return outer;
  }
  if (const auto bad = check_proof(request)) {
    outer.response = finish(call, std::unexpected(*bad), {});
    return outer;
  }
  if (!items) {
    outer.response = finish(call, std::unexpected(invalid_parameter("batch parameter must be a JSON array")), {});
    return outer;
  }
  if (items->size() > largest_batch) {
    // The one error that comes without a code.
    outer.response = json_answer(
        R"({"error":{"message":"Too many requests in batch message. Maximum batch size is 50","type":"GraphBatchException"}})");
    outer.response.status = 400;
    return outer;
  }
  const auto* with_headers = request.find("include_headers");
  std::string body = "[";
  for (const auto& item : *items) {
    if (body.size() > 1) body += ',';
    const auto fields = item.is_object() ? item.get_object() : json::object();
    auto inner =
        inner_request(request, member(fields, "method"), member(fields, "relative_url"), member(fields, "body"));
    const auto outcome = serve(std::move(inner), arrived, true);
    outer.delay += outcome.delay;
    if (outcome.no_answer) {
      body.append("null");
      continue;
    }
    body += '{';
    append_member(body, "code", outcome.response.status);
    if (!with_headers || *with_headers != "false") {
      body.append(",\"headers\":[");
      for (const auto& [name, value] : outcome.response.headers) {
        body.append(body.back() == '[' ? "{" : ",{");
        append_member(body, "name", name);
        append_member(body, "value", value);
        body += '}';
      }
      body += ']';
    }
    append_member(body, "body", outcome.response.body);
    body += '}';
  }
  outer.response = finish(call, body + "]", {});
  return outer;
}

// One bad id fails all.
Graph::Outcome Graph::serve_ids(const GraphRequest& request, Instant arrived) {
  Outcome outer;
  std::string body = "{";
  const auto* fields = request.find("fields");
  for (const auto& id : parse_list(*request.find("ids"))) {
    auto inner = request;
    inner.path = {id};
    inner.parameters.clear();
    if (fields) inner.parameters.emplace_back("fields", *fields);
    auto outcome = serve(std::move(inner), arrived, false);
    outer.delay += outcome.delay;
    outer.response = std::move(outcome.response);
    if (outer.response.status != 200 || outer.response.cut_after) return outer;
    append_key(body, id);
    body.append(outer.response.body);
  }
  outer.response = finish(Call{request, "ids"}, body + "}", {});
  return outer;
}

HttpResponse Graph::finish(const Call& call, const Body& body, const Counted& quota) {
  const auto trace = mix(mix(settings_.seed, "trace"), static_cast<std::uint64_t>(stats_.calls));
  auto response = body ? HttpResponse() : answer_of(body.error(), trace);
  if (body) response.body = *body;
  response.headers.emplace_back("content-type", "application/json; charset=UTF-8");
  add_headers(response, call, quota);
  return response;
}

void Graph::add_headers(HttpResponse& response, const Call& call, const Counted& counted) const {
  auto& headers = response.headers;
  const auto trace = std::to_string(mix(settings_.seed, static_cast<std::uint64_t>(stats_.calls)));
  headers.emplace_back("facebook-api-version", "v" + std::to_string(call.request.version.value_or(26)) + ".0");
  headers.emplace_back("x-fb-request-id", trace);
  headers.emplace_back("x-fb-trace-id", trace.substr(0, 11));
  headers.emplace_back("cache-control", "private, no-cache, no-store, must-revalidate");
  headers.emplace_back("pragma", "no-cache");
  headers.emplace_back("expires", "Sat, 01 Jan 2000 00:00:00 GMT");
  headers.emplace_back("access-control-allow-origin", "*");
  if (!settings_.quota_headers) return;
  if (!settings_.tier.empty()) return add_tier_headers(response, call, counted.tiered);
  headers.emplace_back("x-app-usage", R"({"call_count":1,"total_cputime":1,"total_time":1})");
  const auto* account = call.account();
  if (!account) return;
  const auto& quota = counted.simple;
  const auto used = percent_text(quota.used_percent);
  headers.emplace_back("x-ad-account-usage", "{\"acc_id_util_pct\":" + used +
                                                 ",\"reset_time_duration\":" + std::to_string(quota.reset_seconds) +
                                                 ",\"ads_api_access_tier\":\"standard_access\"}");
  const bool insights = call.kind == "insights" || call.kind == "report" || call.kind == "page" || call.kind == "poll";
  headers.emplace_back(
      "x-business-use-case-usage",
      "{\"" + account->id + "\":[{\"type\":\"" + (insights ? "ads_insights" : "ads_management") +
          "\",\"call_count\":1,\"total_cputime\":1,\"total_time\":1,\"estimated_time_to_regain_access\":0,"
          "\"ads_api_access_tier\":\"standard_access\"}]}");
  if (insights) {
    headers.emplace_back("x-fb-ads-insights-throttle", "{\"app_id_util_pct\":0.5,\"acc_id_util_pct\":" + used +
                                                           ",\"ads_api_access_tier\":\"standard_access\"}");
  }
}

// Percents of the score as floats, all others whole; times in seconds in one header, in minutes in the other.
void Graph::add_tier_headers(HttpResponse& response, const Call& call, const TieredQuota::Verdict& quota) const {
  auto& headers = response.headers;
  const std::string tier = std::string(R"("ads_api_access_tier":")") +
                           (settings_.tier == "full" ? "standard_access" : "development_access") + "\"";
  const auto whole = [](double percent) { return std::to_string(static_cast<int>(percent)); };
  headers.emplace_back("x-app-usage", "{\"call_count\":" + whole(tiered_.app_percent(clock_.now())) +
                                          ",\"total_cputime\":0,\"total_time\":0}");
  const auto* account = call.account();
  if (!account) return;
  headers.emplace_back("x-ad-account-usage", "{\"acc_id_util_pct\":" + percent_text(quota.score_percent) +
                                                 ",\"reset_time_duration\":" + std::to_string(quota.reset_seconds) +
                                                 "," + tier + "}");
  const auto use_case = [&](const std::string& type, double percent) {
    return R"({"type":")" + type + R"(","call_count":)" + whole(percent) +
           R"(,"total_cputime":0,"total_time":0,"estimated_time_to_regain_access":)" +
           std::to_string(percent >= 100 ? quota.regain_minutes : 0) + "," + tier + "}";
  };
  headers.emplace_back("x-business-use-case-usage", "{\"" + account->id + "\":[" +
                                                        use_case("ads_insights", quota.insights_percent) + "," +
                                                        use_case("ads_management", quota.management_percent) + "]}");
}

}  // namespace adfill::meta
