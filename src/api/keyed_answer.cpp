#include "api/keyed_answer.h"

#include "api/service_parts.h"
#include "net/secrets.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace adfill {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr std::size_t longest_key = 200;

bool is_key(std::string_view key) {
  const auto printable = [](char c) { return c > 0x20 && c < 0x7f; };
  return !key.empty() && key.size() <= longest_key && std::all_of(key.begin(), key.end(), printable);
}

// An answer may hold what is shown once (a new token): it is kept sealed, and opens for this token and key alone.
std::string context_of(const Access& access, const std::string& key) {
  return "answer:" + access.token.to_string() + ":" + key;
}

std::string to_text(const HttpResponse& response) {
  json::object object;
  object["status"] = response.status;
  json::array headers;
  for (const auto& [name, value] : response.headers) headers.push_back(json::array{name, value});
  object["headers"] = std::move(headers);
  object["body"] = response.body;
  return json::serialize(object);
}

HttpResponse from_text(std::string_view text) {
  const auto value = json::parse(text);
  HttpResponse response;
  response.status = value.at("status").to_number<int>();
  for (const auto& header : value.at("headers").as_array()) {
    response.headers.emplace_back(header.at(0).as_string().c_str(), header.at(1).as_string().c_str());
  }
  response.headers.emplace_back("idempotency-replayed", "true");
  response.body = value.at("body").as_string().c_str();
  return response;
}

HttpResponse answer_again(const Service& service, const KeyedRequest& first, const std::string& fingerprint,
                          const std::string& context) {
  if (first.fingerprint != fingerprint) {
    return to_response(invalid_field("Idempotency-Key", "was used for another request; take a new one for each"));
  }
  if (first.state == KeyedRequest::State::running) {
    Problem problem(409, "request_running", "The first request with this key still runs. Ask again in a moment.");
    problem.retry_after = 1;
    return to_response(problem);
  }
  const auto opened = service.context->secrets.open(first.sealed_answer, context);
  if (opened) return from_text(*opened);
  return to_response(Problem(409, "answer_lost",
                             "The first request with this key was answered, but the answer can't be read any more: the "
                             "key that seals was changed. See what it did before you send it under another key."));
}

bool worth_keeping(const HttpResponse& response) {
  constexpr int too_many_requests = 429;
  constexpr int first_server_error = 500;
  return response.status < first_server_error && response.status != too_many_requests && !response.stream;
}

}  // namespace

asio::awaitable<HttpResponse> answer_keyed(std::shared_ptr<Service> service, RouteHandler handler, ApiCall call) {
  const std::string key(find_header(call.request.headers, key_header).value_or(""));
  if (!is_key(key)) {
    co_return to_response(invalid_field("Idempotency-Key", "must have 1 to 200 printable ASCII characters, no spaces"));
  }
  const auto token = call.access.token;
  const auto context = context_of(call.access, key);
  const auto fingerprint =
      service->context->secrets.fingerprint(call.request.path + "?" + call.request.query + "\n" + call.request.body);
  auto begin = [token, key, fingerprint](Store& store) { return store.begin_request(token, key, fingerprint); };
  const auto first = co_await service->context->pool.run(std::move(begin));
  if (first.state != KeyedRequest::State::first) co_return answer_again(*service, first, fingerprint, context);

  HttpResponse response;
  std::exception_ptr failed;
  try {
    response = co_await handler(service, std::move(call));
  } catch (...) {
    failed = std::current_exception();
  }
  std::optional<std::string> sealed;
  if (!failed && worth_keeping(response)) sealed = service->context->secrets.seal(to_text(response), context);
  auto end = [token, key, sealed](Store& store) {
    store.end_request(token, key, sealed);
    return true;
  };
  (void)co_await service->context->pool.run(std::move(end));
  if (failed) std::rethrow_exception(failed);
  co_return response;
}

}  // namespace adfill
