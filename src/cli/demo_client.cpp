#include "demo_client.h"

#include "core/money.h"
#include "net/http_message.h"
#include "settings.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace adfill {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

std::string text_of(const json::value& value) {
  if (value.is_null()) return {};
  const auto& text = value.as_string();
  return {text.data(), text.size()};
}

// Money as it is written here, however many zeros the other side ends it with.
std::string money_text(const json::value& value) {
  const auto amount = parse_micros(value.is_string() ? text_of(value) : json::serialize(value));
  if (!amount) throw CommandError("A cost is not an amount: " + json::serialize(value) + ".");
  return to_decimal(*amount);
}

json::object totals_of(const json::object& figures) {
  json::object totals;
  totals["impressions"] = figures.at("impressions").to_number<std::int64_t>();
  totals["clicks"] = figures.at("clicks").to_number<std::int64_t>();
  totals["cost"] = money_text(figures.at("cost"));
  return totals;
}

JobProgress progress_of(const json::object& job) {
  JobProgress progress;
  progress.name = text_of(job.at("collection_type"));
  progress.status = text_of(job.at("status"));
  progress.chunks_total = job.at("chunks_total").to_number<int>();
  progress.chunks_completed = job.at("chunks_completed").to_number<int>();
  progress.chunks_failed = job.at("chunks_failed").to_number<int>();
  progress.rows = job.at("rows").to_number<std::int64_t>();
  if (progress.name == "creatives") return progress;
  for (const auto& chunk : job.at("chunks").as_array()) {
    progress.days_total += chunk.at("days_total").to_number<std::int64_t>();
    progress.days_done += chunk.at("days_done").to_number<std::int64_t>();
  }
  return progress;
}

std::vector<std::string> retries_of(const json::object& job) {
  std::vector<std::string> retries;
  const auto total = json::serialize(job.at("chunks_total"));
  for (const auto& chunk : job.at("chunks").as_array()) {
    const auto error = text_of(chunk.at("error_message"));
    if (error.empty() || text_of(chunk.at("status")) == "completed") continue;
    const auto number = std::to_string(chunk.at("chunk_index").to_number<int>() + 1);
    retries.push_back(text_of(job.at("collection_type")) + ", chunk " + number + " of " + total + ": " + error);
  }
  return retries;
}

}  // namespace

DemoClient::DemoClient(HttpClient& http, std::string api_url, std::string platform_url, std::string token)
    : http_(http), api_url_(std::move(api_url)), platform_url_(std::move(platform_url)), token_(std::move(token)) {}

asio::awaitable<json::value> DemoClient::call(std::string method, std::string url, std::string body) {
  HttpCall call;
  call.method = std::move(method);
  call.url = url;
  call.headers.emplace_back("authorization", "Bearer " + token_);
  if (!body.empty()) call.headers.emplace_back("content-type", "application/json");
  call.body = std::move(body);
  const auto answer = co_await http_.send(std::move(call));
  if (!answer) throw CommandError(url + ": " + answer.error().message);
  json::error_code error;
  auto value = json::parse(answer->body, error);
  if (answer->status >= 300 || error) {
    throw CommandError(url + " answers " + std::to_string(answer->status) + ": " + answer->body);
  }
  co_return value;
}

asio::awaitable<std::vector<std::string>> DemoClient::request(std::string account, DayRange range) {
  json::object credentials;
  credentials["access_token"] = "demo-access-token";
  json::object initial;
  initial["since"] = range.since.to_string();
  initial["until"] = range.until.to_string();
  json::object body;
  body["advertiser"] = "Acme";
  body["source"] = "meta";
  body["account_id"] = account;
  body["credentials"] = std::move(credentials);
  body["initial"] = std::move(initial);
  const auto answer = co_await call("POST", api_url_ + "/v1/integrations", json::serialize(body));
  std::vector<std::string> ids;
  for (const auto& job : answer.at("jobs").as_array()) ids.push_back(text_of(job.at("id")));
  co_return ids;
}

asio::awaitable<DemoJob> DemoClient::job(std::string id) {
  const auto answer = co_await call("GET", api_url_ + "/v1/jobs/" + id, std::string());
  DemoJob job;
  job.json = answer.as_object();
  job.progress = progress_of(job.json);
  job.retries = retries_of(job.json);
  co_return job;
}

asio::awaitable<void> DemoClient::trouble_platform() {
  const std::string where = platform_url_ + "/simulator/fault";
  (void)co_await call("POST", where, R"({"kind":"throttle","on":"poll","count":1,"seconds":2})");
  (void)co_await call("POST", where, R"({"kind":"report_failed","count":2})");
}

asio::awaitable<json::object> DemoClient::platform_stats() {
  const auto answer = co_await call("GET", platform_url_ + "/simulator/stats", std::string());
  co_return answer.as_object();
}

asio::awaitable<json::object> DemoClient::stored_totals(DayRange range) {
  Query query;
  query.emplace_back("type", "ads");
  query.emplace_back("since", range.since.to_string());
  query.emplace_back("until", range.until.to_string());
  const auto answer = co_await call("GET", api_url_ + "/v1/performance?" + encode_query(query), std::string());
  const auto& rows = answer.at("rows").as_array();
  if (rows.size() != 1)
    throw CommandError("The totals of one account came as " + std::to_string(rows.size()) + " rows.");
  co_return totals_of(rows[0].as_object());
}

asio::awaitable<json::object> DemoClient::platform_totals(std::string account, DayRange range) {
  Query query;
  query.emplace_back("account", account);
  query.emplace_back("since", range.since.to_string());
  query.emplace_back("until", range.until.to_string());
  query.emplace_back("type", "ads");
  const auto answer = co_await call("GET", platform_url_ + "/simulator/truth?" + encode_query(query), std::string());
  co_return totals_of(answer.as_object());
}

}  // namespace adfill
