#include "collect/alert_watch.h"

#include "collect/fall_alerts.h"
#include "collect/log.h"
#include "core/time_zone.h"
#include "net/secrets_hmac.h"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace adfill {

namespace asio = boost::asio;

namespace {

constexpr Duration delivery_lease = std::chrono::minutes(2);
constexpr Duration longest_wait = std::chrono::hours(1);
constexpr Duration call_limit = std::chrono::seconds(20);
constexpr int attempts_at_most = 80;  // three days of hourly tries
constexpr int deliveries_at_once = 20;
constexpr int accounts_a_page = 500;  // of what receipts came to
constexpr int looks_between_falls = 60;
constexpr std::size_t answer_limit = std::size_t{64} << 10;

struct Planned {
  AlertChanges changes;
  std::vector<ToldAlert> told;
};

AlertRecord record_of(const DueAlert& due, AlertId id, Instant now) {
  AlertRecord alert;
  alert.id = id;
  alert.kind = due.kind;
  alert.subject = due.subject;
  alert.integration = due.integration;
  alert.advertiser = due.advertiser;
  alert.source = due.source;
  alert.account_name = due.account_name;
  alert.message = due.message;
  alert.parameters = due.parameters;
  alert.opened_at = now;
  alert.told_at = now;
  return alert;
}

std::vector<NewSuspicion> suspicions_of(const std::vector<SuspectedAccount>& accounts) {
  std::vector<NewSuspicion> suspicions;
  suspicions.reserve(accounts.size());
  for (const auto& account : accounts) suspicions.push_back({account.integration, account.since});
  return suspicions;
}

void add_advertisers(ToldAlert& told, const std::vector<SuspectedAccount>& accounts) {
  for (const auto& account : accounts) told.advertisers.push_back(account.advertiser);
}

Planned plan_changes(const AlertDecision& decision, Instant now, Random& random) {
  Planned planned;
  for (const auto& due : decision.open) {
    const auto id = AlertId::draw(random);
    planned.changes.opened.push_back({id, due.kind, due.subject, due.integration, due.advertiser, due.source,
                                      due.message, due.parameters, suspicions_of(due.suspected)});
    planned.told.push_back({AlertEvent::opened, record_of(due, id, now)});
    add_advertisers(planned.told.back(), due.suspected);
  }
  for (const auto& lasting : decision.renew) {
    planned.changes.renewed.push_back({lasting.alert.id, lasting.message, lasting.parameters, lasting.alert.told_at,
                                       lasting.tell, suspicions_of(lasting.suspected)});
    if (!lasting.tell) continue;
    auto told = lasting.alert;
    told.message = lasting.message;
    told.parameters = lasting.parameters;
    planned.told.push_back({AlertEvent::repeated, std::move(told), lasting.advertisers});
    add_advertisers(planned.told.back(), lasting.suspected);
  }
  for (const auto& over : decision.close) {
    planned.changes.closed.push_back(over.alert.id);
    auto told = over.alert;
    told.closed_at = now;
    planned.told.push_back({AlertEvent::closed, std::move(told), over.advertisers});
  }
  return planned;
}

// An account's alerts go to the channels that may see its advertiser, a fall to those that may see one of its accounts;
// what is about all goes to all.
bool may_hear(const AlertChannelRecord& channel, const ToldAlert& told) {
  if (!channel.advertisers) return true;
  const auto sees = [&channel](AdvertiserId advertiser) {
    return std::ranges::find(*channel.advertisers, advertiser) != channel.advertisers->end();
  };
  if (told.alert.kind == AlertKind::metric_fall) return std::ranges::any_of(told.advertisers, sees);
  return !told.alert.advertiser || sees(*told.alert.advertiser);
}

std::vector<AlertChannelRecord> all_channels(Store& store) {
  std::vector<AlertChannelRecord> all;
  AlertChannelFilter filter;
  filter.limit = 200;
  while (true) {
    auto page = store.alert_channels(filter);
    all.insert(all.end(), page.begin(), page.end());
    if (page.size() < static_cast<std::size_t>(filter.limit)) return all;
    filter.after = page.back().id;
  }
}

void add_deliveries(Planned& planned, const std::vector<AlertChannelRecord>& channels, Instant now, Random& random) {
  for (const auto& channel : channels) {
    std::vector<ToldAlert> told;
    for (const auto& alert : planned.told) {
      if (!may_hear(channel, alert)) continue;
      told.push_back(alert);
      if (channel.advertisers) told.back().alert = without_counts(told.back().alert);
    }
    if (told.empty()) continue;
    const auto id = AlertDeliveryId::draw(random);
    planned.changes.deliveries.push_back({id, channel.id, delivery_payload(id, now, told)});
  }
}

// All accounts, some at a time.
std::vector<MetricVerdict> judge_all(Store& store, const AlertSnapshot& snapshot, const FallRules& rules) {
  const int look_back = look_back_of(snapshot, rules);
  // Yesterday is another day at the other side of the world.
  const Day since = day_in_zone(snapshot.now, "UTC").plus(-look_back - 7 * rules.weeks - 2);
  std::vector<MetricVerdict> verdicts;
  std::optional<IntegrationId> after;
  while (true) {
    const auto accounts = store.account_days(since, after, accounts_a_page);
    for (const auto& account : accounts) {
      auto judged = judge_account(account, snapshot.now, rules, look_back);
      verdicts.insert(verdicts.end(), judged.begin(), judged.end());
    }
    if (accounts.size() < accounts_a_page) return verdicts;
    after = accounts.back().integration;
  }
}

HttpCall webhook_call(const AlertDelivery& delivery, const ChannelTarget& target, Instant now) {
  HttpCall call;
  call.method = "POST";
  call.url = target.target;
  call.timeout = call_limit;
  call.body_limit = answer_limit;
  call.headers.emplace_back("content-type", "application/json");
  if (delivery.kind == ChannelKind::slack) {
    call.body = slack_body(delivery.payload);
    return call;
  }
  call.body = delivery.payload;
  const auto timestamp = std::to_string(micros_since_epoch(now) / 1'000'000);
  call.headers.emplace_back("x-adfill-delivery", delivery.id.to_string());
  call.headers.emplace_back("x-adfill-timestamp", timestamp);
  call.headers.emplace_back("x-adfill-signature", "sha256=" + sign_webhook(target.secret, timestamp, call.body));
  return call;
}

}  // namespace

std::string sign_webhook(std::string_view secret, std::string_view timestamp, std::string_view body) {
  return hmac_sha256_hex(secret, std::string(timestamp) + "." + std::string(body));
}

AlertWatch::AlertWatch(StorePool& pool, HttpClient& http, const SecretBox& secrets, Clock& clock, Random& random,
                       AlertSettings settings)
    : pool_(pool), http_(http), secrets_(secrets), clock_(clock), random_(random), settings_(std::move(settings)) {}

asio::awaitable<void> AlertWatch::run() {
  bool told = false;  // a store that stays away is one line of the log
  Instant next_look = clock_.now();
  Instant next_look_for_falls = next_look;
  while (true) {
    try {
      if (clock_.now() >= next_look) {
        next_look = clock_.now() + settings_.look_every;
        co_await look();
      }
      if (clock_.now() >= next_look_for_falls) {
        next_look_for_falls = clock_.now() + looks_between_falls * settings_.look_every;
        co_await look_for_falls();
      }
      co_await deliver();
      told = false;
    } catch (const boost::system::system_error& thrown) {
      if (thrown.code() == asio::error::operation_aborted) throw;
      spdlog::critical("cannot look for alerts: {}", thrown.what());
    } catch (const std::exception& thrown) {
      if (!std::exchange(told, true)) spdlog::error("cannot look for alerts: {}", thrown.what());
    }
    co_await clock_.sleep_until(clock_.now() + std::min<Duration>(settings_.look_every, std::chrono::seconds(5)));
  }
}

asio::awaitable<int> AlertWatch::look() {
  auto read = [](Store& store) { return store.alert_snapshot(AlertLook{}); };
  const auto snapshot = co_await pool_.run(std::move(read));
  auto decision = decide_alerts(snapshot, settings_.rules);
  const int changes = co_await carry_out(std::move(decision), snapshot.now);
  co_return changes;
}

asio::awaitable<int> AlertWatch::look_for_falls() {
  // Both on a thread of the pool: judging ten thousand accounts takes its time.
  auto read = [rules = settings_.falls](Store& store) {
    std::pair<AlertSnapshot, std::vector<MetricVerdict>> seen;
    seen.first = store.alert_snapshot({.suspicions = true});
    seen.second = judge_all(store, seen.first, rules);
    return seen;
  };
  const auto seen = co_await pool_.run(std::move(read));
  auto decision = decide_falls(seen.first, seen.second, settings_.falls, settings_.rules.repeat);
  const int changes = co_await carry_out(std::move(decision), seen.first.now);
  co_return changes;
}

// How many alerts changed; 0 when another process was first.
asio::awaitable<int> AlertWatch::carry_out(AlertDecision decision, Instant now) {
  auto planned = plan_changes(decision, now, random_);
  const auto changes = decision.open.size() + decision.renew.size() + decision.close.size();
  if (changes == 0) co_return 0;
  if (!planned.told.empty()) {
    auto list = [](Store& store) { return all_channels(store); };
    const auto channels = co_await pool_.run(std::move(list));
    add_deliveries(planned, channels, now, random_);
  }
  for (const auto& told : planned.told)
    log_about({.integration = told.alert.integration}, spdlog::level::warn, "alert {}: {}", to_string(told.alert.kind),
              told.alert.message);
  auto write = [changed = std::move(planned.changes)](Store& store) { return store.change_alerts(changed); };
  const bool first = co_await pool_.run(std::move(write));
  co_return first ? static_cast<int>(changes) : 0;
}

asio::awaitable<int> AlertWatch::deliver() {
  int arrived = 0;
  while (true) {
    auto take = [](Store& store) { return store.take_deliveries(deliveries_at_once, delivery_lease); };
    const auto due = co_await pool_.run(std::move(take));
    for (const auto& delivery : due) {
      DeliveryEnd end;
      end.id = delivery.id;
      end.error = co_await send(delivery);
      if (end.error) {
        const auto doublings = std::min(delivery.attempts - 1, 16);
        const auto wait = std::min<Duration>(longest_wait, settings_.retry_base * (1 << doublings));
        const auto jittered = Duration(
            wait.count() / 2 + static_cast<std::int64_t>(random_.fraction() * 0.5 * static_cast<double>(wait.count())));
        if (delivery.attempts < attempts_at_most) end.again_at = clock_.now() + jittered;
        spdlog::warn("alert delivery {}: {}", delivery.id.to_string(), *end.error);
      } else {
        ++arrived;
      }
      auto note = [end](Store& store) { store.end_delivery(end); };
      co_await pool_.run(std::move(note));
    }
    if (due.size() < static_cast<std::size_t>(deliveries_at_once)) co_return arrived;
  }
}

// nullopt: it has arrived.
asio::awaitable<std::optional<std::string>> AlertWatch::send(AlertDelivery delivery) {
  const auto opened = secrets_.open(delivery.sealed, delivery.channel.to_string());
  const auto target = opened ? read_channel_secret(*opened) : std::nullopt;
  if (!target) co_return "its target can't be read with this key; remove the channel and add it anew";
  if (delivery.kind != ChannelKind::email) co_return co_await post(webhook_call(delivery, *target, clock_.now()));
  if (!settings_.mail) co_return "no mail server is set: ADFILL_SMTP_URL and ADFILL_SMTP_FROM";
  auto words = mail_words(delivery.payload);
  Mail mail{delivery.id.to_string(), target->target, std::move(words.subject), std::move(words.text), clock_.now()};
  // It blocks, so it has one of the pool's threads; one mail at a time.
  auto work = [server = *settings_.mail, mail = std::move(mail)](Store&) { return send_mail(server, mail); };
  co_return co_await pool_.run(std::move(work));
}

asio::awaitable<std::optional<std::string>> AlertWatch::post(HttpCall call) {
  const auto answer = co_await http_.send(std::move(call));
  if (!answer) co_return answer.error().message;
  if (answer->status >= 200 && answer->status < 300) co_return std::nullopt;
  co_return "answered " + std::to_string(answer->status);
}

}  // namespace adfill
