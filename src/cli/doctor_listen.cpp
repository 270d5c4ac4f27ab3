#include "doctor_listen.h"

#include "api/service.h"
#include "net/http_server.h"
#include "net/tls_identity.h"
#include "process.h"

#include <boost/asio/awaitable.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace adfill {

namespace asio = boost::asio;

namespace {

using State = Finding::State;

asio::awaitable<HttpResponse> answer_nobody(HttpRequest) {
  co_return HttpResponse{};
}

// Where a server at that address is asked from this machine.
std::string own_url(const Settings& settings) {
  auto address = settings.listen;
  if (address.host == "0.0.0.0") address.host = "127.0.0.1";
  if (address.host == "::") address.host = "::1";
  return (settings.front.tls ? "https://" : "http://") + address.to_string();
}

asio::awaitable<std::expected<HttpAnswer, HttpError>> ask_health(HttpClient& http, std::string url) {
  HttpCall call;
  call.url = std::move(url) + "/healthz";
  call.timeout = std::chrono::seconds(5);
  co_return co_await http.send(std::move(call));
}

}  // namespace

std::optional<Finding> check_tls(const Settings& settings) {
  if (!settings.front.tls) return std::nullopt;
  try {
    const TlsIdentity identity(*settings.front.tls);
  } catch (const std::runtime_error& error) {
    return Finding{"certificate", State::failed,
                   std::string(error.what()) +
                       "; give PEM files that this user may read, the certificate with its chain and its own key "
                       "without a passphrase (ADFILL_TLS_CERT, ADFILL_TLS_KEY)"};
  }
  return Finding{"certificate", State::ok, settings.front.tls->certificate + " and its key can be used"};
}

Finding check_listen(asio::io_context& loop, HttpClient& http, const Settings& settings) {
  const auto& listen = settings.listen;
  std::string trouble;
  try {
    const HttpServer server(loop.get_executor(), listen.host, listen.port, answer_nobody, refuse_request);
    return {"address", State::ok, listen.to_string() + " is free for adfill serve"};
  } catch (const std::runtime_error& error) {
    trouble = error.what();
  }
  const auto url = own_url(settings);
  const auto answer = run_on(loop, ask_health(http, url));
  if (answer && answer->body == "alive\n") return {"address", State::ok, "adfill serves at " + url};
  // A certificate that this machine does not trust says nothing about who shows it.
  if (!answer && answer.error().kind == HttpError::Kind::tls)
    return {"address", State::ok, "something with a certificate serves at " + url + ": adfill, most likely"};
  return {"address", State::warning,
          trouble + " (ADFILL_LISTEN), or end what has this one: adfill serve can't start there"};
}

}  // namespace adfill
