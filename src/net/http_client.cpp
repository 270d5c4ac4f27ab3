// A Transfer lives in the frame of the coroutine that awaits it and takes itself out of curl when that frame ends,
// however it ends: with an answer, by cancellation, or with the io_context. When the client goes first, running
// transfers end as unreachable.
#include "net/http_client.h"

#include "core/must.h"
#include "net/http_client_loop.h"
#include "net/public_address.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

namespace adfill {

namespace {

namespace asio = boost::asio;
using Outcome = std::expected<HttpAnswer, HttpError>;

constexpr Duration connect_timeout = std::chrono::seconds(10);
constexpr long stalled_seconds = 60;  // a transfer of less than a byte a second for so long has stalled
constexpr std::size_t headers_limit = 256 << 10;

struct EasyCleanup {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListCleanup {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct UrlCleanup {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

// One call and what has come of it.
class Transfer final : public LoopTransfer {
 public:
  Transfer(std::shared_ptr<CurlLoop> loop, HttpCall call);
  ~Transfer() override { loop_->detach(*this); }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  [[nodiscard]] void* easy() const override { return easy_.get(); }
  void finish(int code) override;
  void finish_closed() override;
  // Ends when there is an outcome, or when the awaiting coroutine is cancelled.
  asio::steady_timer& finished() { return finished_; }
  std::optional<Outcome>& outcome() { return outcome_; }

 private:
  void finish_with(HttpError::Kind kind, std::string message);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static curl_socket_t open_public_socket(void* self, curlsocktype purpose, curl_sockaddr* address) noexcept;
  bool take_header(std::string_view line);
  bool take_body(std::string_view piece);
  void set_up();
  void set_up_method();
  bool set_up_headers();
  bool is_loopback() const;
  HttpError error_of(CURLcode code) const;

  template <class Value>
  void set(CURLoption option, Value value) {
    must(curl_easy_setopt(easy_.get(), option, value) == CURLE_OK, "curl knows every option that is set");
  }

  std::shared_ptr<CurlLoop> loop_;
  HttpCall call_;  // curl reads URL and body from here while it sends
  HttpAnswer answer_;
  std::size_t header_bytes_ = 0;
  bool headers_ended_ = false;
  bool too_long_ = false;
  std::array<char, CURL_ERROR_SIZE> words_{};
  asio::steady_timer finished_;
  std::optional<Outcome> outcome_;
  std::unique_ptr<curl_slist, ListCleanup> headers_;
  std::unique_ptr<CURL, EasyCleanup> easy_;
};

long milliseconds_of(Duration duration) {
  // At least 1: zero would mean no limit to curl.
  return static_cast<long>(std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::milliseconds>(duration).count()));
}

Transfer::Transfer(std::shared_ptr<CurlLoop> loop, HttpCall call)
    : loop_(std::move(loop)),
      call_(std::move(call)),
      finished_(loop_->executor(), asio::steady_timer::time_point::max()),
      easy_(curl_easy_init()) {
  must(easy_ != nullptr, "there is memory for curl");
  set_up();
  set_up_method();
  if (loop_->is_closed()) {
    finish_closed();
  } else if (!set_up_headers()) {
    finish_with(HttpError::Kind::unreachable, "a header to send has a line break in it");
  } else {
    loop_->attach(*this);
  }
}

void Transfer::set_up() {
  set(CURLOPT_URL, call_.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  // A call that is cancelled while a name is looked up must not hold the loop until the resolver's thread is done.
  set(CURLOPT_QUICK_EXIT, 1L);
  set(CURLOPT_ACCEPT_ENCODING, "gzip");
  set(CURLOPT_USERAGENT, "adfill");
  set(CURLOPT_TIMEOUT_MS, milliseconds_of(call_.timeout));
  set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds_of(std::min(connect_timeout, call_.timeout)));
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, stalled_seconds);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  // A proxy of the environment is for the world outside, not for a server on this machine.
  if (is_loopback() || call_.only_public) set(CURLOPT_PROXY, "");
  if (call_.only_public) {
    set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_public_socket);
    set(CURLOPT_FRESH_CONNECT, 1L);  // not one that was opened without that look
  }
  set(CURLOPT_ERRORBUFFER, words_.data());
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
}

void Transfer::set_up_method() {
  const bool with_body = call_.method == "POST" || !call_.body.empty();
  if (call_.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
    return;
  }
  if (with_body) {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call_.body.size()));
    set(CURLOPT_POSTFIELDS, call_.body.c_str());
  }
  const std::string_view usual = with_body ? "POST" : "GET";
  if (call_.method != usual) set(CURLOPT_CUSTOMREQUEST, call_.method.c_str());
}

// False when a header would break out of its line.
bool Transfer::set_up_headers() {
  const auto append = [this](const std::string& line) {
    curl_slist* const longer = curl_slist_append(headers_.get(), line.c_str());
    must(longer != nullptr, "there is memory for a header");
    if (!headers_) headers_.reset(longer);  // a longer list keeps its head
  };
  append("Expect:");  // no waiting for "100 Continue" before a body is sent
  for (const auto& [name, value] : call_.headers) {
    std::string line = name;
    line += value.empty() ? ";" : ": ";
    line += value;
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) return false;
    append(line);
  }
  set(CURLOPT_HTTPHEADER, headers_.get());
  return true;
}

bool Transfer::is_loopback() const {
  const std::unique_ptr<CURLU, UrlCleanup> url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, call_.url.c_str(), 0) != CURLUE_OK) return false;
  char* text = nullptr;
  if (curl_url_get(url.get(), CURLUPART_HOST, &text, 0) != CURLUE_OK) return false;
  const std::string host(text);
  curl_free(text);
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  return static_cast<Transfer*>(self)->take_header(std::string_view(data, size * count)) ? size * count : 0;
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  return static_cast<Transfer*>(self)->take_body(std::string_view(data, size * count)) ? size * count : 0;
}

curl_socket_t Transfer::open_public_socket(void* /*self*/, curlsocktype /*purpose*/, curl_sockaddr* address) noexcept {
  namespace ip = boost::asio::ip;
  ip::address found;
  if (address->family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address->addr, sizeof v4);
    found = ip::address_v4(ntohl(v4.sin_addr.s_addr));
  } else if (address->family == AF_INET6) {
    // curl leaves room behind `addr` for the longer address.
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address->addr, sizeof v6);
    ip::address_v6::bytes_type bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    found = ip::address_v6(bytes);
  }
  if (!is_public(found)) return CURL_SOCKET_BAD;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

bool Transfer::take_header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > headers_limit) {
    too_long_ = true;
    return false;
  }
  if (line.starts_with("HTTP/")) {
    // An interim answer (103) came before: only the last one counts.
    answer_.headers.clear();
    headers_ended_ = false;
    return true;
  }
  if (line == "\r\n" || line == "\n") headers_ended_ = true;
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  std::string name(line.substr(0, colon));
  for (char& letter : name) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  constexpr std::string_view blank = " \t\r\n";
  const auto begin = std::min(line.find_first_not_of(blank, colon + 1), line.size());
  const auto end = std::max(begin, line.find_last_not_of(blank) + 1);
  answer_.headers.emplace_back(std::move(name), std::string(line.substr(begin, end - begin)));
  return true;
}

bool Transfer::take_body(std::string_view piece) {
  if (piece.size() > call_.body_limit - answer_.body.size()) {
    too_long_ = true;
    return false;
  }
  answer_.body.append(piece);
  return true;
}

void Transfer::finish(int code) {
  if (code != CURLE_OK) {
    auto error = error_of(static_cast<CURLcode>(code));
    return finish_with(error.kind, std::move(error.message));
  }
  // To curl a connection that ends among the headers is an answer without a body.
  if (!headers_ended_) return finish_with(HttpError::Kind::cut_off, "the connection ended among the answer's headers");
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  answer_.status = static_cast<int>(status);
  outcome_.emplace(std::move(answer_));
  finished_.cancel();
}

void Transfer::finish_closed() {
  finish_with(HttpError::Kind::unreachable, "the HTTP client was closed");
}

void Transfer::finish_with(HttpError::Kind kind, std::string message) {
  HttpError error;
  error.kind = kind;
  error.message = std::move(message);
  outcome_.emplace(std::unexpected(std::move(error)));
  finished_.cancel();
}

HttpError::Kind kind_of(CURLcode code, bool was_sent) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      // A server that can't be reached in time says nothing about how long its answers take.
      return was_sent ? HttpError::Kind::timed_out : HttpError::Kind::unreachable;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_USE_SSL_FAILED:
      return HttpError::Kind::tls;
    default:
      return was_sent ? HttpError::Kind::cut_off : HttpError::Kind::unreachable;
  }
}

HttpError Transfer::error_of(CURLcode code) const {
  // curl sets it for a new connection and a reused one, to a microsecond at least.
  curl_off_t request_began = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME_T, &request_began);
  HttpError error;
  error.kind = too_long_ ? HttpError::Kind::too_long : kind_of(code, request_began > 0);
  error.message = words_.front() != '\0' ? words_.data() : curl_easy_strerror(code);
  if (too_long_) error.message = "the answer is longer than " + std::to_string(call_.body_limit) + " bytes";
  // curl's words rarely quote a URL, but its query may hold a secret.
  const auto mark = call_.url.find('?');
  if (mark != std::string::npos && mark + 1 < call_.url.size()) {
    const auto query = call_.url.substr(mark + 1);
    for (auto at = error.message.find(query); at != std::string::npos; at = error.message.find(query, at)) {
      error.message.erase(at, query.size());
    }
  }
  return error;
}

asio::awaitable<Outcome> perform(std::shared_ptr<CurlLoop> loop, HttpCall call) {
  Transfer transfer(std::move(loop), std::move(call));
  if (!transfer.outcome()) {
    constexpr auto without_throwing = asio::as_tuple(asio::use_awaitable);
    co_await transfer.finished().async_wait(without_throwing);
  }
  if (!transfer.outcome()) throw boost::system::system_error(asio::error::operation_aborted);
  co_return std::move(*transfer.outcome());
}

class CurlClient final : public HttpClient {
 public:
  explicit CurlClient(asio::any_io_executor executor) : loop_(std::make_shared<CurlLoop>(std::move(executor))) {}
  ~CurlClient() override { loop_->close(); }
  CurlClient(const CurlClient&) = delete;
  CurlClient& operator=(const CurlClient&) = delete;

  // Not a coroutine: its frame would begin with `this`, and the client may be gone when it begins.
  asio::awaitable<Outcome> send(HttpCall call) override { return perform(loop_, std::move(call)); }

 private:
  std::shared_ptr<CurlLoop> loop_;
};

}  // namespace

std::unique_ptr<HttpClient> make_http_client(asio::any_io_executor executor) {
  static const bool initialised = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  must(initialised, "curl and its TLS library start");
  return std::make_unique<CurlClient>(std::move(executor));
}

}  // namespace adfill
