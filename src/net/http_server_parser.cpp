#include "net/http_server_parser.h"

#include "net/http_server_text.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <cctype>

namespace adfill {
namespace {

namespace http = boost::beast::http;

std::string_view view_of(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

char lower(unsigned char letter) {
  return static_cast<char>(std::tolower(letter));
}

std::string lowered(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), lower);
  return result;
}

}  // namespace

struct HttpRequestParser::Beast {
  http::request_parser<http::string_body> parser{};
  std::size_t header_bytes;
  std::size_t body_bytes;

  [[nodiscard]] HttpRefusal refusal_of(const boost::system::error_code& error) const {
    if (error == http::error::header_limit) {
      return {431, "the request's header is longer than " + std::to_string(header_bytes) + " bytes"};
    }
    if (error == http::error::body_limit) {
      return {413, "the request's body is longer than " + std::to_string(body_bytes) + " bytes"};
    }
    return {400, "the request is not HTTP/1.1: " + error.message()};
  }
};

HttpRequestParser::HttpRequestParser(std::size_t header_bytes, std::size_t body_bytes)
    : beast_(std::make_unique<Beast>()) {
  beast_->header_bytes = header_bytes;
  beast_->body_bytes = body_bytes;
  beast_->parser.header_limit(static_cast<std::uint32_t>(header_bytes));
  beast_->parser.body_limit(body_bytes);
}

HttpRequestParser::~HttpRequestParser() = default;

HttpRequestParser::Step HttpRequestParser::feed(std::string_view bytes) {
  auto& parser = beast_->parser;
  if (parser.is_header_done()) parser.eager(true);
  boost::system::error_code error;
  Step step;
  step.used = parser.put(boost::asio::buffer(bytes), error);
  if (error && error != http::error::need_more) {
    step.refusal = beast_->refusal_of(error);
  } else if (parser.is_header_done()) {
    const auto& header = parser.get();
    const bool has_host = header.find(http::field::host) != header.end();
    if (header.version() >= 11 && !has_host) step.refusal = HttpRefusal{400, "the request has no Host header"};
  }
  return step;
}

bool HttpRequestParser::has_header() const {
  return beast_->parser.is_header_done();
}

bool HttpRequestParser::expects_go_on() const {
  const auto& header = beast_->parser.get();
  const auto expect = header.find(http::field::expect);
  return expect != header.end() && lowered(view_of(expect->value())).find("100-continue") != std::string::npos;
}

bool HttpRequestParser::is_done() const {
  return beast_->parser.is_done();
}

AskedRequest HttpRequestParser::take() {
  auto message = beast_->parser.release();
  auto target = split_target(view_of(message.target()));
  AskedRequest asked;
  asked.head = message.method() == http::verb::head;
  asked.keep_alive = message.keep_alive();
  asked.takes_chunks = message.version() >= 11;
  asked.request.method = asked.head ? "GET" : std::string(view_of(message.method_string()));
  asked.request.path = std::move(target.path);
  asked.request.query = std::move(target.query);
  for (const auto& field : message) {
    asked.request.headers.emplace_back(lowered(view_of(field.name_string())), std::string(view_of(field.value())));
  }
  asked.request.body = std::move(message.body());
  return asked;
}

}  // namespace adfill
