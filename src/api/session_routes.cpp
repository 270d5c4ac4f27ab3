// The monitor's sign-in: a token becomes a cookie that scripts of the page can't read.
#include "api/json_input.h"
#include "api/json_output.h"
#include "api/service_parts.h"
#include "net/secrets.h"

#include <boost/json/object.hpp>
#include <spdlog/spdlog.h>

#include <utility>

namespace adfill {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

std::string cookie_header(const HttpRequest& request, std::string_view value, std::chrono::seconds life) {
  std::string header = std::string(session_cookie) + "=" + std::string(value) +
                       "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(life.count());
  if (request.secure) header += "; Secure";
  return header;
}

asio::awaitable<HttpResponse> get_session(std::shared_ptr<Service>, ApiCall call) {
  json::object body;
  body["name"] = call.access.name;
  body["role"] = to_string(call.access.role);
  co_return json_response(200, body);
}

Problem too_many_wrong_tokens() {
  Problem problem(429, "too_many_requests", "Too many wrong tokens. Wait a few seconds and try again.");
  problem.retry_after = 8;
  return problem;
}

// Counts the waiting answers, however the wait ends.
class Waiting {
 public:
  explicit Waiting(SignInBrake& brake) : brake_(brake) { brake_.begin_wait(); }
  ~Waiting() { brake_.end_wait(); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  SignInBrake& brake_;
};

// A form of another site can make a browser send neither: both need a CORS preflight, which is never granted.
bool other_sites_cannot_send(const Headers& headers) {
  if (find_header(headers, "x-adfill-request")) return true;
  auto type = find_header(headers, "content-type").value_or("");
  type = type.substr(0, type.find(';'));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  return same_ignoring_case(type, "application/json");
}

// Whoever is refused is told so also where the log can't be written.
asio::awaitable<void> note_sign_in(std::shared_ptr<Service> service, std::string who, std::string what,
                                   std::string peer) {
  auto work = [who, what, peer](Store& store) {
    try {
      store.note(who, what, peer);
    } catch (const StoreUnavailable& thrown) {
      spdlog::warn("{} of {} is not in the audit log: {}", what, peer, thrown.what());
    }
  };
  co_await service->context->pool.run(std::move(work));
}

asio::awaitable<HttpResponse> sign_in(std::shared_ptr<Service> service, ApiCall call) {
  if (!other_sites_cannot_send(call.request.headers)) {
    Problem problem(415, "unsupported_media_type", "Signing in takes JSON: send Content-Type: application/json.");
    co_return to_response(problem);
  }
  auto body = parse_body(call.request.body);
  if (!body) co_return to_response(body.error());
  std::vector<FieldError> errors;
  FieldReader fields(*body, "", errors);
  const auto token = fields.text("token", Presence::required, longest_token);
  fields.refuse_others();
  if (!errors.empty()) co_return to_response(invalid_fields(std::move(errors)));
  if (service->brake.full()) co_return to_response(too_many_wrong_tokens());

  auto access = co_await look_up_token(service, hash_api_token(*token));
  auto& clock = service->context->clock;
  if (!access) {
    const auto when = service->brake.wrong(call.request.peer, clock.now());
    {
      const Waiting waiting(service->brake);
      co_await clock.sleep_until(when);
      // Behind the wait: a guesser writes no faster than the brake lets go.
      co_await note_sign_in(service, "", "session.refused", call.request.peer);
    }
    co_return to_response(unauthorized("The token is unknown, revoked or expired."));
  }
  service->brake.right(call.request.peer);
  // As unguessable as a token, and made in the same place.
  const auto id = make_api_token();
  auto open = [hash = hash_api_token(id), token = access->token](Store& store) {
    store.open_session(hash, token, session_life);
  };
  co_await service->context->pool.run(std::move(open));
  co_await note_sign_in(service, access->name, "session.open", call.request.peer);
  auto response = empty_response(204);
  response.headers.emplace_back(
      "set-cookie", cookie_header(call.request, id, std::chrono::duration_cast<std::chrono::seconds>(session_life)));
  co_return response;
}

asio::awaitable<HttpResponse> sign_out(std::shared_ptr<Service> service, ApiCall call) {
  if (const auto cookie = find_cookie(call.request.headers, session_cookie)) {
    auto close = [hash = hash_api_token(*cookie)](Store& store) { store.close_session(hash); };
    co_await service->context->pool.run(std::move(close));
  }
  auto response = empty_response(204);
  response.headers.emplace_back("set-cookie", cookie_header(call.request, "", std::chrono::seconds(0)));
  co_return response;
}

constexpr Route routes[] = {
    {"GET", "/v1/session", Route::Door::token, get_session},
    {"POST", "/v1/session", Route::Door::open, sign_in},
    {"DELETE", "/v1/session", Route::Door::token, sign_out},
};

}  // namespace

std::span<const Route> session_routes() {
  return routes;
}

}  // namespace adfill
