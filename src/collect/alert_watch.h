// Looks for what is wrong and tells the channels. Any number of processes may run one: an alert is opened once in the
// store together with its deliveries, and each delivery is given to one of them at a time, again if that one dies. So
// every delivery arrives at least once; its id tells a second arrival.
#pragma once

#include "collect/alert_message.h"
#include "collect/alert_rules.h"
#include "collect/metric_falls.h"
#include "collect/store_pool.h"
#include "core/random.h"
#include "net/clock.h"
#include "net/http_client.h"
#include "net/mail.h"
#include "net/secrets.h"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

namespace adfill {

struct AlertSettings {
  AlertRules rules{};
  FallRules falls{};
  Duration look_every = std::chrono::seconds(60);  // for falls of metrics after each sixtieth time
  Duration retry_base = std::chrono::seconds(30);  // doubles up to an hour; given up after three days
  std::optional<MailServer> mail{};                // unset: e-mail can't be sent
};

class AlertWatch {
 public:
  // All outlive it.
  AlertWatch(StorePool& pool, HttpClient& http, const SecretBox& secrets, Clock& clock, Random& random,
             AlertSettings settings);

  // Until it is cancelled.
  boost::asio::awaitable<void> run();
  // Opens, renews and closes alerts; how many. Throws StoreUnavailable.
  boost::asio::awaitable<int> look();
  // Opens, renews and closes those of metrics that fall off; how many. Throws StoreUnavailable.
  boost::asio::awaitable<int> look_for_falls();
  // Sends what is due; how many deliveries arrived. Throws StoreUnavailable.
  boost::asio::awaitable<int> deliver();

 private:
  boost::asio::awaitable<int> carry_out(AlertDecision decision, Instant now);
  boost::asio::awaitable<std::optional<std::string>> send(AlertDelivery delivery);
  boost::asio::awaitable<std::optional<std::string>> post(HttpCall call);

  StorePool& pool_;
  HttpClient& http_;
  const SecretBox& secrets_;
  Clock& clock_;
  Random& random_;
  AlertSettings settings_;
};

// The signature of a webhook's body: HMAC-SHA256 of "TIMESTAMP.BODY" in hex.
[[nodiscard]] std::string sign_webhook(std::string_view secret, std::string_view timestamp, std::string_view body);

}  // namespace adfill
