// Stands between a store and PostgreSQL and, when told to, swallows the answer to the next COMMIT and cuts the line:
// the transaction took effect, and who asked for it never hears.
#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace adfill {

class PostgresProxy {
 public:
  // Before the server whose socket lies in `folder`.
  explicit PostgresProxy(const std::filesystem::path& folder);
  ~PostgresProxy();
  PostgresProxy(const PostgresProxy&) = delete;
  PostgresProxy& operator=(const PostgresProxy&) = delete;

  // The URL of a database, through the proxy.
  [[nodiscard]] std::string through(const std::string& url) const;
  void swallow_next_commit() { swallow_ = true; }
  [[nodiscard]] bool has_swallowed() const { return !swallow_; }
  // How often a client has spoken after the server had: waits, of one who sends nothing without waiting for the answer.
  [[nodiscard]] int round_trips() const { return round_trips_; }

 private:
  void accept_until_closed();
  void forward(int client);

  std::string server_;  // the server's socket
  std::filesystem::path folder_;
  int listening_ = -1;
  std::atomic<bool> swallow_ = false;
  std::atomic<int> round_trips_ = 0;
  std::thread accepting_;
  std::vector<std::thread> forwarding_;
};

}  // namespace adfill
