// The way from adfill to the platform: the simulator's own function called directly, with a network in between that
// loses, cuts and delays as the profile says.
#pragma once

#include "core/random.h"
#include "net/clock.h"
#include "net/http_client.h"
#include "simulator/simulator.h"

namespace adfill::simulation {

struct NetworkProfile {
  double unreachable = 0;  // share of calls that never arrive
  double lost_answer = 0;  // share whose answer is lost: the platform has worked for nothing
  Duration latency_most = std::chrono::milliseconds(200);
};

class SimulatedNetwork : public HttpClient {
 public:
  SimulatedNetwork(Simulator& platform, Clock& clock, Random& random, const NetworkProfile& profile)
      : platform_(platform), clock_(clock), random_(random), profile_(profile) {}

  boost::asio::awaitable<std::expected<HttpAnswer, HttpError>> send(HttpCall call) override;

 private:
  Simulator& platform_;
  Clock& clock_;
  Random& random_;
  const NetworkProfile& profile_;
};

}  // namespace adfill::simulation
