#include "net/http_client_loop.h"

#include "core/must.h"

#include <boost/asio/error.hpp>
#include <curl/curl.h>

#include <chrono>
#include <utility>

namespace adfill {

namespace {

namespace asio = boost::asio;

constexpr long kept_connections = 64;  // idle ones, for the next calls

}  // namespace

void CurlLoop::MultiCleanup::operator()(void* multi) const {
  curl_multi_cleanup(multi);
}

CurlLoop::CurlLoop(asio::any_io_executor executor)
    : executor_(std::move(executor)), timer_(executor_), multi_(curl_multi_init()) {
  must(multi_ != nullptr, "there is memory for curl");
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &CurlLoop::on_socket);
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &CurlLoop::on_timer);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kept_connections);
}

void CurlLoop::close() {
  if (is_closed()) return;
  while (!transfers_.empty()) {
    LoopTransfer& transfer = **transfers_.begin();
    detach(transfer);
    transfer.finish_closed();
  }
  multi_.reset();  // its idle connections are closed here, with a last call of on_socket for each
  while (!watches_.empty()) forget(watches_.begin()->first);
  ++timer_round_;
  timer_.cancel();
}

void CurlLoop::attach(LoopTransfer& transfer) {
  must(!is_closed(), "nothing is sent by a client that was closed");
  transfers_.insert(&transfer);
  curl_easy_setopt(transfer.easy(), CURLOPT_PRIVATE, static_cast<void*>(&transfer));
  const auto code = curl_multi_add_handle(multi_.get(), transfer.easy());
  must(code == CURLM_OK, "curl takes a handle that was just made");
}

void CurlLoop::detach(LoopTransfer& transfer) {
  if (transfers_.erase(&transfer) == 0) return;
  curl_multi_remove_handle(multi_.get(), transfer.easy());
}

int CurlLoop::on_socket(void*, int socket, int what, void* self, void*) noexcept {
  auto& loop = *static_cast<CurlLoop*>(self);
  if (what == CURL_POLL_REMOVE) {
    loop.forget(socket);
  } else {
    loop.want(socket, what);
  }
  return 0;
}

int CurlLoop::on_timer(void*, long timeout_ms, void* self) noexcept {
  static_cast<CurlLoop*>(self)->set_timer(timeout_ms);
  return 0;
}

void CurlLoop::want(int socket, int what) {
  auto& watch = watches_[socket];
  if (!watch) watch = std::make_shared<Watch>(executor_, socket);
  watch->wanted = what;
  wait(socket, watch);
}

// release() leaves the socket open and takes it out of the reactor, which must be done before curl closes it: its
// number may belong to another connection in the next moment.
void CurlLoop::forget(int socket) {
  const auto found = watches_.find(socket);
  if (found == watches_.end()) return;
  found->second->wanted = CURL_POLL_NONE;
  found->second->descriptor.release();
  watches_.erase(found);
}

void CurlLoop::wait(int socket, const std::shared_ptr<Watch>& watch) {
  using Wait = asio::posix::stream_descriptor::wait_type;
  const auto start = [&](bool Watch::* under_way, Wait type, int direction, int event) {
    if ((watch->wanted & direction) == 0 || (*watch).*under_way) return;
    (*watch).*under_way = true;
    watch->descriptor.async_wait(type, [weak = weak_from_this(), watch, socket, under_way, direction,
                                        event](const boost::system::error_code& error) {
      (*watch).*under_way = false;
      const auto loop = weak.lock();
      // Forgotten, or wanted the other way round, since this wait began.
      if (!loop || (watch->wanted & direction) == 0) return;
      loop->act(socket, error ? CURL_CSELECT_ERR : event);
      if (watch->wanted != CURL_POLL_NONE) loop->wait(socket, watch);
    });
  };
  start(&Watch::reading, Wait::wait_read, CURL_POLL_IN, CURL_CSELECT_IN);
  start(&Watch::writing, Wait::wait_write, CURL_POLL_OUT, CURL_CSELECT_OUT);
}

// Never acts at once, also at 0: curl must not be called out of its own callback.
void CurlLoop::set_timer(long timeout_ms) {
  const auto round = ++timer_round_;
  timer_.cancel();
  if (timeout_ms < 0) return;
  timer_.expires_after(std::chrono::milliseconds(timeout_ms));
  timer_.async_wait([weak = weak_from_this(), round](const boost::system::error_code& error) {
    const auto loop = weak.lock();
    if (!loop || error || round != loop->timer_round_) return;
    loop->act(CURL_SOCKET_TIMEOUT, 0);
  });
}

void CurlLoop::act(int socket, int events) {
  if (is_closed()) return;
  int running = 0;
  const auto code = curl_multi_socket_action(multi_.get(), socket, events, &running);
  must(code == CURLM_OK, "curl goes on with a socket that it asked to watch");
  finish_transfers();
}

void CurlLoop::finish_transfers() {
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    // Both are read before detach(), which ends the message's life.
    const CURLcode code = message->data.result;
    char* transfer_address = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer_address);
    // curl gives back as char* what it was given as void*.
    auto& transfer = *reinterpret_cast<LoopTransfer*>(transfer_address);
    detach(transfer);
    transfer.finish(code);
  }
}

}  // namespace adfill
