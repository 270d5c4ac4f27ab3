// Drives curl by Asio, for http_client.cpp alone: curl tells what to wait for (sockets, one timer), Asio waits, and
// what happened goes back to curl by curl_multi_socket_action(). All of it on the loop's thread, no thread polls.
//
// curl's own header stays in the sources; its handles are void* in C++ anyway.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <set>

namespace adfill {

// A call under way, as the loop sees it. Whoever owns it detaches it before its end.
class LoopTransfer {
 public:
  LoopTransfer() = default;
  LoopTransfer(const LoopTransfer&) = delete;
  LoopTransfer& operator=(const LoopTransfer&) = delete;
  virtual ~LoopTransfer() = default;

  // curl's easy handle, set up but for CURLOPT_PRIVATE, which belongs to the loop.
  [[nodiscard]] virtual void* easy() const = 0;
  // curl is done with it, with that CURLcode; it is detached already. Resumes nobody on the spot.
  virtual void finish(int code) = 0;
  // The loop was closed; it is detached already.
  virtual void finish_closed() = 0;
};

// Shared by the client and the frames of its calls, so that either may go first. Handlers that wait in Asio hold it
// weakly: they may fire late.
class CurlLoop : public std::enable_shared_from_this<CurlLoop> {
 public:
  explicit CurlLoop(boost::asio::any_io_executor executor);
  ~CurlLoop() { close(); }
  CurlLoop(const CurlLoop&) = delete;
  CurlLoop& operator=(const CurlLoop&) = delete;

  // Begins it. Requires: not closed.
  void attach(LoopTransfer& transfer);
  // Ends it without a result; nothing happens to one that is not attached.
  void detach(LoopTransfer& transfer);
  // Ends every transfer by finish_closed() and lets go of curl and its connections.
  void close();
  [[nodiscard]] bool is_closed() const { return multi_ == nullptr; }
  [[nodiscard]] const boost::asio::any_io_executor& executor() const { return executor_; }

 private:
  // A socket of curl's that it wants to hear about. The descriptor only watches: curl opens and closes the socket.
  struct Watch {
    Watch(const boost::asio::any_io_executor& executor, int socket) : descriptor(executor, socket) {}
    boost::asio::posix::stream_descriptor descriptor;
    int wanted = 0;        // CURL_POLL_…; 0 once it is forgotten
    bool reading = false;  // a wait is under way
    bool writing = false;
  };
  struct MultiCleanup {
    void operator()(void* multi) const;
  };

  static int on_socket(void* easy, int socket, int what, void* self, void* watch) noexcept;
  static int on_timer(void* multi, long timeout_ms, void* self) noexcept;
  void want(int socket, int what);
  void forget(int socket);
  void wait(int socket, const std::shared_ptr<Watch>& watch);
  void set_timer(long timeout_ms);
  void act(int socket, int events);
  void finish_transfers();

  boost::asio::any_io_executor executor_;
  boost::asio::steady_timer timer_;
  std::uint64_t timer_round_ = 0;  // tells a timer that was set anew from the one whose handler is already on its way
  std::map<int, std::shared_ptr<Watch>> watches_;
  std::set<LoopTransfer*> transfers_;
  std::unique_ptr<void, MultiCleanup> multi_;
};

}  // namespace adfill
