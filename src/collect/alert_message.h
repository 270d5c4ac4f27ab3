// What is sent to channels. A delivery is kept as the JSON that webhooks get; Slack's and an e-mail's form are made of
// it when they are sent.
#pragma once

#include "collect/alert_rules.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adfill {

enum class AlertEvent { opened, repeated, closed };

struct ToldAlert {
  AlertEvent event = AlertEvent::opened;
  AlertRecord alert;
  std::vector<AdvertiserId> advertisers{};  // of a fall: whose accounts it is about
};

// {"id","sent_at","alerts":[{"event","id","kind",...}]}
[[nodiscard]] std::string delivery_payload(AlertDeliveryId id, Instant at, const std::vector<ToldAlert>& told);
// {"text": ...}, as Slack and those like it take it.
[[nodiscard]] std::string slack_body(std::string_view payload);
struct MailWords {
  std::string subject;
  std::string text;
};
[[nodiscard]] MailWords mail_words(std::string_view payload);

// Where a channel leads, as it is sealed.
struct ChannelTarget {
  std::string target;  // URL or address
  std::string secret;  // of a webhook
};
[[nodiscard]] std::string channel_secret_text(const ChannelTarget& target);
[[nodiscard]] std::optional<ChannelTarget> read_channel_secret(std::string_view text);

// What is wrong with it as a target of that kind; nullopt when nothing is.
[[nodiscard]] std::optional<std::string> wrong_target(ChannelKind kind, std::string_view target);
// What may be shown of it: a URL's scheme and host (its path may be a secret), an address as it is.
[[nodiscard]] std::string target_label(ChannelKind kind, std::string_view target);

}  // namespace adfill
