// net/mail.h, beside the other user of libcurl.
#include "core/must.h"
#include "net/mail.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <utility>

namespace adfill {

namespace {

constexpr std::size_t longest_address = 254;
constexpr std::size_t base64_line = 76;

std::string base64(std::string_view text) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string encoded;
  for (std::size_t at = 0; at < text.size(); at += 3) {
    const auto left = std::min<std::size_t>(3, text.size() - at);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) bits = bits << 8U | (i < left ? static_cast<unsigned char>(text[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) encoded += i <= left ? digits[bits >> (18U - 6U * i) & 63U] : '=';
  }
  return encoded;
}

std::string in_lines(const std::string& encoded) {
  std::string lines;
  for (std::size_t at = 0; at < encoded.size(); at += base64_line) lines += encoded.substr(at, base64_line) + "\r\n";
  return lines;
}

// RFC 5322: "Tue, 25 Nov 2026 03:04:05 +0000".
std::string day_and_time(Instant at) {
  constexpr std::array<const char*, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::string time = to_rfc3339(at).substr(11, 8);
  const auto number = static_cast<unsigned>(date.day());
  return std::string(weekdays.at(std::chrono::weekday(day).c_encoding())) + (number < 10 ? ", 0" : ", ") +
         std::to_string(number) + ' ' + months.at(static_cast<unsigned>(date.month()) - 1) + ' ' +
         std::to_string(static_cast<int>(date.year())) + ' ' + time + " +0000";
}

struct Upload {
  std::string text;
  std::size_t sent = 0;
};

std::size_t give(char* buffer, std::size_t size, std::size_t count, void* context) {
  auto& upload = *static_cast<Upload*>(context);
  const auto piece = std::min(size * count, upload.text.size() - upload.sent);
  upload.text.copy(buffer, piece, upload.sent);
  upload.sent += piece;
  return piece;
}

struct EndEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct EndList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

}  // namespace

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size() || text.size() > longest_address) return false;
  if (text.find('@', at + 1) != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > ' ' && byte != 0x7f && std::string_view("<>,;:\"()[]\\").find(c) == std::string_view::npos;
  });
}

std::string mail_text(const MailServer& server, const Mail& mail) {
  std::string text = "Date: " + day_and_time(mail.at) + "\r\n";
  text += "From: adfill <" + server.from + ">\r\nTo: <" + mail.to + ">\r\n";
  text += "Message-ID: <" + mail.id + "@adfill>\r\n";
  text += "Subject: =?utf-8?B?" + base64(mail.subject) + "?=\r\n";
  text += "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n";
  text += "Auto-Submitted: auto-generated\r\n\r\n";
  return text + in_lines(base64(mail.text));
}

std::optional<std::string> send_mail(const MailServer& server, const Mail& mail) {
  if (!is_mail_address(server.from) || !is_mail_address(mail.to)) return "an address is not one";
  const std::unique_ptr<CURL, EndEasy> easy(curl_easy_init());
  must(easy != nullptr, "there is memory for curl");
  const auto set = [&easy](CURLoption option, auto value) {
    must(curl_easy_setopt(easy.get(), option, value) == CURLE_OK, "curl knows the option");
  };
  const std::string from = "<" + server.from + ">";
  const std::string to = "<" + mail.to + ">";
  const std::unique_ptr<curl_slist, EndList> recipients(curl_slist_append(nullptr, to.c_str()));
  Upload upload{mail_text(server, mail)};
  std::array<char, CURL_ERROR_SIZE> words{};
  const auto limit = static_cast<long>(
      std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::milliseconds>(server.timeout).count()));
  set(CURLOPT_URL, server.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT_MS, limit);
  set(CURLOPT_CONNECTTIMEOUT_MS, limit);
  set(CURLOPT_MAIL_FROM, from.c_str());
  set(CURLOPT_MAIL_RCPT, recipients.get());
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_READFUNCTION, &give);
  set(CURLOPT_READDATA, static_cast<void*>(&upload));
  set(CURLOPT_ERRORBUFFER, words.data());
  // A password never travels in clear; without one STARTTLS is used where the server has it.
  set(CURLOPT_USE_SSL, static_cast<long>(server.password ? CURLUSESSL_ALL : CURLUSESSL_TRY));
  if (server.user) set(CURLOPT_USERNAME, server.user->c_str());
  if (server.password) set(CURLOPT_PASSWORD, server.password->c_str());
  const auto outcome = curl_easy_perform(easy.get());
  if (outcome == CURLE_OK) return std::nullopt;
  return words[0] != '\0' ? std::string(words.data()) : std::string(curl_easy_strerror(outcome));
}

}  // namespace adfill
