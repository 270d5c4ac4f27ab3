// One e-mail by SMTP (libcurl). Blocking, for a thread that may wait; no state.
#pragma once

#include "core/instant.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace adfill {

struct MailServer {
  std::string url;   // smtp://host:port, or smtps://
  std::string from;  // an address
  std::optional<std::string> user{};
  std::optional<std::string> password{};  // with one, the connection must be encrypted
  Duration timeout = std::chrono::seconds(30);
};

struct Mail {
  std::string id;  // of its own, the same when it is sent again
  std::string to;  // an address
  std::string subject;
  std::string text;
  Instant at{};
};

// name@host, without anything that could begin another header or recipient.
[[nodiscard]] bool is_mail_address(std::string_view text);
// As it goes over the wire: headers, and the text in base64 so that no line of it is too long or means anything.
[[nodiscard]] std::string mail_text(const MailServer& server, const Mail& mail);
// nullopt: the server has taken it. Else what went wrong, for people, without the password.
[[nodiscard]] std::optional<std::string> send_mail(const MailServer& server, const Mail& mail);

}  // namespace adfill
