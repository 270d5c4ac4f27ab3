#include "api/service.h"

#include "api/entity_tag.h"
#include "api/keyed_answer.h"
#include "api/problem.h"
#include "api/service_parts.h"
#include "collect/log.h"

#include <array>
#include <exception>
#include <utility>

namespace adfill {

namespace asio = boost::asio;

namespace {

bool is_api_path(std::string_view path) {
  return path == "/v1" || path.starts_with("/v1/") || path.starts_with("/functions/");
}

// The route of all subjects, or the methods that the path has.
RouteMatch find_anywhere(const HttpRequest& request) {
  RouteMatch none;
  for (const auto& table : all_routes()) {
    auto match = find_route(table, request.method, request.path);
    if (match.route != nullptr) return match;
    if (!match.allowed.empty()) none = std::move(match);
  }
  return none;
}

HttpResponse method_not_allowed(const std::vector<std::string_view>& allowed) {
  std::string methods;
  for (const auto method : allowed) methods += (methods.empty() ? "" : ", ") + std::string(method);
  auto response = to_response(Problem(405, "method_not_allowed", "This path takes " + methods + "."));
  response.headers.emplace_back("allow", methods);
  return response;
}

asio::awaitable<HttpResponse> serve(std::shared_ptr<Service> service, HttpRequest request) {
  auto match = find_anywhere(request);
  if (match.route == nullptr && is_api_path(request.path)) {
    // Which paths there are, and what they take, is told to those who may ask.
    const auto access = co_await identify(service, request);
    if (!access) co_return to_response(access.error());
    co_return match.allowed.empty() ? to_response(not_found()) : method_not_allowed(match.allowed);
  }
  if (match.route == nullptr) {
    if (!match.allowed.empty()) co_return method_not_allowed(match.allowed);
    auto file = service->files.find(request);
    co_return file ? std::move(*file) : to_response(not_found());
  }
  ApiCall call;
  call.ids = std::move(match.ids);
  if (match.route->door == Route::Door::token) {
    const auto named = match.route->reads_named ? IntegrationId::parse(call.ids.at(0)) : std::nullopt;
    auto identified = co_await identify(service, request, named);
    if (!identified) co_return to_response(identified.error());
    call.access = std::move(identified->access);
    call.named = std::move(identified->named);
  }
  call.request = std::move(request);
  const bool keyed = match.route->door == Route::Door::token && call.request.method == "POST" &&
                     find_header(call.request.headers, key_header);
  if (keyed) co_return co_await answer_keyed(std::move(service), match.route->handler, std::move(call));
  co_return co_await match.route->handler(std::move(service), std::move(call));
}

asio::awaitable<HttpResponse> serve_health(std::shared_ptr<Service> service, HttpRequest request) {
  auto match = find_route(health_routes(), request.method, request.path);
  if (match.route == nullptr)
    co_return match.allowed.empty() ? to_response(not_found()) : method_not_allowed(match.allowed);
  ApiCall call;
  call.request = std::move(request);
  co_return co_await match.route->handler(std::move(service), std::move(call));
}

// Scripts only from here, no inline ones; creatives' pictures come from the platforms' servers.
// `secure`: over plain http browsers must not be told to insist on https (RFC 6797, 7.2). A year, and this host alone:
// others of its domain are not ours to bind.
void add_security_headers(HttpResponse& response, bool secure) {
  response.headers.emplace_back("content-security-policy",
                                "default-src 'self'; img-src 'self' data: https:; object-src 'none'; base-uri 'none'; "
                                "form-action 'self'; frame-ancestors 'none'");
  response.headers.emplace_back("x-content-type-options", "nosniff");
  response.headers.emplace_back("referrer-policy", "no-referrer");
  response.headers.emplace_back("cross-origin-opener-policy", "same-origin");
  response.headers.emplace_back("permissions-policy",
                                "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
                                "magnetometer=(), microphone=(), midi=(), payment=(), usb=()");
  if (secure) response.headers.emplace_back("strict-transport-security", "max-age=31536000");
}

// What was read gets a tag; who has it already gets no more than that.
void add_entity_tag(const HttpRequest& request, HttpResponse& response) {
  constexpr int ok = 200;
  constexpr int not_modified = 304;
  if (request.method != "GET" || response.status != ok || response.stream || !is_api_path(request.path)) return;
  const auto tag = entity_tag(response.body);
  response.headers.emplace_back("etag", tag);
  if (!client_has(request, tag)) return;
  response.status = not_modified;
  response.body.clear();
  std::erase_if(response.headers, [](const auto& header) { return header.first == "content-type"; });
}

// The thing that the request is about, by its path (/v1/jobs/ID/...) or its query (integration_id=ID).
LogAbout about(const HttpRequest& request) {
  LogAbout told;
  const auto id_behind = [&request](std::string_view folder) {
    const auto path = std::string_view(request.path);
    return path.starts_with(folder) ? path.substr(folder.size(), 36) : std::string_view();
  };
  told.integration = IntegrationId::parse(id_behind("/v1/integrations/"));
  told.job = JobId::parse(id_behind("/v1/jobs/"));
  told.chunk = ChunkId::parse(id_behind("/v1/chunks/"));
  for (const auto& [name, value] : parse_query(request.query)) {
    if (name == "integration_id" && !told.integration) told.integration = IntegrationId::parse(value);
  }
  return told;
}

using Serve = asio::awaitable<HttpResponse> (*)(std::shared_ptr<Service>, HttpRequest);

asio::awaitable<HttpResponse> answer(Serve serve_by, std::shared_ptr<Service> service, HttpRequest request) {
  const auto what = request.method + " " + request.path;
  const bool secure = request.secure;
  HttpResponse response;
  try {
    response = co_await serve_by(std::move(service), request);
    add_entity_tag(request, response);
  } catch (const StoreUnavailable& error) {
    log_about(about(request), spdlog::level::err, "{}: the database refuses: {}", what, error.what());
    response = to_response(store_unavailable());
  } catch (const std::exception& error) {
    log_about(about(request), spdlog::level::err, "{}: {}", what, error.what());
    response = to_response(Problem(500, "internal_error", "Something is wrong in adfill. Its log says what."));
  }
  add_security_headers(response, secure);
  co_return response;
}

std::string code_of(int status) {
  switch (status) {
    case 408:
      return "too_slow";
    case 413:
      return "body_too_large";
    case 431:
      return "header_too_large";
    case 503:
      return "too_busy";
    default:
      return "malformed_request";
  }
}

}  // namespace

std::span<const std::span<const Route>> all_routes() {
  static const std::array<std::span<const Route>, 14> tables{
      session_routes(),  overview_routes(),  integration_routes(), job_routes(),     offer_routes(),
      schedule_routes(), figure_routes(),    creative_routes(),    history_routes(), token_routes(),
      alert_routes(),    operation_routes(), health_routes(),      replaced_routes()};
  return tables;
}

HttpServer::Handler make_api(std::shared_ptr<ApiContext> context) {
  auto service = std::make_shared<Service>(std::move(context));
  return [service](HttpRequest request) { return answer(serve, service, std::move(request)); };
}

HttpServer::Handler make_metrics_only(std::shared_ptr<ApiContext> context) {
  auto service = std::make_shared<Service>(std::move(context));
  return [service](HttpRequest request) { return answer(serve_health, service, std::move(request)); };
}

HttpResponse refuse_request(int status, std::string why) {
  auto response = to_response(Problem(status, code_of(status), std::move(why)));
  add_security_headers(response, false);  // how the client came is not known here
  return response;
}

}  // namespace adfill
