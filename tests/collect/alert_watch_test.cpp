// Alerts on their whole way: found in a store, sent over real sockets to a webhook, to a receiver of Slack's form, and
// by SMTP to a server on this machine.
#include "collect/alert_watch.h"

#include "core/time_zone.h"
#include "net/http_server.h"
#include "store/sqlite/sqlite_store.h"

#include <arpa/inet.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

using namespace adfill;
namespace asio = boost::asio;

namespace {

// Stands still but for what a test moves; nobody sleeps on it here.
class SetClock : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return at; }
  asio::awaitable<void> sleep_until(Instant) override { co_return; }
  Instant at = parse_rfc3339("2026-03-15T12:00:00Z").value();
};

struct Receiver {
  explicit Receiver(asio::io_context& loop)
      : server(
            loop.get_executor(), "127.0.0.1", 0, [this](HttpRequest request) { return answer(std::move(request)); },
            [](int status, std::string) { return HttpResponse{.status = status}; }) {
    server.start();
  }
  asio::awaitable<HttpResponse> answer(HttpRequest request) {
    received.push_back(std::move(request));
    HttpResponse response;
    response.status = status;
    co_return response;
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server.port()) + "/in"; }

  int status = 200;
  std::vector<HttpRequest> received{};
  HttpServer server;
};

// The least that RFC 5321 wants of a server, for one mail a connection.
class SmtpServer {
 public:
  SmtpServer() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(listen(listener_, 4) == 0);
    socklen_t length = sizeof address;
    REQUIRE(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) == 0);
    port = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~SmtpServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  int port = 0;
  std::string envelope{};  // MAIL and RCPT as they came
  std::string data{};

 private:
  void serve() {
    while (true) {
      const int peer = accept(listener_, nullptr, nullptr);
      if (peer < 0) return;
      talk(peer);
      close(peer);
    }
  }
  void say(int peer, const std::string& line) { (void)!write(peer, (line + "\r\n").data(), line.size() + 2); }
  static std::string read_line(int peer) {
    std::string line;
    char c = 0;
    while (read(peer, &c, 1) == 1 && c != '\n') line += c;
    return line;
  }
  void talk(int peer) {
    say(peer, "220 test");
    while (true) {
      const auto line = read_line(peer);
      if (line.empty() || line.starts_with("QUIT")) return say(peer, "221 bye");
      if (line.starts_with("MAIL") || line.starts_with("RCPT")) envelope += line + "\n";
      if (!line.starts_with("DATA")) {
        say(peer, "250 ok");
        continue;
      }
      say(peer, "354 go on");
      for (auto text = read_line(peer); text != ".\r"; text = read_line(peer)) data += text + "\n";
      say(peer, "250 taken");
    }
  }

  int listener_;
  std::thread thread_{};
};

struct World {
  World() : http(make_http_client(loop.get_executor())), secrets(SecretBox::Key{1, 2, 3}) {
    SqliteOptions options;
    options.path = ":memory:";
    options.now = [this] { return clock.at; };
    options.new_uuid = [this] { return Uuid::draw(random); };
    store = open_sqlite_store(std::move(options));
    store->migrate_up();
    pool = std::make_unique<StorePool>(*store, 0);
  }
  AlertWatch watch(std::optional<MailServer> mail = std::nullopt) {
    AlertSettings settings;
    settings.mail = std::move(mail);
    return {*pool, *http, secrets, clock, random, settings};
  }
  int run(asio::awaitable<int> task) {
    std::optional<int> value;
    std::exception_ptr error;
    asio::co_spawn(loop, std::move(task), [&](std::exception_ptr thrown, int result) {
      error = std::move(thrown);
      value = result;
    });
    loop.restart();
    while (!value) loop.run_one();
    if (error) std::rethrow_exception(error);
    return *value;
  }
  void add_channel(ChannelKind kind, const std::string& target, const std::string& secret = "",
                   const Sight& sight = std::nullopt) {
    AlertChannelRecord record;
    record.id = AlertChannelId::draw(random);
    record.kind = kind;
    record.label = target;
    record.sealed = secrets.seal(channel_secret_text({target, secret}), record.id.to_string());
    record.advertisers = sight;
    store->add_alert_channel(record, "test");
  }
  // An account of that advertiser whose days have not come.
  void add_late_account(const std::string& advertiser) {
    NewIntegration account;
    account.id = IntegrationId::draw(random);
    account.advertiser_name = advertiser;
    account.account_id = "act_" + advertiser;
    account.account_name = advertiser;
    account.currency = "KRW";
    account.time_zone = "Asia/Seoul";
    account.schedules.push_back({CollectionType::ads, "0 4 * * *", clock.at - std::chrono::hours(10)});
    REQUIRE(store->add_integration(account, {}, "test").has_value());
  }

  // An account of that advertiser, collected, whose purchases fell off.
  void add_shop(const std::string& advertiser, Day since) {
    const Day today = day_in_zone(clock.at, "Asia/Seoul");
    NewIntegration account;
    account.id = IntegrationId::draw(random);
    account.advertiser_name = advertiser;
    account.account_id = "act_" + advertiser;
    account.currency = "KRW";
    account.time_zone = "Asia/Seoul";
    PlannedJob job;
    job.range = {today.plus(-60), today.plus(-1)};
    job.chunks = {job.range};
    REQUIRE(store->add_integration(account, {job}, "test").has_value());
    const auto worker = WorkerId::draw(random);
    REQUIRE(store->become_worker_process());
    store->register_worker(worker, "here", 1, std::chrono::minutes(1));
    const auto claims = store->claim(worker, 1);
    REQUIRE(claims.size() == 1);
    DaysCommit commit{.token = claims[0].token, .days = {}};
    for (const auto day : claims[0].open_days) {
      AdRow row;
      row.day = day;
      row.campaign_ad_id = row.ad_id = "ad";
      row.metrics = {10'000, 200, Micros{300'000'000}, Micros{day >= since ? 0 : 20'000'000}, Micros{}};
      row.details = "{}";
      DaySnapshot snapshot;
      snapshot.day = day;
      snapshot.asked = store->draw_asked();
      snapshot.as_of = clock.at;
      snapshot.rows_read = 1;
      snapshot.totals_read = totals_of(row.metrics);
      snapshot.rows = std::vector{row};
      commit.days.push_back(std::move(snapshot));
    }
    REQUIRE(store->commit_days(commit).state == CommitResult::State::done);
  }

  asio::io_context loop{1};
  SetClock clock;
  Random random{5};
  std::unique_ptr<HttpClient> http;
  SecretBox secrets;
  std::unique_ptr<Store> store;
  std::unique_ptr<StorePool> pool;
};

}  // namespace

TEST_CASE("a webhook gets the alerts in one signed delivery, once, and again when they are over") {
  World world;
  Receiver receiver(world.loop);
  world.add_channel(ChannelKind::webhook, receiver.url(), "a secret");
  world.add_late_account("Acme");
  world.add_late_account("Bolt");
  auto watch = world.watch();
  CHECK(world.run(watch.look()) == 2);
  CHECK(world.run(watch.deliver()) == 1);
  REQUIRE(receiver.received.size() == 1);
  const auto& request = receiver.received[0];
  const auto body = boost::json::parse(request.body);
  CHECK(body.at("alerts").as_array().size() == 2);
  CHECK(body.at("alerts").at(0).at("event") == "opened");
  CHECK(body.at("alerts").at(0).at("kind") == "freshness");
  CHECK(find_header(request.headers, "x-adfill-delivery").value() == body.at("id").as_string());
  const auto timestamp = find_header(request.headers, "x-adfill-timestamp").value();
  CHECK(timestamp == "1773576000");
  CHECK(find_header(request.headers, "x-adfill-signature").value() ==
        "sha256=" + sign_webhook("a secret", timestamp, request.body));

  CHECK(world.run(watch.look()) == 0);
  CHECK(world.run(watch.deliver()) == 0);
  for (const auto& account : world.store->integrations({}))
    CHECK(world.store->pause(account.id, true, "test") == Outcome::done);
  CHECK(world.run(watch.look()) == 2);
  CHECK(world.run(watch.deliver()) == 1);
  CHECK(boost::json::parse(receiver.received.at(1).body).at("alerts").at(0).at("event") == "closed");
}

TEST_CASE("a receiver that is down is tried again with a growing wait, under the same id") {
  World world;
  Receiver receiver(world.loop);
  receiver.status = 503;
  world.add_channel(ChannelKind::webhook, receiver.url(), "s");
  world.add_late_account("Acme");
  auto watch = world.watch();
  CHECK(world.run(watch.look()) == 1);
  CHECK(world.run(watch.deliver()) == 0);
  CHECK(world.store->alert_channels({}).at(0).last_error == "answered 503");
  CHECK(world.run(watch.deliver()) == 0);
  CHECK(receiver.received.size() == 1);  // not yet again
  receiver.status = 204;
  world.clock.at += std::chrono::seconds(31);
  CHECK(world.run(watch.deliver()) == 1);
  REQUIRE(receiver.received.size() == 2);
  CHECK(receiver.received[0].body == receiver.received[1].body);
  CHECK(world.store->alert_channels({}).at(0).last_error.empty());
}

TEST_CASE("a redirect of a receiver is not followed") {
  World world;
  Receiver receiver(world.loop);
  receiver.status = 302;
  world.add_channel(ChannelKind::webhook, receiver.url(), "s");
  world.add_late_account("Acme");
  auto watch = world.watch();
  CHECK(world.run(watch.look()) == 1);
  CHECK(world.run(watch.deliver()) == 0);
  CHECK(world.store->alert_channels({}).at(0).last_error == "answered 302");
}

TEST_CASE("a channel for one advertiser hears nothing of another's accounts") {
  World world;
  Receiver receiver(world.loop);
  world.add_channel(ChannelKind::slack, receiver.url(), "", world.store->advertisers_named({"Acme"}));
  world.add_late_account("Acme");
  world.add_late_account("Bolt");
  auto watch = world.watch();
  CHECK(world.run(watch.look()) == 2);
  CHECK(world.run(watch.deliver()) == 1);
  REQUIRE(receiver.received.size() == 1);
  CHECK(receiver.received[0].body.starts_with(R"({"text":"*adfill*\n• Acme (Meta, ads): figures of )"));
  CHECK(receiver.received[0].body.find("Bolt") == std::string::npos);
}

TEST_CASE("a fall of a metric is told to the channels that may hear of one of its accounts, and is over for them too") {
  World world;
  Receiver all(world.loop);
  Receiver some(world.loop);
  Receiver others(world.loop);
  world.add_channel(ChannelKind::webhook, all.url(), "s");
  world.add_channel(ChannelKind::webhook, some.url(), "s", world.store->advertisers_named({"Shop 1"}));
  world.add_channel(ChannelKind::webhook, others.url(), "s", world.store->advertisers_named({"Nobody"}));
  const Day since = day_in_zone(world.clock.at, "Asia/Seoul").plus(-5);
  for (int shop = 1; shop <= 6; ++shop) world.add_shop("Shop " + std::to_string(shop), since);
  auto watch = world.watch();
  CHECK(world.run(watch.look_for_falls()) == 1);
  CHECK(world.run(watch.look_for_falls()) == 0);
  CHECK(world.run(watch.deliver()) == 2);
  CHECK(others.received.empty());
  REQUIRE(all.received.size() == 1);
  REQUIRE(some.received.size() == 1);
  const auto told = boost::json::parse(all.received[0].body).at("alerts").at(0);
  CHECK(told.at("kind") == "metric_fall");
  CHECK(told.at("parameters").at("accounts") == 6);
  CHECK(some.received[0].body.find("Meta, purchases, since " + since.to_string() + ": accounts report") !=
        std::string::npos);
  CHECK(some.received[0].body.find("6 of 6") == std::string::npos);
  for (const auto& account : world.store->integrations({}))
    CHECK(world.store->remove_integration(account.id, true, "test") == Outcome::done);
  CHECK(world.run(watch.look_for_falls()) == 1);
  CHECK(world.run(watch.deliver()) == 1);
  REQUIRE(all.received.size() == 2);
  CHECK(boost::json::parse(all.received[1].body).at("alerts").at(0).at("event") == "closed");
}

TEST_CASE("an e-mail reaches a mail server whole") {
  World world;
  SmtpServer smtp;
  MailServer mail;
  mail.url = "smtp://127.0.0.1:" + std::to_string(smtp.port);
  mail.from = "adfill@example.com";
  world.add_channel(ChannelKind::email, "ads@example.com");
  world.add_late_account("Acme");
  auto watch = world.watch(mail);
  CHECK(world.run(watch.look()) == 1);
  CHECK(world.run(watch.deliver()) == 1);
  CHECK(smtp.envelope.find("MAIL FROM:<adfill@example.com>") != std::string::npos);
  CHECK(smtp.envelope.find("RCPT TO:<ads@example.com>") != std::string::npos);
  CHECK(smtp.data.find("Date: Sun, 15 Mar 2026 12:00:00 +0000\r\n") != std::string::npos);
  CHECK(smtp.data.find("To: <ads@example.com>\r\n") != std::string::npos);
  CHECK(smtp.data.find("LSBBY21lIChNZXRhLCBhZHMpOiBmaWd1cmVzIG9m") != std::string::npos);  // "- Acme (Meta, ads): ..."
}

TEST_CASE("a mail server that is not there, or not set, is a failed try with the reason") {
  World world;
  world.add_channel(ChannelKind::email, "ads@example.com");
  world.add_late_account("Acme");
  auto without = world.watch();
  CHECK(world.run(without.look()) == 1);
  CHECK(world.run(without.deliver()) == 0);
  CHECK(world.store->alert_channels({}).at(0).last_error.find("ADFILL_SMTP_URL") != std::string::npos);
  MailServer nowhere;
  nowhere.url = "smtp://127.0.0.1:1";
  nowhere.from = "adfill@example.com";
  world.clock.at += std::chrono::minutes(1);
  auto watch = world.watch(nowhere);
  CHECK(world.run(watch.deliver()) == 0);
  CHECK(world.store->alert_channels({}).at(0).last_error.find("connect") != std::string::npos);
}
