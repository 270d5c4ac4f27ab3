// An API over a store in memory and a simulated platform, without a network: requests are given to the handler, the
// platform is called directly, and time jumps to whoever sleeps.
#pragma once

#include "api/service.h"
#include "core/random.h"
#include "net/http_client.h"
#include "net/secrets.h"
#include "simulator/simulator.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace adfill::test {

// Sleeping takes no time: when nothing else can go on, the clock is set to the next sleeper's time.
class JumpingClock : public Clock {
 public:
  explicit JumpingClock(Instant start) : now_(start) {}
  [[nodiscard]] Instant now() const override { return now_; }
  boost::asio::awaitable<void> sleep_until(Instant instant) override;
  void set(Instant now) { now_ = now; }
  // Wakes the next sleeper; false when nobody sleeps.
  bool jump();

 private:
  Instant now_;
  std::multimap<Instant, boost::asio::steady_timer*> sleepers_;
};

// Gives each call to the simulator in this process; can be cut off.
class DirectClient : public HttpClient {
 public:
  explicit DirectClient(Simulator& simulator) : simulator_(simulator) {}
  boost::asio::awaitable<std::expected<HttpAnswer, HttpError>> send(HttpCall call) override;
  bool reachable = true;

 private:
  Simulator& simulator_;
};

struct Tokens {
  std::string admin = "adf_admin";
  std::string operator_ = "adf_operator";
  std::string viewer = "adf_viewer";
  std::string acme_operator{};  // set by limit_to(): sees one advertiser only
};

// An answer with its body read as JSON, null when it is not JSON.
struct Answer {
  HttpResponse response;
  boost::json::value json{};
  [[nodiscard]] int status() const { return response.status; }
  [[nodiscard]] std::string header(const std::string& name) const;
  // The fields named in a problem's errors.
  [[nodiscard]] std::vector<std::string> wrong_fields() const;
};

struct Asking {
  std::string method = "GET";
  std::string target{};  // path and query
  std::string body{};
  std::optional<std::string> token{};  // nullopt: the admin's; empty: none
  Headers headers{};
  bool secure = false;
};

class World {
 public:
  World();
  ~World();

  [[nodiscard]] Answer ask(Asking asking);
  [[nodiscard]] Answer get(const std::string& target);
  [[nodiscard]] Answer post(const std::string& target, const std::string& body);
  // A good body for POST /v1/integrations, of two weeks up to yesterday.
  [[nodiscard]] static boost::json::object new_integration(const std::string& account = "act_1",
                                                           const std::string& advertiser = "Acme");
  // Adds it; the integration's id.
  std::string add_integration(const std::string& account = "act_1", const std::string& advertiser = "Acme");
  // A worker works while `meanwhile` runs.
  void while_working(const std::function<void()>& meanwhile);
  // Works until every job is final.
  void collect_all();
  // A token with that role which sees that integration's advertiser only.
  std::string token_for(const std::string& integration, Role role);
  // A token with that role which sees that advertiser only, or all.
  std::string token_named(Role role, const std::optional<std::string>& advertiser);
  void add_token(const std::string& token, const std::string& name, Role role, Sight sight);
  template <class Value>
  Value run(boost::asio::awaitable<Value> task);
  // Runs the loop until `done`, jumping over every wait. Throws when nothing can go on.
  void drive(const std::function<bool()>& done);

  Tokens tokens{};
  bool documented = true;  // false: what answers is not what docs/openapi.yaml tells of
  boost::asio::io_context loop{1};
  JumpingClock clock;
  Random random{7};
  Random store_random{8};
  Simulator simulator;
  DirectClient http;
  Governor governor{};
  SecretBox secrets;
  Connectors connectors{};
  std::unique_ptr<Store> store;
  StorePool pool;
  EventHub events;
  InitialCollection initial_collection;
  Scheduler scheduler;
  HttpServer::Handler api;
};

// The number of integrations, jobs and chunks: what must not change when a request is refused.
struct Written {
  std::size_t integrations = 0;
  std::size_t jobs = 0;
  std::int64_t chunks = 0;
  friend bool operator==(const Written&, const Written&) = default;
};
[[nodiscard]] Written written(Store& store);

}  // namespace adfill::test
