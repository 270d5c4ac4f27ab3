#include "api/world.h"

#include "collect/collection_worker.h"
#include "platform/meta/meta_connector.h"
#include "store/sqlite/sqlite_store.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstdlib>
#include <exception>
#include <fstream>
#include <utility>

namespace adfill::test {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr auto start = "2026-03-15T03:00:00Z";  // noon in Seoul

SimulatorSettings quick_platform() {
  SimulatorSettings settings;
  settings.ads = 3;
  settings.days = 60;
  settings.report_ms = 0;
  settings.token = "good-access-token";
  return settings;
}

std::unique_ptr<Store> memory_store(Clock& clock, Random& random) {
  SqliteOptions options;
  options.path = ":memory:";
  options.now = [&clock] { return clock.now(); };
  options.new_uuid = [&random] { return Uuid::draw(random); };
  auto store = open_sqlite_store(std::move(options));
  store->migrate_up();
  return store;
}

bool all_final(Store& store) {
  for (const auto& job : store.jobs(JobFilter{})) {
    if (!is_final(job.status)) return false;
  }
  return true;
}

}  // namespace

asio::awaitable<void> JumpingClock::sleep_until(Instant instant) {
  if (instant <= now_) co_return;
  asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
  // Removed in every way in which the wait can end.
  struct Sleeper {
    std::multimap<Instant, asio::steady_timer*>& all;
    std::multimap<Instant, asio::steady_timer*>::iterator place;
    ~Sleeper() { all.erase(place); }
  };
  const Sleeper sleeper{sleepers_, sleepers_.emplace(instant, &timer)};
  boost::system::error_code woken;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  if (now_ < instant) throw boost::system::system_error(woken);  // cancelled
}

bool JumpingClock::jump() {
  if (sleepers_.empty()) return false;
  now_ = std::max(now_, sleepers_.begin()->first);
  sleepers_.begin()->second->cancel();
  return true;
}

asio::awaitable<std::expected<HttpAnswer, HttpError>> DirectClient::send(HttpCall call) {
  HttpError error{HttpError::Kind::unreachable, "connection refused"};
  if (!reachable) co_return std::unexpected(std::move(error));
  const auto path = call.url.find('/', call.url.find("://") + 3);
  const auto query = call.url.find('?');
  HttpRequest request;
  request.method = call.method;
  request.path = call.url.substr(path, query == std::string::npos ? std::string::npos : query - path);
  if (query != std::string::npos) request.query = call.url.substr(query + 1);
  request.headers = call.headers;
  const auto host = call.url.find("://") + 3;
  request.headers.emplace_back("host", call.url.substr(host, path - host));
  request.body = call.body;
  request.peer = "127.0.0.1";
  auto response = co_await simulator_.answer(std::move(request));
  HttpAnswer answer;
  answer.status = response.status;
  answer.headers = std::move(response.headers);
  answer.body = std::move(response.body);
  co_return answer;
}

std::string Answer::header(const std::string& name) const {
  const auto value = find_header(response.headers, name);
  return value ? std::string(*value) : std::string();
}

std::vector<std::string> Answer::wrong_fields() const {
  std::vector<std::string> fields;
  const auto* errors = json.is_object() ? json.as_object().if_contains("errors") : nullptr;
  if (errors == nullptr) return fields;
  for (const auto& error : errors->as_array()) fields.emplace_back(error.at("field").as_string().c_str());
  return fields;
}

World::World()
    : clock(*parse_rfc3339(start)),
      simulator(quick_platform(), clock),
      http(simulator),
      secrets(SecretBox::Key{1, 2, 3}),
      store(memory_store(clock, store_random)),
      pool(*store, 0),
      events(loop.get_executor()),
      initial_collection(pool, connectors, secrets, clock, random, events, [] {}),
      scheduler(pool, connectors, clock, events, [] {}) {
  PlatformContext platform{http, clock, random, governor};
  MetaSettings meta;
  meta.base_url = "http://platform.test";
  connectors[Source::meta] = make_meta_connector(platform, meta);
  add_token(tokens.admin, "admin", Role::admin, std::nullopt);
  add_token(tokens.operator_, "operator", Role::operator_, std::nullopt);
  add_token(tokens.viewer, "viewer", Role::viewer, std::nullopt);
  auto context = std::make_shared<ApiContext>(ApiContext{.pool = pool,
                                                         .initial_collection = initial_collection,
                                                         .scheduler = scheduler,
                                                         .secrets = secrets,
                                                         .random = random,
                                                         .events = events,
                                                         .governor = governor,
                                                         .clock = clock});
  api = make_api(std::move(context));
}

World::~World() = default;

template <class Value>
Value World::run(asio::awaitable<Value> task) {
  std::exception_ptr error;
  std::optional<Value> value;
  bool ended = false;
  asio::co_spawn(loop, std::move(task), [&](std::exception_ptr thrown, Value result) {
    error = std::move(thrown);
    if (!error) value.emplace(std::move(result));
    ended = true;
  });
  drive([&ended] { return ended; });
  if (error) std::rethrow_exception(error);
  return std::move(*value);
}

void World::drive(const std::function<bool()>& done) {
  while (!done()) {
    loop.restart();
    if (loop.poll() == 0 && !clock.jump()) throw std::runtime_error("nothing can go on");
  }
}

template HttpResponse World::run(asio::awaitable<HttpResponse>);
template std::optional<std::string> World::run(asio::awaitable<std::optional<std::string>>);

namespace {

// For tests/openapi/recorded.test.mjs, which holds every answer against the document: a line each, in the file that
// ADFILL_RECORD_ANSWERS names.
void record(const Asking& asking, const HttpResponse& response) {
  static const char* const path = std::getenv("ADFILL_RECORD_ANSWERS");
  if (path == nullptr || response.stream) return;
  const auto type = find_header(response.headers, "content-type");
  const json::object line{{"method", asking.method},
                          {"target", asking.target},
                          {"status", response.status},
                          {"type", type ? json::value(*type) : json::value(nullptr)},
                          {"body", response.body}};
  std::ofstream(path, std::ios::app) << json::serialize(line) << '\n';
}

}  // namespace

Answer World::ask(Asking asking) {
  HttpRequest request;
  request.method = asking.method;
  const auto query = asking.target.find('?');
  request.path = asking.target.substr(0, query);
  if (query != std::string::npos) request.query = asking.target.substr(query + 1);
  request.headers = asking.headers;
  const auto token = asking.token.value_or(tokens.admin);
  if (!token.empty()) request.headers.emplace_back("authorization", "Bearer " + token);
  if (!asking.body.empty() && !find_header(request.headers, "content-type")) {
    request.headers.emplace_back("content-type", "application/json");
  }
  request.body = asking.body;
  request.peer = "192.0.2.1";
  request.secure = asking.secure;
  Answer answer{.response = run(api(std::move(request)))};
  if (documented) record(asking, answer.response);
  json::error_code error;
  auto value = json::parse(answer.response.body, error);
  if (!error) answer.json = std::move(value);
  return answer;
}

Answer World::get(const std::string& target) {
  return ask({.target = target});
}

Answer World::post(const std::string& target, const std::string& body) {
  return ask({.method = "POST", .target = target, .body = body});
}

json::object World::new_integration(const std::string& account, const std::string& advertiser) {
  return {{"advertiser", advertiser},
          {"source", "meta"},
          {"account_id", account},
          {"credentials", {{"access_token", "good-access-token"}}},
          {"initial", {{"since", "2026-03-01"}, {"until", "2026-03-14"}}}};
}

std::string World::add_integration(const std::string& account, const std::string& advertiser) {
  const auto answer = post("/v1/integrations", json::serialize(new_integration(account, advertiser)));
  if (answer.status() != 202) throw std::runtime_error("not added: " + answer.response.body);
  return answer.json.at("integration_id").as_string().c_str();
}

void World::while_working(const std::function<void()>& meanwhile) {
  WorkerSettings settings;
  settings.lease = std::chrono::hours(1);
  CollectionWorker worker(loop.get_executor(), pool, connectors, secrets, clock, random, governor, events, settings);
  bool ended = false;
  std::exception_ptr failed;
  asio::co_spawn(loop, worker.run(), [&](std::exception_ptr error) {
    failed = std::move(error);
    ended = true;
  });
  meanwhile();
  worker.stop();
  drive([&ended] { return ended; });
  if (failed) std::rethrow_exception(failed);
}

void World::collect_all() {
  while_working([this] { drive([this] { return all_final(*store); }); });
}

std::string World::token_for(const std::string& integration, Role role) {
  const auto record = store->integration(*IntegrationId::parse(integration));
  std::vector<AdvertiserId> seen{record.value().advertiser};
  auto token = "adf_limited_" + std::to_string(random.draw());
  add_token(token, "limited", role, seen);
  return token;
}

std::string World::token_named(Role role, const std::optional<std::string>& advertiser) {
  auto token = "adf_named_" + std::to_string(random.draw());
  add_token(token, "named", role, advertiser ? Sight(store->advertisers_named({*advertiser})) : Sight());
  return token;
}

void World::add_token(const std::string& token, const std::string& name, Role role, Sight sight) {
  TokenRecord record;
  record.id = ApiTokenId::draw(random);
  record.name = name;
  record.role = role;
  record.advertisers = std::move(sight);
  store->add_token(record, hash_api_token(token), "test");
}

Written written(Store& store) {
  const auto queue = store.queue();
  JobFilter jobs;
  jobs.limit = 200;
  IntegrationFilter integrations;
  integrations.limit = 200;
  return {store.integrations(integrations).size(), store.jobs(jobs).size(),
          queue.pending + queue.processing + queue.completed + queue.failed};
}

}  // namespace adfill::test
