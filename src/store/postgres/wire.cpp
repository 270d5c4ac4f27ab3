#include "store/postgres/wire.h"

#include "sql/postgres.h"
#include "store/postgres/postgres_url.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <libpq-fe.h>
#include <utility>

namespace adfill::postgres {

namespace statement = sql::postgres;

namespace {

constexpr auto connect_limit = std::chrono::seconds(10);
constexpr auto answer_limit = std::chrono::seconds(10);
constexpr auto stop_look = std::chrono::milliseconds(100);  // between two looks whether to stop

struct FreeResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, FreeResult>;

struct FreeNotification {
  void operator()(PGnotify* notification) const { PQfreemem(notification); }
};

// nullopt: the statement was refused.
std::optional<std::vector<std::string>> first_row(const PGresult* result) {
  const auto status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return std::nullopt;
  std::vector<std::string> row;
  const int columns = PQntuples(result) > 0 ? PQnfields(result) : 0;
  row.reserve(static_cast<std::size_t>(columns));
  for (int column = 0; column < columns; ++column) row.emplace_back(PQgetvalue(result, 0, column));
  return row;
}

}  // namespace

void Wire::Close::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

Wire::Wire(const std::string& url, const std::atomic<bool>& stopping) : stopping_(stopping) {
  std::string plain = url;
  (void)take_prepared_statements(plain);
  connect(plain);
}

void Wire::connect(const std::string& url) {
  static constexpr std::array<const char*, 7> names{"keepalives_idle",
                                                    "keepalives_interval",
                                                    "keepalives_count",
                                                    "tcp_user_timeout",
                                                    "fallback_application_name",
                                                    "dbname",
                                                    nullptr};
  const std::array<const char*, 7> values{"15", "5", "3", "30000", "adfill wake-ups", url.c_str(), nullptr};
  connection_.reset(PQconnectStartParams(names.data(), values.data(), 1));
  const auto deadline = Clock::now() + connect_limit;
  auto state = connection_ ? PGRES_POLLING_WRITING : PGRES_POLLING_FAILED;
  while (state != PGRES_POLLING_OK) {
    const auto events = static_cast<short>(state == PGRES_POLLING_READING ? POLLIN : POLLOUT);
    if (state == PGRES_POLLING_FAILED || !wait(events, deadline)) return connection_.reset();
    state = PQconnectPoll(connection_.get());
  }
  PQsetNoticeProcessor(connection_.get(), [](void* /*unused*/, const char* /*message*/) {}, nullptr);
}

// True when something can be read, or written; false when its time is over.
bool Wire::wait(short events, Clock::time_point deadline) const {
  while (!stopping_ && Clock::now() < deadline) {
    pollfd waiting{PQsocket(connection_.get()), events, 0};
    const auto left = std::min<Clock::duration>(deadline - Clock::now(), stop_look);
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    if (poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(milliseconds, 0))) > 0) return true;
  }
  return false;
}

bool Wire::is_open() const {
  return connection_ && PQstatus(connection_.get()) == CONNECTION_OK;
}

bool Wire::run(std::string_view sql) {
  return ask(sql).has_value();
}

std::optional<std::vector<std::string>> Wire::ask(std::string_view sql) {
  if (!is_open() || PQsendQuery(connection_.get(), std::string(sql).c_str()) == 0) return std::nullopt;
  const auto deadline = Clock::now() + answer_limit;
  std::optional<std::vector<std::string>> answer;
  while (true) {
    while (PQisBusy(connection_.get()) == 1) {
      if (!wait(POLLIN, deadline) || PQconsumeInput(connection_.get()) == 0) return std::nullopt;
    }
    const Result result(PQgetResult(connection_.get()));
    if (!result) return answer;
    answer = first_row(result.get());
  }
}

std::string Wire::announced_process() const {
  return std::to_string(PQbackendPID(connection_.get()));
}

int Wire::descriptor() const {
  return PQsocket(connection_.get());
}

bool Wire::take_in() {
  return PQconsumeInput(connection_.get()) == 1 && is_open();
}

std::optional<std::string> Wire::next_notification() {
  while (true) {
    const std::unique_ptr<PGnotify, FreeNotification> told(PQnotifies(connection_.get()));
    if (!told) return std::nullopt;
    if (told->be_pid != PQbackendPID(connection_.get())) return std::string(told->extra);
  }
}

std::optional<Session> session_of(Wire& wire, const std::string& url, const std::atomic<bool>& stopping) {
  const auto first = wire.ask(statement::which_process);
  if (!first) return std::nullopt;
  if (first->at(0) == wire.announced_process()) return Session::direct;
  // Another one takes a session and keeps it in a transaction: the very same, where sessions are handed round, or else
  // one that ours could have got next.
  Wire other(url, stopping);
  if (!other.run(statement::begin_reading)) return std::nullopt;
  const auto theirs = other.ask(statement::which_process);
  const auto second = wire.ask(statement::which_process);
  if (!theirs || !second) return std::nullopt;
  return *theirs == *first || *second != *first ? Session::shared : Session::kept;
}

}  // namespace adfill::postgres
