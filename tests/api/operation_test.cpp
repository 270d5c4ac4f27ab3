#include "api/event_stream.h"
#include "api/monitor_files.h"
#include "api/world.h"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

using namespace adfill;
using namespace adfill::test;
namespace asio = boost::asio;
namespace json = boost::json;

namespace {

std::string next_piece(World& world, const Answer& stream) {
  const auto piece = world.run(stream.response.stream->next());
  return piece.value_or("(the end)");
}

Event job_event(AdvertiserId advertiser) {
  Event event;
  event.kind = Event::Kind::job;
  event.id = "a-job";
  event.advertiser = advertiser;
  return event;
}

}  // namespace

TEST_CASE("events come as server-sent events, those of other advertisers do not") {
  World world;
  const auto acme = world.add_integration("act_1", "Acme");
  const auto bolt = world.add_integration("act_2", "Bolt");
  const auto token = world.token_for(acme, Role::viewer);
  const auto stream = world.ask({.target = "/v1/events", .token = token});
  REQUIRE(stream.status() == 200);
  CHECK(stream.header("content-type") == "text/event-stream");
  CHECK(next_piece(world, stream) == "retry: 2000\n\n");

  const auto advertiser_of = [&world](const std::string& id) {
    return world.store->integration(*IntegrationId::parse(id)).value().advertiser;
  };
  auto others = job_event(advertiser_of(bolt));
  others.id = "of-bolt";
  world.events.publish(others);
  world.events.publish(job_event(advertiser_of(acme)));
  CHECK(next_piece(world, stream) == "event: job\ndata: {\"id\":\"a-job\"}\n\n");
  world.events.close();
  CHECK(next_piece(world, stream) == "(the end)");
}

TEST_CASE("a chunk's event names its job, a throttled scope is named to admins only") {
  Access admin;
  admin.role = Role::admin;
  Access viewer;
  Access limited;
  limited.sight = std::vector<AdvertiserId>{};
  Event chunk;
  chunk.kind = Event::Kind::chunk;
  chunk.id = "a-chunk";
  chunk.job = JobId{};
  CHECK(event_text(chunk, viewer).value().find("\"job_id\":\"00000000-") != std::string::npos);
  CHECK_FALSE(event_text(chunk, limited));
  Event throttle;
  throttle.kind = Event::Kind::throttle;
  throttle.id = "meta:account:act_1";
  CHECK(event_text(throttle, admin).value().find("act_1") != std::string::npos);
  CHECK(event_text(throttle, viewer) == "event: throttle\ndata: {}\n\n");
  CHECK_FALSE(event_text(throttle, limited));
}

TEST_CASE("a listener that was too slow is told to read everything again") {
  World world;
  const auto stream = world.get("/v1/events");
  CHECK(next_piece(world, stream) == "retry: 2000\n\n");
  for (int i = 0; i < 2000; ++i) world.events.publish(job_event(AdvertiserId{}));
  CHECK(next_piece(world, stream) == "event: missed\ndata: {}\n\n");
}

TEST_CASE("a heartbeat comes every 15 seconds") {
  World world;
  const auto stream = world.get("/v1/events");
  CHECK(next_piece(world, stream) == "retry: 2000\n\n");
  world.clock.set(world.clock.now() + std::chrono::seconds(15));
  CHECK(next_piece(world, stream).starts_with(":"));
}

TEST_CASE("the queue names leases and scopes to admins only") {
  World world;
  (void)world.add_integration();
  world.store->close_scope("meta:account:act_1", world.clock.now() + std::chrono::minutes(5), "too many calls");
  const auto seen = world.get("/v1/queue");
  CHECK(seen.json.at("pending").as_int64() == 3);
  CHECK(seen.json.at("throttled").at(0).at("scope").as_string() == "meta:account:act_1");
  const auto viewer = world.ask({.target = "/v1/queue", .token = world.tokens.viewer});
  CHECK(viewer.json.at("pending").as_int64() == 3);
  CHECK(viewer.json.at("throttled").as_array().empty());
  CHECK(viewer.json.at("leases").as_array().empty());
}

TEST_CASE("a scope that another process called later is told as that one knew it, to admins only") {
  World world;
  (void)world.add_integration();
  const auto scope_named = [&world](std::string_view name) {
    const auto queue = world.get("/v1/queue");
    for (const auto& scope : queue.json.at("scopes").as_array()) {
      if (scope.at("scope").as_string() == name) return scope;
    }
    return json::value();
  };
  const QuotaRule score{"score", QuotaLimit::Shape::leaking, std::chrono::minutes(5)};
  world.governor.tell("meta:account:act_1", score, 50, world.clock.now());
  const auto other = WorkerId::draw(world.random);
  const auto save = [&](const std::string& scope, double percent) {
    world.store->save_outlooks(other, {{.scope = scope, .tier = "limited", .limits = {{"score", percent, 60, true}}}});
  };
  world.clock.set(world.clock.now() - std::chrono::minutes(1));
  save("meta:account:act_1", 10);
  world.clock.set(world.clock.now() + std::chrono::minutes(1));
  CHECK(scope_named("meta:account:act_1").at("usage_percent").as_double() == 50);
  CHECK(scope_named("meta:account:act_1").at("read_at").is_null());

  world.clock.set(world.clock.now() + std::chrono::seconds(30));
  save("meta:account:act_1", 90);
  save("meta:account:act_7", 20);
  const auto later = scope_named("meta:account:act_1");
  CHECK(later.at("usage_percent").as_double() == 90);
  CHECK(later.at("tier").as_string() == "limited");
  CHECK(later.at("read_at").as_string() == to_rfc3339(world.clock.now()));
  const auto elsewhere = scope_named("meta:account:act_7");
  CHECK(elsewhere.at("calls").as_int64() == 0);
  CHECK(elsewhere.at("limits").at(0).at("capacity").as_double() == 60);
  CHECK(world.ask({.target = "/v1/queue", .token = world.tokens.viewer}).json.at("scopes").as_array().empty());
}

TEST_CASE("a worker alone tells its metrics and how it is, and nothing else") {
  World world;
  (void)world.add_integration("act_77", "Acme");
  const auto context = std::make_shared<ApiContext>(ApiContext{.pool = world.pool,
                                                               .initial_collection = world.initial_collection,
                                                               .scheduler = world.scheduler,
                                                               .secrets = world.secrets,
                                                               .random = world.random,
                                                               .events = world.events,
                                                               .governor = world.governor,
                                                               .clock = world.clock});
  world.api = make_metrics_only(context);
  world.documented = false;
  CHECK(world.ask({.target = "/healthz", .token = ""}).response.body == "alive\n");
  CHECK(world.ask({.target = "/readyz", .token = ""}).response.body == "ready\n");
  const auto metrics = world.ask({.target = "/metrics", .token = ""});
  CHECK(metrics.response.body.find("adfill_queue_chunks{state=\"pending\"} 3") != std::string::npos);
  CHECK(metrics.response.body.find("act_77") == std::string::npos);
  CHECK(world.ask({.method = "POST", .target = "/metrics", .token = ""}).status() == 405);
  for (const auto* target : {"/", "/v1/jobs", "/v1/queue", "/openapi.json", "/functions/v1/collection-worker"}) {
    CAPTURE(target);
    CHECK(world.get(target).status() == 404);
  }
}

TEST_CASE("health, readiness and metrics need no token and tell no names") {
  World world;
  (void)world.add_integration("act_77", "Acme");
  CHECK(world.ask({.target = "/healthz", .token = ""}).status() == 200);
  CHECK(world.ask({.target = "/readyz", .token = ""}).status() == 200);
  const auto metrics = world.ask({.target = "/metrics", .token = ""});
  CHECK(metrics.status() == 200);
  CHECK(metrics.header("content-type").starts_with("text/plain; version=0.0.4"));
  CHECK(metrics.response.body.find("adfill_queue_chunks{state=\"pending\"} 3") != std::string::npos);
  // One call asks whom the account belongs to; its app and its account don't make it two.
  CHECK(metrics.response.body.find("adfill_platform_calls_total{source=\"meta\",code=\"ok\"} ") != std::string::npos);
  CHECK(metrics.response.body.find("adfill_commit_seconds_bucket{le=\"+Inf\"} 0") != std::string::npos);
  CHECK(metrics.response.body.find("Acme") == std::string::npos);
  CHECK(metrics.response.body.find("act_77") == std::string::npos);
}

TEST_CASE("metrics count the queue once a second, however often they are asked for") {
  World world;
  (void)world.add_integration();
  const auto pending = [&world] {
    const auto text = world.ask({.target = "/metrics", .token = ""}).response.body;
    const std::string name = "adfill_queue_chunks{state=\"pending\"} ";
    return text.substr(text.find(name) + name.size(), 1);
  };
  CHECK(pending() == "3");
  const std::string job = world.get("/v1/jobs").json.at("jobs").at(0).at("id").as_string().c_str();
  CHECK(world.post("/v1/jobs/" + job + "/cancel", "").status() == 200);
  CHECK(pending() == "3");
  world.clock.set(world.clock.now() + std::chrono::seconds(1));
  CHECK(pending() == "2");
  CHECK(world.post("/v1/jobs/" + job + "/retry", "").status() == 200);
  world.clock.set(world.clock.now() - std::chrono::hours(1));
  CHECK(pending() == "3");  // a clock that was set back keeps nothing for an hour
}

TEST_CASE("the monitor's pages are served with a tag, and not again to who has them") {
  World world;
  const auto page = world.ask({.target = "/", .token = ""});
  REQUIRE(page.status() == 200);
  CHECK(page.header("content-type") == "text/html; charset=utf-8");
  CHECK(page.header("cache-control") == "no-cache");
  CHECK(page.header("x-content-type-options") == "nosniff");
  CHECK(page.header("content-security-policy").starts_with("default-src 'self';"));
  CHECK(page.header("content-security-policy").find("unsafe") == std::string::npos);
  CHECK(world.ask({.target = "/jobs/some-id", .token = ""}).response.body == page.response.body);
  Headers has;
  has.emplace_back("if-none-match", page.header("etag"));
  const auto again = world.ask({.target = "/", .token = "", .headers = has});
  CHECK(again.status() == 304);
  CHECK(again.response.body.empty());
  for (const auto* missing : {"/favicon.bmp", "/assets/none.js", "/../etc/passwd.txt"}) {
    CHECK(world.ask({.target = missing, .token = ""}).status() == 404);
  }
  CHECK(world.ask({.target = "/functions/v1/collection-worker", .token = ""}).status() == 401);  // no page: an endpoint
  CHECK(world.ask({.method = "POST", .target = "/", .token = ""}).status() == 404);
  CHECK(content_type_of("/assets/app-1.js") == "text/javascript; charset=utf-8");
}

TEST_CASE("browsers are told to insist on https where they came by it, and to keep devices from the page") {
  World world;
  for (const auto* target : {"/", "/v1/jobs", "/v1/nothing", "/healthz"}) {
    CAPTURE(target);
    const auto clear = world.get(target);
    CHECK(clear.header("strict-transport-security").empty());
    CHECK(clear.header("permissions-policy").find("camera=()") != std::string::npos);
    CHECK(world.ask({.target = target, .secure = true}).header("strict-transport-security") == "max-age=31536000");
  }
}

TEST_CASE("what the server refuses by itself has the shape of every problem") {
  const auto response = refuse_request(413, "the body is longer than 1048576 bytes");
  CHECK(response.status == 413);
  CHECK(find_header(response.headers, "content-type") == "application/problem+json");
  CHECK(response.body.find("\"detail\":\"the body is longer") != std::string::npos);
}
