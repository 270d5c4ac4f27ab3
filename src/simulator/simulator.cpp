#include "simulator/simulator.h"

#include "core/time_zone.h"
#include "simulator/control.h"
#include "simulator/faults.h"
#include "simulator/json_text.h"
#include "simulator/meta/graph.h"
#include "simulator/quota.h"
#include "simulator/stats.h"
#include "simulator/tiered_quota.h"
#include "simulator/world.h"

#include <stdexcept>

namespace adfill {
namespace {

SimulatorSettings checked(SimulatorSettings settings) {
  if (settings.source != "meta") throw std::invalid_argument("the simulator plays meta, not " + settings.source);
  if (!settings.tier.empty() && settings.tier != "limited" && settings.tier != "full")
    throw std::invalid_argument("a tier is limited or full, not " + settings.tier);
  if (!is_time_zone(settings.time_zone)) throw std::invalid_argument("no time zone is called " + settings.time_zone);
  return settings;
}

HttpResponse broken(const std::string& why) {
  HttpResponse response;
  response.status = 500;
  response.headers.emplace_back("content-type", "application/json");
  response.body =
      "{\"error\":{\"message\":" + json_of("the simulator broke: " + why) + ",\"type\":\"OAuthException\",\"code\":1}}";
  return response;
}

}  // namespace

struct Simulator::State {
  State(SimulatorSettings given, Clock& time)
      : settings(checked(std::move(given))),
        clock(time),
        world(settings, time.now()),
        faults(settings.seed, settings.faults),
        quota(settings.quota_calls, settings.quota_seconds),
        tiered(rules_of_tier(settings.tier, settings.ads, settings.app_calls)),
        graph(settings, world, faults, quota, tiered, stats, time),
        control(world, faults, stats, tiered) {}

  SimulatorSettings settings;
  Clock& clock;
  World world;
  Faults faults;
  Quota quota;
  TieredQuota tiered;
  Stats stats{};
  meta::Graph graph;
  Control control;
};

Simulator::Simulator(SimulatorSettings settings, Clock& clock)
    : state_(std::make_unique<State>(std::move(settings), clock)) {}

Simulator::~Simulator() = default;

boost::asio::awaitable<HttpResponse> Simulator::answer(HttpRequest request) {
  std::string why;
  try {
    if (request.path.starts_with("/simulator/")) co_return state_->control.answer(request, state_->clock.now());
    co_return co_await state_->graph.answer(std::move(request));
  } catch (const std::exception& error) {
    why = error.what();
  }
  co_return broken(why);
}

HttpServer::Handler Simulator::handler() {
  return [this](HttpRequest request) { return answer(std::move(request)); };
}

}  // namespace adfill
