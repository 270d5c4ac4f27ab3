// A Meta connector against the simulator, called directly, on virtual time.
#pragma once

#include "fake_platform.h"
#include "platform/meta/meta_connector.h"
#include "simulator/simulator.h"

#include <boost/json.hpp>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace adfill::test {

class SimulatedHttp : public HttpClient {
 public:
  explicit SimulatedHttp(Simulator& simulator) : simulator_(simulator) {}

  boost::asio::awaitable<std::expected<HttpAnswer, HttpError>> send(HttpCall call) override {
    auto request = request_of(call);
    auto response = co_await simulator_.answer(std::move(request));
    ++calls;
    Answer result = no_answer(HttpError::Kind::cut_off);
    if (!response.cut_after) result = answer(response.status, std::move(response.body), std::move(response.headers));
    co_return result;
  }

  static HttpRequest request_of(const HttpCall& call) {
    const auto path = call.url.find('/', call.url.find("://") + 3);
    const auto question = std::min(call.url.find('?', path), call.url.size());
    HttpRequest request;
    request.method = call.method;
    request.path = call.url.substr(path, question - path);
    request.query = call.url.substr(std::min(question + 1, call.url.size()));
    request.headers = call.headers;
    request.headers.emplace_back("host", "platform.test");
    request.body = call.body;
    return request;
  }

  int calls = 0;

 private:
  Simulator& simulator_;
};

struct SimulatedMeta : FakePlatform {
  explicit SimulatedMeta(SimulatorSettings settings) : simulator(std::move(settings), clock) {}

  Simulator simulator;
  SimulatedHttp wire{simulator};
  PlatformContext wired{wire, clock, random, governor};
  std::unique_ptr<Connector> connector =
      make_meta_connector(wired, {.base_url = "http://platform.test", .api_version = "v26.0"});
  Credentials credentials{{{"access_token", "EAAtokenOfTheTests123"}}};
  DayRange range{Day(2026, 6, 1), Day(2026, 8, 29)};
  DayPart part = DayPart::whole;
  std::string attribution{};
  std::vector<std::string> unlisted_ads{};

  // Tried as a worker does: what is transient or throttled is tried again, everything read before is dropped.
  Result<void> collect(CollectionType type, int tries = 1) {
    const auto account = run(connector->verify("act_123", credentials));
    if (!account) return std::unexpected(account.error());
    SliceRequest request{.account_id = account->account_id,
                         .time_zone = account->time_zone,
                         .currency = account->currency,
                         .scopes = account->scopes,
                         .credentials = credentials,
                         .attribution = attribution,
                         .type = type,
                         .range = range,
                         .part = part,
                         .unlisted_ads = unlisted_ads};
    for (int attempt = 1;; ++attempt) {
      sink = RecordingSink();
      auto collected = run(connector->collect(request, sink));
      if (collected || attempt == tries || collected.error().kind == Failure::Kind::permanent) return collected;
      const auto due = collected.error().resume_at.value_or(clock.now());
      run(sleep(clock, due));
    }
  }

  static boost::asio::awaitable<bool> sleep(Clock& clock, Instant due) {
    co_await clock.sleep_until(due);
    co_return true;
  }

  boost::json::object ask(const std::string& path, const std::string& query) {
    HttpRequest request;
    request.method = "GET";
    request.path = path;
    request.query = query;
    auto answered = simulator.answer(std::move(request));
    return boost::json::parse(run(std::move(answered)).body).as_object();
  }
  void arm(const std::string& fault) {
    HttpRequest request;
    request.method = "POST";
    request.path = "/simulator/fault";
    request.body = fault;
    auto answered = simulator.answer(std::move(request));
    const auto response = run(std::move(answered));
    if (response.status != 200) throw std::logic_error(response.body);
  }
  boost::json::object truth(const std::string& type) {
    return ask("/simulator/truth", "account=act_123&since=" + range.since.to_string() +
                                       "&until=" + range.until.to_string() + "&type=" + type);
  }
};

}  // namespace adfill::test
