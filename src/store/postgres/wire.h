// A connection to PostgreSQL for what is not a transaction of the store: wake-ups, and finding out what stands between.
// Every wait has a limit and ends when `stopping` is set, so that a network that swallows everything holds nobody up.
// Not safe to share between threads.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;

namespace adfill::postgres {

class Wire {
 public:
  // Connects; is_open() says whether it could. `url` as for the store. `stopping` outlives it.
  Wire(const std::string& url, const std::atomic<bool>& stopping);

  [[nodiscard]] bool is_open() const;
  // False when it was refused, or had no answer in time: then it is of no use any more.
  bool run(std::string_view sql);
  // The first row, empty texts for NULL; without columns where there is no row. nullopt as above.
  [[nodiscard]] std::optional<std::vector<std::string>> ask(std::string_view sql);
  // The process that the other side says serves this connection; a pooler makes one up.
  [[nodiscard]] std::string announced_process() const;

  // --- notifications
  [[nodiscard]] int descriptor() const;
  // Reads what has come, without waiting. False when the connection is gone.
  bool take_in();
  // The next one told by others, by its word.
  [[nodiscard]] std::optional<std::string> next_notification();

 private:
  using Clock = std::chrono::steady_clock;
  struct Close {
    void operator()(pg_conn* connection) const;
  };
  [[nodiscard]] bool wait(short events, Clock::time_point deadline) const;
  void connect(const std::string& url);

  std::unique_ptr<pg_conn, Close> connection_;
  const std::atomic<bool>& stopping_;
};

// What becomes of a session between two statements.
enum class Session {
  direct,  // the server itself answers
  kept,    // a pooler that gives each connection a session of its own
  shared,  // a pooler in transaction mode: no LISTEN, no session locks, prepared statements only if it carries them
};

// Of the connection, which is open. Behind a pooler it asks over a second connection. nullopt when it can't be found
// out.
[[nodiscard]] std::optional<Session> session_of(Wire& wire, const std::string& url, const std::atomic<bool>& stopping);

}  // namespace adfill::postgres
