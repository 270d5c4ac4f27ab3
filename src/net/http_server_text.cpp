#include "net/http_server_text.h"

#include <array>
#include <charconv>
#include <stdexcept>

namespace adfill {
namespace {

int hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

// Not the query's decoding: in a path a plus is a plus.
std::string decode_path(std::string_view text) {
  std::string path;
  path.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const int high = text[at] == '%' && at + 2 < text.size() ? hex_digit(text[at + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[at + 2]) : -1;
    if (low >= 0) {
      path += static_cast<char>(high * 16 + low);
      at += 2;
    } else {
      path += text[at];
    }
  }
  return path;
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Status";
  }
}

bool is_framing(std::string_view name) {
  return name == "content-length" || name == "transfer-encoding" || name == "connection";
}

}  // namespace

HttpTarget split_target(std::string_view target) {
  if (const auto scheme = target.find("://"); scheme != std::string_view::npos && !target.starts_with('/')) {
    const auto path = target.find_first_of("/?", scheme + 3);
    target = path == std::string_view::npos ? std::string_view("/") : target.substr(path);
  }
  const auto mark = target.find('?');
  HttpTarget result;
  result.path = decode_path(target.substr(0, mark));
  if (mark != std::string_view::npos) result.query = target.substr(mark + 1);
  if (result.path.empty()) result.path = "/";
  return result;
}

std::string response_head(int status, const Headers& headers, const HttpFraming& framing) {
  std::string head = "HTTP/1.1 " + std::to_string(status) + ' ';
  head.append(reason_of(status)).append("\r\n");
  for (const auto& [name, value] : headers) {
    if (is_framing(name)) continue;
    if (name.find_first_of("\r\n: ") != std::string::npos || value.find_first_of("\r\n") != std::string::npos) {
      throw std::invalid_argument("an answer's header " + name + " holds a character that headers can't");
    }
    head.append(name).append(": ").append(value).append("\r\n");
  }
  if (framing.content_length)
    head.append("content-length: ").append(std::to_string(*framing.content_length)).append("\r\n");
  if (framing.chunked) head.append("transfer-encoding: chunked\r\n");
  head.append(framing.keep_alive ? "connection: keep-alive\r\n\r\n" : "connection: close\r\n\r\n");
  return head;
}

bool has_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::string chunk_of(std::string_view piece) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), piece.size(), 16).ptr;
  std::string chunk(digits.data(), end);
  chunk.reserve(chunk.size() + piece.size() + 4);
  chunk.append("\r\n").append(piece).append("\r\n");
  return chunk;
}

}  // namespace adfill
