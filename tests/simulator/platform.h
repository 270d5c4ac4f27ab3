// A simulated platform called directly, on a clock that jumps: sleeping is over at once.
#pragma once

#include "core/money.h"
#include "simulator/simulator.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <exception>
#include <string>

namespace adfill::test {

namespace json = boost::json;

class JumpingClock : public Clock {
 public:
  // 10:00 on 2026-03-10 in Seoul.
  Instant instant = *parse_rfc3339("2026-03-10T01:00:00Z");

  [[nodiscard]] Instant now() const override { return instant; }
  boost::asio::awaitable<void> sleep_until(Instant until) override {
    instant = std::max(instant, until);
    co_return;
  }
};

struct Sums {
  std::int64_t rows = 0;
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  Micros cost{};
  friend bool operator==(const Sums&, const Sums&) = default;
};

inline std::string text_at(const json::value& object, const char* name) {
  const auto* value = object.as_object().if_contains(name);
  return value ? std::string(value->as_string()) : std::string();
}

struct Platform {
  explicit Platform(SimulatorSettings settings = {}) : simulator(std::move(settings), clock) {}

  HttpResponse ask(HttpRequest request) {
    HttpResponse response;
    std::exception_ptr thrown;
    boost::asio::co_spawn(io, simulator.answer(std::move(request)), [&](std::exception_ptr error, HttpResponse answer) {
      thrown = std::move(error);
      response = std::move(answer);
    });
    io.restart();
    io.run();
    REQUIRE(!thrown);
    return response;
  }

  HttpResponse get(const std::string& url) { return ask(request_of("GET", url)); }

  HttpResponse post(const std::string& url, const std::string& body) {
    auto request = request_of("POST", url);
    request.body = body;
    return ask(std::move(request));
  }

  // The body of a 200.
  json::value read(const std::string& url) {
    const auto response = get(url);
    INFO(url << "\n" << response.body.substr(0, 500));
    REQUIRE(response.status == 200);
    return json::parse(response.body);
  }

  json::value send(const std::string& url, const std::string& body) {
    const auto response = post(url, body);
    INFO(response.body.substr(0, 500));
    REQUIRE(response.status == 200);
    return json::parse(response.body);
  }

  // "code/subcode" of the error, with the HTTP status before: "400 190/463".
  static std::string error_of(const HttpResponse& response) {
    const auto body = json::parse(response.body);
    const auto& error = body.at("error").as_object();
    auto text = std::to_string(response.status) + " " + std::to_string(error.at("code").to_number<int>());
    if (const auto* subcode = error.if_contains("error_subcode"))
      text += "/" + std::to_string(subcode->to_number<int>());
    return text;
  }

  // All pages from that URL on, following paging.next.
  Sums sum_of(std::string url, int* pages = nullptr) {
    Sums sums;
    while (!url.empty()) {
      const auto page = read(url);
      if (pages) ++*pages;
      for (const auto& row : page.at("data").as_array()) {
        ++sums.rows;
        sums.impressions += parse_count("0" + text_at(row, "impressions")).value();
        sums.clicks += parse_count("0" + text_at(row, "clicks")).value();
        sums.cost.value += parse_micros(text_at(row, "spend")).value().value;
      }
      url = next_of(page);
    }
    return sums;
  }

  // The path and query of paging.next, empty on the last page.
  static std::string next_of(const json::value& page) {
    const auto* paging = page.as_object().if_contains("paging");
    const auto* next = paging ? paging->as_object().if_contains("next") : nullptr;
    if (!next) return {};
    const std::string url(next->as_string());
    CHECK(url.starts_with("http://graph.test:9100/"));
    return url.substr(url.find('/', 8));
  }

  Sums truth(const std::string& query) {
    const auto answer = read("/simulator/truth?" + query);
    return {answer.at("rows").as_int64(), answer.at("impressions").as_int64(), answer.at("clicks").as_int64(),
            parse_micros(std::string(answer.at("cost").as_string())).value()};
  }

  std::int64_t stat(const char* name) { return read("/simulator/stats").at(name).as_int64(); }

  static HttpRequest request_of(const std::string& method, const std::string& url) {
    HttpRequest request;
    request.method = method;
    const auto mark = url.find('?');
    request.path = url.substr(0, mark);
    if (mark != std::string::npos) request.query = url.substr(mark + 1);
    request.headers.emplace_back("host", "graph.test:9100");
    return request;
  }

  JumpingClock clock;
  boost::asio::io_context io;
  Simulator simulator;
};

inline std::string range(const std::string& since, const std::string& until) {
  return percent_encode(R"({"since":")" + since + R"(","until":")" + until + R"("})");
}

// Every status, so that deleted and archived ads are listed.
inline const std::string every_status =
    "&filtering=" +
    percent_encode(R"([{"field":"ad.effective_status","operator":"IN","value":["ACTIVE","PAUSED","DELETED","ARCHIVED",)"
                   R"("ADSET_PAUSED","CAMPAIGN_PAUSED","WITH_ISSUES"]}])");

inline const std::string first_quarter = range("2025-10-01", "2025-12-31");

}  // namespace adfill::test
