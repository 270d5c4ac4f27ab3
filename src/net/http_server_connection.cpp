#include "net/http_server_connection.h"

#include "net/http_server_text.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace adfill {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

constexpr std::size_t read_bytes = 16 << 10;
constexpr std::size_t joined_bytes = 64 << 10;  // so much of a body goes out in one write with the head
constexpr std::size_t write_bytes = 256 << 10;  // a write of so much has to succeed within body_time
// How long a client that still sends may go on after a refusal: closing with unread bytes would make the network
// throw the answer away.
constexpr Duration linger_time = std::chrono::seconds(1);

// A stream's exceptions end the stream: the client must see a body without its end.
struct Piece {
  std::optional<std::string> text{};
  bool failed = false;
};

asio::awaitable<Piece> next_piece(std::shared_ptr<BodyStream> stream) {
  Piece piece;
  try {
    piece.text = co_await stream->next();
  } catch (const std::exception&) {
    piece.failed = true;
  }
  co_return piece;
}

}  // namespace

HttpConnection::HttpConnection(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> identity,
                               std::shared_ptr<const HttpRules> rules)
    : rules_(std::move(rules)), socket_(std::move(socket), std::move(identity)), deadline_(socket_.get_executor()) {}

asio::awaitable<void> HttpConnection::converse() {
  const auto self = shared_from_this();
  if (!co_await shake_hands()) co_return;
  bool first = true;
  bool goes_on = true;
  while (goes_on && !rules_->stopping) {
    auto reading = co_await read_request(first);
    first = false;
    if (auto* refusal = std::get_if<HttpRefusal>(&reading)) co_await turn_away(std::move(*refusal));
    auto* asked = std::get_if<AskedRequest>(&reading);
    if (!asked) break;
    auto request = std::move(asked->request);
    auto client = client_side(rules_->trusted, socket_.peer(), socket_.encrypted(), request.headers);
    request.peer = std::move(client.address);
    request.secure = client.secure;
    auto response = co_await ask_handler(std::move(request));
    goes_on = co_await respond(std::move(response), std::move(*asked));
  }
  co_await say_goodbye();
}

asio::awaitable<bool> HttpConnection::shake_hands() {
  if (!socket_.encrypted()) co_return true;  // so that nobody waits for a plain connection
  arm(rules_->limits.header_time);
  interruptible_ = true;
  const bool shaken = co_await socket_.shake_hands();
  interruptible_ = false;
  deadline_.cancel();
  co_return shaken;
}

// First the header, then the body, each with its own time; before them an idle connection waits for its first byte.
asio::awaitable<HttpConnection::Reading> HttpConnection::read_request(bool first) {
  const auto& limits = rules_->limits;
  if (unread_.empty()) {
    arm(first ? limits.header_time : limits.idle_time);
    interruptible_ = true;
    const bool came = co_await read_more();
    interruptible_ = false;
    if (!came) co_return Gone{};
  }
  arm(limits.header_time);
  HttpRequestParser parser(limits.header_bytes, limits.body_bytes);
  bool in_body = false;
  while (!parser.is_done()) {
    auto step = parser.feed(unread_);
    unread_.erase(0, step.used);
    if (step.refusal) co_return std::move(*step.refusal);
    if (parser.is_done()) break;
    if (parser.has_header() && !in_body) {
      in_body = true;
      arm(limits.body_time);
      const std::string_view go_on = parser.expects_go_on() ? "HTTP/1.1 100 Continue\r\n\r\n" : "";
      (void)co_await socket_.write(go_on);
      if (!unread_.empty()) continue;
    }
    if (co_await read_more()) continue;
    if (!timed_out_) co_return Gone{};
    HttpRefusal late{408, "the request did not come in time"};
    co_return late;
  }
  deadline_.cancel();
  co_return parser.take();
}

asio::awaitable<bool> HttpConnection::read_more() {
  if (timed_out_) co_return false;
  const auto known = unread_.size();
  unread_.resize(known + read_bytes);
  const auto space = asio::buffer(unread_.data() + known, read_bytes);
  const auto count = co_await socket_.read_some(space);
  unread_.resize(known + count.value_or(0));
  co_return count.has_value();
}

asio::awaitable<HttpResponse> HttpConnection::ask_handler(HttpRequest request) {
  std::string why;
  try {
    co_return co_await rules_->handler(std::move(request));
  } catch (const std::exception& error) {
    why = error.what();
  }
  co_return rules_->refuse(500, std::move(why));
}

asio::awaitable<bool> HttpConnection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto now = bytes.substr(0, write_bytes);
    arm(rules_->limits.body_time);
    const bool written = co_await socket_.write(now);
    deadline_.cancel();
    if (!written) co_return false;
    bytes.remove_prefix(now.size());
  }
  co_return true;
}

asio::awaitable<bool> HttpConnection::respond(HttpResponse response, AskedRequest asked) {
  const bool streams = response.stream && has_body(response.status);
  HttpFraming framing;
  framing.chunked = streams && asked.takes_chunks;
  framing.keep_alive = asked.keep_alive && !rules_->stopping && !response.cut_after && (!streams || asked.takes_chunks);
  if (!streams && has_body(response.status)) framing.content_length = response.body.size();
  std::string head;
  try {
    head = response_head(response.status, response.headers, framing);
  } catch (const std::invalid_argument& error) {
    response = rules_->refuse(500, error.what());
    framing.content_length = response.body.size();
    framing.chunked = false;
    head = response_head(response.status, response.headers, framing);
  }
  const bool bodiless = asked.head || !has_body(response.status);
  if (response.stream && !bodiless) {
    if (!co_await write(head)) co_return false;
    const bool ended = co_await send_stream(std::move(response.stream), framing.chunked);
    co_return ended&& framing.keep_alive && !rules_->stopping;
  }
  std::string_view body;
  if (!bodiless) body = std::string_view(response.body).substr(0, response.cut_after.value_or(response.body.size()));
  // One packet for a small answer; a large one is not copied.
  const std::size_t joined = std::min(body.size(), joined_bytes);
  head.append(body.substr(0, joined));
  if (!co_await write(head)) co_return false;
  if (!co_await write(body.substr(joined))) co_return false;
  co_return framing.keep_alive;
}

// Ends without the last chunk when the stream fails, so that the client sees that something is missing; with it when
// the stream is over or the server stops.
asio::awaitable<bool> HttpConnection::send_stream(std::shared_ptr<BodyStream> stream, bool chunks) {
  using asio::experimental::awaitable_operators::operator||;
  while (!rules_->stopping) {
    interruptible_ = true;
    const auto outcome = co_await (next_piece(stream) || watch_client());
    interruptible_ = false;
    if (outcome.index() == 1 && !rules_->stopping) co_return false;
    if (outcome.index() == 1) break;
    const auto& piece = std::get<0>(outcome);
    if (piece.failed) co_return false;
    if (!piece.text) break;
    const std::string bytes = chunks ? chunk_of(*piece.text) : *piece.text;
    if (!co_await write(bytes)) co_return false;
  }
  if (chunks) co_return co_await write("0\r\n\r\n");
  co_return true;
}

// Waits beside a stream; returns when the client is gone, or sends more than a request's header while it still receives
// an answer, or when the server stops.
asio::awaitable<void> HttpConnection::watch_client() {
  timed_out_ = false;
  while (unread_.size() < rules_->limits.header_bytes) {
    if (!co_await read_more()) co_return;
  }
}

asio::awaitable<void> HttpConnection::turn_away(HttpRefusal refusal) {
  const auto self = shared_from_this();
  if (!co_await shake_hands()) co_return;
  AskedRequest unknown;
  unknown.keep_alive = false;
  auto response = rules_->refuse(refusal.status, std::move(refusal.why));
  co_await respond(std::move(response), std::move(unknown));
  co_await say_goodbye();
  arm(linger_time);
  interruptible_ = true;
  bool sends = true;
  while (sends && !rules_->stopping) {
    unread_.clear();
    sends = co_await read_more();
  }
}

asio::awaitable<void> HttpConnection::say_goodbye() {
  arm(linger_time);
  interruptible_ = true;
  co_await socket_.end_writing();
  interruptible_ = false;
}

void HttpConnection::arm(Duration time) {
  timed_out_ = false;
  deadline_.expires_after(time);
  deadline_.async_wait([self = shared_from_this()](ErrorCode error) {
    // A handler that was queued when the timer was set anew has no error either.
    if (error || self->deadline_.expiry() > asio::steady_timer::clock_type::now()) return;
    self->timed_out_ = true;
    self->socket_.cancel();
  });
}

void HttpConnection::interrupt() {
  if (interruptible_) socket_.cancel();
}

void HttpConnection::cut() {
  socket_.close();
  cut_.emit(asio::cancellation_type::terminal);
}

void HttpConnection::close() {
  deadline_.cancel();
  socket_.close();
}

}  // namespace adfill
