#include "collect/alert_message.h"

#include "net/mail.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace adfill {

namespace json = boost::json;

namespace {

constexpr std::size_t longest_url = 2000;
constexpr std::size_t lines_at_most = 50;  // of a message for people: a thousand lines help nobody

std::string_view word_of(AlertEvent event) {
  switch (event) {
    case AlertEvent::opened:
      return "opened";
    case AlertEvent::repeated:
      return "repeated";
    case AlertEvent::closed:
      return "closed";
  }
  return "";
}

json::object to_json(const ToldAlert& told) {
  const auto& alert = told.alert;
  json::object object;
  object["event"] = word_of(told.event);
  object["id"] = alert.id.to_string();
  object["kind"] = to_string(alert.kind);
  object["source"] = alert.source ? json::value(to_string(*alert.source)) : json::value(nullptr);
  object["integration_id"] = alert.integration ? json::value(alert.integration->to_string()) : json::value(nullptr);
  object["account_name"] = alert.account_name;
  object["message"] = alert.message;
  boost::system::error_code error;
  auto parameters = json::parse(alert.parameters, error);
  object["parameters"] = error ? json::value(json::object()) : std::move(parameters);
  object["opened_at"] = to_rfc3339(alert.opened_at);
  object["closed_at"] = alert.closed_at ? json::value(to_rfc3339(*alert.closed_at)) : json::value(nullptr);
  return object;
}

std::string text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::vector<std::string> lines_of(std::string_view payload) {
  boost::system::error_code error;
  const auto parsed = json::parse(payload, error);
  if (error || !parsed.is_object()) return {};
  const auto* alerts = parsed.as_object().if_contains("alerts");
  if (alerts == nullptr || !alerts->is_array()) return {};
  std::vector<std::string> lines;
  for (const auto& entry : alerts->as_array()) {
    if (!entry.is_object()) continue;
    const auto event = text_of(entry.as_object(), "event");
    const std::string prefix = event == "closed" ? "Over: " : event == "repeated" ? "Still: " : "";
    lines.push_back(prefix + text_of(entry.as_object(), "message"));
  }
  return lines;
}

std::string joined(std::vector<std::string> lines, std::string_view mark) {
  std::string text;
  const auto shown = std::min(lines.size(), lines_at_most);
  for (std::size_t i = 0; i < shown; ++i) text += std::string(mark) + lines[i] + "\n";
  if (lines.size() > shown) text += std::string(mark) + std::to_string(lines.size() - shown) + " more\n";
  return text;
}

// Slack reads these three as markup.
std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '&') {
      safe += "&amp;";
    } else if (c == '<') {
      safe += "&lt;";
    } else if (c == '>') {
      safe += "&gt;";
    } else {
      safe += c;
    }
  }
  return safe;
}

// From after the scheme to the first of /?#.
std::string_view authority_of(std::string_view url) {
  const auto begin = url.find("://") + 3;
  return url.substr(begin, std::min(url.find_first_of("/?#", begin), url.size()) - begin);
}

}  // namespace

std::string delivery_payload(AlertDeliveryId id, Instant at, const std::vector<ToldAlert>& told) {
  json::object body;
  body["id"] = id.to_string();
  body["sent_at"] = to_rfc3339(at);
  json::array list;
  for (const auto& alert : told) list.push_back(to_json(alert));
  body["alerts"] = std::move(list);
  return json::serialize(body);
}

std::string slack_body(std::string_view payload) {
  json::object body;
  body["text"] = "*adfill*\n" + escaped(joined(lines_of(payload), "• "));
  return json::serialize(body);
}

MailWords mail_words(std::string_view payload) {
  const auto lines = lines_of(payload);
  MailWords words;
  words.subject = lines.size() == 1 ? "adfill: " + lines[0] : "adfill: " + std::to_string(lines.size()) + " alerts";
  constexpr std::size_t longest_subject = 150;
  if (words.subject.size() > longest_subject) words.subject = "adfill: 1 alert";
  words.text = joined(lines, "- ");
  return words;
}

std::string channel_secret_text(const ChannelTarget& target) {
  json::object body;
  body["target"] = target.target;
  body["secret"] = target.secret;
  return json::serialize(body);
}

std::optional<ChannelTarget> read_channel_secret(std::string_view text) {
  boost::system::error_code error;
  const auto parsed = json::parse(text, error);
  if (error || !parsed.is_object()) return std::nullopt;
  return ChannelTarget{text_of(parsed.as_object(), "target"), text_of(parsed.as_object(), "secret")};
}

std::optional<std::string> wrong_target(ChannelKind kind, std::string_view target) {
  if (kind == ChannelKind::email) {
    if (is_mail_address(target)) return std::nullopt;
    return "must be one e-mail address such as ads@example.com";
  }
  const bool formed = (target.starts_with("https://") || target.starts_with("http://")) &&
                      target.size() <= longest_url && !authority_of(target).empty() &&
                      authority_of(target).find('@') == std::string_view::npos &&
                      std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (formed) return std::nullopt;
  return "must be a URL that begins with https:// or http://, without a user in it";
}

std::string target_label(ChannelKind kind, std::string_view target) {
  if (kind == ChannelKind::email) return std::string(target);
  return std::string(target.substr(0, target.find("://") + 3)) + std::string(authority_of(target));
}

}  // namespace adfill
