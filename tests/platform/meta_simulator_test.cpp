#include "fake_platform.h"
#include "platform/meta/meta_connector.h"
#include "simulator/simulator.h"

#include <boost/json.hpp>
#include <doctest/doctest.h>

// The connector against the simulator, whose wire format was written from the platform's pages by somebody else.
using namespace adfill;
using namespace adfill::test;

namespace {

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

  // Tried as a worker does: what is transient or throttled is tried again, everything read before is dropped.
  Result<void> collect(CollectionType type, int tries = 1) {
    const auto account = run(connector->verify("act_123", credentials));
    if (!account) return std::unexpected(account.error());
    SliceRequest request{.account_id = account->account_id,
                         .time_zone = account->time_zone,
                         .currency = account->currency,
                         .scopes = account->scopes,
                         .credentials = credentials,
                         .type = type,
                         .range = range,
                         .part = part};
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
  boost::json::object truth(const std::string& type) {
    return ask("/simulator/truth", "account=act_123&since=" + range.since.to_string() +
                                       "&until=" + range.until.to_string() + "&type=" + type);
  }
};

template <class Rows>
void check_sums(const Rows& rows, const boost::json::object& truth) {
  Totals sums;
  Micros conversions;
  for (const auto& row : rows) {
    REQUIRE(sums.add(totals_of(row.metrics)));
    conversions.value += row.metrics.conversions.value;
  }
  CHECK(static_cast<std::int64_t>(rows.size()) == truth.at("rows").as_int64());
  CHECK(sums.impressions == truth.at("impressions").as_int64());
  CHECK(sums.clicks == truth.at("clicks").as_int64());
  CHECK(sums.cost == parse_micros(std::string(truth.at("cost").as_string())));
  CHECK(conversions.value == truth.at("conversions").as_int64() * 1'000'000);
}

void check_account_totals(SimulatedMeta& meta) {
  Totals sums;
  for (const auto& [day, totals] : meta.sink.totals) REQUIRE(sums.add(totals));
  const auto truth = meta.truth("account");
  CHECK(sums.impressions == truth.at("impressions").as_int64());
  CHECK(sums.clicks == truth.at("clicks").as_int64());
  CHECK(sums.cost == parse_micros(std::string(truth.at("cost").as_string())));
}

}  // namespace

TEST_CASE("ninety days of ads from the simulator are exactly what it holds, in won and in dollars") {
  for (const auto* currency : {"KRW", "USD"}) {
    SimulatedMeta meta({.seed = 7, .ads = 30, .currency = currency});
    const auto collected = meta.collect(CollectionType::ads);
    REQUIRE_MESSAGE(collected.has_value(), (collected ? "" : collected.error().message));
    REQUIRE(meta.sink.ad_rows.size() > 500);
    check_sums(meta.sink.ad_rows, meta.truth("ads"));
    check_account_totals(meta);
  }
}

TEST_CASE("a day that is too large for the simulator arrives exactly in parts") {
  const DayRange day{Day(2026, 8, 20), Day(2026, 8, 20)};
  SimulatedMeta unlimited({.seed = 7, .ads = 300});
  unlimited.range = day;
  const auto rows = static_cast<int>(unlimited.truth("ads").at("rows").as_int64());
  REQUIRE(rows > 50);
  for (const int budget : {rows - 1, rows / 2}) {
    CAPTURE(rows);
    CAPTURE(budget);
    SimulatedMeta meta({.seed = 7, .ads = 300, .row_budget = budget});
    meta.range = day;
    const auto whole = meta.collect(CollectionType::ads);
    REQUIRE_FALSE(whole);
    CHECK(whole.error().kind == Failure::Kind::too_large);
    meta.part = DayPart::campaigns;
    const auto collected = meta.collect(CollectionType::ads);
    REQUIRE_MESSAGE(collected.has_value(), (collected ? "" : collected.error().message));
    check_sums(meta.sink.ad_rows, meta.truth("ads"));
    check_account_totals(meta);
  }
}

TEST_CASE("ninety days of demographics from the simulator are exactly what it holds") {
  SimulatedMeta meta({.seed = 7, .ads = 30, .time_zone = "Asia/Kolkata"});
  REQUIRE(meta.collect(CollectionType::demographics));
  REQUIRE(meta.sink.demographic_rows.size() > 500);
  check_sums(meta.sink.demographic_rows, meta.truth("demographics"));
  check_account_totals(meta);
}

TEST_CASE("all creatives of the simulator are listed, archived ones too") {
  SimulatedMeta meta({.seed = 7, .ads = 120});
  const auto collected = meta.collect(CollectionType::creatives);
  REQUIRE_MESSAGE(collected.has_value(), (collected ? "" : collected.error().message));
  CHECK(static_cast<std::int64_t>(meta.sink.creative_rows.size()) == meta.truth("creatives").at("rows").as_int64());
  for (const auto& row : meta.sink.creative_rows) CHECK_FALSE(row.creative_id.empty());
}

TEST_CASE("under a tight quota everything arrives, and no call is made during a cool-down") {
  SimulatedMeta meta({.seed = 7, .ads = 60, .quota_calls = 3, .quota_seconds = 20});
  REQUIRE(meta.collect(CollectionType::ads, 50));
  check_sums(meta.sink.ad_rows, meta.truth("ads"));
  const auto stats = meta.ask("/simulator/stats", "");
  CHECK(stats.at("during_cool_down").as_int64() == 0);
}

TEST_CASE("with a fault in every tenth call everything arrives exactly, after some attempts") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    SimulatedMeta meta({.seed = seed, .ads = 30, .faults = 0.1});
    Result<void> collected = std::unexpected(Failure(Failure::Kind::transient, "not yet"));
    for (int attempt = 0; attempt < 20 && !collected; ++attempt) collected = meta.collect(CollectionType::ads, 20);
    REQUIRE_MESSAGE(collected.has_value(), (collected ? "" : collected.error().message));
    check_sums(meta.sink.ad_rows, meta.truth("ads"));
    check_account_totals(meta);
  }
}

TEST_CASE("a token that the simulator calls expired is a matter of credentials") {
  SimulatedMeta meta({});
  meta.credentials.fields["access_token"] = "expired-token";
  const auto collected = meta.collect(CollectionType::ads);
  REQUIRE_FALSE(collected);
  CHECK(collected.error().kind == Failure::Kind::credentials);
  CHECK(collected.error().code == "190/463");
}
