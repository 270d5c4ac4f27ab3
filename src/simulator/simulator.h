// Platforms on loopback, true to their wire formats, with figures that follow from a seed. Knows the formats from their
// specifications (docs/platforms), never from platform/. For the demo, for tests, and for users to try their code
// against.
#pragma once

#include "core/day.h"
#include "net/clock.h"
#include "net/http_server.h"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace adfill {

struct SimulatorSettings {
  std::string source = "meta";
  std::uint64_t seed = 1;
  int ads = 40;    // of each account
  int days = 730;  // of history, up to yesterday in the account's time zone
  std::string currency = "KRW";
  std::string time_zone = "Asia/Seoul";
  int latency_ms = 0;   // before each answer, jittered by a half
  int report_ms = 300;  // how long a report takes to complete
  int quota_calls = 0;  // calls an account may make in `quota_seconds`; 0: no quota
  int quota_seconds = 10;
  std::string tier{};         // "limited" or "full": the quotas of that access tier; empty: those two above
  int app_calls = 0;          // with a tier: calls that all accounts together may make an hour; 0: any number
  bool quota_headers = true;  // false: no answer tells of usage, tier or times
  double faults = 0;          // share of calls that meet a fault
  std::string token{};        // the only access token accepted; empty: every one
  std::string app_secret{};   // then calls need its appsecret_proof; empty: not asked for
  int token_days = 0;         // how long tokens live, from the simulator's start; 0: for ever
  int broken_creatives = 0;   // ads of each account whose creative can't be read: its post is gone
  int row_budget = 0;         // rows a report may have before "reduce the amount of data"; 0: none
};

// Every account id exists; its figures follow from the seed and the id. The same object serves HTTP through handler()
// and can be called directly by a test.
class Simulator {
 public:
  // Throws std::invalid_argument for a source or a time zone that it does not know.
  Simulator(SimulatorSettings settings, Clock& clock);
  ~Simulator();
  // Answers one request, the platform's and /simulator/… alike. Throws nothing.
  boost::asio::awaitable<HttpResponse> answer(HttpRequest request);
  [[nodiscard]] HttpServer::Handler handler();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace adfill
