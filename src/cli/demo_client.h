// What the demo does as a user would: over the HTTP API, with an HTTP client of its own.
#pragma once

#include "core/day.h"
#include "net/http_client.h"
#include "progress.h"

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace adfill {

// One job as the API tells it; errors of its chunks beside it.
struct DemoJob {
  boost::json::object json;
  JobProgress progress;
  std::vector<std::string> retries{};  // "chunk 3 of 8: words of the error", for chunks that are tried again
};

// Throws CommandError with the API's words when a call is refused: the demo then has nothing to show.
class DemoClient {
 public:
  // `http` outlives it. URLs without a slash at the end.
  DemoClient(HttpClient& http, std::string api_url, std::string platform_url, std::string token);

  // Adds the account and requests the range; the jobs' ids.
  boost::asio::awaitable<std::vector<std::string>> request(std::string account, DayRange range);
  boost::asio::awaitable<DemoJob> job(std::string id);
  // Makes the platform misbehave: one throttling in the middle of a report, and two reports that fail.
  boost::asio::awaitable<void> trouble_platform();
  // {"calls","refused","during_cool_down","faults_made",…} of the simulator.
  boost::asio::awaitable<boost::json::object> platform_stats();
  // {"impressions","clicks","cost"}: what is stored, what the platform has.
  boost::asio::awaitable<boost::json::object> stored_totals(DayRange range);
  boost::asio::awaitable<boost::json::object> platform_totals(std::string account, DayRange range);

 private:
  boost::asio::awaitable<boost::json::value> call(std::string method, std::string url, std::string body);

  HttpClient& http_;
  std::string api_url_;
  std::string platform_url_;
  std::string token_;
};

}  // namespace adfill
